import Contracts
import Flow
import Store
import Vocabulary
import Web

/// What can be done with lists of targets: import, all or nothing, and export.
struct ListOperations: Sendable {
    let database: any Database
    let targets: any TargetStore
    let credentials: any CredentialStore
    let filters: FilterReader
    let checks: ReferenceChecks
    let notes: TargetNotes
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
        let receipt = try await database.transact { transaction in
            let plan = try await planner.plan(entries, request, in: transaction)
            let receipt = plan.receipt(dryRun: false)
            if plan.isSound {
                try await apply(plan, at: now, in: transaction)
                try await notes.list("targets.imported", after: Self.told(receipt, request.format), in: transaction)
            }
            return receipt
        }
        notes.news.ring()
        return receipt
    }

    /// The counts, and which rows were added or changed.
    private static func told(_ receipt: ImportReceipt, _ format: ImportFormat) -> JSONValue {
        func names(_ action: ImportAction) -> JSONValue {
            .array(receipt.rows.filter { $0.action == action }.compactMap { $0.name.map { .string($0) } })
        }
        return AuditNote.bounded(
            .object([
                "format": .string(format.rawValue), "created": .integer(Int64(receipt.created)),
                "updated": .integer(Int64(receipt.updated)),
                "unchanged": .integer(Int64(receipt.unchanged)), "created_names": names(.create), "updated_names": names(.update),
            ]))
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
        try await database.transact { transaction in
            let what: [String: JSONValue] = ["format": .string(request.format.rawValue), "filter": .string(request.filter ?? "")]
            try await notes.list("targets.exported", after: .object(what), in: transaction)
        }
        notes.news.ring()
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
