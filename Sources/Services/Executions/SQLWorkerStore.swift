import Contracts
import Store
import Vocabulary

/// The promises of the store of workers.
package protocol WorkerStore: Sendable {
    /// Takes note of a sign of life of a worker with so many slots; a server that dies may forget the last one.
    func note(_ worker: String, slots: Int, at now: Timestamp, in database: any Database) async throws
    /// The workers that were heard of since an instant, by name.
    func list(since: Timestamp, aliveSince: Timestamp, in transaction: any Transaction) async throws -> [WorkerState]
}

/// The store of workers in SQL.
package struct SQLWorkerStore: WorkerStore {
    /// There is nothing to configure.
    package init() {}

    /// See `WorkerStore`.
    package func note(_ worker: String, slots: Int, at now: Timestamp, in database: any Database) async throws {
        try await database.transact(
            [
                """
                -- workers.note
                INSERT INTO workers (name, seen_at, slots) VALUES (\(worker), \(now), \(slots))
                ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at, slots = excluded.slots
                """
            ], kept: .soon)
    }

    /// See `WorkerStore`.
    package func list(since: Timestamp, aliveSince: Timestamp, in transaction: any Transaction) async throws -> [WorkerState] {
        let rows = try await transaction.query(
            """
            -- workers.list
            SELECT workers.name, workers.seen_at, workers.slots,
                (SELECT COUNT(*) FROM branches WHERE lease_until IS NOT NULL AND worker = workers.name) AS running
            FROM workers WHERE seen_at >= \(since) ORDER BY name
            """)
        return try rows.map { row in
            let seen = try row.time("seen_at")
            return WorkerState(
                name: try row.text("name"), seenAt: seen, slots: try row.int("slots"), running: try row.int("running"),
                alive: seen >= aliveSince)
        }
    }
}
