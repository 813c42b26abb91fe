import Contracts
import Store
import Vocabulary

/// Which methods are checked, and by which policy.
extension SQLHealthStore {
    func wanted(
        since: Timestamp, besides policy: HealthPolicy?, after: WantedMethod?, limit: Int, in reading: any Reading
    ) async throws -> [WantedMethod] {
        let differs: SQL =
            policy.map {
                "h.target_id IS NULL OR h.route <> w.route OR h.policy_id <> \($0.id) OR h.policy_revision <> \($0.revision)"
            } ?? "1 = 1"
        let rest: SQL = after.map { "(w.target_id, w.position) > (\($0.target), CAST(\($0.position) AS BIGINT))" } ?? "1 = 1"
        return try await reading.query(
            """
            -- health.wanted
            SELECT w.target_id, w.position, w.kind, w.route, h.route AS checked_route, h.policy_id, h.policy_revision
            FROM (
                SELECT m.target_id, m.position, m.kind,
                    CASE WHEN m.kind = 'local' THEN m.kind
                        ELSE m.kind || ' ' || COALESCE(m.host, t.name) || ' ' || COALESCE(CAST(m.port AS TEXT), '') || ' '
                            || COALESCE(m.username, '') || ' ' || COALESCE(m.credential_id, '') || ' ' || COALESCE(m.jump_id, '')
                    END AS route
                FROM targets t JOIN target_methods m ON m.target_id = t.id
                WHERE t.status <> 'retired' AND t.updated_at >= \(since)
            ) AS w
                LEFT JOIN health h ON h.target_id = w.target_id AND h.position = w.position
            WHERE (\(differs)) AND \(rest)
            ORDER BY w.target_id, w.position
            LIMIT \(limit)
            """
        ).map { row in
            let checked = try row.optionalText("checked_route").map { route in
                CheckedRoute(route: route, policy: try row.id("policy_id"), policyRevision: try row.int("policy_revision"))
            }
            return WantedMethod(
                target: try row.id("target_id"), position: try row.int("position"), kind: try row.word("kind"),
                route: try row.text("route"), checked: checked)
        }
    }

    func gone(since: Timestamp, in reading: any Reading) async throws -> [GoneMethod] {
        try await reading.query(
            """
            -- health.gone
            SELECT h.target_id, h.position
            FROM targets t
                JOIN health h ON h.target_id = t.id
                LEFT JOIN target_methods m ON m.target_id = h.target_id AND m.position = h.position
            WHERE t.updated_at >= \(since) AND (t.status = 'retired' OR m.target_id IS NULL)
            ORDER BY h.target_id, h.position
            """
        ).map { GoneMethod(target: try $0.id("target_id"), position: try $0.int("position")) }
    }

    func add(_ methods: [NewCheck], in transaction: any Transaction) async throws {
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

    func remove(_ methods: [GoneMethod], in transaction: any Transaction) async throws {
        try await transaction.execute(
            each: methods.flatMap { method -> [SQL] in
                [
                    "-- health.remove\nDELETE FROM health WHERE target_id = \(method.target) AND position = \(method.position)",
                    "-- health_hours.remove\nDELETE FROM health_hours WHERE target_id = \(method.target) AND position = \(method.position)",
                ]
            })
    }

    func change(_ methods: [ChangedCheck], at now: Timestamp, in transaction: any Transaction) async throws {
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

    func keepSums(since: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(each: [
            """
            -- target_health.add
            INSERT INTO target_health (target_id, state, told)
            SELECT t.id, 'unknown', 'unknown' FROM targets t
            WHERE t.status <> 'retired' AND t.updated_at >= \(since) AND NOT EXISTS (SELECT 1 FROM target_health h WHERE h.target_id = t.id)
            ON CONFLICT (target_id) DO NOTHING
            """,
            """
            -- target_health.remove
            DELETE FROM target_health WHERE target_id IN (SELECT id FROM targets WHERE status = 'retired' AND updated_at >= \(since))
            """,
        ])
    }

    func mark(in reading: any Reading) async throws -> HealthMark {
        let row = try await reading.first(
            """
            -- health.mark
            SELECT t.changed AS targets_changed, p.total AS policies, p.changed AS policies_changed, g.total AS groups,
                g.changed AS groups_changed
            FROM (SELECT COALESCE(MAX(updated_at), 0) AS changed FROM targets) AS t,
                (SELECT COUNT(*) AS total, COALESCE(MAX(updated_at), 0) AS changed FROM health_policies) AS p,
                (SELECT COUNT(*) AS total, COALESCE(MAX(updated_at), 0) AS changed FROM target_groups) AS g
            """)
        guard let row else { throw StoreError.unexpectedValue(column: "targets_changed") }
        let rules = ["policies", "policies_changed", "groups", "groups_changed"]
        return HealthMark(changedAt: try row.time("targets_changed"), rules: try rules.map { try row.int($0) })
    }
}
