import Contracts
import Store
import Vocabulary
import Web

/// What the room measures about itself.
struct SQLScheduleMetrics: Sendable {
    let room: SchedulesRoom

    func metrics() async throws -> [Metric] {
        let now = room.clock.now()
        let (counts, lag) = room.tally.reading
        let (states, backlog, broken) = try await room.database.read { transaction in
            let states = try await transaction.query(
                """
                -- schedules.states
                SELECT CASE WHEN pause IS NOT NULL THEN 'paused' WHEN next_at IS NULL THEN 'ended' ELSE 'active' END AS state,
                    COUNT(*) AS number
                FROM schedules WHERE deleted_at IS NULL GROUP BY 1 ORDER BY 1
                """)
            let broken = try await transaction.first(
                "-- dead_man_rules.broken\nSELECT COUNT(*) AS number FROM dead_man_rules WHERE state = 'broken'")
            return (
                try states.map { Metric.Sample(Double(try $0.int("number")), [("state", try $0.text("state"))]) },
                try await room.ledger.backlog(in: transaction), try broken?.int("number") ?? 0
            )
        }
        let ends: [OccurrenceState] = [.fired, .late, .skipped, .missed, .failed]
        return [
            Metric("opsconductor_schedules", .gauge, "Schedules by state.", states),
            Metric(
                "opsconductor_occurrences_total", .counter, "Instants that this process brought to an end, by how.",
                ends.map { Metric.Sample(Double(counts[$0] ?? 0), [("state", $0.rawValue)]) }),
            Metric(
                "opsconductor_dispatch_lag_seconds", .gauge, "How long after its instant the last run began to be known as started.",
                [Metric.Sample(lag.seconds)]),
            Metric(
                "opsconductor_occurrences_due", .gauge, "Instants that are due and not dispatched.",
                [Metric.Sample(Double(backlog.count))]),
            Metric(
                "opsconductor_occurrences_due_oldest_seconds", .gauge, "How long the oldest instant that is due has been so.",
                [Metric.Sample(backlog.oldest.map { max(0, (now - $0).seconds) } ?? 0)]),
            Metric("opsconductor_dead_man_rules_broken", .gauge, "Dead-man rules that are broken.", [Metric.Sample(Double(broken))]),
        ]
    }
}
