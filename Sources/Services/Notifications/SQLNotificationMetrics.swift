import Store
import Vocabulary
import Web

/// What the room measures about itself: how much waits and since when, what became of messages over each channel, and what is wrong.
struct SQLNotificationMetrics: Sendable {
    let room: NotificationsRoom

    func metrics() async throws -> [Metric] {
        let now = room.clock.now()
        return try await room.database.read { transaction in
            let queued = try await transaction.query(
                """
                -- metrics.queued
                SELECT channel_name, state, COUNT(*) AS number, MIN(released_at) AS oldest
                FROM deliveries
                WHERE state IN ('held', 'waiting', 'sending')
                GROUP BY channel_name, state
                ORDER BY channel_name, state
                """)
            let since = Timestamp(milliseconds: now.milliseconds - 3_600_000)
            let ended = try await transaction.query(
                """
                -- metrics.ended
                SELECT channel_name, state, COUNT(*) AS number
                FROM deliveries
                WHERE state IN ('sent', 'failed', 'dropped') AND created_at > \(since)
                GROUP BY channel_name, state
                ORDER BY channel_name, state
                """)
            let resting = try await transaction.first(
                "-- metrics.resting\nSELECT COUNT(*) AS number FROM channels WHERE paused_until > \(now)")
            let alerts = try await room.alerts.counts(in: transaction)
            let oldest = try queued.compactMap { row in try row.text("state") == "held" ? nil : try row.optionalTime("oldest") }.min()
            func samples(_ rows: [Row]) throws -> [Metric.Sample] {
                try rows.map {
                    Metric.Sample(
                        Double(try $0.int("number")), [("channel", try $0.text("channel_name")), ("state", try $0.text("state"))])
                }
            }
            return [
                Metric("opsconductor_notifications_queued", .gauge, "Messages that were not sent yet.", try samples(queued)),
                Metric(
                    "opsconductor_notifications_oldest_seconds", .gauge, "How long the oldest message has waited that is to be sent.",
                    oldest.map { max(0, (now - $0).seconds) } ?? 0),
                Metric(
                    "opsconductor_notifications_hour", .gauge, "Messages about events of the last hour that have ended, by how.",
                    try samples(ended)),
                Metric(
                    "opsconductor_notification_channels_resting", .gauge, "Channels that failed too often and rest.",
                    Double(try resting?.int("number") ?? 0)),
                Metric(
                    "opsconductor_alerts", .gauge, "Alerts that are not over, by state.",
                    alerts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                        Metric.Sample(Double($0.value), [("state", $0.key.rawValue)])
                    }),
            ]
        }
    }
}
