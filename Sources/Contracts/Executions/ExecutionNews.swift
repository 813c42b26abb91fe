import Vocabulary

/// What other services are told of executions; the kinds of their news items.
package enum ExecutionNews {
    /// An execution ended; the payload is an `Ended`, which may hold several.
    package static let ended = "execution.ended"
    /// Somebody has to approve a step; the payload is an `ApprovalNeeded`.
    package static let approvalNeeded = "execution.approval_needed"
    /// A rollout or a person paused an execution; the payload is a `Paused`.
    package static let paused = "execution.paused"

    /// Executions that ended together.
    package struct Ended: Codable, Sendable, Hashable {
        /// How they ended, with counts, times and who started them; parameters are left out.
        package var executions: [Execution]
        /// Makes the value.
        package init(executions: [Execution]) { self.executions = executions }
    }

    /// A step that waits for an approval.
    package struct ApprovalNeeded: Codable, Sendable, Hashable {
        /// The execution.
        package var execution: Execution
        /// The number of the step.
        package var step: Int
        /// Its name.
        package var name: String
        /// When it is too late; nil for no limit.
        package var until: Timestamp?
        /// Makes the value.
        package init(execution: Execution, step: Int, name: String, until: Timestamp?) {
            self.execution = execution
            self.step = step
            self.name = name
            self.until = until
        }
    }

    /// An execution of which no further branches begin until somebody goes on with it.
    package struct Paused: Codable, Sendable, Hashable {
        /// The execution; its hold says why.
        package var execution: Execution
        /// Makes the value.
        package init(execution: Execution) { self.execution = execution }
    }
}
