import Contracts
import Vocabulary

/// What templates can read of events. Every name that there can be is here, with what it stands for.
enum EventContent {
    /// A text or null.
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// An instant as RFC 3339, or null.
    static func time(_ time: Timestamp?) -> JSONValue { text(time?.description) }

    /// What is true of every event.
    static func event(_ event: Event) -> JSONValue {
        .object([
            "id": .string(event.id), "kind": .string(event.kind.rawValue), "severity": .string(event.severity.rawValue),
            "title": .string(event.title), "at": time(event.at), "count": .integer(1), "reminder": .integer(0),
        ])
    }

    /// Every name with its meaning.
    static let names: [TemplateName] = [
        TemplateName(name: "event.title", summary: "What happened, in one line", sample: "nightly-backup (J20260001.0007) failed"),
        TemplateName(name: "event.kind", summary: "The kind of event", sample: "failed"),
        TemplateName(name: "event.severity", summary: "info, warning or critical", sample: "warning"),
        TemplateName(name: "event.at", summary: "When it happened, RFC 3339 in UTC", sample: "2026-11-26T18:04:48.120Z"),
        TemplateName(name: "event.id", summary: "The id of the event", sample: "01990000-0000-7000-8000-000000000000"),
        TemplateName(name: "event.count", summary: "How many events the message is about", sample: 1),
        TemplateName(name: "event.reminder", summary: "The number of the reminder; 0 for the event itself", sample: 0),
        TemplateName(name: "execution.serial", summary: "The serial of the execution", sample: "J20260001.0007"),
        TemplateName(name: "execution.id", summary: "Its id", sample: "01990000-0000-7000-8000-000000000007"),
        TemplateName(name: "execution.name", summary: "The name of the job, or the command", sample: "nightly-backup"),
        TemplateName(name: "execution.state", summary: "Its state", sample: "failed"),
        TemplateName(name: "execution.cause", summary: "Why it is in that state, where that is not plain", sample: "2 targets failed"),
        TemplateName(name: "execution.started_by", summary: "Who or what started it", sample: "ana"),
        TemplateName(name: "execution.targets", summary: "The filter of its targets", sample: "environment = production"),
        TemplateName(name: "execution.created_at", summary: "When it was asked for", sample: "2026-11-26T18:00:00.000Z"),
        TemplateName(name: "execution.started_at", summary: "When it began", sample: "2026-11-26T18:00:01.000Z"),
        TemplateName(name: "execution.ended_at", summary: "When it ended", sample: "2026-11-26T18:04:48.120Z"),
        TemplateName(name: "execution.seconds", summary: "How many seconds it took", sample: 287),
        TemplateName(name: "execution.total", summary: "How many targets it ran on", sample: 12),
        TemplateName(name: "execution.succeeded", summary: "On how many it succeeded", sample: 10),
        TemplateName(name: "execution.failed", summary: "On how many it failed", sample: 2),
        TemplateName(name: "execution.unclear", summary: "On how many it is not known how it ended", sample: 0),
        TemplateName(name: "execution.url", summary: "Its page, where the address of this installation is known", sample: .null),
        TemplateName(name: "job.name", summary: "The name of the job", sample: "nightly-backup"),
        TemplateName(name: "job.serial", summary: "Its serial", sample: "J20260001"),
        TemplateName(name: "job.version", summary: "The version that ran", sample: 4),
        TemplateName(name: "job.failures", summary: "How often in a row it has failed, or had failed before it recovered", sample: 3),
        TemplateName(name: "approval.step", summary: "The number of the step that waits for an approval", sample: 2),
        TemplateName(name: "approval.name", summary: "Its name", sample: "restart"),
        TemplateName(name: "approval.until", summary: "When it is too late", sample: "2026-11-26T20:00:00.000Z"),
        TemplateName(name: "target.name", summary: "The name of the target", sample: "web-01"),
        TemplateName(name: "target.serial", summary: "Its serial", sample: "T20260001"),
        TemplateName(name: "target.host", summary: "Its address", sample: "web-01.example.org"),
        TemplateName(name: "target.environment", summary: "Its environment", sample: "production"),
        TemplateName(name: "target.state", summary: "How it is: healthy, warning or critical", sample: "critical"),
        TemplateName(name: "target.cause", summary: "Why it is so", sample: "Nobody accepts connections at port 22."),
        TemplateName(name: "target.since", summary: "Since when", sample: "2026-11-26T18:04:48.120Z"),
        TemplateName(name: "target.url", summary: "Its page, where the address of this installation is known", sample: .null),
        TemplateName(name: "schedule.name", summary: "The name of the schedule", sample: "nightly"),
        TemplateName(name: "schedule.serial", summary: "Its serial", sample: "S20260001"),
        TemplateName(name: "schedule.at", summary: "The instant at which it was due", sample: "2026-11-26T18:00:00.000Z"),
        TemplateName(name: "schedule.reason", summary: "Why nothing began", sample: "nobody was there"),
        TemplateName(name: "rule.name", summary: "The name of the rule", sample: "backup-by-six"),
        TemplateName(name: "rule.words", summary: "What must be", sample: "nightly-backup succeeds by 06:00 every day"),
        TemplateName(name: "rule.sentence", summary: "What is wrong", sample: "No run has succeeded since 2026-11-25T05:10:00Z."),
        TemplateName(name: "rule.since", summary: "Since when it is broken", sample: "2026-11-26T06:00:00.000Z"),
        TemplateName(name: "rule.until", summary: "Until when it was broken", sample: .null),
        TemplateName(
            name: "message.id", summary: "In the template of a webhook: the id of the delivery",
            sample: "01990000-0000-7000-8000-000000000009"),
        TemplateName(name: "message.subject", summary: "In the template of a webhook: the subject of the message", sample: "A job failed"),
        TemplateName(name: "message.text", summary: "In the template of a webhook: its body", sample: "A job failed."),
        TemplateName(name: "message.severity", summary: "In the template of a webhook: info, warning or critical", sample: "warning"),
    ]

