import Vocabulary

/// What becomes of an instant of a schedule.
package enum OccurrenceState: String, WireEnum {
    /// It is to come.
    case planned
    /// It is being started.
    case due
    /// It waits for the end of the schedule's last run.
    case waiting
    /// It started a run in time.
    case fired
    /// It started a run after its time.
    case late
    /// It started nothing; the reason says why.
    case skipped
    /// Nobody was there.
    case missed
    /// No run could be started; the reason says why.
    case failed = "failed_to_start"
}

/// An instant of a schedule and what became of it; there is one for each schedule and instant.
package struct Occurrence: Codable, Sendable, Hashable {
    /// The schedule.
    package var schedule: ScheduleID
    /// Its serial.
    package var serial: String
    /// Its name.
    package var name: String
    /// The name of its job.
    package var job: String
    /// The instant.
    package var at: Timestamp
    /// What became of it.
    package var state: OccurrenceState
    /// Why, in a sentence, unless it simply fired.
    package var reason: String?
    /// The serial of the run that it started.
    package var execution: String?
    /// How that run ended; absent as long as it has not.
    package var outcome: ExecutionState?
    /// When it came to that state.
    package var decidedAt: Timestamp?
    /// Makes the value.
    package init(
        schedule: ScheduleID, serial: String, name: String, job: String, at: Timestamp, state: OccurrenceState, reason: String? = nil,
        execution: String? = nil, outcome: ExecutionState? = nil, decidedAt: Timestamp? = nil
    ) {
        self.schedule = schedule
        self.serial = serial
        self.name = name
        self.job = job
        self.at = at
        self.state = state
        self.reason = reason
        self.execution = execution
        self.outcome = outcome
        self.decidedAt = decidedAt
    }
}

/// Which entries of the ledger to list, the newest first.
package struct OccurrenceQuery: Codable, Sendable, Hashable, WireConstrained {
    /// Only of this schedule, by id, serial or name.
    package var schedule: String?
    /// Only in this state.
    package var state: OccurrenceState?
    /// Only at this instant or later.
    package var from: Timestamp?
    /// Only before this instant.
    package var to: Timestamp?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(
        schedule: String? = nil, state: OccurrenceState? = nil, from: Timestamp? = nil, to: Timestamp? = nil, limit: Int? = nil,
        cursor: String? = nil
    ) {
        self.schedule = schedule
        self.state = state
        self.from = from
        self.to = to
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["limit": .range(1...500), "schedule": .length(1...200)]
    }
}

/// A time for which all occurrences are wanted.
package struct WeekQuery: Codable, Sendable, Hashable, WireConstrained {
    /// The beginning.
    package var from: Timestamp
    /// The end, which is not in it any more; at most 92 days later.
    package var to: Timestamp
    /// Only of these schedules, by id; of all when absent.
    package var schedules: [ScheduleID]?
    /// Only of schedules of this job, by id.
    package var job: JobID?
    /// At most so many of each schedule (1...1000; default 200).
    package var each: Int?
    /// Makes the value.
    package init(from: Timestamp, to: Timestamp, schedules: [ScheduleID]? = nil, job: JobID? = nil, each: Int? = nil) {
        self.from = from
        self.to = to
        self.schedules = schedules
        self.job = job
        self.each = each
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["each": .range(1...1000), "schedules": .count(0...200)]
    }
}

/// Occurrences of a time, past ones from the ledger and future ones as they will be.
package struct WeekView: Codable, Sendable, Hashable {
    /// The instant that divides past and future.
    package var now: Timestamp
    /// The occurrences by instant.
    package var occurrences: [Occurrence]
    /// Schedules with more occurrences in this time than are shown.
    package var cut: [ScheduleID]
    /// Whether all schedules were looked at; not when there are very many.
    package var isComplete: Bool
    /// Makes the value.
    package init(now: Timestamp, occurrences: [Occurrence], cut: [ScheduleID], isComplete: Bool) {
        self.now = now
        self.occurrences = occurrences
        self.cut = cut
        self.isComplete = isComplete
    }
}
