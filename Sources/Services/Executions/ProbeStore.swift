import Contracts
import Store
import Vocabulary
import Web

/// The promises of the store of connection tests. A test is forgotten once its result was fetched, or after an hour.
package protocol ProbeStore: Sendable {
    /// Keeps a test that waits for a worker.
    func insert(_ id: String, _ probe: ProbeTarget, at now: Timestamp, in transaction: any Transaction) async throws
    /// Gives up to `limit` waiting tests to a worker.
    func claim(_ worker: String, limit: Int, in transaction: any Transaction) async throws -> [LeasedProbe]
    /// Whether a test waits for a worker.
    func hasWaiting(in transaction: any Transaction) async throws -> Bool
    /// Keeps a result.
    func finish(_ result: ProbeResult, in transaction: any Transaction) async throws
    /// The result of a test, once it is there.
    func result(_ id: String, in transaction: any Transaction) async throws -> ConnectionTest?
    /// Forgets a test, and all that were made before `before`.
    func forget(_ id: String?, before: Timestamp, in transaction: any Transaction) async throws
}

/// The store of connection tests in SQL.
package struct SQLProbeStore: ProbeStore {
    /// There is nothing to configure.
    package init() {}

    /// See `ProbeStore`.
    package func insert(_ id: String, _ probe: ProbeTarget, at now: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- probes.insert
            INSERT INTO probes (id, target_id, name, method, created_at)
            VALUES (\(id), \(probe.target), \(probe.name), \(probe.method), \(now))
            """)
    }

    /// See `ProbeStore`.
    package func claim(_ worker: String, limit: Int, in transaction: any Transaction) async throws -> [LeasedProbe] {
        let rows = try await transaction.query(
            """
            -- probes.claim
            WITH waiting AS MATERIALIZED (
                SELECT id FROM probes WHERE worker IS NULL ORDER BY id LIMIT \(limit) \(transaction.dialect.skipLocked))
            UPDATE probes SET worker = \(worker) WHERE id IN (SELECT id FROM waiting)
            RETURNING id, target_id, name, method
            """)
        return try rows.map {
            LeasedProbe(
                id: try $0.text("id"), target: try $0.id("target_id"), name: try $0.text("name"),
                method: try $0.optionalInt("method"))
        }
    }

    /// See `ProbeStore`.
    package func hasWaiting(in transaction: any Transaction) async throws -> Bool {
        try await transaction.first("-- probes.waiting\nSELECT 1 AS one FROM probes WHERE worker IS NULL LIMIT 1") != nil
    }

    /// See `ProbeStore`.
    package func finish(_ result: ProbeResult, in transaction: any Transaction) async throws {
        try await transaction.execute(
            "-- probes.finish\nUPDATE probes SET result = \(try JSONCodec.text(result.result)) WHERE id = \(result.id)")
    }

    /// See `ProbeStore`.
    package func result(_ id: String, in transaction: any Transaction) async throws -> ConnectionTest? {
        let row = try await transaction.first("-- probes.result\nSELECT result FROM probes WHERE id = \(id)")
        guard let text = try row?.optionalText("result") else { return nil }
        return try JSONCodec.decode(ConnectionTest.self, from: Array(text.utf8))
    }

    /// See `ProbeStore`.
    package func forget(_ id: String?, before: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute("-- probes.forget\nDELETE FROM probes WHERE id = \(id) OR created_at < \(before)")
    }
}