    /// The names that end in a value, as paths.
    static let paths: Set<[String]> = Set(names.map { $0.name.split(separator: ".").map(String.init) })

    /// Whether a path is a name, or the beginning of one.
    static func knows(_ path: [String]) -> Bool { paths.contains { $0.starts(with: path) } }

    /// The content of a sample event of a kind: what such an event has, with the samples.
    static func sample(_ kind: NotificationEventKind, publicURL: String?) -> [String: JSONValue] {
        let parts: Set<String> =
            switch kind {
            case .approvalNeeded: ["event", "execution", "job", "approval"]
            case .unhealthy, .healthy: ["event", "target"]
            case .missed, .startFailed: ["event", "job", "schedule"]
            case .ruleBroken, .ruleRecovered, .tooLong: ["event", "job", "rule"]
            default: ["event", "execution", "job"]
            }
        var tree: [String: [String: JSONValue]] = [:]
        for name in names {
            let path = name.name.split(separator: ".").map(String.init)
            guard path.count == 2, parts.contains(path[0]) else { continue }
            tree[path[0], default: [:]][path[1]] = name.sample
        }
        if let publicURL {
            tree["execution"]?["url"] = .string("\(publicURL)/runs/J20260001.0007")
            tree["target"]?["url"] = .string("\(publicURL)/targets/T20260001")
        }
        return tree.mapValues { .object($0) }
    }
}

extension EventContent {
    /// What the title of a sample event says.
    static func sampleTitle(_ kind: NotificationEventKind) -> String {
        switch kind {
        case .failed: "nightly-backup (J20260001.0007) failed on 2 of 12 targets"
        case .succeeded: "nightly-backup (J20260001.0007) succeeded"
        case .recovered: "nightly-backup (J20260001.0007) succeeded again after 3 failures"
        case .failedRepeatedly: "nightly-backup (J20260001.0007) failed on 2 of 12 targets, for the 3rd time in a row"
        case .tooLong: "nightly-backup takes longer than it usually does"
        case .missed: "nightly-backup was not started by its schedule nightly"
        case .startFailed: "nightly-backup could not be started by its schedule nightly"
        case .ruleBroken: "The rule backup-by-six is broken"
        case .ruleRecovered: "The rule backup-by-six holds again"
        case .approvalNeeded: "nightly-backup (J20260001.0007) waits for an approval of step 2, restart"
        case .paused: "nightly-backup (J20260001.0007) was paused"
        case .lost: "nightly-backup (J20260001.0007) was lost: it is not known how it ended"
        case .cancelUnconfirmed: "nightly-backup (J20260001.0007) was cancelled, but it is not proved that its processes are gone"
        case .unhealthy: "web-01 is down: Nobody accepts connections at port 22."
        case .healthy: "web-01 is healthy again"
        }
    }
}
