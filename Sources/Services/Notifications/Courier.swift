import Contracts
import Store
import Vocabulary

/// Chooses what can be sent, sends it, and keeps what came of it. Several may be at work, in several processes: what one has chosen is leased to it.
struct Courier: Sendable {
    /// So many messages go over one channel at the same time.
    private static let perChannel = 4
    /// A channel that failed is tried with one message, and for so long with no other.
    private static let trial = Duration.seconds(60)

    let room: NotificationsRoom
    /// Names this courier in leases.
    let name: String

    /// Chooses up to `most` deliveries, after it has released what was gathered long enough and given up what has waited too long.
    func choose(atMost most: Int) async throws -> [StoredDelivery] {
        guard try await room.deliveries.isAnythingDue(at: room.clock.now(), in: room.database) else { return [] }
        return try await room.database.transact(.lockingRows) { transaction in
            try await room.deliveries.lockCourier(in: transaction)
            let now = room.clock.now()
            let ripe = try await room.deliveries.ripe(at: now, limit: 200, in: transaction)
            if !ripe.isEmpty {
                var planner = try await Planner(room, at: now, in: transaction)
                for delivery in ripe { try await planner.release(delivery, in: transaction) }
            }
            _ = try await room.deliveries.giveUp(at: now, in: transaction)
            let found = try await room.deliveries.sendable(at: now, limit: 4 * most, in: transaction)
            guard !found.isEmpty, most > 0 else { return [] }
            let channels = Dictionary(try await room.channels.all(in: transaction).map { ($0.channel.id, $0.channel) }) { first, _ in first
            }
            var underWay = try await room.deliveries.underWay(at: now, in: transaction)
            var chosen: [StoredDelivery] = []
            for delivery in found where chosen.count < most {
                guard let channel = channels[delivery.channel] else { continue }
                let isOnTrial = Patience.rest(after: channel.health.failures) != nil
                guard underWay[channel.id, default: 0] < (isOnTrial ? 1 : Self.perChannel) else { continue }
                if isOnTrial { try await room.channels.rest(channel.id, until: now + Self.trial, in: transaction) }
                underWay[channel.id, default: 0] += 1
                chosen.append(delivery)
            }
            try await room.deliveries.lease(chosen.map(\.id), name, until: now + room.settings.lease, in: transaction)
            return chosen
        }
    }

    /// Sends a delivery that was chosen and keeps what came of it. A cancelled task leaves it to whoever comes when the lease is over.
    func carry(_ delivery: StoredDelivery) async throws {
        let parts = try await room.database.read { transaction in
            (
                channel: try await room.channels.channel(delivery.channel.text, in: transaction),
                route: try await room.routes.route(delivery.route.text, in: transaction)?.route,
                server: try await room.channels.mailServer(in: transaction),
                kinds: try await room.deliveries.kinds(of: delivery.id, in: transaction),
                events: try await room.deliveries.events(of: [delivery.id], most: NoticeLimit.events, in: transaction)[delivery.id] ?? []
            )
        }
        guard let channel = parts.channel else { return }
        let notice = NoticeWriter.notice(
            id: delivery.id, events: try parts.events.map { TellableEvent(summary: $0.event, content: try StoredJSON.value($0.content)) },
            kinds: parts.kinds, reminder: delivery.reminder, subject: parts.route?.subject, body: parts.route?.body)
        let began = room.clock.now()
        let outcome = try await Sender(room: room).send(notice, over: channel, server: parts.server)
        let ended = room.clock.now()
        let attempt = DeliveryAttempt(
            at: began, milliseconds: Int((ended - began).milliseconds), sent: outcome.isSent, answer: outcome.answer)
        let next = Self.next(delivery, subject: notice.subject, outcome, at: ended)
        try await room.database.transact(.lockingRows) { transaction in
            // Who lost its lease has nothing to say: another one sends it, and keeps what came of that.
            guard try await room.deliveries.record(attempt, next, lease: name, in: transaction) else { return }
            if outcome.isSent {
                try await room.channels.noteSuccess(of: delivery.channel, at: ended, in: transaction)
            } else if outcome.isOfChannel {
                let failures = try await room.channels.noteFailure(of: delivery.channel, outcome.answer, at: ended, in: transaction)
                if let rest = Patience.rest(after: failures) {
                    try await room.channels.rest(delivery.channel, until: ended + rest, in: transaction)
                }
            }
        }
        if next.state == .failed {
            room.logger.warning(
                "A notification was given up",
                metadata: ["delivery": "\(delivery.id)", "channel": "\(delivery.channelName)", "reason": "\(outcome.answer)"])
        }
    }

    /// Prolongs the leases of what this courier sends.
    func renew() async throws {
        try await room.database.transact { transaction in
            try await room.deliveries.renew(name, until: room.clock.now() + room.settings.lease, in: transaction)
        }
    }

    /// Plans the reminders that are due. Returns how many there were.
    func remind() async throws -> Int {
        let isAnyDue = try await !room.alerts.dueReminders(at: room.clock.now(), limit: 1, in: room.database).isEmpty
        guard isAnyDue else { return 0 }
        return try await room.database.transact(.lockingRows) { transaction in
            try await room.deliveries.lockCourier(in: transaction)
            let now = room.clock.now()
            let due = try await room.alerts.dueReminders(at: now, limit: 200, in: transaction)
            guard !due.isEmpty else { return 0 }
            var planner = try await Planner(room, at: now, in: transaction)
            for reminder in due { try await planner.remind(reminder, in: transaction) }
            return due.count
        }
    }

    /// What becomes of a delivery after an attempt.
    static func next(_ delivery: StoredDelivery, subject: String, _ outcome: SendOutcome, at now: Timestamp) -> StoredDelivery {
        var next = delivery
        next.subject = subject
        next.attempts += 1
        next.reason = outcome.isSent ? nil : outcome.answer
        if outcome.isSent {
            (next.state, next.dueAt, next.endedAt) = (.sent, nil, now)
            return next
        }
        let due = now + Patience.pause(after: next.attempts, id: delivery.id, asked: outcome.asked)
        if outcome.mayHelp, due < delivery.giveUpAt ?? due + .seconds(1) {
            (next.state, next.dueAt) = (.waiting, due)
        } else {
            (next.state, next.dueAt, next.endedAt) = (.failed, nil, now)
        }
        return next
    }
}
