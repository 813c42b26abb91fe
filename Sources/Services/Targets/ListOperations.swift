import Contracts
import Flow
import Store
import Vocabulary

/// What can be done with lists of targets: import, all or nothing, and export.
struct ListOperations: Sendable {
    let database: any Database
    let targets: any TargetStore
    let credentials: any CredentialStore
    let filters: FilterReader
    let checks: ReferenceChecks
    let clock: any WallClock
    let ids: any IDSource

    /// Imports a list, or shows what that would change. Rows are matched with targets by name; if one is refused nothing is changed.
    /// - Throws: `TargetError.unreadableList`, `invalid`.
    func importTargets(_ request: ImportTargets) async throws -> ImportReceipt {
        let entries = try ImportReader.entries(request.format, request.text)
        let now = clock.now()
        let planner = ImportPlanner(targets: targets, credentials: credentials, checks: checks, ids: ids, now: now)
        if request.dryRun {
            let plan = try await database.read { try await planner.plan(entries, request, in: $0) }
            return plan.receipt(dryRun: true)
        }
        try await targets.numbers.prepare(year: now.year, in: database)
        return try await database.transact { transaction in
            let plan = try await planner.plan(entries, request, in: transaction)
            if plan.isSound { try await apply(plan, at: now, in: transaction) }
            return plan.receipt(dryRun: false)
        }
    }

    private func apply(_ plan: ImportPlan, at now: Timestamp, in transaction: any Transaction) async throws {
        if !plan.new.isEmpty {
            let numbers = try await targets.numbers.next(plan.new.count, year: now.year, in: transaction)
            let numbered = zip(plan.new, numbers).map { $0.numbered(TargetRules.serial($1, year: now.year)) }
            try await targets.insert(numbered, in: transaction)
        }
        if !plan.changed.isEmpty { try await targets.save(plan.changed, in: transaction) }
    }

    /// Targets that match, in a form that can be imported again. Secrets and pinned host keys are not part of it.
    /// - Throws: `TargetError.invalidFilter`.
    func export(_ request: ExportTargets) async throws -> Download {
        let (found, credentialNames, names) = try await database.read { transaction in
            let filter = try await filters.read(request.filter, in: transaction)
            let found = try await targets.page(filter, status: nil, after: nil, limit: nil, in: transaction)
            let stored = try await credentials.page(after: nil, limit: nil, in: transaction)
            let jumps = try await targets.targets(Array(Set(found.flatMap(\.connections).compactMap(\.jump))), in: transaction)
            return (
                found, Dictionary(stored.map { ($0.id, $0.name) }) { first, _ in first },
                Dictionary(jumps.map { ($0.id, $0.name) }) { first, _ in first }
            )
        }
        switch request.format {
        case .csv:
            let text = CSVTargets.write(found, credentials: credentialNames, names: names)
            return Download(contentType: "text/csv; charset=utf-8", fileName: "targets.csv", bytes: Array(text.utf8))
        case .json:
            let text = try JSONTargets.write(found, credentials: credentialNames, names: names)
            return Download(contentType: "application/json", fileName: "targets.json", bytes: Array(text.utf8))
        }
    }
}
