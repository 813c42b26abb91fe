import Vocabulary

/// What to compare an execution with.
package struct ComparisonQuery: Codable, Sendable, WireConstrained {
    /// Id or serial of the other execution; the last one of the same job before it that succeeded when absent.
    package var with: String?
    /// Only targets with these verdicts; all that are not the same when absent.
    package var verdict: [TargetVerdict]?
    /// At most so many targets (1...1000; default 200).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(with: String? = nil, verdict: [TargetVerdict]? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.with = with
        self.verdict = verdict
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["with": .length(1...64), "limit": .range(1...1000)] }
}

/// How a target of one execution stands to the same target in another.
package enum TargetVerdict: String, WireEnum {
    /// It ended in the same state, and every step with the same exit code and standard output.
    case same
    /// It did not.
    case changed
    /// The other execution did not run on it.
    case onlyHere = "only_here"
    /// Only the other execution ran on it.
    case onlyThere = "only_there"
}

/// Two executions target by target.
package struct Comparison: Codable, Sendable, Hashable {
    /// The execution that was asked for.
    package var here: Execution
    /// The one that it is compared with.
    package var there: Execution
    /// How many targets are the same.
    package var same: Int
    /// How many changed.
    package var changed: Int
    /// How many are only here.
    package var onlyHere: Int
    /// How many are only there.
    package var onlyThere: Int
    /// Targets by name.
    package var targets: [ComparedTarget]
    /// Where the next page of targets begins; absent on the last.
    package var nextCursor: String?
    /// Makes the value.
    package init(
        here: Execution, there: Execution, same: Int, changed: Int, onlyHere: Int, onlyThere: Int, targets: [ComparedTarget],
        nextCursor: String? = nil
    ) {
        self.here = here
        self.there = there
        self.same = same
        self.changed = changed
        self.onlyHere = onlyHere
        self.onlyThere = onlyThere
        self.targets = targets
        self.nextCursor = nextCursor
    }
}

/// One target in two executions.
package struct ComparedTarget: Codable, Sendable, Hashable {
    /// The target.
    package var target: TargetID
    /// Its name at the start of the run.
    package var targetName: String
    /// The verdict.
    package var verdict: TargetVerdict
    /// The number of its branch in the execution that was asked for.
    package var here: Int?
    /// The number of its branch in the other one.
    package var there: Int?
    /// The branch's state in the execution that was asked for.
    package var stateHere: BranchState?
    /// The branch's state in the other one.
    package var stateThere: BranchState?
    /// The number of the first step that differs, from 1.
    package var step: Int?
    /// Makes the value.
    package init(
        target: TargetID, targetName: String, verdict: TargetVerdict, here: Int? = nil, there: Int? = nil,
        stateHere: BranchState? = nil, stateThere: BranchState? = nil, step: Int? = nil
    ) {
        self.target = target
        self.targetName = targetName
        self.verdict = verdict
        self.here = here
        self.there = there
        self.stateHere = stateHere
        self.stateThere = stateThere
        self.step = step
    }
}

/// Which output to compare with that of the same target in another execution.
package struct DifferenceQuery: Codable, Sendable, WireConstrained {
    /// Id or serial of the other execution; the last one of the same job before it that succeeded when absent.
    package var with: String?
    /// The number of the branch.
    package var branch: Int
    /// The number of the step.
    package var step: Int
    /// Makes the value.
    package init(with: String? = nil, branch: Int, step: Int) {
        self.with = with
        self.branch = branch
        self.step = step
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["with": .length(1...64), "branch": .range(1...1_000_000), "step": .range(1...1000)]
    }
}

/// How the output of a step differs from what it was in another execution.
package struct OutputDifference: Codable, Sendable, Hashable {
    /// The step in the execution that was asked for; absent when it did not come to it.
    package var here: StepResult?
    /// The step in the other one; absent when it did not come to it.
    package var there: StepResult?
    /// How standard output of the other one became that of the one that was asked for; absent where it cannot be told.
    package var lines: [DifferenceLine]?
    /// Why the difference cannot be told.
    package var note: String?
    /// Makes the value.
    package init(here: StepResult? = nil, there: StepResult? = nil, lines: [DifferenceLine]? = nil, note: String? = nil) {
        self.here = here
        self.there = there
        self.lines = lines
        self.note = note
    }
}

extension ExecutionsAPI {
    /// What one step printed on all targets, the same outputs together.
    package static let outputs = Endpoint<OutputQuery, OutputGroups>(
        .get, "/api/executions/{execution}/outputs", needs: .executionsRead, "Groups the targets of an execution by what a step printed")
    /// An execution against another one, target by target.
    package static let comparison = Endpoint<ComparisonQuery, Comparison>(
        .get, "/api/executions/{execution}/comparison", needs: .executionsRead, "Compares an execution with another one, target by target")
    /// The output of a step against that of the same target in another execution, line by line.
    package static let difference = Endpoint<DifferenceQuery, OutputDifference>(
        .get, "/api/executions/{execution}/difference", needs: .executionsRead,
        "Compares the output of a step with what it was in another execution")
}
