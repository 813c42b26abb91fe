import Contracts
import Store
import Vocabulary
import Web

/// What the room measures about itself: how much waits, how long it has waited, what runs, and what nobody has handed on yet.
struct SQLExecutionMetrics: Sendable {
    let room: ExecutionsRoom

    private static func errands(_ waiting: [ErrandKind: Int]) -> Metric {
        Metric(
            "opsconductor_errands_waiting", .gauge, "Batches of checks and pieces of scans that wait for a worker.",
            ErrandKind.allCases.map { Metric.Sample(Double(waiting[$0] ?? 0), [("kind", $0.rawValue)]) })
    }

    func metrics() async throws -> [Metric] {
        let now = room.clock.now()
        return try await room.database.read { transaction in
            let states = try await transaction.query(
                "SELECT state, COUNT(*) AS number FROM executions WHERE ended_at IS NULL GROUP BY state ORDER BY state")
            let work = try await transaction.first(
                """
                SELECT CAST(COALESCE(SUM(waiting), 0) AS BIGINT) AS waiting, CAST(COALESCE(SUM(running), 0) AS BIGINT) AS running, MIN(CASE WHEN waiting > 0 THEN created_at END)
                AS oldest FROM executions WHERE ended_at IS NULL
                """)
            let leases = try await transaction.first(
                SQL(
                    """
                    SELECT COUNT(*) AS number, COUNT(CASE WHEN lease_until < \(now) THEN 1 END) AS over, COUNT(DISTINCT worker) AS workers
                    FROM branches WHERE lease_until IS NOT NULL
                    """))
            let news = try await transaction.first("SELECT COUNT(*) AS number, MIN(created_at) AS oldest FROM outbox")
            let archived = try await room.retention.total(in: transaction)
            let kept = try await room.retention.kept(in: transaction)
            let errands = try await room.errands.waiting(at: now, in: transaction)
            func age(_ instant: Int?) -> Double { instant.map { max(0, (now - Timestamp(milliseconds: Int64($0))).seconds) } ?? 0 }
            return [
                Self.errands(errands),
                Metric(
                    "opsconductor_executions", .gauge, "Executions that have not ended, by state.",
                    try states.map { Metric.Sample(Double(try $0.int("number")), [("state", try $0.text("state"))]) }),
                Metric(
                    "opsconductor_branches", .gauge, "Branches of executions that have not ended, by state.",
                    [
                        Metric.Sample(Double(try work?.int("waiting") ?? 0), [("state", "waiting")]),
                        Metric.Sample(Double(try work?.int("running") ?? 0), [("state", "running")]),
                    ]),
                Metric(
                    "opsconductor_queue_oldest_seconds", .gauge, "How long the oldest execution with waiting branches has been there.",
                    age(try work?.optionalInt("oldest"))),
                Metric(
                    "opsconductor_clock_offset_seconds", .gauge,
                    "How far the database's clock is ahead of this machine's, by which leases are counted.",
                    room.clock.offset.seconds),
                Metric("opsconductor_leases", .gauge, "Branches that workers hold.", Double(try leases?.int("number") ?? 0)),
                Metric(
                    "opsconductor_leases_over", .gauge, "Branches whose worker has not been heard of for too long; they are rescued soon.",
                    Double(try leases?.int("over") ?? 0)),
                Metric("opsconductor_busy_workers", .gauge, "Workers that hold a branch.", Double(try leases?.int("workers") ?? 0)),
                Metric(
                    "opsconductor_archived_output_bytes", .gauge,
                    "Output of ended executions in the archive: as it was printed, and on disk.",
                    [
                        Metric.Sample(Double(archived.bytes), [("form", "printed")]),
                        Metric.Sample(Double(archived.stored), [("form", "stored")]),
                    ]),
                Metric("opsconductor_executions_kept", .gauge, "Executions that somebody keeps from retention.", Double(kept)),
                Metric("opsconductor_outbox_events", .gauge, "Events not handed on yet.", Double(try news?.int("number") ?? 0)),
                Metric(
                    "opsconductor_outbox_oldest_seconds", .gauge, "How long the oldest event has waited to be handed on.",
                    age(try news?.optionalInt("oldest"))),
            ]
        }
    }
}
