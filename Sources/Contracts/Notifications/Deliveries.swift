import Vocabulary

/// The states of a delivery.
package enum DeliveryState: String, WireEnum {
    /// It gathers events until its time: a digest, quiet hours, or too many messages.
    case held
    /// It waits for its turn, or for the next attempt.
    case waiting
    /// It is being sent.
    case sending
    /// The other side took it.
    case sent
    /// It was given up.
    case failed
    /// Its route or channel was deleted or disabled before it was sent.
    case dropped
}

/// One attempt to send.
package struct DeliveryAttempt: Codable, Sendable, Hashable {
    /// When it began.
    package var at: Timestamp
    /// How long it took.
    package var milliseconds: Int
    /// Whether the other side took it.
    package var sent: Bool
    /// What the other side said, or why nothing came of it.
    package var answer: String
    /// Makes the value.
    package init(at: Timestamp, milliseconds: Int, sent: Bool, answer: String) {
        self.at = at
        self.milliseconds = milliseconds
        self.sent = sent
        self.answer = answer
    }
}

/// One message to one channel about one event, or about several that were gathered.
package struct NotificationDelivery: Codable, Sendable, Hashable {
    /// The id; every attempt carries it, so that a repeated message can be recognised.
    package var id: String
    /// The name of the route.
    package var route: String
    /// The name of the channel.
    package var channel: String
    /// The kind of the channel.
    package var channelKind: NotificationChannelKind
    /// The state.
    package var state: DeliveryState
    /// The subject, or the title of the first event as long as it was not sent.
    package var subject: String
    /// The events, oldest first; at most 50 of them.
    package var events: [NotificationEvent]
    /// How many events there are.
    package var eventCount: Int
    /// How many attempts there were.
    package var attempts: Int
    /// The latest attempts, oldest first; at most 20, and in lists only the last.
    package var history: [DeliveryAttempt]
    /// When it is tried next; absent when it is not.
    package var dueAt: Timestamp?
    /// When its first event came.
    package var createdAt: Timestamp
    /// When it was sent, given up or dropped.
    package var endedAt: Timestamp?
    /// Why it is held, was given up or dropped.
    package var reason: String?
    /// Makes the value.
    package init(
        id: String, route: String, channel: String, channelKind: NotificationChannelKind, state: DeliveryState,
        subject: String, events: [NotificationEvent], eventCount: Int, attempts: Int, history: [DeliveryAttempt],
        dueAt: Timestamp? = nil, createdAt: Timestamp, endedAt: Timestamp? = nil, reason: String? = nil
    ) {
        self.id = id
        self.route = route
        self.channel = channel
        self.channelKind = channelKind
        self.state = state
        self.subject = subject
        self.events = events
        self.eventCount = eventCount
        self.attempts = attempts
        self.history = history
        self.dueAt = dueAt
        self.createdAt = createdAt
        self.endedAt = endedAt
        self.reason = reason
    }
}

/// Which deliveries to list.
package struct DeliveryQuery: Codable, Sendable, WireConstrained {
    /// Only in this state.
    package var state: DeliveryState?
    /// Only over this channel, by id or name.
    package var channel: String?
    /// Only of this route, by id or name.
    package var route: String?
    /// Only about this execution, by serial.
    package var execution: String?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(
        state: DeliveryState? = nil, channel: String? = nil, route: String? = nil, execution: String? = nil,
        limit: Int? = nil, cursor: String? = nil
    ) {
        self.state = state
        self.channel = channel
        self.route = route
        self.execution = execution
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500)] }
}
