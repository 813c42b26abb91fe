import Vocabulary

/// The states of an execution; `docs/engine.md` draws them.
package enum ExecutionState: String, WireEnum {
    case waiting
    case running
    case cancelling
    case succeeded
    case failed
    case cancelled
    /// Cancelled, but for at least one branch it is not proved that its processes are gone.
    case cancelUnconfirmed = "cancel_unconfirmed"
    /// For at least one branch it is not known how it ended.
    case lost

    /// Whether nothing more will happen.
    package var isFinal: Bool { ![.waiting, .running, .cancelling].contains(self) }
}

/// The states of a branch: one execution on one target.
package enum BranchState: String, WireEnum {
    case waiting
    case running
    case cancelling
    case succeeded
    case failed
    case cancelled
    case cancelUnconfirmed = "cancel_unconfirmed"
    case lost

    /// Whether nothing more will happen.
    package var isFinal: Bool { ![.waiting, .running, .cancelling].contains(self) }
}

/// The states of a step in a branch.
package enum StepState: String, WireEnum {
    case waiting
    case running
    case succeeded
    case failed
    case skipped
    case cancelled
    case cancelUnconfirmed = "cancel_unconfirmed"
    case lost
}

/// What an execution is of.
package enum ExecutionKind: String, WireEnum {
    case job
    /// One command, without a job.
    case command
}

/// How many branches are in which state.
package struct BranchCounts: Codable, Sendable, Hashable {
    /// All branches.
    package var total: Int
    /// Not leased yet.
    package var waiting: Int
    /// Leased, including those that are being cancelled.
    package var running: Int
    /// Ended well.
    package var succeeded: Int
    /// Ended badly.
    package var failed: Int
    /// Cancelled, with proof.
    package var cancelled: Int
    /// Lost, or cancelled without proof.
    package var unclear: Int
    /// Makes the value.
    package init(total: Int, waiting: Int, running: Int, succeeded: Int, failed: Int, cancelled: Int, unclear: Int) {
        self.total = total
        self.waiting = waiting
        self.running = running
        self.succeeded = succeeded
        self.failed = failed
        self.cancelled = cancelled
        self.unclear = unclear
    }
}

/// A run in a list.
package struct Execution: Codable, Sendable, Hashable {
    /// The id.
    package var id: ExecutionID
    /// The serial for people, for example `J20260001.0001`.
    package var serial: String
    /// Job or command.
    package var kind: ExecutionKind
    /// The job's id; absent for commands.
    package var job: JobID?
    /// The job's serial; absent for commands.
    package var jobSerial: String?
    /// The job's name, or the command.
    package var name: String
    /// The version of the job; absent for commands.
    package var jobVersion: Int?
    /// The state.
    package var state: ExecutionState
    /// Why it is in that state, where that is not plain.
    package var cause: String?
    /// The branches by state.
    package var counts: BranchCounts
    /// The filter of its targets.
    package var targets: String
    /// Most branches at a time.
    package var maxParallel: Int
    /// How urgent it is.
    package var priority: RunPriority
    /// What holds up its branches that wait; absent when nothing does.
    package var hold: Hold?
    /// So many branches, from the first, may have begun by now; absent when all may.
    package var released: Int?
    /// Who started it.
    package var startedBy: String
    /// What started it; absent for runs of versions that did not keep it.
    package var trigger: RunTrigger?
    /// When it was asked for.
    package var createdAt: Timestamp
    /// When its first branch began.
    package var startedAt: Timestamp?
    /// When its last branch ended.
    package var endedAt: Timestamp?
    /// The serial of the execution that this one repeats.
    package var rerunOf: String?
    /// Whether it goes on where that one failed.
    package var resumed: Bool?
    /// Whether somebody keeps it from retention.
    package var kept: Bool?
    /// When its output was removed by retention; absent as long as it is there.
    package var outputRemovedAt: Timestamp?
    /// The number of the last thing that happened, as in `feed`.
    package var lastSequence: Int
    /// Makes the value.
    package init(
        id: ExecutionID, serial: String, kind: ExecutionKind, job: JobID? = nil, jobSerial: String? = nil, name: String,
        jobVersion: Int? = nil, state: ExecutionState, cause: String? = nil, counts: BranchCounts, targets: String,
        maxParallel: Int, priority: RunPriority = .normal, hold: Hold? = nil, released: Int? = nil, startedBy: String,
        trigger: RunTrigger? = nil, createdAt: Timestamp,
        startedAt: Timestamp? = nil, endedAt: Timestamp? = nil, rerunOf: String? = nil, resumed: Bool? = nil, kept: Bool? = nil,
        outputRemovedAt: Timestamp? = nil, lastSequence: Int
    ) {
        self.id = id
        self.serial = serial
        self.kind = kind
        self.job = job
        self.jobSerial = jobSerial
        self.name = name
        self.jobVersion = jobVersion
        self.state = state
        self.cause = cause
        self.counts = counts
        self.targets = targets
        self.maxParallel = maxParallel
        self.priority = priority
        self.hold = hold
        self.released = released
        self.startedBy = startedBy
        self.trigger = trigger
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.rerunOf = rerunOf
        self.resumed = resumed
        self.kept = kept
        self.outputRemovedAt = outputRemovedAt
        self.lastSequence = lastSequence
    }
}

