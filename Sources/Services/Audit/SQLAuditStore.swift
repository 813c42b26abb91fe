import Ledger
import Store
import Vocabulary

/// Chains and entries in a database.
package struct SQLAuditStore: AuditStore {
    /// The columns that say again what the text says, for finding entries.
    static let columns = ["at", "action", "actor_id", "actor_name", "object_kind", "object_id", "object_name", "request_id"]
    private static let everything = SQL(trusted: (["source", "number", "id", "content", "hash", "seal"] + columns).joined(separator: ", "))

    /// There is nothing to configure.
    package init() {}

    /// See `AuditStore`.
    package func lock(_ source: String, at now: Timestamp, in transaction: any Transaction) async throws -> ChainEnd {
        try await transaction.execute(
            """
            -- audit.begin_chain
            INSERT INTO audit_chains (source, number, hash, at) VALUES (\(source), 0, \(LedgerEntry.firstPrevious), \(now))
            ON CONFLICT (source) DO NOTHING
            """)
        let row = try await transaction.first(
            """
            -- audit.lock_chain
            SELECT source, number, hash, at FROM audit_chains WHERE source = \(source) \(transaction.dialect.forUpdate)
            """)
        guard let row else { throw StoreError.unexpectedValue(column: "source") }
        return try Self.end(row)
    }

    /// See `AuditStore`.
    package func known(_ ids: [String], in transaction: any Transaction) async throws -> Set<String> {
        Set(
            try await transaction.query("-- audit.known\nSELECT id FROM audit_entries WHERE id IN \(SQL.list(ids))").map {
                try $0.text("id")
            })
    }

    /// See `AuditStore`.
    package func append(_ entries: [StoredEntry], end: ChainEnd, in transaction: any Transaction) async throws {
        try await transaction.insert(
            """
            -- audit.append
            INSERT INTO audit_entries (source, number, id, content, hash, seal, \(Self.columns.joined(separator: ", ")))
            """,
            entries.map {
                [.of($0.source), .of($0.number), .of($0.id), .of($0.content), .of($0.hash), .of($0.seal)] + $0.columns
            })
        try await transaction.execute(
            """
            -- audit.end_chain
            UPDATE audit_chains SET number = \(end.number), hash = \(end.hash), at = \(end.at) WHERE source = \(end.source)
            """)
    }

    /// See `AuditStore`.
    package func page(
        _ filter: EntryFilter, after place: EntryPlace?, limit: Int, in reading: any Reading
    ) async throws -> [StoredEntry] {
        var conditions = filter.conditions
        if let place { conditions.append("(at < \(place.at) OR (at = \(place.at) AND id < \(place.id)))") }
        return try await reading.query(
            """
            -- audit.page
            SELECT \(Self.everything) FROM audit_entries
            WHERE \(Self.all(conditions))
            ORDER BY at DESC, id DESC
            LIMIT \(limit)
            """
        ).map(Self.entry)
    }

    /// See `AuditStore`.
    package func entries(
        of source: String, after number: Int, _ filter: EntryFilter, limit: Int, in reading: any Reading
    ) async throws -> [StoredEntry] {
        try await reading.query(
            """
            -- audit.entries_in_order
            SELECT \(Self.everything) FROM audit_entries
            WHERE source = \(source) AND number > \(number) AND \(Self.all(filter.conditions))
            ORDER BY number
            LIMIT \(limit)
            """
        ).map(Self.entry)
    }

    /// See `AuditStore`.
    package func entry(_ id: String, in reading: any Reading) async throws -> StoredEntry? {
        try await reading.first("-- audit.entry\nSELECT \(Self.everything) FROM audit_entries WHERE id = \(id)").map(Self.entry)
    }

    /// See `AuditStore`.
    package func chains(in reading: any Reading) async throws -> [ChainEnd] {
        try await reading.query("-- audit.chains\nSELECT source, number, hash, at FROM audit_chains ORDER BY source").map(Self.end)
    }

    /// See `AuditStore`.
    package func sources(in reading: any Reading) async throws -> [String] {
        try await reading.query(
            """
            -- audit.sources
            SELECT source FROM audit_chains
            UNION
            SELECT DISTINCT source FROM audit_entries
            ORDER BY source
            """
        ).map { try $0.text("source") }
    }

    private static func all(_ conditions: [SQL]) -> SQL { conditions.isEmpty ? "1 = 1" : SQL.join(conditions, " AND ") }

    private static func end(_ row: Row) throws -> ChainEnd {
        ChainEnd(source: try row.text("source"), number: try row.int("number"), hash: try row.text("hash"), at: try row.time("at"))
    }

    private static func entry(_ row: Row) throws -> StoredEntry {
        StoredEntry(
            source: try row.text("source"), number: try row.int("number"), id: try row.text("id"), content: try row.text("content"),
            hash: try row.text("hash"), seal: try row.text("seal"), columns: columns.map { row[$0] })
    }
}

extension EntryFilter {
    /// What the columns of a wanted entry say.
    fileprivate var conditions: [SQL] {
        var conditions: [SQL] = []
        if let actor { conditions.append("(actor_name = \(actor) OR actor_id = \(actor))") }
        if let action { conditions.append("action LIKE \(Self.pattern(action) + "%") ESCAPE '\\'") }
        if let kind { conditions.append("object_kind = \(kind)") }
        if let object { conditions.append("(object_id = \(object) OR object_name = \(object))") }
        if let source { conditions.append("source = \(source)") }
        if let requestId { conditions.append("request_id = \(requestId)") }
        if let since { conditions.append("at >= \(since)") }
        if let until { conditions.append("at < \(until)") }
        if let text {
            // As it stands in the text of the entry, which is JSON.
            var bytes: [UInt8] = []
            CanonicalJSON.append(text, to: &bytes)
            let inside = String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
            conditions.append("LOWER(content) LIKE LOWER(\("%" + Self.pattern(inside) + "%")) ESCAPE '\\'")
        }
        return conditions
    }

    /// A text in which nothing stands for anything else.
    private static func pattern(_ text: String) -> String {
        String(text.flatMap { "\\%_".contains($0) ? ["\\", $0] : [$0] })
    }
}
