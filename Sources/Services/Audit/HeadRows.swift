import Ledger
import Store
import Vocabulary

/// Signed heads in a database.
extension SQLAuditStore {
    private static let headColumns: SQL = "source, number, hash, at, key, signature"

    /// See `AuditStore`.
    package func keep(_ heads: [LedgerHead], in transaction: any Transaction) async throws {
        try await transaction.insert(
            "-- audit.keep_heads\nINSERT INTO audit_heads (source, number, hash, at, key, signature)",
            heads.map { [.of($0.source), .of($0.number), .of($0.hash), .of($0.at), .of($0.key), .of($0.signature)] },
            "ON CONFLICT (source, number) DO NOTHING")
    }

    /// See `AuditStore`.
    package func lastHeads(in reading: any Reading) async throws -> [String: LedgerHead] {
        let rows = try await reading.query(
            """
            -- audit.last_heads
            SELECT \(Self.headColumns) FROM audit_heads AS found
            WHERE number = (SELECT MAX(number) FROM audit_heads AS other WHERE other.source = found.source)
            ORDER BY source
            """)
        return Dictionary(try rows.map(Self.head).map { ($0.source, $0) }) { first, _ in first }
    }

    /// See `AuditStore`.
    package func head(of source: String, from number: Int, in reading: any Reading) async throws -> LedgerHead? {
        try await reading.first(
            """
            -- audit.covering_head
            SELECT \(Self.headColumns) FROM audit_heads WHERE source = \(source) AND number >= \(number) ORDER BY number LIMIT 1
            """
        ).map(Self.head)
    }

    /// See `AuditStore`.
    package func heads(
        of source: String?, before place: LedgerHead?, limit: Int, in reading: any Reading
    ) async throws -> [LedgerHead] {
        var conditions: [SQL] = []
        if let source { conditions.append("source = \(source)") }
        if let place {
            conditions.append(
                """
                (at < \(place.at) OR (at = \(place.at) AND (source < \(place.source)
                    OR (source = \(place.source) AND number < \(place.number)))))
                """)
        }
        return try await reading.query(
            """
            -- audit.heads
            SELECT \(Self.headColumns) FROM audit_heads
            WHERE \(conditions.isEmpty ? "1 = 1" : SQL.join(conditions, " AND "))
            ORDER BY at DESC, source DESC, number DESC
            LIMIT \(limit)
            """
        ).map(Self.head)
    }

    /// See `AuditStore`.
    package func heads(of source: String, after number: Int, limit: Int, in reading: any Reading) async throws -> [LedgerHead] {
        try await reading.query(
            """
            -- audit.heads_in_order
            SELECT \(Self.headColumns) FROM audit_heads WHERE source = \(source) AND number > \(number) ORDER BY number LIMIT \(limit)
            """
        ).map(Self.head)
    }

    private static func head(_ row: Row) throws -> LedgerHead {
        LedgerHead(
            source: try row.text("source"), number: try row.int("number"), hash: try row.text("hash"), at: try row.time("at"),
            key: try row.text("key"), signature: try row.text("signature"))
    }
}
