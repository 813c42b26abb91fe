import Contracts
import Store
import Vocabulary

/// The ledger of occurrences in SQL. That an instant of a schedule is there once is its primary key.
struct SQLLedgerStore: LedgerStore {
    private static let columns = SQL(trusted: "schedule_id, at, state, is_late, reason, execution, outcome, decided_at, tries")

    func insert(_ occurrences: [StoredOccurrence], in transaction: any Transaction) async throws {
        try await transaction.insert(
            "-- occurrences.insert\nINSERT INTO occurrences (schedule_id, at, state, is_late, reason, decided_at)",
            occurrences.map { [.of($0.schedule), .of($0.at), .of($0.state), .of($0.isLate), .of($0.reason), .of($0.decidedAt)] },
            "ON CONFLICT (schedule_id, at) DO NOTHING")
    }

    func claim(at now: Timestamp, until lease: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredOccurrence] {
        try await transaction.query(
            """
            -- occurrences.claim
            WITH picked AS MATERIALIZED (
                SELECT schedule_id AS picked_id, at AS picked_at FROM occurrences
                WHERE state = 'due' AND (lease_until IS NULL OR lease_until <= \(now))
                ORDER BY at LIMIT \(limit) \(transaction.dialect.skipLocked))
            UPDATE occurrences SET lease_until = \(lease), is_open = 1, tries = tries + 1 FROM picked
            WHERE schedule_id = picked_id AND at = picked_at
            RETURNING \(Self.columns)
            """
        ).map(Self.read).sorted { ($0.at, $0.schedule.text) < ($1.at, $1.schedule.text) }
    }

    func open(_ schedules: Set<ScheduleID>, in transaction: any Transaction) async throws -> [StoredOccurrence] {
        if schedules.isEmpty { return [] }
        let ids = schedules.sorted { $0.text < $1.text }
        return try await transaction.query(
            "-- occurrences.open\nSELECT \(Self.columns) FROM occurrences WHERE is_open = 1 AND schedule_id IN \(SQL.list(ids)) ORDER BY at"
        ).map(Self.read)
    }

    func waiting(_ schedule: ScheduleID, in transaction: any Transaction) async throws -> Int {
        try await transaction.first(
            "-- occurrences.waiting\nSELECT COUNT(*) AS total FROM occurrences WHERE state = 'waiting' AND schedule_id = \(schedule)"
        )?.int("total") ?? 0
    }

    func decide(_ occurrences: [StoredOccurrence], isOpen: Bool, in transaction: any Transaction) async throws {
        // All rows are there. An insert that meets them goes to each by its key, many in one statement, whatever the planner thinks of the table.
        try await transaction.insert(
            "-- occurrences.decide\nINSERT INTO occurrences (schedule_id, at, state, is_late, reason, execution, decided_at, is_open)",
            occurrences.map {
                [
                    .of($0.schedule), .of($0.at), .of($0.state), .of($0.isLate), .of($0.reason), .of($0.execution), .of($0.decidedAt),
                    .of(isOpen),
                ]
            },
            """
            ON CONFLICT (schedule_id, at) DO UPDATE SET state = excluded.state, is_late = excluded.is_late, reason = excluded.reason,
                execution = COALESCE(occurrences.execution, excluded.execution), decided_at = excluded.decided_at, lease_until = NULL,
                is_open = CASE WHEN occurrences.outcome IS NULL THEN excluded.is_open ELSE 0 END
            WHERE occurrences.state = 'due'
            """)
    }

    func giveBack(_ occurrences: [StoredOccurrence], from instant: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.write(
            occurrences.map { occurrence in
                """
                -- occurrences.give_back
                UPDATE occurrences SET lease_until = \(instant)
                WHERE schedule_id = \(occurrence.schedule) AND at = \(occurrence.at) AND state = 'due'
                """
            })
    }

    func end(
        _ runs: [(schedule: ScheduleID, at: Timestamp, execution: String, outcome: ExecutionState)], in transaction: any Transaction
    ) async throws {
        try await transaction.write(
            runs.map { run in
                """
                -- occurrences.end
                UPDATE occurrences SET outcome = \(run.outcome), execution = \(run.execution), is_open = 0
                WHERE schedule_id = \(run.schedule) AND at = \(run.at)
                """
            })
    }

