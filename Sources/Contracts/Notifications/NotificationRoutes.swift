import Vocabulary

/// What a `NotificationRouteID` names.
package enum NotificationRouteSubject {}
/// A route's id.
package typealias NotificationRouteID = Identifier<NotificationRouteSubject>

/// Which events a route takes; what is empty or absent takes all.
package struct NotificationFilter: Codable, Sendable, Hashable, WireConstrained {
    /// The kinds of events; at least one.
    package var kinds: [NotificationEventKind]
    /// Jobs by id, serial or name, where `*` and `?` stand for anything.
    package var jobs: [String]?
    /// Targets by name, where `*` and `?` stand for anything; only events about one target have one.
    package var targets: [String]?
    /// Environments of targets; only events that know it have one.
    package var environments: [String]?
    /// Who or what started it, where `*` and `?` stand for anything.
    package var startedBy: [String]?
    /// True for what a schedule started, false for what anybody else did.
    package var scheduled: Bool?
    /// At least so much; everything when absent.
    package var severity: NotificationSeverity?
    /// For `failed_repeatedly`: the number of failures in a row, 3 when absent.
    package var failures: Int?
    /// Makes the value.
    package init(
        kinds: [NotificationEventKind], jobs: [String]? = nil, targets: [String]? = nil, environments: [String]? = nil,
        startedBy: [String]? = nil, scheduled: Bool? = nil, severity: NotificationSeverity? = nil, failures: Int? = nil
    ) {
        self.kinds = kinds
        self.jobs = jobs
        self.targets = targets
        self.environments = environments
        self.startedBy = startedBy
        self.scheduled = scheduled
        self.severity = severity
        self.failures = failures
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "kinds": .count(1...50), "jobs": .count(0...200), "targets": .count(0...200), "environments": .count(0...50),
            "startedBy": .count(0...50), "failures": .range(2...1000),
        ]
    }
}

/// When a route is silent: what comes meanwhile is sent together at its end.
package struct QuietHours: Codable, Sendable, Hashable, WireConstrained {
    /// The time zone, such as `Europe/Berlin`.
    package var zone: String
    /// The weekdays on which it begins, 0 for Sunday; every day when absent.
    package var days: [Int]?
    /// The local time at which it begins, such as `22:00`.
    package var from: String
    /// The local time at which it ends; on the next day when it is not later.
    package var to: String
    /// Whether critical events are sent nevertheless; they are when absent.
    package var criticalPasses: Bool?
    /// Makes the value.
    package init(zone: String, days: [Int]? = nil, from: String, to: String, criticalPasses: Bool? = nil) {
        self.zone = zone
        self.days = days
        self.from = from
        self.to = to
        self.criticalPasses = criticalPasses
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "zone": .length(1...64), "days": .count(0...7), "from": .length(4...5), "to": .length(4...5),
        ]
    }
}

