import Contracts
import Foundation
import Vocabulary

/// What other services tell, as events that rules may be about.
extension HeardEvent {
    /// The events of a delivery; what no rule can be about is left out.
    /// - Throws: `DecodingError` for what its sender did not write.
    static func events(in delivery: NewsDelivery) throws -> [HeardEvent] {
        try delivery.items.flatMap { item -> [HeardEvent] in
            switch item.kind {
            case ExecutionNews.ended:
                try read(ExecutionNews.Ended.self, item).executions.map { HeardEvent($0) }
            case HealthNews.changed:
                try read(HealthNews.Changed.self, item).changes.map { HeardEvent($0) }
            case ScheduleNews.missed, ScheduleNews.skipped, ScheduleNews.failed:
                try read(ScheduleNews.Occurrences.self, item).occurrences.compactMap { HeardEvent($0) }
            default: []
            }
        }
    }

    private static func read<Content: Decodable>(_ type: Content.Type, _ item: NewsItem) throws -> Content {
        try JSONDecoder().decode(type, from: Data(item.payload.utf8))
    }

    /// An execution that ended.
    init(_ run: Execution) {
        let duration = run.endedAt.flatMap { end in run.startedAt.map { end - $0 } }
        self.init(
            kind: .execution, key: "execution/\(run.id.text)", subject: "job/\(run.job?.text ?? "command")",
            sentence: "\(run.serial) of \(run.name.prefix(100)) ended \(run.state.rawValue.replacing("_", with: " ")).",
            at: run.endedAt ?? run.createdAt, source: run.job?.text, state: run.state.rawValue, about: run.serial,
            content: EventContent(
                event: .fields([
                    "kind": "execution", "serial": .string(run.serial), "id": .string(run.id.text),
                    "job": .text(run.job == nil ? nil : run.name),
                    "job_serial": .text(run.jobSerial), "job_version": .number(of: run.jobVersion), "state": .string(run.state.rawValue),
                    "cause": .text(run.cause),
                    "counts": .object([
                        "total": .number(of: run.counts.total), "succeeded": .number(of: run.counts.succeeded),
                        "failed": .number(of: run.counts.failed), "cancelled": .number(of: run.counts.cancelled),
                        "unclear": .number(of: run.counts.unclear),
                    ]),
                    "targets": .string(run.targets), "priority": .string(run.priority.rawValue), "started_by": .string(run.startedBy),
                    "trigger": .object([
                        "kind": .string((run.trigger?.kind ?? .user).rawValue), "name": .string(run.trigger?.name ?? run.startedBy),
                        "serial": .text(run.trigger?.serial),
                    ]),
                    "created_at": .string(run.createdAt.description), "started_at": .text(run.startedAt?.description),
                    "ended_at": .text(run.endedAt?.description),
                    "duration_seconds": duration.map { .number($0.seconds) } ?? .null, "rerun_of": .text(run.rerunOf),
                ]),
                chain: run.trigger?.chain ?? [], execution: run.id, targets: run.targets))
    }

    /// A target whose health changed.
    init(_ change: HealthNews.Change) {
        let target = change.target
        var fields: [String: JSONValue] = [
            "kind": "target", "id": .string(target.id.text), "state": .string(change.to.rawValue), "from": .string(change.from.rawValue),
            "cause": .text(change.cause), "since": .string(change.since.description),
        ]
        if case .object(let names) = target.names { fields.merge(names) { own, _ in own } }
        self.init(
            kind: .target, key: "target/\(target.id.text)/\(change.to.rawValue)/\(change.since.milliseconds)",
            subject: "target/\(target.id.text)", sentence: "\(target.name) turned from \(change.from.rawValue) to \(change.to.rawValue).",
            at: change.since, source: nil, state: change.to.rawValue, about: nil,
            content: EventContent(event: .object(fields), chain: [], targets: "serial = \(target.serial)", target: target.id))
    }

    /// An occurrence that did not start a run; nil for one that did.
    init?(_ occurrence: Occurrence) {
        guard let fault = ScheduleFault(rawValue: occurrence.state.rawValue) else { return nil }
        self.init(
            kind: .schedule, key: "occurrence/\(occurrence.schedule.text)/\(occurrence.at.milliseconds)/\(fault.rawValue)",
            subject: "schedule/\(occurrence.schedule.text)",
            sentence:
                "The occurrence of \(occurrence.name) at \(occurrence.at) \(fault == .failed ? "could not start" : "was \(fault.rawValue)").",
            at: occurrence.decidedAt ?? occurrence.at, source: occurrence.schedule.text, state: fault.rawValue, about: nil,
            content: EventContent(
                event: .fields([
                    "kind": "schedule", "schedule": .string(occurrence.name), "serial": .string(occurrence.serial),
                    "job": .string(occurrence.job), "state": .string(fault.rawValue), "at": .string(occurrence.at.description),
                    "reason": .text(occurrence.reason),
                ]),
                chain: []))
    }
}

extension EventKind {
    /// What conditions can name.
    var names: [String] {
        let fields =
            switch self {
            case .execution:
                [
                    "kind", "serial", "id", "job", "job_serial", "job_version", "state", "cause", "counts.total", "counts.succeeded",
                    "counts.failed", "counts.cancelled", "counts.unclear", "targets", "priority", "started_by", "trigger.kind",
                    "trigger.name",
                    "trigger.serial", "created_at", "started_at", "ended_at", "duration_seconds", "rerun_of",
                ]
            case .target:
                [
                    "kind", "id", "name", "host", "serial", "type", "os", "environment", "location", "tags", "facts", "state", "from",
                    "cause",
                    "since",
                ]
            case .schedule: ["kind", "schedule", "serial", "job", "state", "at", "reason"]
            }
        return fields.map { "event.\($0)" }
    }

    /// Names below which there may be anything.
    var open: Set<String> { self == .target ? ["event.facts", "event.tags"] : [] }
}

extension JSONValue {
    /// A text, or null.
    fileprivate static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    /// A whole number, or null.
    fileprivate static func number(of number: Int?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }
    /// An object.
    fileprivate static func fields(_ fields: [String: JSONValue]) -> JSONValue { .object(fields) }
}
