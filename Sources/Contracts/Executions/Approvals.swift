import Vocabulary

/// How an approval stands.
package enum ApprovalState: String, WireEnum {
    case pending
    case approved
    case rejected
    /// Nobody decided in time.
    case expired
}

/// A decision that a run waits for, or waited for.
package struct Approval: Codable, Sendable, Hashable {
    /// The execution's id.
    package var execution: ExecutionID
    /// Its serial.
    package var serial: String
    /// The name of the job.
    package var name: String
    /// Who started the execution.
    package var startedBy: String
    /// The number of the step.
    package var step: Int
    /// The step's name.
    package var stepName: String
    /// What is to be decided.
    package var message: String?
    /// Who may decide: names of users or roles; everybody who may approve when empty.
    package var approvers: [String]
    /// How it stands.
    package var state: ApprovalState
    /// When the first target came to it.
    package var askedAt: Timestamp
    /// Until when it can be decided; absent when there is no limit.
    package var deadline: Timestamp?
    /// When it was decided.
    package var decidedAt: Timestamp?
    /// Who decided.
    package var decidedBy: String?
    /// What they said.
    package var comment: String?
    /// How many targets wait for it now.
    package var waiting: Int
    /// Whether the caller may decide it.
    package var mayDecide: Bool
    /// The hash of what was approved; absent until then.
    package var plan: String?
    /// Makes the value.
    package init(
        execution: ExecutionID, serial: String, name: String, startedBy: String, step: Int, stepName: String, message: String? = nil,
        approvers: [String], state: ApprovalState, askedAt: Timestamp, deadline: Timestamp? = nil, decidedAt: Timestamp? = nil,
        decidedBy: String? = nil, comment: String? = nil, waiting: Int, mayDecide: Bool, plan: String? = nil
    ) {
        self.execution = execution
        self.serial = serial
        self.name = name
        self.startedBy = startedBy
        self.step = step
        self.stepName = stepName
        self.message = message
        self.approvers = approvers
        self.state = state
        self.askedAt = askedAt
        self.deadline = deadline
        self.decidedAt = decidedAt
        self.decidedBy = decidedBy
        self.comment = comment
        self.waiting = waiting
        self.mayDecide = mayDecide
        self.plan = plan
    }
}

/// Which approvals to list.
package struct ApprovalQuery: Codable, Sendable, WireConstrained {
    /// Only in this state; those that are pending when absent.
    package var state: ApprovalState?
    /// Only of this execution, by serial or id.
    package var execution: String?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// Makes the value.
    package init(state: ApprovalState? = nil, execution: String? = nil, limit: Int? = nil) {
        self.state = state
        self.execution = execution
        self.limit = limit
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500)] }
}

/// A decision.
package enum Decision: String, WireEnum {
    case approve
    case reject
}

/// What was decided.
package struct DecideApproval: Codable, Sendable, WireConstrained {
    /// The decision.
    package var decision: Decision
    /// Why, for the history.
    package var comment: String?
    /// The hash of what was looked at: an approval counts only for exactly that. Absent approves what would run now.
    package var plan: String?
    /// Makes the value.
    package init(decision: Decision, comment: String? = nil, plan: String? = nil) {
        self.decision = decision
        self.comment = comment
        self.plan = plan
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["comment": .length(0...4000)] }
}

/// A decision as a worker needs it.
package struct LeasedApproval: Codable, Sendable, Hashable {
    /// The number of the step.
    package var step: Int
    /// Whether the step goes well.
    package var isGranted: Bool
    /// Who decided, in a sentence.
    package var text: String
    /// Makes the value.
    package init(step: Int, isGranted: Bool, text: String) {
        self.step = step
        self.isGranted = isGranted
        self.text = text
    }
}
