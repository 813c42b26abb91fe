import Vocabulary

/// What a `ScheduleID` names.
package enum ScheduleSubject {}
/// A schedule's id.
package typealias ScheduleID = Identifier<ScheduleSubject>

/// What a schedule runs its job with.
package struct ScheduledRun: Codable, Sendable, Hashable, WireConstrained {
    /// Values by parameter name. In answers secrets read `•••`; sent back so, they stay as they are.
    package var parameters: [String: JSONValue]?
    /// The targets' filter; the job's own when absent.
    package var targets: String?
    /// Targets to leave out, by id.
    package var exclude: [TargetID]?
    /// Most branches at a time; the job's own when absent.
    package var maxParallel: Int?
    /// How urgent it is; as the job says when absent.
    package var priority: RunPriority?
    /// Names that only one run at a time may hold, besides those of the job.
    package var locks: [String]?
    /// Makes the value.
    package init(
        parameters: [String: JSONValue]? = nil, targets: String? = nil, exclude: [TargetID]? = nil, maxParallel: Int? = nil,
        priority: RunPriority? = nil, locks: [String]? = nil
    ) {
        self.parameters = parameters
        self.targets = targets
        self.exclude = exclude
        self.maxParallel = maxParallel
        self.priority = priority
        self.locks = locks
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["maxParallel": .range(1...10000), "targets": .length(0...4000), "locks": .count(0...20)]
    }
}

/// What a schedule says. The YAML has the same fields in snake_case.
package struct ScheduleDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The name; unique without regard to case.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The job, by id, serial or name; in answers its name.
    package var job: String
    /// When it is due.
    package var timing: ScheduleTiming
    /// What the job is run with.
    package var run: ScheduledRun?
    /// The names of calendars: it fires only when all of them are open.
    package var calendars: [String]?
    /// What happens to missed instants; they are skipped when absent.
    package var missed: MissedRuns?
    /// What happens when its last run has not ended; allow when absent.
    package var overlap: OverlapPolicy?
    /// Makes the value.
    package init(
        name: String, description: String? = nil, job: String, timing: ScheduleTiming, run: ScheduledRun? = nil, calendars: [String]? = nil,
        missed: MissedRuns? = nil, overlap: OverlapPolicy? = nil
    ) {
        self.name = name
        self.description = description
        self.job = job
        self.timing = timing
        self.run = run
        self.calendars = calendars
        self.missed = missed
        self.overlap = overlap
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._ -]{0,127}"), "description": .length(0...4000), "job": .length(1...200),
            "calendars": .count(0...20),
        ]
    }
}

/// A schedule to save.
package struct SaveSchedule: Codable, Sendable, Hashable {
    /// What it is to say.
    package var definition: ScheduleDefinition
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(definition: ScheduleDefinition, revision: Int? = nil) {
        self.definition = definition
        self.revision = revision
    }
}

/// The states of a schedule.
package enum ScheduleState: String, WireEnum {
    /// It will be due again.
    case active
    /// Somebody paused it.
    case paused
    /// It will never be due again.
    case ended
}

/// Why a schedule does not fire.
package struct SchedulePause: Codable, Sendable, Hashable {
    /// Why.
    package var reason: String
    /// Who paused it.
    package var by: String
    /// When.
    package var at: Timestamp
    /// Makes the value.
    package init(reason: String, by: String, at: Timestamp) {
        self.reason = reason
        self.by = by
        self.at = at
    }
}

/// The job of a schedule.
package struct ScheduledJob: Codable, Sendable, Hashable {
    /// The id.
    package var id: JobID
    /// The serial.
    package var serial: String
    /// The name, as it was when it was last seen.
    package var name: String
    /// Makes the value.
    package init(id: JobID, serial: String, name: String) {
        self.id = id
        self.serial = serial
        self.name = name
    }
}

/// Who answers for what a schedule starts: whoever saved it last.
package struct ScheduleOwner: Codable, Sendable, Hashable {
    /// The user's id.
    package var id: UserID
    /// The user's name.
    package var name: String
    /// Makes the value.
    package init(id: UserID, name: String) {
        self.id = id
        self.name = name
    }
}

/// A schedule.
package struct Schedule: Codable, Sendable, Hashable {
    /// The id.
    package var id: ScheduleID
    /// The serial for people, for example `S20260001`.
    package var serial: String
    /// Counts changes; send it back with an update.
    package var revision: Int
    /// What it says.
    package var definition: ScheduleDefinition
    /// The job.
    package var job: ScheduledJob
    /// When it is due, in one sentence.
    package var words: String
    /// The state.
    package var state: ScheduleState
    /// Why it does not fire; absent unless it is paused.
    package var pause: SchedulePause?
    /// When it is due next; absent when it is paused or has ended.
    package var nextAt: Timestamp?
    /// The last instant in its ledger.
    package var last: Occurrence?
    /// How many runs it began.
    package var runs: Int
    /// Who answers for what it starts.
    package var owner: ScheduleOwner
    /// When it was added.
    package var createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(
        id: ScheduleID, serial: String, revision: Int, definition: ScheduleDefinition, job: ScheduledJob, words: String,
        state: ScheduleState, pause: SchedulePause? = nil, nextAt: Timestamp? = nil, last: Occurrence? = nil, runs: Int,
        owner: ScheduleOwner, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.serial = serial
        self.revision = revision
        self.definition = definition
        self.job = job
        self.words = words
        self.state = state
        self.pause = pause
        self.nextAt = nextAt
        self.last = last
        self.runs = runs
        self.owner = owner
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// Which schedules to list.
package struct ScheduleQuery: Codable, Sendable, Hashable, WireConstrained {
    /// Only those whose name, description or job contains this, without regard to case.
    package var search: String?
    /// Only those of this job, by id.
    package var job: JobID?
    /// Only in this state.
    package var state: ScheduleState?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(search: String? = nil, job: JobID? = nil, state: ScheduleState? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.search = search
        self.job = job
        self.state = state
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["limit": .range(1...500), "search": .length(0...200)]
    }
}

/// Why a schedule is paused.
package struct PauseSchedule: Codable, Sendable, Hashable, WireConstrained {
    /// Why, for others.
    package var reason: String
    /// Makes the value.
    package init(reason: String) {
        self.reason = reason
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["reason": .length(1...1000)]
    }
}
