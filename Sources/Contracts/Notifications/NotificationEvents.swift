import Vocabulary

/// What routes can send on.
package enum NotificationEventKind: String, WireEnum {
    /// An execution failed.
    case failed
    /// An execution succeeded.
    case succeeded
    /// The first execution of a job succeeded after failures.
    case recovered
    /// An execution of a job failed as often in a row as the route says.
    case failedRepeatedly = "failed_repeatedly"
    /// An execution runs longer than a rule allows.
    case tooLong = "too_long"
    /// A due start did not happen.
    case missed
    /// A due start was refused.
    case startFailed = "start_failed"
    /// A rule, such as "must succeed by six", does not hold.
    case ruleBroken = "rule_broken"
    /// It holds again.
    case ruleRecovered = "rule_recovered"
    /// Somebody has to approve a step.
    case approvalNeeded = "approval_needed"
    /// An execution was paused, by too many failures or by a person.
    case paused
    /// It is not known how an execution ended.
    case lost
    /// An execution was cancelled, but it is not proved that its processes are gone.
    case cancelUnconfirmed = "cancel_unconfirmed"
    /// A target became unhealthy.
    case unhealthy
    /// It is healthy again.
    case healthy
}

/// How much an event matters; in order.
package enum NotificationSeverity: String, WireEnum, Comparable {
    case info
    case warning
    case critical

    private var rank: Int { self == .info ? 0 : self == .warning ? 1 : 2 }
    /// What matters less is less.
    package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// An event as deliveries show it.
package struct NotificationEvent: Codable, Sendable, Hashable {
    /// The id; the same one in every message about it.
    package var id: String
    /// What happened.
    package var kind: NotificationEventKind
    /// How much it matters.
    package var severity: NotificationSeverity
    /// What happened, in one line.
    package var title: String
    /// The serial of the execution that it is about.
    package var execution: String?
    /// The name of the job that it is about.
    package var job: String?
    /// The name of the target that it is about.
    package var target: String?
    /// When it happened.
    package var at: Timestamp
    /// Makes the value.
    package init(
        id: String, kind: NotificationEventKind, severity: NotificationSeverity, title: String, execution: String? = nil,
        job: String? = nil, target: String? = nil, at: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.severity = severity
        self.title = title
        self.execution = execution
        self.job = job
        self.target = target
        self.at = at
    }
}

/// A kind of event, for choosing.
package struct NotificationKindInfo: Codable, Sendable, Hashable {
    /// The kind.
    package var kind: NotificationEventKind
    /// How much it usually matters.
    package var severity: NotificationSeverity
    /// What it is, in one sentence.
    package var summary: String
    /// Makes the value.
    package init(kind: NotificationEventKind, severity: NotificationSeverity, summary: String) {
        self.kind = kind
        self.severity = severity
        self.summary = summary
    }
}

/// A name that templates can use.
package struct TemplateName: Codable, Sendable, Hashable {
    /// The name, such as `execution.serial`.
    package var name: String
    /// What it stands for.
    package var summary: String
    /// What it could be.
    package var sample: JSONValue
    /// Makes the value.
    package init(name: String, summary: String, sample: JSONValue) {
        self.name = name
        self.summary = summary
        self.sample = sample
    }
}

/// What routes and templates are made of.
package struct NotificationVocabulary: Codable, Sendable, Hashable {
    /// The kinds of events.
    package var kinds: [NotificationKindInfo]
    /// The names that templates can use; those that an event does not have are null.
    package var names: [TemplateName]
    /// The subject that messages have without a template.
    package var subject: String
    /// The body that messages have without a template.
    package var body: String
    /// Makes the value.
    package init(kinds: [NotificationKindInfo], names: [TemplateName], subject: String, body: String) {
        self.kinds = kinds
        self.names = names
        self.subject = subject
        self.body = body
    }
}
