import Contracts
import Store
import Vocabulary

/// What can be done with deliveries.
struct DeliveryOperations: Sendable {
    let room: NotificationsRoom

    /// Deliveries, newest first.
    func list(_ query: DeliveryQuery) async throws -> Page<NotificationDelivery> {
        let (before, limit) = (try Pages.read(query.cursor), Pages.limit(query.limit))
        return try await room.database.read { transaction in
            let found = try await room.deliveries.page(query, before: before, limit: limit + 1, in: transaction)
            let shown = try await complete(found, events: 3, attempts: 1, in: transaction)
            return Pages.page(shown, limit: limit) { $0.id }
        }
    }

    /// One delivery with its attempts.
    /// - Throws: `NotificationError.notFound`.
    func show(_ id: String) async throws -> NotificationDelivery {
        try await room.database.read { transaction in try await shown(id, in: transaction) }
    }

    /// Sends a delivery again that has ended, under the id that it had.
    /// - Throws: `NotificationError.notFound`, `stillUnderWay`, `channelGone`.
    func sendAgain(_ id: String) async throws -> NotificationDelivery {
        let result = try await room.database.transact { transaction in
            guard var delivery = try await room.deliveries.delivery(id, in: transaction) else {
                throw NotificationError.notFound(.delivery, id)
            }
            let state = delivery.state
            guard [.sent, .failed, .dropped].contains(state) else { throw NotificationError.stillUnderWay(state) }
            guard try await room.channels.channel(delivery.channel.text, in: transaction)?.channel.enabled == true else {
                throw NotificationError.channelGone(delivery.channelName)
            }
            let now = room.clock.now()
            (delivery.state, delivery.dueAt, delivery.endedAt, delivery.reason) = (.waiting, now, nil, nil)
            (delivery.giveUpAt, delivery.releasedAt) = (now + room.settings.giveUpAfter, delivery.releasedAt ?? now)
            try await room.deliveries.move(delivery, from: state, in: transaction)
            try await room.note(
                "notification.sent_again", AuditNote.Object("notification", delivery.id, delivery.subject),
                detail: "Over \(delivery.channelName).", at: now, in: transaction)
            return try await shown(id, in: transaction)
        }
        room.news.ring()
        room.bell.ring()
        return result
    }

    private func shown(_ id: String, in transaction: any Transaction) async throws -> NotificationDelivery {
        guard let delivery = try await room.deliveries.delivery(id, in: transaction),
            let shown = try await complete([delivery], events: NoticeLimit.events, attempts: 20, in: transaction).first
        else { throw NotificationError.notFound(.delivery, id) }
        return shown
    }

    private func complete(
        _ found: [StoredDelivery], events: Int, attempts: Int, in transaction: any Transaction
    ) async throws -> [NotificationDelivery] {
        let told = try await room.deliveries.events(of: found.map(\.id), most: events, in: transaction)
        let history = try await room.deliveries.history(of: found.map(\.id), most: attempts, in: transaction)
        return found.map { delivery in
            NotificationDelivery(
                id: delivery.id, route: delivery.routeName, channel: delivery.channelName, channelKind: delivery.channelKind,
                state: delivery.state, subject: delivery.subject, events: (told[delivery.id] ?? []).map(\.event),
                eventCount: delivery.eventCount, attempts: delivery.attempts, history: history[delivery.id] ?? [], dueAt: delivery.dueAt,
                createdAt: delivery.createdAt, endedAt: delivery.endedAt, reason: delivery.reason)
        }
    }
}
