import Contracts
import Store
import Vocabulary

/// The deliveries in SQL: choosing, leasing, and what came of it.
extension SQLDeliveryStore {
    func ripe(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredDelivery] {
        try await transaction.query(
            """
            -- deliveries.ripe
            SELECT \(Self.columns)
            FROM deliveries d
            WHERE d.state = 'held' AND d.due_at <= \(now)
            ORDER BY d.due_at, d.id
            LIMIT \(limit)
            """
        ).map(Self.delivery)
    }

    func move(_ delivery: StoredDelivery, from state: DeliveryState, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- deliveries.move
            UPDATE deliveries
            SET state = \(delivery.state), due_at = \(delivery.dueAt), give_up_at = \(delivery.giveUpAt), released_at = \(delivery.releasedAt),
                ended_at = \(delivery.endedAt), reason = \(delivery.reason)
            WHERE id = \(delivery.id) AND state = \(state)
            """)
    }

    func isAnythingDue(at now: Timestamp, in reading: any Reading) async throws -> Bool {
        let row = try await reading.first(
            """
            -- deliveries.due
            SELECT d.id
            FROM deliveries d
            WHERE \(Self.pending)
                AND (d.state <> 'sending' AND d.due_at <= \(now) OR d.state = 'sending' AND d.lease_until <= \(now))
            LIMIT 1
            """)
        return row != nil
    }

    func lockCourier(in transaction: any Transaction) async throws {
        _ = try await transaction.first("-- courier.lock\nSELECT id FROM courier WHERE id = 1 \(transaction.dialect.forUpdate)")
    }

    func sendable(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredDelivery] {
        try await transaction.query(
            """
            -- deliveries.sendable
            SELECT \(Self.columns)
            FROM (
                SELECT p.*, ROW_NUMBER() OVER (PARTITION BY p.route_id, p.channel_id ORDER BY p.created_at, p.ordinal, p.id) AS place
                FROM deliveries p JOIN channels c ON c.id = p.channel_id
                WHERE (p.state = 'waiting' AND p.due_at <= \(now) OR p.state = 'sending' AND p.lease_until <= \(now))
                    AND c.enabled = 1 AND (c.paused_until IS NULL OR c.paused_until <= \(now))
                    AND NOT EXISTS (
                        SELECT 1
                        FROM deliveries o
                        WHERE o.route_id = p.route_id AND o.channel_id = p.channel_id AND o.state = 'sending' AND o.lease_until > \(now))
            ) d
            WHERE d.place = 1
            ORDER BY d.created_at, d.ordinal, d.id
            LIMIT \(limit)
            """
        ).map(Self.delivery)
    }

    func underWay(at now: Timestamp, in transaction: any Transaction) async throws -> [NotificationChannelID: Int] {
        let rows = try await transaction.query(
            """
            -- deliveries.under_way
            SELECT channel_id, COUNT(*) AS number
            FROM deliveries
            WHERE state = 'sending' AND lease_until > \(now)
            GROUP BY channel_id
            """)
        return Dictionary(try rows.map { (try $0.id("channel_id"), try $0.int("number")) }) { first, _ in first }
    }

    func lease(_ ids: [String], _ lease: String, until: Timestamp, in transaction: any Transaction) async throws {
        guard !ids.isEmpty else { return }
        try await transaction.execute(
            """
            -- deliveries.lease
            UPDATE deliveries
            SET state = 'sending', lease = \(lease), lease_until = \(until)
            WHERE id IN \(SQL.list(ids))
            """)
    }

    func renew(_ lease: String, until: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- deliveries.renew
            UPDATE deliveries
            SET lease_until = \(until)
            WHERE state = 'sending' AND lease = \(lease)
            """)
    }

    func record(
        _ attempt: DeliveryAttempt, _ delivery: StoredDelivery, lease: String, in transaction: any Transaction
    ) async throws -> Bool {
        let saved = try await transaction.execute(
            """
            -- deliveries.record
            UPDATE deliveries
            SET state = \(delivery.state), subject = \(delivery.subject), attempts = \(delivery.attempts), due_at = \(delivery.dueAt),
                ended_at = \(delivery.endedAt), reason = \(delivery.reason), lease = NULL, lease_until = NULL
            WHERE id = \(delivery.id) AND lease = \(lease)
            """)
        guard saved == 1 else { return false }
        try await transaction.execute(
            """
            -- attempts.insert
            INSERT INTO attempts (delivery_id, number, at, milliseconds, sent, answer)
            VALUES (\(delivery.id), \(delivery.attempts), \(attempt.at), \(attempt.milliseconds), \(attempt.sent), \(attempt.answer))
            """)
        try await transaction.execute(
            "-- attempts.trim\nDELETE FROM attempts WHERE delivery_id = \(delivery.id) AND number <= \(delivery.attempts - 20)")
        return true
    }

    func reclaim(at now: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- deliveries.reclaim
            UPDATE deliveries
            SET lease_until = \(now)
            WHERE state = 'sending'
            """)
    }

    func giveUp(at now: Timestamp, in transaction: any Transaction) async throws -> Int {
        try await transaction.execute(
            """
            -- deliveries.give_up
            UPDATE deliveries
            SET state = 'failed', due_at = NULL, ended_at = \(now), reason = COALESCE(
                (SELECT c.last_error FROM channels c WHERE c.id = deliveries.channel_id),
                'It could not be sent within the time that it may wait.')
            WHERE state = 'waiting' AND give_up_at <= \(now)
            """)
    }

    func drop(
        route: NotificationRouteID?, channel: NotificationChannelID?, reason: String, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        let whose: SQL =
            if let route {
                "route_id = \(route)"
            } else if let channel {
                "channel_id = \(channel)"
            } else {
                "1 = 0"
            }
        try await transaction.execute(
            """
            -- deliveries.drop
            UPDATE deliveries
            SET state = 'dropped', due_at = NULL, lease = NULL, lease_until = NULL, ended_at = \(now), reason = \(reason)
            WHERE \(whose) AND state IN ('held', 'waiting', 'sending')
            """)
    }
}