    func release(_ schedules: Set<ScheduleID>, in transaction: any Transaction) async throws -> Int {
        let changed = try await transaction.execute(
            each: schedules.sorted { $0.text < $1.text }.map { schedule in
                """
                -- occurrences.release
                UPDATE occurrences SET state = 'due', lease_until = NULL
                WHERE schedule_id = \(schedule)
                    AND at = (SELECT MIN(at) FROM occurrences WHERE schedule_id = \(schedule) AND state = 'waiting')
                    AND NOT EXISTS (SELECT 1 FROM occurrences AS others WHERE others.schedule_id = \(schedule) AND others.is_open = 1)
                """
            })
        return changed.reduce(0, +)
    }

    func skip(_ schedule: ScheduleID, _ reason: String, at now: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- occurrences.skip
            UPDATE occurrences SET state = 'skipped', reason = \(reason), decided_at = \(now), lease_until = NULL, is_open = 0
            WHERE schedule_id = \(schedule) AND state IN ('due', 'waiting') AND (lease_until IS NULL OR lease_until <= \(now))
            """)
    }

    func last(_ schedules: [ScheduleID], in transaction: any Transaction) async throws -> [ScheduleID: StoredOccurrence] {
        let rows = try await transaction.query(
            each: schedules.map { schedule in
                "-- occurrences.last\nSELECT \(Self.columns) FROM occurrences WHERE schedule_id = \(schedule) ORDER BY at DESC LIMIT 1"
            })
        return Dictionary(
            try rows.compactMap(\.first).map(Self.read).map { ($0.schedule, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func page(
        _ query: OccurrenceQuery, _ schedule: ScheduleID?, before: (at: Timestamp, schedule: ScheduleID)?, limit: Int,
        in transaction: any Transaction
    ) async throws -> [StoredOccurrence] {
        var conditions: [SQL] = ["1 = 1"]
        if let schedule { conditions.append("schedule_id = \(schedule)") }
        if let state = query.state { conditions.append("state = \(state)") }
        if let from = query.from { conditions.append("at >= \(from)") }
        if let to = query.to { conditions.append("at < \(to)") }
        if let before { conditions.append("(at < \(before.at) OR (at = \(before.at) AND schedule_id < \(before.schedule)))") }
        return try await transaction.query(
            """
            -- occurrences.page
            SELECT \(Self.columns) FROM occurrences WHERE \(SQL.join(conditions, " AND "))
            ORDER BY at DESC, schedule_id DESC LIMIT \(limit)
            """
        ).map(Self.read)
    }

    func range(
        _ schedule: ScheduleID, _ from: Timestamp, _ to: Timestamp, limit: Int, in transaction: any Transaction
    ) async throws -> [StoredOccurrence] {
        try await transaction.query(
            """
            -- occurrences.range
            SELECT \(Self.columns) FROM occurrences WHERE schedule_id = \(schedule) AND at >= \(from) AND at < \(to)
            ORDER BY at DESC LIMIT \(limit)
            """
        ).map(Self.read).reversed()
    }

    func nextTry(in transaction: any Transaction) async throws -> Timestamp? {
        try await transaction.first(
            "-- occurrences.next_try\nSELECT MIN(COALESCE(lease_until, 0)) AS next FROM occurrences WHERE state = 'due'"
        )?.optionalTime("next")
    }

    func backlog(in transaction: any Transaction) async throws -> (count: Int, oldest: Timestamp?) {
        let row = try await transaction.first(
            "-- occurrences.backlog\nSELECT COUNT(*) AS total, MIN(at) AS oldest FROM occurrences WHERE state = 'due'")
        return (try row?.int("total") ?? 0, try row?.optionalTime("oldest"))
    }

    func prune(before instant: Timestamp, limit: Int, in transaction: any Transaction) async throws -> Int {
        try await transaction.execute(
            """
            -- occurrences.prune
            DELETE FROM occurrences WHERE (schedule_id, at) IN (
                SELECT schedule_id, at FROM occurrences WHERE at < \(instant) AND state NOT IN ('due', 'waiting') AND is_open = 0
                ORDER BY at LIMIT \(limit))
            """)
    }

    private static func read(_ row: Row) throws -> StoredOccurrence {
        StoredOccurrence(
            schedule: try row.id("schedule_id"), at: try row.time("at"), state: try row.word("state"), isLate: try row.bool("is_late"),
            reason: try row.optionalText("reason"), execution: try row.optionalText("execution"),
            outcome: try row.optionalText("outcome").flatMap(ExecutionState.init(rawValue:)),
            decidedAt: try row.optionalTime("decided_at"), tries: try row.int("tries"))
    }
}
