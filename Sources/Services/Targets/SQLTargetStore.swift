import Contracts
import Flow
import Store
import Vocabulary

/// The targets in SQL: what is asked of the table itself. Parts are read by `TargetParts`, rows written by `TargetRows`.
struct SQLTargetStore: TargetStore {
    let numbers = TargetNumbers()

    func target(_ reference: String, in reading: any Reading) async throws -> Target? {
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
        return try await load("targets.show", FilterSQL(nil, dialect: reading.dialect), wanted, in: reading).first
    }

    func targets(_ ids: [TargetID], in reading: any Reading) async throws -> [Target] {
        try await load(
            "targets.by_id", FilterSQL(nil, dialect: reading.dialect), reading.dialect.isOne("t.id", of: ids.map(\.text)), in: reading)
    }

    func named(_ keys: [String], in reading: any Reading) async throws -> [Target] {
        try await load(
            "targets.by_name", FilterSQL(nil, dialect: reading.dialect), reading.dialect.isOne("t.name_key", of: keys), in: reading)
    }

    func page(
        _ filter: FilterExpression?, status: TargetStatus?, after: String?, limit: Int?, in reading: any Reading
    ) async throws -> [Target] {
        let filter = FilterSQL(filter, dialect: reading.dialect)
        var conditions = [filter.condition]
        if let status { conditions.append("t.status = \(status)") }
        if let after { conditions.append("t.name_key > \(after)") }
        return try await load("targets.page", filter, SQL.join(conditions, " AND "), limit: limit, in: reading)
    }

    func count(_ filter: FilterExpression?, status: TargetStatus?, in reading: any Reading) async throws -> Int {
        let filter = FilterSQL(filter, dialect: reading.dialect)
        let andStatus: SQL = status.map { " AND t.status = \($0)" } ?? ""
        let row = try await reading.first(
            """
            -- targets.count
            \(filter.prelude)SELECT COUNT(*) AS total
            FROM targets t
            WHERE \(filter.condition)\(andStatus)
            """)
        return try row?.int("total") ?? 0
    }

    func ids(_ filter: FilterExpression, in reading: any Reading) async throws -> [TargetID] {
        let filter = FilterSQL(filter, dialect: reading.dialect)
        return try await reading.query(
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
        _ filter: FilterExpression?, ids: [TargetID], excluding: [TargetID], in reading: any Reading
    ) async throws -> [(snapshot: TargetSnapshot, status: TargetStatus)] {
        let compiled = FilterSQL(filter, dialect: reading.dialect)
        var wanted: [SQL] = filter == nil ? [] : [compiled.condition]
        if !ids.isEmpty { wanted.append(reading.dialect.isOne("t.id", of: ids.map(\.text))) }
        guard !wanted.isEmpty else { return [] }
        let unwanted: SQL =
            excluding.isEmpty
            ? "" : "AND NOT (\(reading.dialect.isOne("t.id", of: excluding.map(\.text))))"
        let rows = try await reading.query(
            """
            -- targets.select
            \(compiled.prelude)SELECT t.id, t.serial, t.name, t.type, t.os, t.environment, t.location, t.status, t.slots,
                (SELECT m.host FROM target_methods m WHERE m.target_id = t.id AND m.position = 0) AS host,
                t.parts
            FROM targets t
            WHERE (\(SQL.join(wanted, " OR "))) \(unwanted)
            ORDER BY t.name_key
            """)
        return try rows.map { row in
            let parts = try TargetParts(row)
            let name = try row.text("name")
            let snapshot = TargetSnapshot(
                id: try row.id("id"), serial: try row.text("serial"), name: name, host: try row.optionalText("host") ?? name,
                type: try row.word("type"), os: try row.text("os"), environment: try row.text("environment"),
                location: try row.text("location"), tags: parts.tags, facts: parts.facts,
                slots: try row.optionalInt("slots"))
            return (snapshot, try row.word("status"))
        }
    }

    func jumpers(through id: TargetID, in reading: any Reading) async throws -> (names: [String], count: Int) {
        let rows = try await reading.query(
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

    func jumps(of ids: [TargetID], in reading: any Reading) async throws -> [TargetID: [TargetID]] {
        let texts = ids.map(\.text)
        let rows = try await reading.query(
            """
            -- targets.jumps
            SELECT target_id, jump_id
            FROM target_methods
            WHERE jump_id IS NOT NULL AND \(reading.dialect.isOne("target_id", of: texts))
            ORDER BY target_id, position
            """)
        return try rows.reduce(into: [:]) { jumps, row in jumps[try row.id("target_id"), default: []].append(try row.id("jump_id")) }
    }

    func values(
        limit: Int, in reading: any Reading
    ) async throws -> (tags: [String], environments: [String], oses: [String], facts: [String]) {
        func distinct(_ column: SQL, _ key: SQL, _ table: SQL) async throws -> [String] {
            try await reading.query(
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
        _ label: String, _ filter: FilterSQL, _ condition: SQL, limit: Int? = nil, in reading: any Reading
    ) async throws -> [Target] {
        let rows = try await reading.query(
            """
            -- \(SQL(trusted: label))
            \(filter.prelude)SELECT t.id, t.serial, t.name, t.description, t.type, t.os, t.environment, t.location, t.status,
                t.host_key_policy, t.slots, t.revision, t.created_at, t.updated_at, t.parts
            FROM targets t
            WHERE \(condition)
            ORDER BY t.name_key
            \(limit.map { "LIMIT \($0)" as SQL } ?? "")
            """)
        return try rows.map { row in
            let part = try TargetParts(row)
            return Target(
                id: try row.id("id"), serial: try row.text("serial"), name: try row.text("name"), description: try row.text("description"),
                type: try row.word("type"), os: try row.text("os"), environment: try row.text("environment"),
                location: try row.text("location"), tags: part.tags, facts: part.facts, status: try row.word("status"),
                connections: part.methods, hostKeyPolicy: try row.word("host_key_policy"), hostKeys: part.hostKeys,
                slots: try row.optionalInt("slots"), revision: try row.int("revision"), createdAt: try row.time("created_at"),
                updatedAt: try row.time("updated_at"))
        }
    }
}
