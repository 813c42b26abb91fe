import Contracts
import Flow
import Store
import Vocabulary

/// What an import would do, row by row.
struct ImportPlan: Sendable {
    /// Every entry in order.
    var rows: [ImportRow] = []
    /// Targets to add; their serials are still missing.
    var new: [Target] = []
    /// Targets to save.
    var changed: [Target] = []

    /// Whether nothing stands in the way.
    var isSound: Bool { !rows.contains { $0.action == .refused } }

    /// What is told to the caller.
    func receipt(dryRun: Bool) -> ImportReceipt {
        func count(_ action: ImportAction) -> Int { rows.count { $0.action == action } }
        return ImportReceipt(
            dryRun: dryRun, applied: !dryRun && isSound, created: count(.create), updated: count(.update),
            unchanged: count(.unchanged), refused: count(.refused), rows: rows)
    }
}

/// Works out what an import would do. Reads, but writes nothing.
struct ImportPlanner: Sendable {
    let targets: any TargetStore
    let credentials: any CredentialStore
    let checks: ReferenceChecks
    let ids: any IDSource
    let now: Timestamp

    /// The plan for these entries.
    /// - Throws: `TargetError.invalid` when the default credential does not exist.
    func plan(_ entries: [ImportEntry], _ request: ImportTargets, in transaction: any Transaction) async throws -> ImportPlan {
        let stored = try await credentials.page(after: nil, limit: nil, in: transaction)
        if let id = request.credential, !stored.contains(where: { $0.id == id }) {
            throw TargetError.invalid(.target, [ProblemPlace("There is no credential `\(id)`.", pointer: "#/credential")])
        }
        let keys = Set(entries.flatMap { [$0.name] + $0.methods.compactMap { $0.values[.jump] } }.map(FilterText.folded))
        let found = try await targets.named(Array(keys), in: transaction)
        let existing = Dictionary(found.map { (FilterText.folded($0.name), $0) }) { first, _ in first }
        var targetIds = existing.mapValues(\.id)
        for entry in entries where targetIds[FilterText.folded(entry.name)] == nil {
            targetIds[FilterText.folded(entry.name)] = .make(ids)
        }
        let merge = ImportMerge(
            credentials: Dictionary(stored.map { (FilterText.folded($0.name), $0.id) }) { first, _ in first }, targets: targetIds,
            defaultCredential: request.credential, policy: request.hostKeyPolicy ?? .strict)
        var drafts = drafts(entries, merge, existing)
        try await checkReferences(&drafts, in: transaction)
        let jumps = try await targets.targets(Array(Set(drafts.flatMap(\.jumps))), in: transaction)
        let credentialNames = Dictionary(stored.map { ($0.id, $0.name) }) { first, _ in first }
        let ownNames = drafts.compactMap { $0.next.map { ($0.id, $0.name) } }
        let names = Dictionary(jumps.map { ($0.id, $0.name) } + ownNames) { _, last in last }
        return finished(drafts, credentialNames, names)
    }

    private struct Draft {
        let entry: ImportEntry
        let current: Target?
        var next: Target?
        var problems: [String]

        var jumps: [TargetID] { ((current?.connections ?? []) + (next?.connections ?? [])).compactMap(\.jump) }
    }

    private func drafts(_ entries: [ImportEntry], _ merge: ImportMerge, _ existing: [String: Target]) -> [Draft] {
        var lines: [String: Int] = [:]
        return entries.map { entry in
            let key = FilterText.folded(entry.name)
            let current = existing[key]
            if entry.name.isEmpty {
                let problems = entry.problems.isEmpty ? ["The name is missing."] : entry.problems
                return Draft(entry: entry, current: nil, next: nil, problems: problems)
            }
            var (save, problems) = merge.merged(entry, into: current)
            problems += TargetRules.mistakes(in: save).map(\.detail)
            if let first = lines[key] {
                problems.append("The name `\(entry.name.prefix(80))` is already in line \(first).")
            } else {
                lines[key] = entry.line
            }
            guard problems.isEmpty, let id = merge.targets[key] else {
                return Draft(entry: entry, current: current, next: nil, problems: problems)
            }
            let next = current?.changed(to: save, at: now) ?? Target.made(save, id: id, serial: "", at: now)
            return Draft(entry: entry, current: current, next: next, problems: [])
        }
    }

    private func checkReferences(_ drafts: inout [Draft], in transaction: any Transaction) async throws {
        let mistakes = try await checks.mistakes(in: drafts.compactMap(\.next), transaction)
        for index in drafts.indices {
            guard let id = drafts[index].next?.id, let places = mistakes[id] else { continue }
            drafts[index].problems = places.map(\.detail)
        }
    }

    private func finished(
        _ drafts: [Draft], _ credentials: [CredentialID: String], _ names: [TargetID: String]
    ) -> ImportPlan {
        var plan = ImportPlan()
        for draft in drafts {
            let entry = draft.entry
            let notes = Set(entry.notes).sorted().map { "note: \($0)" }
            func add(_ action: ImportAction, _ changes: [String]) {
                let name = entry.name.isEmpty ? nil : String(entry.name.prefix(200))
                plan.rows.append(
                    ImportRow(line: entry.line, name: name, action: action, changes: changes + notes, problems: draft.problems))
            }
            guard draft.problems.isEmpty, let next = draft.next else {
                add(.refused, [])
                continue
            }
            let blank = Target.made(SaveTarget(name: next.name), id: next.id, serial: "", at: now)
            let changes = ImportChanges.between(
                (draft.current ?? blank).saved, next.saved, credentials: credentials, names: names)
            if draft.current == nil {
                plan.new.append(next)
                add(.create, changes)
            } else if changes.isEmpty {
                add(.unchanged, [])
            } else {
                plan.changed.append(next)
                add(.update, changes)
            }
        }
        return plan
    }
}
