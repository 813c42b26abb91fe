import Contracts
import Flow
import Store
import Vocabulary

/// What can be done with findings: look, leave out, make targets of.
struct FindingOperations: Sendable {
    let database: any Database
    let discovery: any DiscoveryStore
    let findings: any FindingStore
    let targets: any TargetStore
    let checks: ReferenceChecks
    let news: NewsDesk
    let clock: any WallClock
    let ids: any IDSource

    /// Findings by address; the first page says how many match in all.
    /// - Throws: `TargetError.notFound`, `invalidCursor`.
    func list(_ query: FindingQuery) async throws -> Page<Finding> {
        let after = try NameCursor.read(query.cursor)
        let limit = min(max(query.limit ?? NameCursor.usualLimit, 1), 500)
        return try await database.read { transaction in
            var selection = FindingSelection(
                statuses: Set(query.status ?? []), ignored: query.ignored ?? false, search: query.search)
            if let reference = query.range {
                guard let range = try await discovery.range(reference, in: transaction) else {
                    throw TargetError.notFound(.range, reference)
                }
                selection.range = range.id
            }
            let found = try await findings.page(selection, after: after, limit: limit + 1, in: transaction)
            let total = after == nil ? try await findings.count(selection, in: transaction) : nil
            let known = try await findings.targets(of: found.map(\.id), in: transaction)
            return NameCursor.page(found.map { Finding($0, known[$0.id]) }, limit: limit, total: total) {
                "\(NetworkAddress($0.host.address)?.key ?? $0.host.address) \($0.id.text)"
            }
        }
    }

    /// Leaves findings out of review, or takes them in again.
    func ignore(_ wish: IgnoreFindings) async throws -> FindingReceipt {
        let now = clock.now()
        let changed = try await database.transact { transaction in
            let changed = try await findings.ignore(wish.findings, wish.ignored, in: transaction)
            if changed > 0 {
                try await news.note(
                    AuditNote(
                        wish.ignored ? "findings.ignored" : "findings.reviewed", .init("findings", "", "\(changed) findings"),
                        by: TargetsService.name, at: now), in: transaction)
            }
            return changed
        }
        news.ring()
        return FindingReceipt(changed: changed)
    }

    /// Makes targets of findings, all or nothing, or shows what that would make. Hosts that are targets already stay as they are.
    /// - Throws: `TargetError.invalid` for what is wrong with all of them.
    func importFindings(_ wish: ImportFindings, by who: String) async throws -> FindingImport {
        let now = clock.now()
        if wish.dryRun { return try await database.read { try await plan(wish, at: now, by: who, in: $0).receipt } }
        try await targets.numbers.prepare(year: now.year, in: database)
        let receipt = try await database.transact { transaction in
            var plan = try await plan(wish, at: now, by: who, in: transaction)
            if plan.receipt.refused == 0 { try await apply(&plan, at: now, in: transaction) }
            return plan.receipt
        }
        news.ring()
        return receipt
    }

    private func plan(
        _ wish: ImportFindings, at now: Timestamp, by who: String, in transaction: any Transaction
    ) async throws -> FindingPlan {
        let found = try await findings.findings(wish.findings, in: transaction)
        let missing = Set(wish.findings).subtracting(found.map(\.id))
        guard missing.isEmpty else {
            throw TargetError.invalid(
                .finding,
                [ProblemPlace("There is no finding `\(missing.map(\.text).sorted()[0])`; look at the list again.", pointer: "#/findings")])
        }
        let known = try await findings.targets(of: found.map(\.id), in: transaction)
        var plan = FindingPlan(wish: wish, now: now, who: who)
        for finding in found { plan.add(finding, known[finding.id], id: .make(ids)) }
        let taken = try await targets.named(plan.new.map { FilterText.folded($0.name) }, in: transaction)
        plan.refuse(taken: Set(taken.map { FilterText.folded($0.name) }))
        plan.refuse(try await checks.mistakes(in: plan.new, transaction))
        return plan
    }

    private func apply(_ plan: inout FindingPlan, at now: Timestamp, in transaction: any Transaction) async throws {
        if plan.new.isEmpty { return plan.receipt.applied = true }
        let numbers = try await targets.numbers.next(plan.new.count, year: now.year, in: transaction)
        let numbered = zip(plan.new, numbers).map { $0.numbered(TargetRules.serial($1, year: now.year)) }
        try await targets.insert(numbered, in: transaction)
        for target in numbered {
            for key in plan.pins[target.id] ?? [] { try await targets.pin(key, to: target.id, in: transaction) }
            try await news.note(
                AuditNote(
                    "target.imported", .init("target", target.id.text, target.name),
                    after: .object([
                        "name": .string(target.name), "address": .string(plan.addresses[target.id] ?? ""),
                        "pinned": .array((plan.pins[target.id] ?? []).map { .string($0.fingerprint) }),
                    ]),
                    by: TargetsService.name, at: now), in: transaction)
        }
        plan.receipt.applied = true
    }
}

extension Finding {
    fileprivate init(_ stored: StoredFinding, _ target: FindingTarget?) {
        let status: FindingStatus = stored.isGone ? .gone : stored.isChanged ? .changed : target == nil ? .new : .known
        self.init(
            id: stored.id, range: stored.range, status: status, ignored: stored.ignored, host: stored.host,
            classification: Classifier.classify(stored.host), target: target, differences: stored.differences,
            suggestedName: FindingRules.name(of: stored.host), firstSeenAt: stored.firstSeenAt, lastSeenAt: stored.lastSeenAt,
            scan: stored.scan)
    }
}
