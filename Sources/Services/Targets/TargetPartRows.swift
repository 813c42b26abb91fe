import Contracts
import Store
import Vocabulary

/// What hangs on a target in tables of its own.
struct TargetParts {
    var tags: [String] = []
    var facts: [String: String] = [:]
    var methods: [ConnectionMethod] = []
    var hostKeys: [PinnedHostKey] = []

    /// All parts of these targets: four queries for any number.
    static func all(of ids: [TargetID], in transaction: any Transaction) async throws -> [TargetID: TargetParts] {
        guard !ids.isEmpty else { return [:] }
        var parts = try await tagsAndFacts(of: ids, in: transaction)
        let wanted = SQL.texts(ids.map(\.text), transaction.dialect)
        let methods = try await transaction.query(
            """
            -- target_methods.list
            SELECT target_id, kind, host, port, username, credential_id, jump_id, connect_timeout_seconds
            FROM target_methods
            WHERE target_id IN (SELECT value FROM \(wanted))
            ORDER BY target_id, position
            """)
        for row in methods {
            let method = ConnectionMethod(
                kind: try row.word("kind"), host: try row.optionalText("host"), port: try row.optionalInt("port"),
                user: try row.optionalText("username"), credential: try row.optionalId("credential_id"),
                jump: try row.optionalId("jump_id"), connectTimeoutSeconds: try row.optionalInt("connect_timeout_seconds"))
            parts[try row.id("target_id"), default: TargetParts()].methods.append(method)
        }
        let keys = try await transaction.query(
            """
            -- target_host_keys.list
            SELECT target_id, fingerprint, algorithm, blob, pinned_at, pinned_by
            FROM target_host_keys
            WHERE target_id IN (SELECT value FROM \(wanted))
            ORDER BY target_id, pinned_at, fingerprint
            """)
        for row in keys {
            let key = PinnedHostKey(
                algorithm: try row.text("algorithm"), blob: try row.text("blob"), fingerprint: try row.text("fingerprint"),
                pinnedAt: try row.time("pinned_at"), pinnedBy: try row.text("pinned_by"))
            parts[try row.id("target_id"), default: TargetParts()].hostKeys.append(key)
        }
        return parts
    }

    /// Only tags and facts: two queries.
    static func tagsAndFacts(of ids: [TargetID], in transaction: any Transaction) async throws -> [TargetID: TargetParts] {
        guard !ids.isEmpty else { return [:] }
        let wanted = SQL.texts(ids.map(\.text), transaction.dialect)
        var parts: [TargetID: TargetParts] = [:]
        let tags = try await transaction.query(
            """
            -- target_tags.list
            SELECT target_id, tag
            FROM target_tags
            WHERE target_id IN (SELECT value FROM \(wanted))
            ORDER BY target_id, tag_key
            """)
        for row in tags { parts[try row.id("target_id"), default: TargetParts()].tags.append(try row.text("tag")) }
        let facts = try await transaction.query(
            """
            -- target_facts.list
            SELECT target_id, name, value
            FROM target_facts
            WHERE target_id IN (SELECT value FROM \(wanted))
            ORDER BY target_id, name_key
            """)
        for row in facts {
            parts[try row.id("target_id"), default: TargetParts()].facts[try row.text("name")] = try row.text("value")
        }
        return parts
    }
}
