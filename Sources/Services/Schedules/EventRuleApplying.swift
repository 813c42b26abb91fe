import Contracts
import Store
import Vocabulary

/// Applying files of rules about events: all or nothing, and the same files again change nothing.
extension EventRuleOperations {
    /// A document that was read, with what it would do.
    private struct Wish {
        var document: ScheduleDocument
        var draft: Draft?

        func result(_ action: ApplyAction, _ serial: String? = nil, _ changes: [String] = []) -> AppliedEventRule {
            AppliedEventRule(
                file: document.file, name: document.name, action: action, serial: serial, changes: changes, errors: document.errors)
        }
    }

    /// Creates or updates by name. Nothing is saved in a dry run, or when any document is refused.
    func apply(_ input: ApplyEventRules, by caller: Caller) async throws -> ApplyEventRulesReceipt {
        let owner = try room.owner(caller)
        var wishes = input.files.flatMap(ScheduleDocument.read).map { Wish(document: $0) }
        Self.refuseRepeated(&wishes)
        for index in wishes.indices { try await check(&wishes[index]) }
        if wishes.contains(where: { !$0.document.errors.isEmpty }) {
            return ApplyEventRulesReceipt(
                applied: false, rules: wishes.map { $0.result($0.document.errors.isEmpty ? .unchanged : .refused) })
        }
        let (checked, isDry) = (wishes, input.dryRun == true)
        do {
            let rules = try await room.database.transact { transaction in
                var rules: [AppliedEventRule] = []
                for wish in checked { rules.append(try await save(wish, by: owner, in: transaction)) }
                if isDry { throw DryRun(rules: rules) }
                return rules
            }
            room.news.ring()
            return ApplyEventRulesReceipt(applied: true, rules: rules)
        } catch let dry as DryRun {
            let rules = dry.rules.map { rule in
                var rule = rule
                if rule.action == .created { rule.serial = nil }
                return rule
            }
            return ApplyEventRulesReceipt(applied: false, rules: rules)
        }
    }

    /// Ends the transaction of a dry run, so that nothing of it stays.
    private struct DryRun: Error {
        let rules: [AppliedEventRule]
    }

    private static func refuseRepeated(_ wishes: inout [Wish]) {
        var seen: [String: String] = [:]
        for index in wishes.indices where !wishes[index].document.name.isEmpty {
            let document = wishes[index].document
            let key = EventsRoom.key(document.name)
            if let file = seen[key] {
                wishes[index].document.refuse([ProblemPlace("is in \(file) already; a name can be applied only once", pointer: "#/name")])
            }
            seen[key] = document.file
        }
    }

    private func check(_ wish: inout Wish) async throws {
        guard let definition = try wish.document.value(EventRuleDefinition.self) else { return }
        do {
            wish.draft = try await draft(definition)
        } catch let error as EventError where error.problem.status < 500 {
            wish.document.refuse(error.problem.errors ?? [ProblemPlace(error.problem.detail)])
        }
    }

    private func save(_ wish: Wish, by owner: ScheduleOwner, in transaction: any Transaction) async throws -> AppliedEventRule {
        guard let draft = wish.draft else { return wish.result(.refused) }
        guard let present = try await room.rules.rule(named: draft.definition.name, in: transaction),
            let locked = try await room.rules.rule(present.id.text, isLocked: true, in: transaction)
        else { return wish.result(.created, try await add(draft, by: owner, in: transaction).serial) }
        if locked.says(draft) { return wish.result(.unchanged, locked.serial) }
        let next = try await change(locked, to: draft, by: owner, in: transaction)
        let changes = try ValueDifference.paths(locked.definition, next.definition)
        return wish.result(.updated, next.serial, changes.isEmpty ? ["job"] : changes)
    }
}
