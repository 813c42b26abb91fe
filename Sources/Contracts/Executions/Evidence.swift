import Vocabulary

/// Which part of the evidence of an execution.
package struct AskEvidencePage: Codable, Sendable {
    /// The execution's id or serial.
    package var execution: String
    /// Branches behind this number.
    package var after: Int
    /// Makes the value.
    package init(execution: String, after: Int = 0) {
        self.execution = execution
        self.after = after
    }
}

/// A part of the evidence of an execution.
package struct EvidencePage: Codable, Sendable {
    /// The execution with what it was started with; secrets read `•••`.
    package var detail: ExecutionDetail
    /// Its approvals, the first that was asked for first.
    package var approvals: [Approval]
    /// At most 200 branches by number, with the results of their steps.
    package var branches: [Branch]
    /// Whether there are more branches.
    package var hasMore: Bool
    /// Makes the value.
    package init(detail: ExecutionDetail, approvals: [Approval], branches: [Branch], hasMore: Bool) {
        self.detail = detail
        self.approvals = approvals
        self.branches = branches
        self.hasMore = hasMore
    }
}

/// Which output.
package struct AskEvidenceLog: Codable, Sendable {
    /// The execution's id or serial.
    package var execution: String
    /// The number of the branch.
    package var branch: Int
    /// The number of the step.
    package var step: Int
    /// Makes the value.
    package init(execution: String, branch: Int, step: Int) {
        self.execution = execution
        self.branch = branch
        self.step = step
    }
}

extension ExecutionsAPI {
    /// What proves an execution, page by page, for Audit.
    package static let evidence = Endpoint<AskEvidencePage, EvidencePage>(
        .post, "/api/executions/internal/evidence", needs: .service, repeatable: true, "Shows what proves an execution")
    /// What a step printed on one target, for Audit.
    package static let evidenceLog = Endpoint<AskEvidenceLog, Download>(
        .post, "/api/executions/internal/evidence/log", needs: .service, repeatable: true, "Downloads the output of a step")
}
