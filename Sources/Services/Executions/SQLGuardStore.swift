import Contracts
import Store
import Vocabulary
import Web

/// The promises of the store of the guard, of which there is one.
package protocol GuardStore: Sendable {
    /// The guard; nil while nobody changed it.
    func find(in transaction: any Transaction) async throws -> RunGuard?
    /// Keeps the guard over what was there.
    func save(_ rules: RunGuard, in transaction: any Transaction) async throws
}

/// The store of the guard in SQL.
package struct SQLGuardStore: GuardStore {
    /// There is nothing to configure.
    package init() {}

    /// See `GuardStore`.
    package func find(in transaction: any Transaction) async throws -> RunGuard? {
        let row = try await transaction.first(
            "-- guard.find\nSELECT most_targets, production, revision, changed_at, changed_by FROM guard WHERE id = 1")
        return try row.map { row in
            RunGuard(
                mostTargets: try row.optionalInt("most_targets"),
                production: try JSONCodec.decode([String].self, from: try row.text("production").utf8), revision: try row.int("revision"),
                changedAt: try row.time("changed_at"), changedBy: try row.text("changed_by"))
        }
    }

    /// See `GuardStore`.
    package func save(_ rules: RunGuard, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- guard.save
            INSERT INTO guard (id, most_targets, production, revision, changed_at, changed_by)
            VALUES (1, \(rules.mostTargets), \(try JSONCodec.text(rules.production)), \(rules.revision), \(rules.changedAt), \(rules.changedBy))
            ON CONFLICT (id) DO UPDATE SET most_targets = excluded.most_targets, production = excluded.production,
                revision = excluded.revision, changed_at = excluded.changed_at, changed_by = excluded.changed_by
            """)
    }
}