/// Which events go to which channels, in which words and when.
package struct NotificationRoute: Codable, Sendable, Hashable {
    /// The id.
    package var id: NotificationRouteID
    /// The name; unique without regard to case.
    package var name: String
    /// What it is for.
    package var description: String
    /// Whether it takes events.
    package var enabled: Bool
    /// Which events it takes.
    package var filter: NotificationFilter
    /// The names of the channels.
    package var channels: [String]
    /// The template of the subject; absent for the usual one.
    package var subject: String?
    /// The template of the body; absent for the usual one.
    package var body: String?
    /// What happens within so many minutes goes into one message; absent sends each at once.
    package var digestMinutes: Int?
    /// When nothing is sent.
    package var quietHours: QuietHours?
    /// At most so many messages in an hour and channel; what comes beyond goes into one message. No limit when absent.
    package var mostPerHour: Int?
    /// Reminds every so many minutes of alerts that nobody acknowledged; never when absent.
    package var repeatMinutes: Int?
    /// Counts changes.
    package var revision: Int
    /// When it was added.
    package var createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(
        id: NotificationRouteID, name: String, description: String, enabled: Bool, filter: NotificationFilter,
        channels: [String], subject: String? = nil, body: String? = nil, digestMinutes: Int? = nil,
        quietHours: QuietHours? = nil, mostPerHour: Int? = nil, repeatMinutes: Int? = nil, revision: Int,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.enabled = enabled
        self.filter = filter
        self.channels = channels
        self.subject = subject
        self.body = body
        self.digestMinutes = digestMinutes
        self.quietHours = quietHours
        self.mostPerHour = mostPerHour
        self.repeatMinutes = repeatMinutes
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// A route to add or the new state of one.
package struct SaveNotificationRoute: Codable, Sendable, WireConstrained {
    /// The name.
    package var name: String
    /// What it is for.
    package var description: String?
    /// Whether it takes events; it does when absent.
    package var enabled: Bool?
    /// Which events it takes.
    package var filter: NotificationFilter
    /// Channels by id or name; at least one.
    package var channels: [String]
    /// The template of the subject; the usual one when absent.
    package var subject: String?
    /// The template of the body; the usual one when absent.
    package var body: String?
    /// What happens within so many minutes goes into one message.
    package var digestMinutes: Int?
    /// When nothing is sent.
    package var quietHours: QuietHours?
    /// At most so many messages in an hour and channel.
    package var mostPerHour: Int?
    /// Reminds every so many minutes of alerts that nobody acknowledged.
    package var repeatMinutes: Int?
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(
        name: String, description: String? = nil, enabled: Bool? = nil, filter: NotificationFilter, channels: [String],
        subject: String? = nil, body: String? = nil, digestMinutes: Int? = nil, quietHours: QuietHours? = nil,
        mostPerHour: Int? = nil, repeatMinutes: Int? = nil, revision: Int? = nil
    ) {
        self.name = name
        self.description = description
        self.enabled = enabled
        self.filter = filter
        self.channels = channels
        self.subject = subject
        self.body = body
        self.digestMinutes = digestMinutes
        self.quietHours = quietHours
        self.mostPerHour = mostPerHour
        self.repeatMinutes = repeatMinutes
        self.revision = revision
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"), "description": .length(0...2000),
            "channels": .count(1...20), "subject": .length(0...1000), "body": .length(0...20_000),
            "digestMinutes": .range(1...1440), "mostPerHour": .range(1...1000), "repeatMinutes": .range(5...10_080),
        ]
    }
}

/// A message to look at.
package struct PreviewNotification: Codable, Sendable, WireConstrained {
    /// The template of the subject; the usual one when absent.
    package var subject: String?
    /// The template of the body; the usual one when absent.
    package var body: String?
    /// The kind of the sample event; `failed` when absent. With an execution it is what became of that.
    package var kind: NotificationEventKind?
    /// An execution by id or serial; a sample event when absent.
    package var execution: String?
    /// The kind of channel whose format is shown; none when absent.
    package var channel: NotificationChannelKind?
    /// The template of a webhook's body, for a channel of that kind.
    package var template: String?
    /// Makes the value.
    package init(
        subject: String? = nil, body: String? = nil, kind: NotificationEventKind? = nil, execution: String? = nil,
        channel: NotificationChannelKind? = nil, template: String? = nil
    ) {
        self.subject = subject
        self.body = body
        self.kind = kind
        self.execution = execution
        self.channel = channel
        self.template = template
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "subject": .length(0...1000), "body": .length(0...20_000), "execution": .length(1...64),
            "template": .length(0...20_000),
        ]
    }
}

/// What a message would look like.
package struct NotificationPreview: Codable, Sendable, Hashable {
    /// The subject.
    package var subject: String
    /// The body.
    package var body: String
    /// What would be sent over the channel of that kind.
    package var payload: String?
    /// The event that was used.
    package var event: NotificationEvent
    /// What of the templates could not be used, in sentences.
    package var warnings: [String]
    /// Makes the value.
    package init(subject: String, body: String, payload: String? = nil, event: NotificationEvent, warnings: [String]) {
        self.subject = subject
        self.body = body
        self.payload = payload
        self.event = event
        self.warnings = warnings
    }
}
