import Contracts
import Vocabulary

/// Something that happened and that somebody may want to hear of, whoever told it. What routes ask about is in its fields, what templates say is in
/// its content. Adding a kind is a case in `NotificationEventKind`, a line in `EventKinds`, and a reader in `EventNews`.
struct Event: Sendable {
    /// The id; the same one in every message about it.
    var id: String
    /// What happened.
    var kind: NotificationEventKind
    /// How much it matters.
    var severity: NotificationSeverity
    /// What happened, in one line.
    var title: String
    /// When it happened.
    var at: Timestamp
    /// The serial of the execution that it is about.
    var execution: String?
    /// What the job that it is about is called: id, serial and name, as far as they are known.
    var job: [String] = []
    /// The name of the target that it is about.
    var target: String?
    /// The environment of that target.
    var environment: String?
    /// Who or what started the execution.
    var startedBy: String?
    /// Whether a schedule started it.
    var isScheduled = false
    /// So many executions of the job failed in a row.
    var failures = 0
    /// What becomes of alerts.
    var alert: AlertEffect?
    /// What templates read, by the first part of the name.
    var content: [String: JSONValue] = [:]

    /// What deliveries show.
    var summary: NotificationEvent {
        NotificationEvent(id: id, kind: kind, severity: severity, title: title, execution: execution, job: job.last, target: target, at: at)
    }
}

/// What an event does to alerts.
struct AlertEffect: Sendable, Hashable {
    /// What the alert is about; there is one at a time for each.
    var key: String
    /// The same for people, such as `job nightly-backup`.
    var subject: String
    /// Whether it ends the alert; else it begins one, or belongs to the one that is there.
    var resolves: Bool
}

/// Events out of one thing that happened, the most particular first: a route takes the first that it wants, so that nobody hears of one thing twice.
/// The last one is what simply happened; alerts speak of it.
struct Happening: Sendable {
    var events: [Event]
}
