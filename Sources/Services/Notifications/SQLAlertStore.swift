import Contracts
import Store
import Vocabulary

/// The alerts in SQL.
struct SQLAlertStore: AlertStore {
    private static let columns: SQL = """
        id, state, severity, subject, title, kind, execution, events, opened_at, last_at, acknowledged_by, acknowledged_at, resolved_by,
            resolved_at, note
        """

    func alert(_ id: String, in reading: any Reading) async throws -> Alert? {
        let row = try await reading.first("-- alerts.show\nSELECT \(Self.columns) FROM alerts WHERE id = \(id.lowercased())")
        return try row.map(Self.alert)
    }

    func page(_ query: AlertQuery, before: String?, limit: Int, in reading: any Reading) async throws -> [Alert] {
        var conditions: [SQL] = ["1 = 1"]
        if let before { conditions.append("id < \(before)") }
        if let state = query.state {
            conditions.append("state = \(state)")
        } else if query.all != true {
            conditions.append("state <> 'resolved'")
        }
        return try await reading.query(
            """
            -- alerts.page
            SELECT \(Self.columns)
            FROM alerts
            WHERE \(SQL.join(conditions, " AND "))
            ORDER BY id DESC
            LIMIT \(limit)
            """
        ).map(Self.alert)
    }

    func counts(in reading: any Reading) async throws -> [AlertState: Int] {
        let rows = try await reading.query(
            """
            -- alerts.counts
            SELECT state, COUNT(*) AS number
            FROM alerts
            WHERE state <> 'resolved'
            GROUP BY state
            """)
        return Dictionary(try rows.map { (try $0.word("state"), try $0.int("number")) }) { first, _ in first }
    }

    func raise(_ key: String, _ alert: Alert, in transaction: any Transaction) async throws -> Alert {
        let row = try await transaction.first(
            """
            -- alerts.raise
            INSERT INTO alerts (id, alert_key, state, severity, subject, title, kind, execution, events, opened_at, last_at)
            VALUES (\(alert.id), \(key), 'open', \(alert.severity), \(alert.subject), \(alert.title), \(alert.kind), \(alert.execution), 1,
                \(alert.openedAt), \(alert.lastAt))
            ON CONFLICT (alert_key) WHERE state <> 'resolved' DO UPDATE
            SET title = excluded.title, kind = excluded.kind, execution = excluded.execution, events = alerts.events + 1,
                last_at = excluded.last_at, subject = excluded.subject,
                severity = CASE WHEN alerts.severity = 'critical' OR excluded.severity = 'info'
                    OR (alerts.severity = 'warning' AND excluded.severity = 'warning') THEN alerts.severity ELSE excluded.severity END
            RETURNING \(Self.columns)
            """)
        return try row.map(Self.alert) ?? alert
    }

    func recover(_ key: String, at now: Timestamp, in transaction: any Transaction) async throws -> Alert? {
        let row = try await transaction.first(
            """
            -- alerts.recover
            UPDATE alerts
            SET state = 'resolved', resolved_at = \(now)
            WHERE alert_key = \(key) AND state <> 'resolved'
            RETURNING \(Self.columns)
            """)
        guard let alert = try row.map(Self.alert) else { return nil }
        try await endReminders(of: alert.id, in: transaction)
        return alert
    }

    func save(_ alert: Alert, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- alerts.save
            UPDATE alerts
            SET state = \(alert.state), acknowledged_by = \(alert.acknowledgedBy), acknowledged_at = \(alert.acknowledgedAt),
                resolved_by = \(alert.resolvedBy), resolved_at = \(alert.resolvedAt), note = \(alert.note)
            WHERE id = \(alert.id)
            """)
        try await endReminders(of: alert.id, in: transaction)
    }

    func remind(
        _ route: NotificationRouteID, of alert: AlertID, event: String, at due: Timestamp, in transaction: any Transaction
    ) async throws {
        try await transaction.execute(
            """
            -- reminders.add
            INSERT INTO reminders (alert_id, route_id, event_id, number, due_at)
            VALUES (\(alert), \(route), \(event), 0, \(due))
            ON CONFLICT (alert_id, route_id) DO UPDATE SET event_id = excluded.event_id
            """)
    }

    func dueReminders(at now: Timestamp, limit: Int, in reading: any Reading) async throws -> [DueReminder] {
        try await reading.query(
            """
            -- reminders.due
            SELECT alert_id, route_id, event_id, number
            FROM reminders
            WHERE due_at <= \(now)
            ORDER BY due_at, alert_id, route_id
            LIMIT \(limit)
            """
        ).map { row in
            DueReminder(
                alert: try row.id("alert_id"), route: try row.id("route_id"), event: try row.text("event_id"), number: try row.int("number")
            )
        }
    }

    func postpone(_ reminder: DueReminder, to due: Timestamp?, in transaction: any Transaction) async throws {
        let which: SQL = "alert_id = \(reminder.alert) AND route_id = \(reminder.route)"
        guard let due else {
            try await transaction.execute("-- reminders.end\nDELETE FROM reminders WHERE \(which)")
            return
        }
        try await transaction.execute(
            "-- reminders.postpone\nUPDATE reminders SET number = \(reminder.number + 1), due_at = \(due) WHERE \(which)")
    }

    private func endReminders(of alert: AlertID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- reminders.clear\nDELETE FROM reminders WHERE alert_id = \(alert)")
    }

    private static func alert(_ row: Row) throws -> Alert {
        Alert(
            id: try row.id("id"), state: try row.word("state"), severity: try row.word("severity"), subject: try row.text("subject"),
            title: try row.text("title"), kind: try row.word("kind"), execution: try row.optionalText("execution"),
            events: try row.int("events"), openedAt: try row.time("opened_at"), lastAt: try row.time("last_at"),
            acknowledgedBy: try row.optionalText("acknowledged_by"), acknowledgedAt: try row.optionalTime("acknowledged_at"),
            resolvedBy: try row.optionalText("resolved_by"), resolvedAt: try row.optionalTime("resolved_at"),
            note: try row.optionalText("note"))
    }
}