/// A run with everything that it was started with.
package struct ExecutionDetail: Codable, Sendable {
    /// The run.
    package var execution: Execution
    /// What the job said at that version, or the command as a definition of one step.
    package var definition: JobDefinition
    /// Parameter values; secrets read `•••`.
    package var parameters: [String: JSONValue]
    /// Names of matching targets that were left out because of their status.
    package var leftOut: [String]
    /// Makes the value.
    package init(execution: Execution, definition: JobDefinition, parameters: [String: JSONValue], leftOut: [String]) {
        self.execution = execution
        self.definition = definition
        self.parameters = parameters
        self.leftOut = leftOut
    }
}

/// Which executions to list.
package struct ExecutionQuery: Codable, Sendable, WireConstrained {
    /// Only in this state.
    package var state: ExecutionState?
    /// Only of this job, by id.
    package var job: JobID?
    /// Only those with a branch on this target, by id; each then carries that branch in `branches` of the answer to `branches?target=`.
    package var target: TargetID?
    /// Only those whose name, serial or starter contains this, without regard to case.
    package var search: String?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(
        state: ExecutionState? = nil, job: JobID? = nil, target: TargetID? = nil, search: String? = nil,
        limit: Int? = nil, cursor: String? = nil
    ) {
        self.state = state
        self.job = job
        self.target = target
        self.search = search
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500), "search": .length(0...200)] }
}

/// A receipt for a run that was accepted.
package struct RunReceipt: Codable, Sendable, Hashable {
    /// The execution's id.
    package var id: ExecutionID
    /// Its serial.
    package var serial: String
    /// How many targets it runs on.
    package var targets: Int
    /// Names of matching targets that are left out because of their status.
    package var leftOut: [String]
    /// Makes the value.
    package init(id: ExecutionID, serial: String, targets: Int, leftOut: [String]) {
        self.id = id
        self.serial = serial
        self.targets = targets
        self.leftOut = leftOut
    }
}

/// A command to run.
package struct RunCommand: Codable, Sendable, WireConstrained {
    /// A line or lines for the login shell of the target accounts.
    package var command: String
    /// The targets' filter.
    package var targets: String
    /// Targets to leave out, by id.
    package var exclude: [TargetID]?
    /// Most branches at a time; 50 when absent.
    package var maxParallel: Int?
    /// Most seconds for each target; 3600 when absent.
    package var timeoutSeconds: Int?
    /// How urgent it is; normal when absent.
    package var priority: RunPriority?
    /// Names that only one run at a time may hold.
    package var locks: [String]?
    /// Whether it may run again where nobody knows if it ran; it does not when absent.
    package var repeatable: Bool?
    /// What confirms that production may be touched: the number of targets.
    package var confirm: String?
    /// Makes the value.
    package init(
        command: String, targets: String, exclude: [TargetID]? = nil, maxParallel: Int? = nil, timeoutSeconds: Int? = nil,
        priority: RunPriority? = nil, locks: [String]? = nil, repeatable: Bool? = nil, confirm: String? = nil
    ) {
        self.command = command
        self.targets = targets
        self.exclude = exclude
        self.maxParallel = maxParallel
        self.timeoutSeconds = timeoutSeconds
        self.priority = priority
        self.locks = locks
        self.repeatable = repeatable
        self.confirm = confirm
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "command": .length(1...100_000), "targets": .length(1...4000), "maxParallel": .range(1...10000),
            "timeoutSeconds": .range(1...604_800), "locks": .count(0...20), "confirm": .length(0...200),
        ]
    }
}
