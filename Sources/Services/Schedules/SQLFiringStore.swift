import Contracts
import Store
import Vocabulary
import Web

/// What rules did about events, in SQL: one row for each rule and event.
struct SQLFiringStore: Sendable {
    private static let columns = SQL(
        trusted: "id, rule_id, event_key, subject, event, at, content, state, reason, execution, about, decided_at, next_try_at, tries")
    /// So many are kept of each rule at least, and all for so long: an event may be told twice.
    static let (mostKept, keptFor) = (1_000, Duration.seconds(7 * 86_400))

    /// Adds one; false when the rule has one for this event.
    func insert(_ firing: StoredFiring, in transaction: any Transaction) async throws -> Bool {
        try await transaction.execute(
            """
            -- rule_firings.insert
            INSERT INTO rule_firings (id, rule_id, event_key, subject, event, at, content, state, reason, about, decided_at, next_try_at, tries)
            VALUES (\(firing.id), \(firing.rule), \(firing.key), \(firing.subject), \(firing.sentence), \(firing.at),
                \(try JSONCodec.text(firing.content)), \(firing.state), \(firing.reason), \(firing.about), \(firing.decidedAt),
                \(firing.nextTryAt), \(firing.tries))
            ON CONFLICT (rule_id, event_key) DO NOTHING
            """) == 1
    }

    /// How often a rule acted since an instant, and when it last did: on one subject, or on all.
    func acted(
        _ rule: EventRuleID, since: Timestamp, on subject: String? = nil, in transaction: any Transaction
    ) async throws -> (count: Int, last: Timestamp?) {
        let same: SQL = subject.map { "AND subject = \($0)" } ?? ""
        let row = try await transaction.first(
            """
            -- rule_firings.acted
            SELECT COUNT(*) AS number, MAX(decided_at) AS last FROM rule_firings
            WHERE rule_id = \(rule) AND state IN ('due', 'fired') AND decided_at > \(since) \(same)
            """)
        return (try row?.int("number") ?? 0, try row?.optionalTime("last"))
    }

    /// Claims some whose run is to be started, until the lease is over.
    func claim(until lease: Timestamp, at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredFiring] {
        try await transaction.query(
            """
            -- rule_firings.claim
            WITH waiting AS MATERIALIZED (
                SELECT id FROM rule_firings WHERE next_try_at <= \(now) ORDER BY next_try_at LIMIT \(limit)
                \(transaction.dialect.skipLocked))
            UPDATE rule_firings SET next_try_at = \(lease), tries = tries + 1
            WHERE id IN (SELECT id FROM waiting)
            RETURNING \(Self.columns)
            """
        ).map(Self.read)
    }

    /// What became of one whose run was to be started; false when that was known already.
    func finish(
        _ id: RuleFiringID, _ state: RuleFiringState, reason: String?, execution: String?, at now: Timestamp,
        in transaction: any Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            -- rule_firings.finish
            UPDATE rule_firings
            SET state = \(state), reason = \(reason), execution = \(execution), decided_at = \(now), next_try_at = NULL
            WHERE id = \(id) AND state = 'due'
            """) == 1
    }

    /// Puts off the next try.
    func wait(_ id: RuleFiringID, until: Timestamp, reason: String?, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- rule_firings.wait
            UPDATE rule_firings SET next_try_at = \(until), reason = \(reason) WHERE id = \(id) AND state = 'due'
            """)
    }

    /// A page, newest first, of one rule or of all.
    func page(
        of rule: EventRuleID?, _ query: RuleFiringQuery, before cursor: String?, limit: Int, in transaction: any Transaction
    ) async throws -> [RuleFiring] {
        let ofRule: SQL = rule.map { "AND rule_id = \($0)" } ?? ""
        let inState: SQL = query.state.map { "AND state = \($0)" } ?? ""
        let older: SQL = cursor.map { "AND id < \($0)" } ?? ""
        return try await shown("WHERE 1 = 1 \(ofRule) \(inState) \(older) ORDER BY id DESC LIMIT \(limit)", in: transaction)
    }

    /// The newest of each of some rules.
    func last(of rules: [EventRuleID], in transaction: any Transaction) async throws -> [EventRuleID: RuleFiring] {
        if rules.isEmpty { return [:] }
        let found = try await shown(
            "WHERE id IN (SELECT MAX(id) FROM rule_firings WHERE rule_id IN \(SQL.list(rules)) GROUP BY rule_id)", in: transaction)
        return Dictionary(found.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Forgets what is old of a rule.
    func prune(_ rule: EventRuleID, before: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- rule_firings.prune
            DELETE FROM rule_firings
            WHERE rule_id = \(rule) AND next_try_at IS NULL AND decided_at < \(before) AND id < (
                SELECT MIN(id) FROM (
                    SELECT id FROM rule_firings WHERE rule_id = \(rule) ORDER BY id DESC LIMIT \(Self.mostKept)) AS kept)
            """)
    }

    private func shown(_ rest: SQL, in transaction: any Transaction) async throws -> [RuleFiring] {
        try await transaction.query(
            """
            -- rule_firings.shown
            SELECT firings.id, rule_id, serial, definition, event, at, state, reason, execution, about, decided_at
            FROM (SELECT * FROM rule_firings \(rest)) AS firings JOIN event_rules ON event_rules.id = firings.rule_id
            ORDER BY firings.id DESC
            """
        ).map { row in
            let definition: EventRuleDefinition = try EventRows.value(row, "definition")
            return RuleFiring(
                id: try row.id("id"), rule: try row.id("rule_id"), serial: try row.text("serial"), name: definition.name,
                event: try row.text("event"), at: try row.time("at"), state: try row.word("state"), reason: try row.optionalText("reason"),
                execution: try row.optionalText("execution"), about: try row.optionalText("about"), decidedAt: try row.time("decided_at"))
        }
    }

    private static func read(_ row: Row) throws -> StoredFiring {
        StoredFiring(
            id: try row.id("id"), rule: try row.id("rule_id"), key: try row.text("event_key"), subject: try row.text("subject"),
            sentence: try row.text("event"), at: try row.time("at"), content: try EventRows.value(row, "content"),
            state: try row.word("state"),
            reason: try row.optionalText("reason"), about: try row.optionalText("about"), decidedAt: try row.time("decided_at"),
            nextTryAt: try row.optionalTime("next_try_at"), tries: try row.int("tries"))
    }
}
