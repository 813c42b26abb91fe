import Contracts
import Flow
import Store
import Vocabulary

/// The targets in SQL: what is asked of the table itself. Parts are read by `TargetParts`, rows written by `TargetRows`.
struct SQLTargetStore: TargetStore {
    func target(_ reference: String, in transaction: any Transaction) async throws -> Target? {
        let reference = String(reference.prefix(200))
        let wanted: SQL =
            if let id = TargetID(reference) {
                "t.id = \(id)"
            } else {
                """
                t.id = (
                    SELECT id FROM targets WHERE serial = \(reference.uppercased()) OR name_key = \(FilterText.folded(reference))
                    ORDER BY CASE WHEN serial = \(reference.uppercased()) THEN 0 ELSE 1 END, id LIMIT 1
                )
                """
            }
        return try await load("targets.show", FilterSQL(nil, dialect: transaction.dialect), wanted, in: transaction).first
    }

    func targets(_ ids: [TargetID], in transaction: any Transaction) async throws -> [Target] {
        let texts = SQL.texts(ids.map(\.text), transaction.dialect)
        return try await load(
            "targets.by_id", FilterSQL(nil, dialect: transaction.dialect), "t.id IN (SELECT value FROM \(texts))", in: transaction)
    }

    func named(_ keys: [String], in transaction: any Transaction) async throws -> [Target] {
        let texts = SQL.texts(keys, transaction.dialect)
        return try await load(
            "targets.by_name", FilterSQL(nil, dialect: transaction.dialect), "t.name_key IN (SELECT value FROM \(texts))",
            in: transaction)
    }

    func page(
        _ filter: FilterExpression?, status: TargetStatus?, after: String?, limit: Int?, in transaction: any Transaction
    ) async throws -> [Target] {
        let filter = FilterSQL(filter, dialect: transaction.dialect)
        var conditions = [filter.condition]
        if let status { conditions.append("t.status = \(status)") }
        if let after { conditions.append("t.name_key > \(after)") }
        return try await load("targets.page", filter, SQL.join(conditions, " AND "), limit: limit, in: transaction)
    }

    func count(_ filter: FilterExpression?, status: TargetStatus?, in transaction: any Transaction) async throws -> Int {
        let filter = FilterSQL(filter, dialect: transaction.dialect)
        let andStatus: SQL = status.map { " AND t.status = \($0)" } ?? ""
        let row = try await transaction.first(
            """
            -- targets.count
            \(filter.prelude)SELECT COUNT(*) AS total
            FROM targets t
            WHERE \(filter.condition)\(andStatus)
            """)
        return try row?.int("total") ?? 0
    }

    func ids(_ filter: FilterExpression, in transaction: any Transaction) async throws -> [TargetID] {
        let filter = FilterSQL(filter, dialect: transaction.dialect)
        return try await transaction.query(
            """
            -- targets.ids
            \(filter.prelude)SELECT t.id
            FROM targets t
            WHERE \(filter.condition)
            ORDER BY t.name_key
            """
        ).map { try $0.id("id") }
    }

    func snapshots(
        _ filter: FilterExpression?, ids: [TargetID], excluding: [TargetID], in transaction: any Transaction
    ) async throws -> [(snapshot: TargetSnapshot, status: TargetStatus)] {
        let compiled = FilterSQL(filter, dialect: transaction.dialect)
        var wanted: [SQL] = filter == nil ? [] : [compiled.condition]
        if !ids.isEmpty { wanted.append("t.id IN (SELECT value FROM \(SQL.texts(ids.map(\.text), transaction.dialect)))") }
        guard !wanted.isEmpty else { return [] }
        let unwanted: SQL =
            excluding.isEmpty
            ? "" : "AND t.id NOT IN (SELECT value FROM \(SQL.texts(excluding.map(\.text), transaction.dialect)))"
        let rows = try await transaction.query(
            """
            -- targets.select
            \(compiled.prelude)SELECT t.id, t.serial, t.name, t.type, t.os, t.environment, t.location, t.status,
                (SELECT m.host FROM target_methods m WHERE m.target_id = t.id AND m.position = 0) AS host
            FROM targets t
            WHERE (\(SQL.join(wanted, " OR "))) \(unwanted)
            ORDER BY t.name_key
            """)
        var parts = try await TargetParts.tagsAndFacts(of: rows.map { try $0.id("id") }, in: transaction)
        return try rows.map { row in
            let id: TargetID = try row.id("id")
            let part = parts.removeValue(forKey: id) ?? TargetParts()
            let name = try row.text("name")
            let snapshot = TargetSnapshot(
                id: id, serial: try row.text("serial"), name: name, host: try row.optionalText("host") ?? name,
                type: try row.word("type"), os: try row.text("os"), environment: try row.text("environment"),
                location: try row.text("location"), tags: part.tags, facts: part.facts)
            return (snapshot, try row.word("status"))
        }
    }

