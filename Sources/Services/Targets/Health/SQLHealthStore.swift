import Contracts
import Store
import Vocabulary

/// Checks and what they found, in SQL.
struct SQLHealthStore: HealthStore {
    private static let columns: SQL = """
        target_id, position, kind, policy_id, next_at, state, since, failures, successes, slow, quick, checked_at, milliseconds,
            cause, failed_at, failure
        """

    func nextDue(in reading: any Reading) async throws -> Timestamp? {
        try await reading.first("-- health.next_due\nSELECT MIN(next_at) AS due FROM health")?.optionalTime("due")
    }

    func claim(
        _ lease: String, of target: TargetID?, limit: Int, until: Timestamp, at now: Timestamp, in transaction: any Transaction
    ) async throws -> [DueCheck] {
        let wanted: SQL = target.map { "target_id = \($0)" } ?? "next_at <= \(now)"
        let rows = try await transaction.query(
            """
            -- health.claim
            WITH due AS MATERIALIZED (
                SELECT target_id, position FROM health
                WHERE \(wanted)
                ORDER BY next_at, target_id, position
                LIMIT \(limit) \(transaction.dialect.skipLocked))
            UPDATE health SET lease = \(lease), next_at = \(until)
            WHERE (target_id, position) IN (SELECT target_id, position FROM due)
            RETURNING target_id, position, policy_id
            """)
        if rows.isEmpty { return [] }
        let ids = Set(try rows.map { try $0.text("target_id") }).sorted()
        let names = try await transaction.query(
            "-- health.names\nSELECT id, name FROM targets WHERE \(transaction.dialect.isOne("id", of: ids)) ORDER BY id")
        let byId = Dictionary(try names.map { (try $0.text("id"), try $0.text("name")) }) { first, _ in first }
        return try rows.map { row in
            DueCheck(
                target: try row.id("target_id"), position: try row.int("position"), name: byId[try row.text("target_id")] ?? "",
                policy: try row.id("policy_id"))
        }
    }

    func leased(_ lease: String, in transaction: any Transaction) async throws -> [CheckedMethod] {
        try await transaction.query(
            """
            -- health.leased
            SELECT \(Self.columns) FROM health WHERE lease = \(lease) ORDER BY target_id, position \(transaction.dialect.forUpdate)
            """
        ).map(Self.method)
    }

    func save(_ methods: [CheckedMethod], in transaction: any Transaction) async throws {
        try await transaction.execute(
            each: methods.map { method in
                let run = method.run
                return """
                    -- health.save
                    UPDATE health
                    SET lease = NULL, next_at = \(method.nextAt), state = \(run.state), since = \(run.since), failures = \(run.failures),
                        successes = \(run.successes), slow = \(run.slow), quick = \(run.quick), checked_at = \(method.checkedAt),
                        milliseconds = \(method.milliseconds), cause = \(method.cause), failed_at = \(method.failedAt),
                        failure = \(method.failure)
                    WHERE target_id = \(method.target) AND position = \(method.position)
                    """
            })
    }

    func release(_ lease: String, next: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute("-- health.release\nUPDATE health SET lease = NULL, next_at = \(next) WHERE lease = \(lease)")
    }

    func methods(of targets: [TargetID], in reading: any Reading) async throws -> [CheckedMethod] {
        try await reading.query(
            """
            -- health.methods
            SELECT \(Self.columns) FROM health
            WHERE \(reading.dialect.isOne("target_id", of: targets.map(\.text)))
            ORDER BY target_id, position
            """
        ).map(Self.method)
    }

    private static func method(_ row: Row) throws -> CheckedMethod {
        CheckedMethod(
            target: try row.id("target_id"), position: try row.int("position"), kind: try row.word("kind"),
            policy: try row.id("policy_id"), nextAt: try row.optionalTime("next_at"),
            run: HealthRun(
                state: try row.word("state"), since: try row.optionalTime("since"), failures: try row.int("failures"),
                successes: try row.int("successes"), slow: try row.int("slow"), quick: try row.int("quick")),
            checkedAt: try row.optionalTime("checked_at"), milliseconds: try row.optionalDouble("milliseconds"),
            cause: try row.optionalText("cause"), failedAt: try row.optionalTime("failed_at"), failure: try row.optionalText("failure"))
    }

    func sums(of targets: [TargetID], locking: Bool, in reading: any Reading) async throws -> [StoredSum] {
        try await reading.query(
            """
            -- target_health.show
            SELECT target_id, state, since, cause, checked_at, milliseconds, told FROM target_health
            WHERE \(reading.dialect.isOne("target_id", of: targets.map(\.text)))
            ORDER BY target_id \(locking ? reading.dialect.forUpdate : "")
            """
        ).map { row in
            StoredSum(
                target: try row.id("target_id"), state: try row.word("state"), since: try row.optionalTime("since"),
                cause: try row.optionalText("cause"), checkedAt: try row.optionalTime("checked_at"),
                milliseconds: try row.optionalDouble("milliseconds"), told: try row.word("told"))
        }
    }

    func save(_ sums: [StoredSum], in transaction: any Transaction) async throws {
        try await transaction.execute(
            each: sums.map { sum in
                """
                -- target_health.save
                UPDATE target_health
                SET state = \(sum.state), since = \(sum.since), cause = \(sum.cause), checked_at = \(sum.checkedAt),
                    milliseconds = \(sum.milliseconds), told = \(sum.told)
                WHERE target_id = \(sum.target)
                """
            })
    }

    func counts(in reading: any Reading) async throws -> (environments: [EnvironmentHealth], inMaintenance: Int) {
        let rows = try await reading.query(
            """
            -- target_health.counts
            SELECT t.environment_key AS environment_key, MIN(t.environment) AS environment, COALESCE(h.state, 'unknown') AS state,
                COUNT(*) AS total, COUNT(CASE WHEN t.status = 'maintenance' THEN 1 END) AS resting
            FROM targets t LEFT JOIN target_health h ON h.target_id = t.id
            WHERE t.status <> 'retired'
            GROUP BY t.environment_key, COALESCE(h.state, 'unknown')
            ORDER BY t.environment_key, state
            """)
        var (environments, resting): ([(key: String, health: EnvironmentHealth)], Int) = ([], 0)
        for row in rows {
            let key = try row.text("environment_key")
            if environments.last?.key != key {
                environments.append((key, EnvironmentHealth(environment: try row.text("environment"), counts: HealthCounts())))
            }
            environments[environments.count - 1].health.counts.add(try row.int("total"), try row.word("state"))
            resting += try row.int("resting")
        }
        return (environments.map(\.health), resting)
    }
}

extension HealthCounts {
    /// Counts targets of a state.
    mutating func add(_ count: Int, _ state: HealthState) {
        switch state {
        case .unknown: unknown += count
        case .healthy: healthy += count
        case .warning: warning += count
        case .critical: critical += count
        }
    }
}

extension Row {
    /// A number or nil.
    func optionalDouble(_ column: String) throws -> Double? { if case .null = self[column] { nil } else { try double(column) } }
}
