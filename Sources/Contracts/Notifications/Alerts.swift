import Vocabulary

/// What an `AlertID` names.
package enum AlertSubject {}
/// An alert's id.
package typealias AlertID = Identifier<AlertSubject>

/// The states of an alert.
package enum AlertState: String, WireEnum {
    /// Nobody takes care of it.
    case open
    /// Somebody does.
    case acknowledged
    /// It is over.
    case resolved
}

/// Something that has been wrong for a while: a job that fails, a target that is unhealthy, a rule that does not hold. There is one for each at a time.
package struct Alert: Codable, Sendable, Hashable {
    /// The id.
    package var id: AlertID
    /// The state.
    package var state: AlertState
    /// The most that any of its events mattered.
    package var severity: NotificationSeverity
    /// What it is about: `job`, `target` or `rule`, and its name.
    package var subject: String
    /// What happened last.
    package var title: String
    /// The kind of the last event.
    package var kind: NotificationEventKind
    /// The serial of the execution of the last event.
    package var execution: String?
    /// How many events there were.
    package var events: Int
    /// When it began.
    package var openedAt: Timestamp
    /// When its last event was.
    package var lastAt: Timestamp
    /// Who takes care of it.
    package var acknowledgedBy: String?
    /// Since when.
    package var acknowledgedAt: Timestamp?
    /// Who ended it; absent when it ended by itself.
    package var resolvedBy: String?
    /// When it ended.
    package var resolvedAt: Timestamp?
    /// What people wrote about it.
    package var note: String?
    /// Makes the value.
    package init(
        id: AlertID, state: AlertState, severity: NotificationSeverity, subject: String, title: String,
        kind: NotificationEventKind, execution: String? = nil, events: Int, openedAt: Timestamp, lastAt: Timestamp,
        acknowledgedBy: String? = nil, acknowledgedAt: Timestamp? = nil, resolvedBy: String? = nil,
        resolvedAt: Timestamp? = nil, note: String? = nil
    ) {
        self.id = id
        self.state = state
        self.severity = severity
        self.subject = subject
        self.title = title
        self.kind = kind
        self.execution = execution
        self.events = events
        self.openedAt = openedAt
        self.lastAt = lastAt
        self.acknowledgedBy = acknowledgedBy
        self.acknowledgedAt = acknowledgedAt
        self.resolvedBy = resolvedBy
        self.resolvedAt = resolvedAt
        self.note = note
    }
}

/// Which alerts to list.
package struct AlertQuery: Codable, Sendable, WireConstrained {
    /// Only in this state; those that are not resolved when absent, unless `all`.
    package var state: AlertState?
    /// With those that are resolved.
    package var all: Bool?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(state: AlertState? = nil, all: Bool? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.state = state
        self.all = all
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500)] }
}

/// What to write about an alert.
package struct AlertNote: Codable, Sendable, WireConstrained {
    /// A sentence for others.
    package var note: String?
    /// Makes the value.
    package init(note: String? = nil) {
        self.note = note
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["note": .length(0...1000)] }
}
