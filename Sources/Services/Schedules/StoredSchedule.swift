import Contracts
import Vocabulary

/// A schedule as it is kept.
struct StoredSchedule: Sendable {
    var id: ScheduleID
    var serial: String
    var revision: Int
    /// What it says; secret parameters are not in it, nor are the names of calendars.
    var definition: ScheduleDefinition
    var job: ScheduledJob
    /// The calendars that it names.
    var calendars: [CalendarID]
    var owner: ScheduleOwner
    /// Decides what `H` stands for; the same for ever.
    var jitterKey: String
    /// The values of secret parameters, sealed.
    var sealed: String?
    /// The names of secret parameters that have a value.
    var secretNames: [String]
    var pause: SchedulePause?
    /// All instants up to this one are in the ledger.
    var consideredAt: Timestamp
    /// The next instant; nil when it is paused, has ended or was deleted.
    var nextAt: Timestamp?
    /// How many instants began a run, or are about to.
    var runs: Int
    var createdAt: Timestamp
    var updatedAt: Timestamp
    /// Set when it was deleted.
    var deletedAt: Timestamp?

    var overlap: OverlapPolicy { definition.overlap ?? .allow }

    var state: ScheduleState { pause != nil ? .paused : nextAt == nil ? .ended : .active }

    /// What a run that it starts is started by.
    func trigger(at instant: Timestamp) -> RunTrigger {
        RunTrigger(kind: .schedule, name: definition.name, serial: serial, id: id.text, owner: owner.name, at: instant)
    }

    /// Where its sealed secrets stand; bound to the ciphertext.
    static func place(_ id: ScheduleID) -> String { "schedules/\(id.text)/secrets" }

    /// How names are compared.
    static func key(_ name: String) -> String { name.lowercased() }

    /// A serial such as `S20260001`.
    static func serial(year: Int, number: Int) -> String {
        let digits = String(number)
        return "S\(year)\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
    }
}

/// An instant of a schedule in the ledger.
struct StoredOccurrence: Sendable, Hashable {
    var schedule: ScheduleID
    var at: Timestamp
    var state: OccurrenceState
    /// Whether it is late, once it fires.
    var isLate: Bool
    var reason: String?
    var execution: String?
    var outcome: ExecutionState?
    var decidedAt: Timestamp?
    /// How often it was taken to be started. One that was taken before may have begun its run already.
    var tries = 0

    /// Starts one run only, whoever dispatches it and however often.
    var key: String { "schedule/\(schedule.text)/\(at.milliseconds)" }
}