    func jumpers(through id: TargetID, in transaction: any Transaction) async throws -> (names: [String], count: Int) {
        let rows = try await transaction.query(
            """
            -- targets.jumpers
            SELECT t.name, COUNT(*) OVER () AS total
            FROM targets t
            WHERE t.id <> \(id) AND t.id IN (SELECT target_id FROM target_methods WHERE jump_id = \(id))
            ORDER BY t.name_key
            LIMIT 5
            """)
        return (try rows.map { try $0.text("name") }, try rows.first?.int("total") ?? 0)
    }

    func jumps(of ids: [TargetID], in transaction: any Transaction) async throws -> [TargetID: [TargetID]] {
        let texts = SQL.texts(ids.map(\.text), transaction.dialect)
        let rows = try await transaction.query(
            """
            -- targets.jumps
            SELECT target_id, jump_id
            FROM target_methods
            WHERE jump_id IS NOT NULL AND target_id IN (SELECT value FROM \(texts))
            ORDER BY target_id, position
            """)
        return try rows.reduce(into: [:]) { jumps, row in jumps[try row.id("target_id"), default: []].append(try row.id("jump_id")) }
    }

    func values(
        limit: Int, in transaction: any Transaction
    ) async throws -> (tags: [String], environments: [String], oses: [String], facts: [String]) {
        func distinct(_ column: SQL, _ key: SQL, _ table: SQL) async throws -> [String] {
            try await transaction.query(
                """
                -- targets.values
                SELECT MIN(\(column)) AS value
                FROM \(table)
                WHERE \(key) <> ''
                GROUP BY \(key)
                ORDER BY \(key)
                LIMIT \(limit)
                """
            ).map { try $0.text("value") }
        }
        return (
            try await distinct("tag", "tag_key", "target_tags"), try await distinct("environment", "environment_key", "targets"),
            try await distinct("os", "os_key", "targets"), try await distinct("name", "name_key", "target_facts")
        )
    }

    private func load(
        _ label: String, _ filter: FilterSQL, _ condition: SQL, limit: Int? = nil, in transaction: any Transaction
    ) async throws -> [Target] {
        let rows = try await transaction.query(
            """
            -- \(SQL(trusted: label))
            \(filter.prelude)SELECT t.id, t.serial, t.name, t.description, t.type, t.os, t.environment, t.location, t.status,
                t.host_key_policy, t.revision, t.created_at, t.updated_at
            FROM targets t
            WHERE \(condition)
            ORDER BY t.name_key
            \(limit.map { "LIMIT \($0)" as SQL } ?? "")
            """)
        var parts = try await TargetParts.all(of: rows.map { try $0.id("id") }, in: transaction)
        return try rows.map { row in
            let id: TargetID = try row.id("id")
            let part = parts.removeValue(forKey: id) ?? TargetParts()
            return Target(
                id: id, serial: try row.text("serial"), name: try row.text("name"), description: try row.text("description"),
                type: try row.word("type"), os: try row.text("os"), environment: try row.text("environment"),
                location: try row.text("location"), tags: part.tags, facts: part.facts, status: try row.word("status"),
                connections: part.methods, hostKeyPolicy: try row.word("host_key_policy"), hostKeys: part.hostKeys,
                revision: try row.int("revision"), createdAt: try row.time("created_at"), updatedAt: try row.time("updated_at"))
        }
    }
}
