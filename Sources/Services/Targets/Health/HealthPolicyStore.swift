import Contracts
import Store
import Vocabulary

/// What the operations rely on for policies.
protocol HealthPolicyStore: Sendable {
    /// All policies in order. How many methods are checked by each takes long to count, and is 0 if nobody asks for it.
    func all(counting: Bool, in reading: any Reading) async throws -> [HealthPolicy]
    /// Adds a policy.
    /// - Throws: `StoreError.duplicate` when the name is taken.
    func insert(_ policy: HealthPolicy, in transaction: any Transaction) async throws
    /// Saves policies, with their places in the order.
    func save(_ policies: [HealthPolicy], in transaction: any Transaction) async throws
    /// Deletes a policy.
    func delete(_ id: HealthPolicyID, in transaction: any Transaction) async throws
}

/// The policies in SQL.
struct SQLHealthPolicyStore: HealthPolicyStore {
    func all(counting: Bool, in reading: any Reading) async throws -> [HealthPolicy] {
        let methods: SQL = counting ? "(SELECT COUNT(*) FROM health h WHERE h.policy_id = p.id)" : "0"
        return try await reading.query(
            """
            -- health_policies.all
            SELECT p.id, p.name, p.filter, p.position, p.enabled, p.interval_seconds, p.timeout_seconds, p.fail_threshold,
                p.recover_threshold, p.warn_milliseconds, p.revision, p.updated_at, \(methods) AS methods
            FROM health_policies p
            ORDER BY p.position, p.id
            """
        ).map { row in
            HealthPolicy(
                id: try row.id("id"), name: try row.text("name"), filter: try row.text("filter"), position: try row.int("position"),
                enabled: try row.bool("enabled"), intervalSeconds: try row.int("interval_seconds"),
                timeoutSeconds: try row.int("timeout_seconds"), failThreshold: try row.int("fail_threshold"),
                recoverThreshold: try row.int("recover_threshold"), warnMilliseconds: try row.optionalInt("warn_milliseconds"),
                methods: try row.int("methods"), revision: try row.int("revision"), updatedAt: try row.time("updated_at"))
        }
    }

    func insert(_ policy: HealthPolicy, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- health_policies.insert
            INSERT INTO health_policies (id, name, name_key, filter, position, enabled, interval_seconds, timeout_seconds, fail_threshold,
                recover_threshold, warn_milliseconds, revision, updated_at)
            VALUES (\(policy.id), \(policy.name), \(policy.name.lowercased()), \(policy.filter), \(policy.position),
                \(policy.enabled ? 1 : 0), \(policy.intervalSeconds), \(policy.timeoutSeconds), \(policy.failThreshold),
                \(policy.recoverThreshold), \(policy.warnMilliseconds), \(policy.revision), \(policy.updatedAt))
            """)
    }

    func save(_ policies: [HealthPolicy], in transaction: any Transaction) async throws {
        try await transaction.execute(
            each: policies.map { policy in
                """
                -- health_policies.save
                UPDATE health_policies
                SET name = \(policy.name), name_key = \(policy.name.lowercased()), filter = \(policy.filter),
                    position = \(policy.position), enabled = \(policy.enabled ? 1 : 0), interval_seconds = \(policy.intervalSeconds),
                    timeout_seconds = \(policy.timeoutSeconds), fail_threshold = \(policy.failThreshold),
                    recover_threshold = \(policy.recoverThreshold), warn_milliseconds = \(policy.warnMilliseconds),
                    revision = \(policy.revision), updated_at = \(policy.updatedAt)
                WHERE id = \(policy.id)
                """
            })
    }

    func delete(_ id: HealthPolicyID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- health_policies.delete\nDELETE FROM health_policies WHERE id = \(id)")
    }
}
