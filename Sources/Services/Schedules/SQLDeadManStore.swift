import Contracts
import Store
import Vocabulary
import Web

/// The store of dead-man rules in SQL.
struct SQLDeadManStore: DeadManStore {
    private static let columns = SQL(
        trusted: """
            id, revision, definition, job_id, schedule_id, state, since, sentence, counts_from, last_success_at, check_at, alert_id,
            updated_at, updated_by
            """)
    private static let mostRuns = 200

    func page(after cursor: String?, limit: Int, in transaction: any Transaction) async throws -> [StoredRule] {
        try await transaction.query(
            """
            -- dead_man_rules.page
            SELECT \(Self.columns) FROM dead_man_rules WHERE name_key > \(cursor ?? "") ORDER BY name_key LIMIT \(limit)
            """
        ).map(Self.read)
    }

    func count(in transaction: any Transaction) async throws -> Int {
        try await transaction.first("-- dead_man_rules.count\nSELECT COUNT(*) AS total FROM dead_man_rules")?.int("total") ?? 0
    }

    func rule(_ reference: String, in transaction: any Transaction) async throws -> StoredRule? {
        try await transaction.first(
            """
            -- dead_man_rules.find
            SELECT \(Self.columns) FROM dead_man_rules
            WHERE id = \(reference.lowercased()) OR name_key = \(StoredSchedule.key(reference)) ORDER BY id LIMIT 1
            """
        ).map(Self.read)
    }

    func insert(_ rule: StoredRule, in transaction: any Transaction) async throws {
        try await refusingTakenName(rule) {
            try await transaction.execute(
                """
                -- dead_man_rules.insert
                INSERT INTO dead_man_rules (name_key, \(Self.columns))
                VALUES (\(StoredSchedule.key(rule.definition.name)), \(rule.id), \(rule.revision), \(try JSONCodec.text(rule.definition)),
                    \(rule.job), \(rule.schedule), \(rule.state), \(rule.since), \(rule.sentence), \(rule.countsFrom),
                    \(rule.lastSuccessAt), \(rule.checkAt), \(rule.alert), \(rule.updatedAt), \(rule.updatedBy))
                """)
        }
    }

    func save(_ rule: StoredRule, in transaction: any Transaction) async throws {
        try await refusingTakenName(rule) {
            try await transaction.execute(
                """
                -- dead_man_rules.save
                UPDATE dead_man_rules SET name_key = \(StoredSchedule.key(rule.definition.name)), revision = \(rule.revision),
                    definition = \(try JSONCodec.text(rule.definition)), job_id = \(rule.job), schedule_id = \(rule.schedule),
                    state = \(rule.state), since = \(rule.since), sentence = \(rule.sentence), counts_from = \(rule.countsFrom),
                    last_success_at = \(rule.lastSuccessAt), check_at = \(rule.checkAt), alert_id = \(rule.alert),
                    updated_at = \(rule.updatedAt), updated_by = \(rule.updatedBy)
                WHERE id = \(rule.id)
                """)
        }
    }

    func remove(_ id: DeadManRuleID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- dead_man_runs.remove\nDELETE FROM dead_man_runs WHERE rule_id = \(id)")
        try await transaction.execute("-- dead_man_alerts.remove\nDELETE FROM dead_man_alerts WHERE rule_id = \(id)")
        try await transaction.execute("-- dead_man_rules.remove\nDELETE FROM dead_man_rules WHERE id = \(id)")
    }

    func due(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredRule] {
        try await transaction.query(
            """
            -- dead_man_rules.due
            SELECT \(Self.columns) FROM dead_man_rules WHERE check_at <= \(now) ORDER BY check_at LIMIT \(limit)
            \(transaction.dialect.skipLocked)
            """
        ).map(Self.read)
    }

    func about(_ jobs: Set<JobID>, _ schedules: Set<ScheduleID>, in transaction: any Transaction) async throws -> [StoredRule] {
        try await transaction.query(
            """
            -- dead_man_rules.about
            SELECT \(Self.columns) FROM dead_man_rules
            WHERE job_id IN \(SQL.list(Array(jobs))) OR schedule_id IN \(SQL.list(Array(schedules))) ORDER BY id
            \(transaction.dialect.forUpdate)
            """
        ).map(Self.read)
    }

    func nextCheck(in transaction: any Transaction) async throws -> Timestamp? {
        try await transaction.first(
            "-- dead_man_rules.next\nSELECT MIN(check_at) AS next FROM dead_man_rules WHERE check_at IS NOT NULL"
        )?.optionalTime("next")
    }

