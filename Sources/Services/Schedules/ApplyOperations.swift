import Contracts
import Store
import Vocabulary
import Web

/// Applies files of schedules, calendars and dead-man rules: all or nothing, and the same files again change nothing.
struct ApplyOperations: Sendable {
    let room: SchedulesRoom

    /// A document that was read, with what it would do.
    private struct Wish {
        var document: ScheduleDocument
        var calendar: CalendarDefinition?
        var schedule: ScheduleDefinition?
        var rule: DeadManRuleDefinition?
        var ruleJob: JobID?
        var draft: ScheduleDraft?
        var present: StoredSchedule?
        var result: AppliedSchedule {
            AppliedSchedule(
                file: document.file, kind: document.kind, name: document.name, action: .refused, changes: [], errors: document.errors)
        }
    }

    /// Creates or updates by name. Nothing is saved in a dry run, or when any document is refused.
    func apply(_ input: ApplySchedules, by caller: Caller) async throws -> ApplySchedulesReceipt {
        let owner = try room.owner(caller)
        var wishes = try input.files.flatMap(ScheduleDocument.read).map(Self.wish)
        Self.refuseRepeated(&wishes)
        let calendars = try await room.database.read { try await room.calendars.all(in: $0) }
        let after = try await checkCalendars(&wishes, calendars, by: caller)
        try await checkSchedules(&wishes, input.secrets ?? [:], after)
        try await checkRules(&wishes)
        if wishes.contains(where: { !$0.document.errors.isEmpty }) {
            return ApplySchedulesReceipt(
                applied: false,
                documents: wishes.map { wish in
                    var result = wish.result
                    if result.errors.isEmpty { result.action = .unchanged }
                    return result
                })
        }
        let checked = wishes
        let isDry = input.dryRun == true
        do {
            let results = try await room.database.transact(.lockingRows) { transaction in
                var results = checked.map(\.result)
                for kind in [AppliedKind.calendar, .schedule, .deadManRule] {
                    for (index, wish) in checked.enumerated() where wish.document.kind == kind {
                        results[index] = try await save(wish, by: caller, owner, in: transaction)
                    }
                }
                if isDry { throw DryRun(results: results) }
                return results
            }
            room.news.ring()
            await room.ring()
            return ApplySchedulesReceipt(applied: true, documents: results)
        } catch let dry as DryRun {
            let results = dry.results.map { result in
                var result = result
                if result.action == .created { result.serial = nil }
                return result
            }
            return ApplySchedulesReceipt(applied: false, documents: results)
        }
    }

    /// Ends the transaction of a dry run, so that nothing of it stays.
    private struct DryRun: Error {
        let results: [AppliedSchedule]
    }

    private static func wish(_ document: ScheduleDocument) throws -> Wish {
        var wish = Wish(document: document)
        switch document.kind {
        case .schedule: wish.schedule = try wish.document.value(ScheduleDefinition.self)
        case .calendar: wish.calendar = try wish.document.value(CalendarDefinition.self)
        case .deadManRule: wish.rule = try wish.document.value(DeadManRuleDefinition.self)
        }
        return wish
    }

    private static func refuseRepeated(_ wishes: inout [Wish]) {
        var seen: [String: String] = [:]
        for index in wishes.indices where !wishes[index].document.name.isEmpty {
            let document = wishes[index].document
            let key = "\(document.kind.rawValue) \(StoredSchedule.key(document.name))"
            if let file = seen[key] {
                wishes[index].document.refuse([ProblemPlace("is in \(file) already; a name can be applied only once", pointer: "#/name")])
            }
            seen[key] = document.file
        }
    }

    /// Checks calendars, and returns all as they would be.
    private func checkCalendars(
        _ wishes: inout [Wish], _ present: [StoredCalendar], by caller: Caller
    ) async throws -> [StoredCalendar] {
        var all = present
        for index in wishes.indices {
            guard let definition = wishes[index].calendar else { continue }
            let checked = try await refusing(&wishes[index]) { try await CalendarOperations(room: room).checked(definition) }
            guard let checked else { continue }
            wishes[index].calendar = checked
            let key = StoredSchedule.key(checked.name)
            let old = all.firstIndex { StoredSchedule.key($0.definition.name) == key }
            let calendar = StoredCalendar(
                id: old.map { all[$0].id } ?? .make(room.ids), revision: 0, definition: checked, updatedAt: room.clock.now(),
                updatedBy: caller.name)
            if let old { all[old] = calendar } else { all.append(calendar) }
        }
        return all
    }

