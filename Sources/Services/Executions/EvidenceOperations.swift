import Contracts
import Store
import Vocabulary

/// Hands out what proves an execution.
struct EvidenceOperations: Sendable {
    let room: ExecutionsRoom

    /// The execution, its approvals and a page of its branches.
    func page(_ ask: AskEvidencePage) async throws -> EvidencePage {
        let query = QueryOperations(room: room)
        let detail = try await query.show(ask.execution)
        let branches = try await query.branches(ask.execution, BranchQuery(cursor: ask.after == 0 ? nil : String(ask.after)))
        return EvidencePage(
            detail: detail, approvals: try await approvals(of: detail.execution), branches: branches.items,
            hasMore: branches.nextCursor != nil)
    }

    /// The output of a step on one target.
    func log(_ ask: AskEvidenceLog) async throws -> Download {
        try await QueryOperations(room: room).log(ask.execution, LogQuery(branch: ask.branch, step: ask.step))
    }

    private func approvals(of execution: Execution) async throws -> [Approval] {
        var found: [Approval] = []
        for state in ApprovalState.allCases {
            let query = ApprovalQuery(state: state, execution: execution.id.text, limit: 500)
            found += try await ApprovalOperations(room: room).list(query, for: ExecutionsRoom.caller).items
        }
        return found.sorted { ($0.askedAt, $0.step) < ($1.askedAt, $1.step) }
    }
}
