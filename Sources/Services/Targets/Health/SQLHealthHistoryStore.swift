import Contracts
import Store
import Vocabulary

/// What checks found, in SQL: a row for each method and hour, which is the roll-up, and holds the single checks as a text as long as these are kept.
struct SQLHealthHistoryStore: HealthHistoryStore {
    private static let hourLength: Int64 = 3_600_000

    private static func hour(of instant: Timestamp) -> Timestamp {
        Timestamp(milliseconds: instant.milliseconds - instant.milliseconds % hourLength)
    }

    func add(
        _ checks: [(target: TargetID, position: Int, milliseconds: Double?)], at now: Timestamp, in transaction: any Transaction
    ) async throws {
        let hour = Self.hour(of: now)
        let second = (now.milliseconds - hour.milliseconds) / 1000
        try await transaction.insert(
            "-- health_hours.add\nINSERT INTO health_hours (target_id, position, hour, checks, failures, total, slowest, points, pointed)",
            checks.map { check in
                let tenths = check.milliseconds.map { String(Int(($0 * 10).rounded())) } ?? ""
                return [
                    .of(check.target), .of(check.position), .of(hour), .of(1), .of(check.milliseconds == nil ? 1 : 0),
                    .real(check.milliseconds ?? 0), .real(check.milliseconds ?? 0), .text("\(second),\(tenths);"), .of(1),
                ]
            },
            """
            ON CONFLICT (target_id, position, hour) DO UPDATE SET checks = health_hours.checks + excluded.checks,
                failures = health_hours.failures + excluded.failures, total = health_hours.total + excluded.total,
                slowest = CASE WHEN excluded.slowest > health_hours.slowest THEN excluded.slowest ELSE health_hours.slowest END,
                points = health_hours.points || excluded.points
            """)
    }

    func hours(of targets: [TargetID], since: Timestamp, in reading: any Reading) async throws -> [TargetID: [HealthHour]] {
        let rows = try await reading.query(
            """
            -- health_hours.of_targets
            SELECT target_id, hour, CAST(SUM(checks) AS BIGINT) AS checks, CAST(SUM(failures) AS BIGINT) AS failures, SUM(total) AS total,
                MAX(slowest) AS slowest
            FROM health_hours
            WHERE \(reading.dialect.isOne("target_id", of: targets.map(\.text))) AND hour >= \(Self.hour(of: since))
            GROUP BY target_id, hour
            ORDER BY target_id, hour
            """)
        return Dictionary(grouping: try rows.map { (target: try $0.id("target_id", of: TargetSubject.self), hour: try Self.hour($0)) }) {
            $0.target
        }.mapValues { $0.map(\.hour) }
    }

    func hours(
        of target: TargetID, _ position: Int, since: Timestamp, in reading: any Reading
    ) async throws -> [(hour: HealthHour, points: [HealthPoint])] {
        try await reading.query(
            """
            -- health_hours.of_method
            SELECT hour, checks, failures, total, slowest, points FROM health_hours
            WHERE target_id = \(target) AND position = \(position) AND hour >= \(Self.hour(of: since))
            ORDER BY hour
            """
        ).map { row in
            let hour = try Self.hour(row)
            return (hour, Self.points(try row.text("points"), hour.at))
        }
    }

    private static func hour(_ row: Row) throws -> HealthHour {
        let (checks, failures) = (try row.int("checks"), try row.int("failures"))
        let succeeded = checks - failures
        return HealthHour(
            at: try row.time("hour"), checks: checks, failures: failures,
            averageMilliseconds: succeeded > 0 ? try row.double("total") / Double(succeeded) : nil,
            slowestMilliseconds: succeeded > 0 ? try row.double("slowest") : nil)
    }

    /// Reads `second,tenths of milliseconds;` and so on; a check without the latter failed.
    private static func points(_ text: String, _ hour: Timestamp) -> [HealthPoint] {
        text.split(separator: ";").compactMap { point in
            let parts = point.split(separator: ",", omittingEmptySubsequences: false)
            guard parts.count == 2, let second = Int64(parts[0]) else { return nil }
            return HealthPoint(at: hour + .milliseconds(second * 1000), milliseconds: Double(parts[1]).map { $0 / 10 })
        }
    }

    func prune(
        pointsBefore: Timestamp, hoursBefore: Timestamp, limit: Int, in transaction: any Transaction
    ) async throws -> Bool {
        let changed = try await transaction.execute(each: [
            """
            -- health_hours.forget_points
            UPDATE health_hours SET points = '', pointed = 0
            WHERE (target_id, position, hour) IN (
                SELECT target_id, position, hour FROM health_hours
                WHERE hour < \(pointsBefore) AND pointed = 1 LIMIT \(limit))
            """,
            """
            -- health_hours.forget
            DELETE FROM health_hours
            WHERE (target_id, position, hour) IN (
                SELECT target_id, position, hour FROM health_hours WHERE hour < \(hoursBefore) LIMIT \(limit))
            """,
        ])
        return changed.contains(limit)
    }
}
