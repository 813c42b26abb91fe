import Contracts
import Store
import Vocabulary

/// Which methods are checked, and by which policy.
extension SQLHealthStore {
    func wanted(in reading: any Reading) async throws -> [WantedMethod] {
        try await reading.query(
            """
            -- health.wanted
            SELECT m.target_id, m.position, m.kind,
                COALESCE(m.host, t.name) || ' ' || COALESCE(CAST(m.port AS TEXT), '') || ' ' || COALESCE(m.username, '') || ' '
                    || COALESCE(m.credential_id, '') || ' ' || COALESCE(m.jump_id, '') AS route
            FROM target_methods m JOIN targets t ON t.id = m.target_id
            WHERE t.status <> 'retired'
            ORDER BY m.target_id, m.position
            """
        ).map { row in
            let kind: ConnectionKind = try row.word("kind")
            return WantedMethod(
                target: try row.id("target_id"), position: try row.int("position"), kind: kind,
                route: kind == .local ? "local" : "\(kind.rawValue) \(try row.text("route"))")
        }
    }

    func known(in reading: any Reading) async throws -> [KnownMethod] {
        try await reading.query(
            """
            -- health.known
            SELECT target_id, position, route, policy_id, policy_revision, next_at FROM health ORDER BY target_id, position
            """
        ).map { row in
            KnownMethod(
                target: try row.id("target_id"), position: try row.int("position"), route: try row.text("route"),
                policy: try row.id("policy_id"), policyRevision: try row.int("policy_revision"), nextAt: try row.optionalTime("next_at"))
        }
    }

    func add(_ methods: [(method: WantedMethod, policy: HealthPolicy, next: Timestamp?)], in transaction: any Transaction) async throws {
        try await transaction.insert(
            """
            -- health.add
            INSERT INTO health (target_id, position, kind, route, policy_id, policy_revision, next_at, state, failures, successes, slow,
                quick)
            """,
            methods.map { method, policy, next in
                [
                    .of(method.target), .of(method.position), .of(method.kind), .of(method.route), .of(policy.id), .of(policy.revision),
                    .of(next), .of(HealthState.unknown), .of(0), .of(0), .of(0), .of(0),
                ]
            }, "ON CONFLICT (target_id, position) DO NOTHING")
    }

    func remove(_ methods: [KnownMethod], in transaction: any Transaction) async throws {
        try await transaction.execute(
            each: methods.flatMap { method -> [SQL] in
                [
                    "-- health.remove\nDELETE FROM health WHERE target_id = \(method.target) AND position = \(method.position)",
                    "-- health_hours.remove\nDELETE FROM health_hours WHERE target_id = \(method.target) AND position = \(method.position)",
                ]
            })
    }

    func change(
        _ methods: [(method: WantedMethod, policy: HealthPolicy, next: Timestamp?, forgets: Bool)], at now: Timestamp,
        in transaction: any Transaction
    ) async throws {
        try await transaction.execute(
            each: methods.map { method, policy, next, forgets in
                let reset: SQL =
                    forgets
                    ? """
                    , state = 'unknown', since = CASE WHEN state = 'unknown' THEN since ELSE \(now) END, failures = 0, successes = 0,
                        slow = 0, quick = 0, cause = NULL, failed_at = NULL, failure = NULL, milliseconds = NULL
                    """ : ""
                return """
                    -- health.change
                    UPDATE health
                    SET kind = \(method.kind), route = \(method.route), policy_id = \(policy.id), policy_revision = \(policy.revision),
                        lease = NULL, next_at = \(next)\(reset)
                    WHERE target_id = \(method.target) AND position = \(method.position)
                    """
            })
    }

    func keepSums(in transaction: any Transaction) async throws {
        try await transaction.execute(each: [
            """
            -- target_health.add
            INSERT INTO target_health (target_id, state, told)
            SELECT t.id, 'unknown', 'unknown' FROM targets t
            WHERE t.status <> 'retired' AND NOT EXISTS (SELECT 1 FROM target_health h WHERE h.target_id = t.id)
            ON CONFLICT (target_id) DO NOTHING
            """,
            """
            -- target_health.remove
            DELETE FROM target_health WHERE target_id IN (SELECT id FROM targets WHERE status = 'retired')
            """,
        ])
    }

    func fingerprint(in reading: any Reading) async throws -> String {
        let row = try await reading.first(
            """
            -- health.fingerprint
            SELECT t.total AS targets, t.changed AS targets_changed, p.total AS policies, p.changed AS policies_changed,
                g.total AS groups, g.changed AS groups_changed
            FROM (SELECT COUNT(*) AS total, COALESCE(MAX(updated_at), 0) AS changed FROM targets) AS t,
                (SELECT COUNT(*) AS total, COALESCE(MAX(updated_at), 0) AS changed FROM health_policies) AS p,
                (SELECT COUNT(*) AS total, COALESCE(MAX(updated_at), 0) AS changed FROM target_groups) AS g
            """)
        guard let row else { return "" }
        return try ["targets", "targets_changed", "policies", "policies_changed", "groups", "groups_changed"]
            .map { String(try row.int($0)) }.joined(separator: " ")
    }
}
