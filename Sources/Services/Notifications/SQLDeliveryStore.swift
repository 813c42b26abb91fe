import Contracts
import Store
import Vocabulary

/// The deliveries in SQL: what people look at, and what gathers.
struct SQLDeliveryStore: DeliveryStore {
    static let columns: SQL = """
        d.id, d.route_id, d.route_name, d.channel_id, d.channel_name, d.channel_kind, d.state, d.severity, d.subject, d.event_count,
            d.reminder, d.attempts, d.due_at, d.give_up_at, d.released_at, d.lease, d.lease_until, d.created_at, d.ordinal, d.ended_at, d.reason
        """
    /// What has not ended.
    static let pending: SQL = "d.state IN ('held', 'waiting', 'sending')"

    func delivery(_ id: String, in reading: any Reading) async throws -> StoredDelivery? {
        let row = try await reading.first(
            "-- deliveries.show\nSELECT \(Self.columns) FROM deliveries d WHERE d.id = \(id.lowercased())")
        return try row.map(Self.delivery)
    }

    func page(_ query: DeliveryQuery, before: String?, limit: Int, in reading: any Reading) async throws -> [StoredDelivery] {
        var conditions: [SQL] = ["1 = 1"]
        if let before { conditions.append("d.id < \(before)") }
        if let state = query.state { conditions.append("d.state = \(state)") }
        if let channel = query.channel { conditions.append("(d.channel_id = \(channel.lowercased()) OR d.channel_name = \(channel))") }
        if let route = query.route { conditions.append("(d.route_id = \(route.lowercased()) OR d.route_name = \(route))") }
        if let execution = query.execution {
            conditions.append(
                """
                d.id IN (SELECT m.delivery_id FROM delivery_events m JOIN events e ON e.id = m.event_id WHERE e.execution = \(execution))
                """)
        }
        return try await reading.query(
            """
            -- deliveries.page
            SELECT \(Self.columns)
            FROM deliveries d
            WHERE \(SQL.join(conditions, " AND "))
            ORDER BY d.id DESC
            LIMIT \(limit)
            """
        ).map(Self.delivery)
    }

    func events(
        of ids: [String], most: Int, in reading: any Reading
    ) async throws -> [String: [(event: NotificationEvent, content: String)]] {
        guard !ids.isEmpty else { return [:] }
        let rows = try await reading.query(
            """
            -- deliveries.events
            SELECT m.delivery_id, e.id AS event_id, e.kind, e.severity, e.title, e.execution, e.job, e.target, e.content, e.at
            FROM delivery_events m JOIN events e ON e.id = m.event_id
            WHERE m.delivery_id IN \(SQL.list(ids)) AND m.position < \(most)
            ORDER BY m.delivery_id, m.position
            """)
        var events: [String: [(event: NotificationEvent, content: String)]] = [:]
        for row in rows { events[try row.text("delivery_id"), default: []].append((try SQLNewsStore.event(row), try row.text("content"))) }
        return events
    }

    func kinds(of id: String, in reading: any Reading) async throws -> [NotificationEventKind: Int] {
        let rows = try await reading.query(
            """
            -- deliveries.kinds
            SELECT e.kind, COUNT(*) AS number
            FROM delivery_events m JOIN events e ON e.id = m.event_id
            WHERE m.delivery_id = \(id)
            GROUP BY e.kind
            """)
        return Dictionary(try rows.map { (try $0.word("kind"), try $0.int("number")) }) { first, _ in first }
    }

    func history(of ids: [String], most: Int, in reading: any Reading) async throws -> [String: [DeliveryAttempt]] {
        guard !ids.isEmpty else { return [:] }
        let rows = try await reading.query(
            """
            -- deliveries.history
            SELECT a.delivery_id, a.at, a.milliseconds, a.sent, a.answer
            FROM attempts a JOIN deliveries d ON d.id = a.delivery_id
            WHERE a.delivery_id IN \(SQL.list(ids)) AND a.number > d.attempts - \(most)
            ORDER BY a.delivery_id, a.number
            """)
        var history: [String: [DeliveryAttempt]] = [:]
        for row in rows {
            history[try row.text("delivery_id"), default: []].append(
                DeliveryAttempt(
                    at: try row.time("at"), milliseconds: try row.int("milliseconds"), sent: try row.bool("sent"),
                    answer: try row.text("answer")))
        }
        return history
    }

