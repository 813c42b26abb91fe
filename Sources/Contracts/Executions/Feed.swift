import Vocabulary

/// What kind of thing happened.
package enum FeedKind: String, WireEnum {
    /// The execution changed its state; `execution` has all of it.
    case execution
    /// A branch changed its state; `branch_state` and `cause`.
    case branch
    /// A step began or ended; `step_result` has all of it.
    case step
    /// Output; `stream` and `text` or `base64`.
    case output
}

/// One thing that happened in an execution. Numbers rise by one; nothing is ever inserted before.
package struct FeedEntry: Codable, Sendable, Hashable {
    /// The number, from 1.
    package var sequence: Int
    /// When it was stored.
    package var at: Timestamp
    /// The kind.
    package var kind: FeedKind
    /// The state of the execution with its counts, for the kind `execution`.
    package var execution: Execution?
    /// The number of the branch, for all other kinds.
    package var branch: Int?
    /// The new state, for the kind `branch`.
    package var branchState: BranchState?
    /// Why, for the kind `branch`.
    package var cause: String?
    /// The number of the step, for the kinds `step` and `output`.
    package var step: Int?
    /// The step, for the kind `step`.
    package var stepResult: StepResult?
    /// The attempt, for the kind `output`.
    package var attempt: Int?
    /// The stream, for the kind `output`.
    package var stream: OutputStreamName?
    /// The output, if it is UTF-8. Pieces end anywhere in a line, never inside a character.
    package var text: String?
    /// The output, if it is not UTF-8.
    package var base64: String?
    /// Makes the value.
    package init(
        sequence: Int, at: Timestamp, kind: FeedKind, execution: Execution? = nil, branch: Int? = nil,
        branchState: BranchState? = nil, cause: String? = nil, step: Int? = nil, stepResult: StepResult? = nil,
        attempt: Int? = nil, stream: OutputStreamName? = nil, text: String? = nil, base64: String? = nil
    ) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.execution = execution
        self.branch = branch
        self.branchState = branchState
        self.cause = cause
        self.step = step
        self.stepResult = stepResult
        self.attempt = attempt
        self.stream = stream
        self.text = text
        self.base64 = base64
    }
}

/// Where to read on in a feed.
package struct FeedQuery: Codable, Sendable, WireConstrained {
    /// Only what came after this number; 0 when absent.
    package var after: Int?
    /// Only the entries of this branch and the states of the execution.
    package var branch: Int?
    /// At most so many entries (1...5000; default 500).
    package var limit: Int?
    /// Makes the value.
    package init(after: Int? = nil, branch: Int? = nil, limit: Int? = nil) {
        self.after = after
        self.branch = branch
        self.limit = limit
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...5000), "after": .range(0...9_007_199_254_740_991)] }
}

/// A piece of a feed.
package struct Feed: Codable, Sendable {
    /// The entries in order.
    package var entries: [FeedEntry]
    /// Whether this is all there is at the moment.
    package var isComplete: Bool
    /// Makes the value.
    package init(entries: [FeedEntry], isComplete: Bool) {
        self.entries = entries
        self.isComplete = isComplete
    }
}

/// What a client sends on `/ws`: exactly one field.
package struct LiveRequest: Codable, Sendable {
    /// Follow an execution from a sequence number on.
    package var follow: FollowExecution?
    /// Stop following an execution, by id.
    package var unfollow: ExecutionID?
    /// Whether to hear of every execution's state changes.
    package var overview: Bool?
    /// Makes the value.
    package init(follow: FollowExecution? = nil, unfollow: ExecutionID? = nil, overview: Bool? = nil) {
        self.follow = follow
        self.unfollow = unfollow
        self.overview = overview
    }
}

/// Which execution to follow.
package struct FollowExecution: Codable, Sendable {
    /// The execution's id.
    package var execution: ExecutionID
    /// The last number that the client has; 0 for everything.
    package var after: Int
    /// Only this branch's output; states come in any case.
    package var branch: Int?
    /// Makes the value.
    package init(execution: ExecutionID, after: Int, branch: Int? = nil) {
        self.execution = execution
        self.after = after
        self.branch = branch
    }
}

/// What the server sends on `/ws`.
package struct LiveAnswer: Codable, Sendable {
    /// The execution that this is about.
    package var execution: ExecutionID?
    /// What happened, in order; several at once when there is much.
    package var entries: [FeedEntry]?
    /// True once everything stored so far has been sent.
    package var caughtUp: Bool?
    /// A run that changed its state, for the overview.
    package var overview: Execution?
    /// What was wrong with a request; the connection goes on.
    package var problem: Problem?
    /// Makes the value.
    package init(
        execution: ExecutionID? = nil, entries: [FeedEntry]? = nil, caughtUp: Bool? = nil, overview: Execution? = nil,
        problem: Problem? = nil
    ) {
        self.execution = execution
        self.entries = entries
        self.caughtUp = caughtUp
        self.overview = overview
        self.problem = problem
    }
}
