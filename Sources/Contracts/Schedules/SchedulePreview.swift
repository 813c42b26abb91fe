import Vocabulary

/// A schedule to try out before it is saved.
package struct PreviewSchedule: Codable, Sendable, Hashable, WireConstrained {
    /// Its name, which decides what `H` stands for in a new one.
    package var name: String?
    /// The schedule that is changed, by id, serial or name; absent for a new one.
    package var schedule: String?
    /// When it is due.
    package var timing: ScheduleTiming
    /// Its job, by id, serial or name: with it calendars count that are bound to targets.
    package var job: String?
    /// What the job is run with.
    package var run: ScheduledRun?
    /// The names of its calendars.
    package var calendars: [String]?
    /// Instants after this one are shown; now when absent.
    package var after: Timestamp?
    /// At most so many (1...500; default 10).
    package var count: Int?
    /// Makes the value.
    package init(
        name: String? = nil, schedule: String? = nil, timing: ScheduleTiming, job: String? = nil, run: ScheduledRun? = nil,
        calendars: [String]? = nil, after: Timestamp? = nil, count: Int? = nil
    ) {
        self.name = name
        self.schedule = schedule
        self.timing = timing
        self.job = job
        self.run = run
        self.calendars = calendars
        self.after = after
        self.count = count
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["count": .range(1...500), "calendars": .count(0...20), "name": .length(0...200)]
    }
}

/// When a schedule would be due.
package struct SchedulePreview: Codable, Sendable, Hashable {
    /// The timing in one sentence.
    package var words: String
    /// The next instants.
    package var occurrences: [PlannedOccurrence]
    /// Whether there are no more after these.
    package var ends: Bool
    /// Makes the value.
    package init(words: String, occurrences: [PlannedOccurrence], ends: Bool) {
        self.words = words
        self.occurrences = occurrences
        self.ends = ends
    }
}

/// An instant that is to come.
package struct PlannedOccurrence: Codable, Sendable, Hashable {
    /// The instant.
    package var at: Timestamp
    /// The same in the schedule's zone, for example `Sun 2026-03-29 03:00:00 +02:00`.
    package var local: String
    /// Why nothing would start; absent when a run would.
    package var skipped: String?
    /// Makes the value.
    package init(at: Timestamp, local: String, skipped: String? = nil) {
        self.at = at
        self.local = local
        self.skipped = skipped
    }
}
