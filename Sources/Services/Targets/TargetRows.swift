import Contracts
import Flow
import Store
import Vocabulary

/// How targets are written.
extension SQLTargetStore {
    func insert(_ targets: [Target], in transaction: any Transaction) async throws {
        let rows = targets.map { target -> SQL in
            let keys = Keys(target)
            return """
                (\(target.id), \(target.serial), \(target.name), \(keys.name), \(target.description), \(target.type), \(target.os),
                \(keys.os), \(target.environment), \(keys.environment), \(target.location), \(keys.location), \(target.status),
                \(target.hostKeyPolicy), \(target.revision), \(target.createdAt), \(target.updatedAt))
                """
        }
        try await insert(
            rows,
            """
            -- targets.insert
            INSERT INTO targets (id, serial, name, name_key, description, type, os, os_key, environment, environment_key,
                location, location_key, status, host_key_policy, revision, created_at, updated_at) VALUES
            """, in: transaction)
        try await insertParts(targets, in: transaction)
    }

    func save(_ targets: [Target], in transaction: any Transaction) async throws {
        let saved = try await transaction.execute(
            each: targets.map { target in
                let keys = Keys(target)
                return """
                    -- targets.save
                    UPDATE targets
                    SET name = \(target.name), name_key = \(keys.name), description = \(target.description), type = \(target.type),
                        os = \(target.os), os_key = \(keys.os), environment = \(target.environment),
                        environment_key = \(keys.environment), location = \(target.location), location_key = \(keys.location),
                        status = \(target.status), host_key_policy = \(target.hostKeyPolicy), revision = \(target.revision),
                        updated_at = \(target.updatedAt)
                    WHERE id = \(target.id) AND revision = \(target.revision - 1)
                    """
            })
        if let (target, _) = zip(targets, saved).first(where: { $1 != 1 }) {
            throw TargetError.staleRevision(sent: target.revision - 1, current: target.revision)
        }
        let wanted = SQL.texts(targets.map(\.id.text), transaction.dialect)
        for table in ["target_tags", "target_facts", "target_methods"] {
            try await transaction.execute(
                """
                -- targets.clear_parts
                DELETE FROM \(SQL(trusted: table))
                WHERE target_id IN (SELECT value FROM \(wanted))
                """)
        }
        try await insertParts(targets, in: transaction)
    }

    func delete(_ id: TargetID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- targets.delete_methods\nDELETE FROM target_methods WHERE target_id = \(id)")
        try await transaction.execute("-- targets.delete\nDELETE FROM targets WHERE id = \(id)")
    }

    func nextNumbers(_ count: Int, year: Int, in transaction: any Transaction) async throws -> Int {
        let row = try await transaction.first(
            """
            -- serials.count_up
            INSERT INTO serials (kind, year, last)
            VALUES ('target', \(year), \(count))
            ON CONFLICT (kind, year) DO UPDATE SET last = serials.last + excluded.last
            RETURNING last
            """)
        return (try row?.int("last") ?? count) - count + 1
    }

    func pin(_ key: PinnedHostKey, to id: TargetID, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- target_host_keys.pin
            INSERT INTO target_host_keys (target_id, fingerprint, algorithm, blob, pinned_at, pinned_by)
            VALUES (\(id), \(key.fingerprint), \(key.algorithm), \(key.blob), \(key.pinnedAt), \(key.pinnedBy))
            ON CONFLICT DO NOTHING
            """)
    }

    func pinFirst(_ key: PinnedHostKey, to id: TargetID, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- target_host_keys.pin_first
            INSERT INTO target_host_keys (target_id, fingerprint, algorithm, blob, pinned_at, pinned_by)
            SELECT t.id, \(key.fingerprint), \(key.algorithm), \(key.blob), CAST(\(key.pinnedAt) AS BIGINT), 'first use'
            FROM targets t
            WHERE t.id = \(id) AND t.host_key_policy = 'pin_on_first_use'
                AND NOT EXISTS (SELECT 1 FROM target_host_keys k WHERE k.target_id = t.id)
            ON CONFLICT DO NOTHING
            """)
    }

    func unpin(_ fingerprint: String?, from id: TargetID, in transaction: any Transaction) async throws -> Int {
        let only: SQL = fingerprint.map { " AND fingerprint = \($0)" } ?? ""
        return try await transaction.execute("-- target_host_keys.unpin\nDELETE FROM target_host_keys WHERE target_id = \(id)\(only)")
    }

    private func insertParts(_ targets: [Target], in transaction: any Transaction) async throws {
        let tags = targets.flatMap { target in
            target.tags.map { tag -> SQL in "(\(target.id), \(tag), \(FilterText.folded(tag)))" }
        }
        try await insert(tags, "-- target_tags.insert\nINSERT INTO target_tags (target_id, tag, tag_key) VALUES", in: transaction)
        let facts = targets.flatMap { target in
            target.facts.map { name, value -> SQL in
                let key = FilterText.folded(value)
                return "(\(target.id), \(name), \(name.lowercased()), \(value), \(key), \(FilterText.number(key)))"
            }
        }
        try await insert(
            facts,
            """
            -- target_facts.insert
            INSERT INTO target_facts (target_id, name, name_key, value, value_key, number) VALUES
            """, in: transaction)
        let methods = targets.flatMap { target in
            target.connections.enumerated().map { position, method -> SQL in
                """
                (\(target.id), \(position), \(method.kind), \(method.host), \(method.port), \(method.user), \(method.credential),
                \(method.jump), \(method.connectTimeoutSeconds))
                """
            }
        }
        try await insert(
            methods,
            """
            -- target_methods.insert
            INSERT INTO target_methods (target_id, position, kind, host, port, username, credential_id, jump_id,
                connect_timeout_seconds) VALUES
            """, in: transaction)
    }

    private func insert(_ rows: [SQL], _ statement: SQL, in transaction: any Transaction) async throws {
        try await transaction.execute(each: rows.map { "\(statement)\n\($0)" })
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