    private func checkSchedules(_ wishes: inout [Wish], _ secrets: [String: Secret], _ calendars: [StoredCalendar]) async throws {
        for index in wishes.indices {
            guard let definition = wishes[index].schedule else { continue }
            let present = try await room.database.read { transaction in
                let found = try await room.schedules.schedule(definition.name, isLocked: false, in: transaction)
                return found.flatMap { StoredSchedule.key($0.definition.name) == StoredSchedule.key(definition.name) ? $0 : nil }
            }
            wishes[index].present = present
            wishes[index].draft = try await refusing(&wishes[index]) {
                try await ScheduleOperations(room: room).draft(definition, over: present, among: calendars, giving: secrets)
            }
        }
    }

    private func checkRules(_ wishes: inout [Wish]) async throws {
        let schedules = Set(wishes.compactMap { $0.schedule.map { StoredSchedule.key($0.name) } })
        for index in wishes.indices {
            guard let definition = wishes[index].rule else { continue }
            let checked = try await refusing(&wishes[index]) {
                try await DeadManOperations(room: room).checked(definition, beside: schedules)
            }
            if let checked { (wishes[index].rule, wishes[index].ruleJob) = checked }
        }
    }

    /// Does something, and notes a refusal at the document.
    private func refusing<Value>(_ wish: inout Wish, _ work: () async throws -> Value) async throws -> Value? {
        do {
            return try await work()
        } catch let error as any ProblemConvertible where error.problem.status < 500 {
            let problem = error.problem
            wish.document.refuse(problem.errors ?? [ProblemPlace(problem.detail)])
            return nil
        }
    }

    private func save(
        _ wish: Wish, by caller: Caller, _ owner: ScheduleOwner, in transaction: any Transaction
    ) async throws -> AppliedSchedule {
        var result = wish.result
        if let definition = wish.calendar {
            (result.action, result.changes) = try await CalendarOperations(room: room).apply(definition, by: caller, in: transaction)
        } else if let draft = wish.draft {
            let operations = ScheduleOperations(room: room)
            let calendars = try await room.calendars.all(in: transaction)
            var draft = draft
            // New calendars have got their ids meanwhile.
            draft.calendars = try (wish.schedule?.calendars ?? []).enumerated().map { position, name in
                guard let found = calendars.first(where: { StoredSchedule.key($0.definition.name) == StoredSchedule.key(name) }) else {
                    throw ScheduleError.noCalendar(name, position)
                }
                return found.id
            }
            guard let present = wish.present else {
                let added = try await operations.add(draft, by: owner, in: transaction)
                (result.action, result.serial) = (.created, added.serial)
                return result
            }
            let locked = try await operations.load(present.id.text, isLocked: true, in: transaction)
            result.serial = locked.serial
            if draft.equals(locked, secrets: try operations.secrets(of: locked)) {
                result.action = .unchanged
                return result
            }
            let next = try await operations.change(locked, to: draft, by: owner, in: transaction)
            result.action = .updated
            result.changes = try ValueDifference.paths(locked.shownDefinition(calendars), next.shownDefinition(calendars))
            if result.changes.isEmpty { result.changes = ["secret parameters"] }
        } else if let definition = wish.rule {
            (result.action, result.changes) = try await DeadManOperations(room: room).apply(
                definition, wish.ruleJob, by: caller, in: transaction)
        }
        return result
    }
}

/// What differs between two values.
enum ValueDifference {
    /// The paths of all values that differ, such as `timing.cron` and `openings[1].name`.
    static func paths(_ old: some Encodable, _ new: some Encodable) throws -> [String] {
        var paths: [String] = []
        compare(try AuditText.value(old), try AuditText.value(new), "", &paths)
        return paths
    }

    private static func compare(_ old: JSONValue?, _ new: JSONValue?, _ path: String, _ paths: inout [String]) {
        if old == new { return }
        switch (old, new) {
        case (.object(let left)?, .object(let right)?):
            for key in Set(left.keys).union(right.keys).sorted() {
                compare(left[key], right[key], path.isEmpty ? key : "\(path).\(key)", &paths)
            }
        case (.array(let left)?, .array(let right)?) where left.count == right.count:
            for index in left.indices { compare(left[index], right[index], "\(path)[\(index)]", &paths) }
        default: paths.append(path)
        }
    }
}
