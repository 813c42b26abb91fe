import Contracts
import Store
import Vocabulary

/// Decides who is to hear of what and when, and writes it down. Used within one transaction.
struct Planner {
    private let room: NotificationsRoom
    private let now: Timestamp
    private let routes: [StoredRoute]
    private let channels: [NotificationChannelID: StoredChannel]
    private var ordinal = 0

    /// Reads the routes and channels that there are.
    init(_ room: NotificationsRoom, at now: Timestamp, in transaction: any Transaction) async throws {
        self.room = room
        self.now = now
        routes = try await room.routes.page(after: nil, limit: nil, in: transaction)
        channels = Dictionary(try await room.channels.all(in: transaction).map { ($0.channel.id, $0) }) { first, _ in first }
    }

    /// Tells every route of something that happened which wants to hear of it, and keeps the alerts.
    mutating func plan(_ happening: Happening, in transaction: any Transaction) async throws {
        let alert = try await keepAlert(happening, in: transaction)
        for route in routes where route.route.enabled {
            guard let event = happening.events.first(where: { route.route.filter.takes($0) }) else { continue }
            try await room.heard.insert(event.summary, content: try StoredJSON.text(event.content), at: now, in: transaction)
            for channel in route.channels { try await deliver(event.summary, route, channel, in: transaction) }
            if let alert, alert.state == .open, let minutes = route.route.repeatMinutes {
                try await room.alerts.remind(
                    route.route.id, of: alert.id, event: event.id, at: now + .seconds(60 * minutes), in: transaction)
            }
        }
    }

    /// Tells the route of a reminder once more of its event.
    mutating func remind(_ reminder: DueReminder, in transaction: any Transaction) async throws {
        guard let route = routes.first(where: { $0.route.id == reminder.route && $0.route.enabled }),
            let minutes = route.route.repeatMinutes, let (event, content) = try await room.heard.event(reminder.event, in: transaction)
        else { return try await room.alerts.postpone(reminder, to: nil, in: transaction) }
        var again = event
        again.id = "\(event.id).reminder.\(reminder.number + 1)"
        again.at = now
        try await room.heard.insert(again, content: content, at: now, in: transaction)
        for channel in route.channels { try await deliver(again, route, channel, reminder: reminder.number + 1, in: transaction) }
        try await room.alerts.postpone(reminder, to: now + .seconds(60 * minutes), in: transaction)
    }

    /// Lets go what has been gathered and whose time has come, or puts it off.
    mutating func release(_ delivery: StoredDelivery, in transaction: any Transaction) async throws {
        var next = delivery
        if let route = routes.first(where: { $0.route.id == delivery.route }) {
            let due = try await pacing(of: route.route).release(
                delivery.severity, at: now, sent: recent(route.route, delivery.channel, in: transaction))
            if let reason = due.reason {
                (next.dueAt, next.reason) = (due.at, reason)
                return try await room.deliveries.move(next, from: .held, in: transaction)
            }
        }
        (next.state, next.dueAt, next.releasedAt, next.reason) = (.waiting, now, now, nil)
        next.giveUpAt = now + room.settings.giveUpAfter
        try await room.deliveries.move(next, from: .held, in: transaction)
    }

    private func keepAlert(_ happening: Happening, in transaction: any Transaction) async throws -> Alert? {
        guard let event = happening.events.last, let effect = event.alert else { return nil }
        if effect.resolves { return try await room.alerts.recover(effect.key, at: now, in: transaction) }
        let severity = happening.events.count > 1 ? happening.events.map(\.severity).max() ?? event.severity : event.severity
        let alert = Alert(
            id: .make(room.ids), state: .open, severity: severity, subject: effect.subject, title: event.title, kind: event.kind,
            execution: event.execution, events: 1, openedAt: now, lastAt: event.at)
        return try await room.alerts.raise(effect.key, alert, in: transaction)
    }

    private mutating func deliver(
        _ event: NotificationEvent, _ route: StoredRoute, _ channel: NotificationChannelID, reminder: Int = 0,
        in transaction: any Transaction
    ) async throws {
        guard let stored = channels[channel], stored.channel.enabled else { return }
        let pacing = try pacing(of: route.route)
        let due = pacing.due(event.severity, at: now, sent: try await recent(route.route, channel, in: transaction))
        if reminder == 0, let held = try await room.deliveries.held(route.route.id, channel, in: transaction),
            !(due.reason == nil && event.severity == .critical),
            try await room.deliveries.add(event.id, event.severity, to: held, in: transaction)
        {
            return
        }
        let isHeld = due.reason != nil && reminder == 0
        ordinal += 1
        try await room.deliveries.insert(
            StoredDelivery(
                id: Self.id(at: now, ordinal), route: route.route.id, routeName: route.route.name, channel: channel,
                channelName: stored.channel.name,
                channelKind: stored.channel.kind, state: isHeld ? .held : .waiting, severity: event.severity, subject: event.title,
                reminder: reminder, dueAt: due.at, giveUpAt: isHeld ? nil : max(now, due.at) + room.settings.giveUpAfter,
                releasedAt: isHeld ? nil : now, createdAt: now, ordinal: ordinal, reason: due.reason),
            event: event.id, in: transaction)
    }

    /// An id by which those that were planned at the same time keep their order (RFC 9562 section 6.2, method 1).
    private static func id(at now: Timestamp, _ ordinal: Int) -> String {
        var random = RandomBytes()
        let count = [UInt8(truncatingIfNeeded: min(ordinal, 0xfff) >> 8), UInt8(truncatingIfNeeded: min(ordinal, 0xfff))]
        return UUIDv7.text(milliseconds: now.milliseconds, random: count + (0..<8).map { _ in random.next() })
    }

    private func recent(
        _ route: NotificationRoute, _ channel: NotificationChannelID, in transaction: any Transaction
    ) async throws -> [Timestamp] {
        guard route.mostPerHour != nil else { return [] }
        return try await room.deliveries.releases(
            route.id, channel, since: Timestamp(milliseconds: now.milliseconds - 3_600_000), in: transaction)
    }

    private func pacing(of route: NotificationRoute) throws -> Pacing {
        Pacing(
            digest: route.digestMinutes.map { .seconds(60 * $0) },
            quiet: try? route.quietHours.map { try RouteRules.window($0, zones: room.zones) },
            criticalPasses: route.quietHours?.criticalPasses ?? true, mostPerHour: route.mostPerHour)
    }
}
