import Vocabulary

/// One execution on one target.
package struct Branch: Codable, Sendable, Hashable {
    /// The number in the execution, from 1.
    package var number: Int
    /// The serial for people, for example `J20260001.0001.0001`.
    package var serial: String
    /// The target's id.
    package var target: TargetID
    /// The target's serial.
    package var targetSerial: String
    /// The target's name at the start of the run.
    package var targetName: String
    /// The state.
    package var state: BranchState
    /// Why it is in that state, where that is not plain.
    package var cause: String?
    /// The connection method that was used, for example `ssh root@web-01`.
    package var connection: String?
    /// The worker that ran it.
    package var worker: String?
    /// When it began.
    package var startedAt: Timestamp?
    /// When it ended.
    package var endedAt: Timestamp?
    /// The results of its steps in order; steps that were not reached are `waiting`.
    package var steps: [StepResult]
    /// Makes the value.
    package init(
        number: Int, serial: String, target: TargetID, targetSerial: String, targetName: String, state: BranchState,
        cause: String? = nil, connection: String? = nil, worker: String? = nil, startedAt: Timestamp? = nil,
        endedAt: Timestamp? = nil, steps: [StepResult]
    ) {
        self.number = number
        self.serial = serial
        self.target = target
        self.targetSerial = targetSerial
        self.targetName = targetName
        self.state = state
        self.cause = cause
        self.connection = connection
        self.worker = worker
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.steps = steps
    }
}

/// One step in one branch. Numbers beyond the job's steps are of what undoes them: the step's number and the number of steps together.
package struct StepResult: Codable, Sendable, Hashable {
    /// The number in the job, from 1.
    package var number: Int
    /// The step's name.
    package var name: String
    /// The state.
    package var state: StepState
    /// The attempt, from 1; 0 before the first.
    package var attempt: Int
    /// The exit code of the last attempt.
    package var exitCode: Int?
    /// Why it is in that state, where that is not plain: a signal, a limit, a broken connection.
    package var cause: String?
    /// When the first attempt began.
    package var startedAt: Timestamp?
    /// When the last attempt ended.
    package var endedAt: Timestamp?
    /// The bytes of output that were kept.
    package var outputBytes: Int
    /// Whether output was left out because the limit was reached.
    package var truncated: Bool
    /// The values that were taken out of the output, by name; of a loop, lists with one for each item that was done.
    package var outputs: [String: JSONValue]?
    /// How many items a loop has; absent where there is none.
    package var items: Int?
    /// How many of them were done.
    package var itemsDone: Int?
    /// The SHA-256 of what was kept of standard output in the last attempt, in hexadecimal; absent before the end.
    package var outputHash: String?
    /// How it survives its worker; absent when it is not to.
    package var supervision: StepSupervision?
    /// Makes the value.
    package init(
        number: Int, name: String, state: StepState, attempt: Int, exitCode: Int? = nil, cause: String? = nil,
        startedAt: Timestamp? = nil, endedAt: Timestamp? = nil, outputBytes: Int, truncated: Bool,
        outputs: [String: JSONValue]? = nil, items: Int? = nil, itemsDone: Int? = nil, outputHash: String? = nil,
        supervision: StepSupervision? = nil
    ) {
        self.number = number
        self.name = name
        self.state = state
        self.attempt = attempt
        self.exitCode = exitCode
        self.cause = cause
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.outputBytes = outputBytes
        self.truncated = truncated
        self.outputs = outputs
        self.items = items
        self.itemsDone = itemsDone
        self.outputHash = outputHash
        self.supervision = supervision
    }
}

/// How a step that is to survive its worker runs, in its last attempt.
package struct StepSupervision: Codable, Sendable, Hashable {
    /// What its supervisor on the target knows it by; absent when it has none.
    package var spool: String?
    /// Why it has none, and thus does not survive its worker.
    package var note: String?
    /// Whether the supervisor is known to have started it.
    package var isBegun: Bool
    /// How many bytes of its standard output are stored, as they are stored.
    package var stdoutBytes: Int
    /// How many bytes of its standard error are stored.
    package var stderrBytes: Int
    /// Makes the value.
    package init(spool: String? = nil, note: String? = nil, isBegun: Bool = false, stdoutBytes: Int = 0, stderrBytes: Int = 0) {
        self.isBegun = isBegun
        self.spool = spool
        self.note = note
        self.stdoutBytes = stdoutBytes
        self.stderrBytes = stderrBytes
    }
}

extension StepResult {
    /// Whether it runs under a supervisor on the target, with a worker or without.
    package var isSupervised: Bool { state == .running && supervision?.spool != nil }
}

/// Which branches to list.
package struct BranchQuery: Codable, Sendable, WireConstrained {
    /// Only in these states.
    package var state: [BranchState]?
    /// Only on this target, by id.
    package var target: TargetID?
    /// Only targets whose name contains this, without regard to case.
    package var search: String?
    /// At most so many items (1...1000; default 200).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(
        state: [BranchState]? = nil, target: TargetID? = nil, search: String? = nil, limit: Int? = nil,
        cursor: String? = nil
    ) {
        self.state = state
        self.target = target
        self.search = search
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...1000), "search": .length(0...200)] }
}

/// Which output to download.
package struct LogQuery: Codable, Sendable, WireConstrained {
    /// Only of this branch.
    package var branch: Int?
    /// Only of this step.
    package var step: Int?
    /// Only this stream; both in order of arrival when absent.
    package var stream: OutputStreamName?
    /// Only what comes after so many bytes of the output of one step; goes with `branch` and `step`.
    package var from: Int?
    /// At most so many bytes; goes with `branch` and `step`.
    package var length: Int?
    /// Makes the value.
    package init(
        branch: Int? = nil, step: Int? = nil, stream: OutputStreamName? = nil, from: Int? = nil, length: Int? = nil
    ) {
        self.branch = branch
        self.step = step
        self.stream = stream
        self.from = from
        self.length = length
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "branch": .range(1...1_000_000), "step": .range(1...1000), "from": .range(0...9_007_199_254_740_991),
            "length": .range(1...9_007_199_254_740_991),
        ]
    }
}

/// The output streams.
package enum OutputStreamName: String, WireEnum {
    case stdout
    case stderr
}

extension StepResult {
    /// The result of a step that was not reached yet.
    package static func waiting(_ number: Int, _ name: String) -> StepResult {
        StepResult(number: number, name: name, state: .waiting, attempt: 0, outputBytes: 0, truncated: false)
    }
}
