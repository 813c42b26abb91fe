import Contracts
import Store
import Vocabulary
import Web

/// The store of errands in SQL.
package struct SQLErrandStore: ErrandStore {
    /// There is nothing to configure.
    package init() {}

    /// See `ErrandStore`.
    package func insert(_ errand: Errand, until: Timestamp, at now: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- errands.insert
            INSERT INTO errands (id, kind, request, created_at, wanted_until, fence)
            VALUES (\(errand.id), \(errand.kind), \(try JSONCodec.text(errand)), \(now), \(until), 0)
            ON CONFLICT (id) DO NOTHING
            """)
    }

    private func isFree(_ kinds: [ErrandKind], at now: Timestamp) -> SQL {
        """
        result IS NULL AND kind IN \(SQL.list(kinds.map(\.rawValue))) AND wanted_until > \(now)
            AND (lease_until IS NULL OR lease_until < \(now))
        """
    }

    /// See `ErrandStore`.
    package func hasWaiting(_ kinds: [ErrandKind], at now: Timestamp, in reading: any Reading) async throws -> Bool {
        try await reading.first("-- errands.waiting\nSELECT 1 AS one FROM errands WHERE \(isFree(kinds, at: now)) LIMIT 1") != nil
    }

    /// See `ErrandStore`.
    package func claim(
        _ worker: String, _ kinds: [ErrandKind], until: Timestamp, at now: Timestamp, in transaction: any Transaction
    ) async throws -> (errand: Errand, fence: Int)? {
        let row = try await transaction.first(
            """
            -- errands.claim
            WITH free AS MATERIALIZED (
                SELECT id FROM errands WHERE \(isFree(kinds, at: now)) ORDER BY created_at, id LIMIT 1 \(transaction.dialect.skipLocked))
            UPDATE errands SET worker = \(worker), fence = fence + 1, lease_until = \(until)
            WHERE id IN (SELECT id FROM free)
            RETURNING request, fence
            """)
        guard let row else { return nil }
        return (try JSONCodec.decode(Errand.self, from: Array(try row.text("request").utf8)), try row.int("fence"))
    }

    /// See `ErrandStore`.
    package func giveBack(_ held: HeldErrand, in transaction: any Transaction) async throws {
        try await transaction.execute(
            "-- errands.give_back\nUPDATE errands SET lease_until = NULL WHERE id = \(held.id) AND fence = \(held.fence) AND result IS NULL"
        )
    }

    /// See `ErrandStore`.
    package func extend(
        _ held: [HeldErrand], of worker: String, until: Timestamp, in transaction: any Transaction
    ) async throws -> [HeldErrand] {
        let changed = try await transaction.execute(
            each: held.map { errand in
                """
                -- errands.extend
                UPDATE errands SET lease_until = \(until)
                WHERE id = \(errand.id) AND worker = \(worker) AND fence = \(errand.fence) AND result IS NULL
                """
            })
        return zip(held, changed).filter { $1 == 1 }.map(\.0)
    }

    /// See `ErrandStore`.
    package func finish(
        _ held: HeldErrand, of worker: String, _ result: ErrandResult, in transaction: any Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            -- errands.finish
            UPDATE errands SET result = \(try JSONCodec.text(result))
            WHERE id = \(held.id) AND worker = \(worker) AND fence = \(held.fence) AND result IS NULL
            """) == 1
    }

    /// See `ErrandStore`.
    package func result(_ id: String, in reading: any Reading) async throws -> (result: ErrandResult?, isGone: Bool) {
        guard let row = try await reading.first("-- errands.result\nSELECT result FROM errands WHERE id = \(id)") else {
            return (nil, true)
        }
        guard let text = try row.optionalText("result") else { return (nil, false) }
        return (try JSONCodec.decode(ErrandResult.self, from: Array(text.utf8)), false)
    }

    /// See `ErrandStore`.
    package func forget(_ id: String?, before: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute("-- errands.forget\nDELETE FROM errands WHERE id = \(id) OR wanted_until < \(before)")
    }

    /// See `ErrandStore`.
    package func waiting(at now: Timestamp, in reading: any Reading) async throws -> [ErrandKind: Int] {
        let rows = try await reading.query(
            """
            -- errands.count_waiting
            SELECT kind, COUNT(*) AS total FROM errands WHERE \(isFree(ErrandKind.allCases, at: now)) GROUP BY kind ORDER BY kind
            """)
        return Dictionary(try rows.map { (try $0.word("kind"), try $0.int("total")) }) { first, _ in first }
    }
}