    func held(
        _ route: NotificationRouteID, _ channel: NotificationChannelID, in transaction: any Transaction
    ) async throws -> StoredDelivery? {
        let row = try await transaction.first(
            """
            -- deliveries.held
            SELECT \(Self.columns)
            FROM deliveries d
            WHERE d.route_id = \(route) AND d.channel_id = \(channel) AND d.state = 'held'
            """)
        return try row.map(Self.delivery)
    }

    func releases(
        _ route: NotificationRouteID, _ channel: NotificationChannelID, since: Timestamp, in transaction: any Transaction
    ) async throws -> [Timestamp] {
        try await transaction.query(
            """
            -- deliveries.releases
            SELECT released_at
            FROM deliveries
            WHERE route_id = \(route) AND channel_id = \(channel) AND released_at > \(since)
            ORDER BY released_at
            """
        ).map { try $0.time("released_at") }
    }

    func insert(_ delivery: StoredDelivery, event: String, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- deliveries.insert
            INSERT INTO deliveries (id, route_id, route_name, channel_id, channel_name, channel_kind, state, severity, subject, event_count,
                reminder, attempts, due_at, give_up_at, released_at, created_at, ordinal, reason)
            VALUES (\(delivery.id), \(delivery.route), \(delivery.routeName), \(delivery.channel), \(delivery.channelName),
                \(delivery.channelKind), \(delivery.state), \(delivery.severity), \(delivery.subject), 1, \(delivery.reminder), 0,
                \(delivery.dueAt), \(delivery.giveUpAt), \(delivery.releasedAt), \(delivery.createdAt), \(delivery.ordinal), \(delivery.reason))
            """)
        try await transaction.execute(
            "-- deliveries.first_event\nINSERT INTO delivery_events (delivery_id, position, event_id) VALUES (\(delivery.id), 0, \(event))")
    }

    func add(
        _ event: String, _ severity: NotificationSeverity, to delivery: StoredDelivery, in transaction: any Transaction
    ) async throws -> Bool {
        let row = try await transaction.first(
            """
            -- deliveries.add
            UPDATE deliveries
            SET event_count = event_count + 1, severity = \(max(severity, delivery.severity))
            WHERE id = \(delivery.id) AND state = 'held'
            RETURNING event_count
            """)
        guard let row else { return false }
        try await transaction.execute(
            """
            -- deliveries.next_event
            INSERT INTO delivery_events (delivery_id, position, event_id)
            VALUES (\(delivery.id), \(try row.int("event_count") - 1), \(event))
            """)
        return true
    }

    static func delivery(_ row: Row) throws -> StoredDelivery {
        StoredDelivery(
            id: try row.text("id"), route: try row.id("route_id"), routeName: try row.text("route_name"), channel: try row.id("channel_id"),
            channelName: try row.text("channel_name"), channelKind: try row.word("channel_kind"), state: try row.word("state"),
            severity: try row.word("severity"), subject: try row.text("subject"), eventCount: try row.int("event_count"),
            reminder: try row.int("reminder"), attempts: try row.int("attempts"), dueAt: try row.optionalTime("due_at"),
            giveUpAt: try row.optionalTime("give_up_at"), releasedAt: try row.optionalTime("released_at"),
            lease: try row.optionalText("lease"),
            leaseUntil: try row.optionalTime("lease_until"), createdAt: try row.time("created_at"), ordinal: try row.int("ordinal"),
            endedAt: try row.optionalTime("ended_at"), reason: try row.optionalText("reason"))
    }
}
