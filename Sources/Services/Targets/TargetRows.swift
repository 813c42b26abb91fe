import Contracts
import Flow
import Store
import Vocabulary

/// How targets are written.
extension SQLTargetStore {
    func insert(_ targets: [Target], in transaction: any Transaction) async throws {
        // Targets refer to each other, so all of them come before their parts.
        let rows = SQL.inserts(Self.insertion, try targets.map { [.of($0.id), .of($0.serial)] + (try rest(of: $0)) }, "")
        try await transaction.execute(each: rows + parts(of: targets))
    }

    func creation(of targets: [Target], _ dialect: Dialect) throws -> [SQL] {
        let years = Dictionary(grouping: targets, by: \.createdAt.year).sorted { $0.key < $1.key }
        let rows = try years.flatMap { year, targets in
            let (before, serial) = numbers.serial(year: year, dialect)
            let rows = try targets.map { [.of($0.id)] + (try rest(of: $0)) }
            let row = "(?, \(serial), \(Array(repeating: "?", count: (rows.first?.count ?? 1) - 1).joined(separator: ", ")))"
            guard let before else { return SQL.inserts(Self.insertion, rows, Self.returning, row: row) }
            return rows.flatMap { [before] + SQL.inserts(Self.insertion, [$0], Self.returning, row: row) }
        }
        return rows + parts(of: targets)
    }

    private static let returning = "RETURNING id, serial"
    private static let insertion = """
        -- targets.insert
        INSERT INTO targets (id, serial, name, name_key, description, type, os, os_key, environment, environment_key,
            location, location_key, status, host_key_policy, slots, revision, created_at, updated_at, parts)
        """

    /// The values of a row behind its id and serial.
    private func rest(of target: Target) throws -> [SQLValue] {
        let keys = Keys(target)
        return [
            .of(target.name), .of(keys.name), .of(target.description), .of(target.type), .of(target.os), .of(keys.os),
            .of(target.environment), .of(keys.environment), .of(target.location), .of(keys.location), .of(target.status),
            .of(target.hostKeyPolicy), .of(target.slots), .of(target.revision), .of(target.createdAt), .of(target.updatedAt),
            .text(try TargetParts.document(of: target)),
        ]
    }

    func save(_ targets: [Target], in transaction: any Transaction) async throws {
        let wanted = targets.map(\.id.text)
        let saved = try await transaction.execute(
            each: try targets.map { target in
                let keys = Keys(target)
                return """
                    -- targets.save
                    UPDATE targets
                    SET name = \(target.name), name_key = \(keys.name), description = \(target.description), type = \(target.type),
                        os = \(target.os), os_key = \(keys.os), environment = \(target.environment),
                        environment_key = \(keys.environment), location = \(target.location), location_key = \(keys.location),
                        status = \(target.status), host_key_policy = \(target.hostKeyPolicy), slots = \(target.slots), revision = \(target.revision),
                        updated_at = \(target.updatedAt), parts = \(try TargetParts.document(of: target))
                    WHERE id = \(target.id) AND revision = \(target.revision - 1)
                    """
            })
        if let (target, _) = zip(targets, saved).first(where: { $1 != 1 }) {
            throw TargetError.staleRevision(sent: target.revision - 1, current: target.revision)
        }
        for table in ["target_tags", "target_facts", "target_methods"] {
            try await transaction.execute(
                """
                -- targets.clear_parts
                DELETE FROM \(SQL(trusted: table))
                WHERE \(transaction.dialect.isOne("target_id", of: wanted))
                """)
        }
        try await transaction.execute(each: parts(of: targets))
    }

    func delete(_ id: TargetID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- targets.delete_methods\nDELETE FROM target_methods WHERE target_id = \(id)")
        try await transaction.execute("-- targets.delete\nDELETE FROM targets WHERE id = \(id)")
    }

    func pin(_ key: PinnedHostKey, to id: TargetID, in transaction: any Transaction) async throws {
        try await transaction.execute(each: [
            """
            -- target_host_keys.pin
            INSERT INTO target_host_keys (target_id, fingerprint, algorithm, blob, pinned_at, pinned_by)
            VALUES (\(id), \(key.fingerprint), \(key.algorithm), \(key.blob), \(key.pinnedAt), \(key.pinnedBy))
            ON CONFLICT DO NOTHING
            """,
            rendering(id, transaction.dialect),
        ])
    }

    func pinFirst(_ key: PinnedHostKey, to id: TargetID, in transaction: any Transaction) async throws {
        try await transaction.execute(each: [
            """
            -- target_host_keys.pin_first
            INSERT INTO target_host_keys (target_id, fingerprint, algorithm, blob, pinned_at, pinned_by)
            SELECT t.id, \(key.fingerprint), \(key.algorithm), \(key.blob), CAST(\(key.pinnedAt) AS BIGINT), 'first use'
            FROM targets t
            WHERE t.id = \(id) AND t.host_key_policy = 'pin_on_first_use'
                AND NOT EXISTS (SELECT 1 FROM target_host_keys k WHERE k.target_id = t.id)
            ON CONFLICT DO NOTHING
            """,
            rendering(id, transaction.dialect),
        ])
    }

    func unpin(_ fingerprint: String?, from id: TargetID, in transaction: any Transaction) async throws -> Int {
        let only: SQL = fingerprint.map { " AND fingerprint = \($0)" } ?? ""
        return try await transaction.execute(each: [
            "-- target_host_keys.unpin\nDELETE FROM target_host_keys WHERE target_id = \(id)\(only)",
            rendering(id, transaction.dialect),
        ])[0]
    }

    /// Writes the parts of a target as its tables have them now.
    private func rendering(_ id: TargetID, _ dialect: Dialect) -> SQL {
        """
        -- targets.render
        UPDATE targets AS t SET parts = \(TargetParts.rendered(dialect)) WHERE t.id = \(id)
        """
    }

    /// The statements that add the parts of targets.
    private func parts(of targets: [Target]) -> [SQL] {
        let tags = targets.flatMap { target in target.tags.map { [.of(target.id), .of($0), .of(FilterText.folded($0))] as [SQLValue] } }
        let facts = targets.flatMap { target in
            target.facts.map { name, value -> [SQLValue] in
                let key = FilterText.folded(value)
                return [
                    .of(target.id), .of(name), .of(name.lowercased()), .of(value), .of(key),
                    FilterText.number(key).map(SQLValue.real) ?? .null,
                ]
            }
        }
        let methods = targets.flatMap { target in
            target.connections.enumerated().map { position, method -> [SQLValue] in
                [
                    .of(target.id), .of(position), .of(method.kind), .of(method.host), .of(method.port), .of(method.user),
                    .of(method.credential), .of(method.jump), .of(method.connectTimeoutSeconds),
                ]
            }
        }
        return SQL.inserts("-- target_tags.insert\nINSERT INTO target_tags (target_id, tag, tag_key)", tags, "")
            + SQL.inserts(
                "-- target_facts.insert\nINSERT INTO target_facts (target_id, name, name_key, value, value_key, number)", facts, "")
            + SQL.inserts(
                """
                -- target_methods.insert
                INSERT INTO target_methods (target_id, position, kind, host, port, username, credential_id, jump_id,
                    connect_timeout_seconds)
                """, methods, "")
    }

    /// The folded texts by which a target is found.
    private struct Keys {
        let name, os, environment, location: String

        init(_ target: Target) {
            name = FilterText.folded(target.name)
            os = FilterText.folded(target.os)
            environment = FilterText.folded(target.environment)
            location = FilterText.folded(target.location)
        }
    }
}
