import Contracts
import Vocabulary

/// What rules can be about.
enum EventKind: String, WireEnum {
    case execution
    case target
    case schedule
}

/// A rule about events as it is kept.
struct StoredEventRule: Sendable {
    var id: EventRuleID
    var serial: String
    var revision: Int
    var definition: EventRuleDefinition
    /// The id of the job or schedule that it is about; nil when it is about all.
    var source: String?
    var job: ScheduledJob
    var owner: ScheduleOwner
    var createdAt: Timestamp
    var updatedAt: Timestamp

    var kind: EventKind { definition.on.kind ?? .execution }

    /// How often it may act.
    var throttle: RuleThrottle { definition.throttle ?? RuleThrottle(most: 20, seconds: 300) }
    /// How many rules may have led to the run that it acts on.
    var longestChain: Int { definition.longestChain ?? 2 }

    /// As people see it.
    func shown(last: RuleFiring?) -> EventRule {
        EventRule(
            id: id, serial: serial, revision: revision, definition: definition, job: job, words: definition.words, last: last, owner: owner,
            createdAt: createdAt, updatedAt: updatedAt)
    }

    /// What starts the run that it asks for on an event.
    func trigger(at instant: Timestamp, after chain: [String]) -> RunTrigger {
        RunTrigger(
            kind: .rule, name: definition.name, serial: serial, id: id.text, owner: owner.name, at: instant, chain: chain + [id.text])
    }
}

extension RuleEvent {
    /// Which of the three it is; nil when it is none or more than one.
    var kind: EventKind? {
        switch (execution, target, schedule) {
        case (.some, nil, nil): .execution
        case (nil, .some, nil): .target
        case (nil, nil, .some): .schedule
        default: nil
        }
    }
}

extension ExecutionEnds {
    /// The states that count.
    var counted: [ExecutionState] { states ?? [.failed, .lost] }
}

extension ScheduleFails {
    /// The faults that count.
    var counted: [ScheduleFault] { how ?? [.missed, .failed] }
}

extension EventRuleDefinition {
    /// The rule in one sentence.
    var words: String {
        let also = when == nil ? "" : " and its condition holds"
        let event =
            if let execution = on.execution {
                "an execution of \(execution.job ?? "any job") ends \(Self.list(execution.counted.map(\.rawValue)))"
            } else if let target = on.target {
                "a target turns \(Self.list(target.to.map(\.rawValue)))"
            } else {
                "an occurrence of \(on.schedule?.schedule ?? "any schedule") \(Self.list((on.schedule?.counted ?? []).map(\.words)))"
            }
        let place =
            switch (targets, on.target) {
            case (.failed, _): " on the targets on which it did not succeed"
            case (.same, nil): " on the same targets"
            case (.same, .some): " on that target"
            case (nil, _): run?.targets.map { " on \($0)" } ?? ""
            }
        return "When \(event)\(also), \(job) runs\(place)."
    }

    private static func list(_ words: [String]) -> String {
        let words = words.map { $0.replacing("_", with: " ") }
        return words.count < 2 ? words.joined() : "\(words.dropLast().joined(separator: ", ")) or \(words[words.count - 1])"
    }
}

extension ScheduleFault {
    /// In words behind `an occurrence`.
    var words: String {
        switch self {
        case .missed: "is missed"
        case .skipped: "is skipped"
        case .failed: "cannot start"
        }
    }
}

/// An event that rules may be about.
struct HeardEvent: Sendable {
    let kind: EventKind
    /// The same whenever the event is told.
    let key: String
    /// What it is about, for cooldowns: a job, target or schedule.
    let subject: String
    /// What happened, in a sentence.
    let sentence: String
    let at: Timestamp
    /// The id of the job or schedule.
    let source: String?
    /// The state, as rules name it.
    let state: String
    /// The serial of the run that it is about.
    let about: String?
    let content: EventContent
}

/// What is kept of an event until its runs are started.
struct EventContent: Codable, Sendable, Hashable {
    /// What conditions and paths see as `event`.
    var event: JSONValue
    /// The ids of the rules that led to it.
    var chain: [String]
    /// The execution that it is about.
    var execution: ExecutionID?
    /// The filter of that execution's targets, or of the one target.
    var targets: String?
    /// The target that it is about.
    var target: TargetID?

    /// As one value.
    var tree: [String: JSONValue] { ["event": event] }
}

/// A firing as it is kept.
struct StoredFiring: Sendable {
    var id: RuleFiringID
    var rule: EventRuleID
    var key: String
    var subject: String
    var sentence: String
    var at: Timestamp
    var content: EventContent
    var state: RuleFiringState
    var reason: String?
    var about: String?
    var decidedAt: Timestamp
    var nextTryAt: Timestamp?
    var tries = 0
}