    func add(_ runs: [RunTime], to rule: DeadManRuleID, in transaction: any Transaction) async throws {
        try await transaction.insert(
            "-- dead_man_runs.insert\nINSERT INTO dead_man_runs (rule_id, execution, ended_at, milliseconds)",
            runs.map { [.of(rule), .of($0.execution), .of($0.endedAt), .of(Int($0.duration.milliseconds))] },
            "ON CONFLICT (rule_id, execution) DO NOTHING")
        try await transaction.execute(
            """
            -- dead_man_runs.forget
            DELETE FROM dead_man_runs WHERE rule_id = \(rule) AND execution NOT IN (
                SELECT execution FROM dead_man_runs WHERE rule_id = \(rule) ORDER BY ended_at DESC, execution DESC LIMIT \(Self.mostRuns))
            """)
    }

    func durations(of rule: DeadManRuleID, in transaction: any Transaction) async throws -> [Duration] {
        try await transaction.query(
            "-- dead_man_runs.durations\nSELECT milliseconds FROM dead_man_runs WHERE rule_id = \(rule) ORDER BY milliseconds"
        ).map { .milliseconds(try $0.int("milliseconds")) }
    }

    func oldestRun(of rule: StoredRule, in transaction: any Transaction) async throws -> (execution: String, since: Timestamp)? {
        let whose: SQL =
            if let schedule = rule.schedule {
                "schedule_id = \(schedule)"
            } else {
                "schedule_id IN (SELECT id FROM schedules WHERE job_id = \(rule.job))"
            }
        return try await transaction.first(
            """
            -- occurrences.oldest_run
            SELECT execution, decided_at FROM occurrences
            WHERE is_open = 1 AND state IN ('fired', 'late') AND \(whose) ORDER BY decided_at LIMIT 1
            """
        ).map { (try $0.text("execution"), try $0.time("decided_at")) }
    }

    func open(_ alert: DeadManAlert, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- dead_man_alerts.open
            INSERT INTO dead_man_alerts (id, rule_id, name, sentence, since)
            VALUES (\(alert.id), \(alert.rule), \(alert.name), \(alert.sentence), \(alert.since))
            """)
    }

    func close(_ alert: String, at now: Timestamp, in transaction: any Transaction) async throws -> DeadManAlert? {
        try await transaction.first(
            """
            -- dead_man_alerts.close
            UPDATE dead_man_alerts SET until = \(now) WHERE id = \(alert) AND until IS NULL
            RETURNING id, rule_id, name, sentence, since, until
            """
        ).map(Self.alert)
    }

    func alerts(
        _ query: DeadManAlertQuery, before: String?, limit: Int, in transaction: any Transaction
    ) async throws -> [DeadManAlert] {
        var conditions: [SQL] = ["1 = 1"]
        if let rule = query.rule { conditions.append("rule_id = \(rule)") }
        if let open = query.open { conditions.append(open ? "until IS NULL" : "until IS NOT NULL") }
        if let before { conditions.append("id < \(before)") }
        return try await transaction.query(
            """
            -- dead_man_alerts.page
            SELECT id, rule_id, name, sentence, since, until FROM dead_man_alerts WHERE \(SQL.join(conditions, " AND "))
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Self.alert)
    }

    private func refusingTakenName(_ rule: StoredRule, _ write: () async throws -> Int) async throws {
        do {
            _ = try await write()
        } catch StoreError.duplicate {
            throw ScheduleError.nameTaken(.rule, rule.definition.name)
        }
    }

    private static func alert(_ row: Row) throws -> DeadManAlert {
        DeadManAlert(
            id: try row.text("id"), rule: try row.id("rule_id"), name: try row.text("name"), sentence: try row.text("sentence"),
            since: try row.time("since"), until: try row.optionalTime("until"))
    }

    private static func read(_ row: Row) throws -> StoredRule {
        StoredRule(
            id: try row.id("id"), revision: try row.int("revision"),
            definition: try JSONCodec.decode(DeadManRuleDefinition.self, from: row.text("definition").utf8),
            job: try row.optionalId("job_id"), schedule: try row.optionalId("schedule_id"), state: try row.word("state"),
            since: try row.time("since"), sentence: try row.optionalText("sentence"), countsFrom: try row.time("counts_from"),
            lastSuccessAt: try row.optionalTime("last_success_at"), checkAt: try row.optionalTime("check_at"),
            alert: try row.optionalText("alert_id"), updatedAt: try row.time("updated_at"), updatedBy: try row.text("updated_by"))
    }
}
