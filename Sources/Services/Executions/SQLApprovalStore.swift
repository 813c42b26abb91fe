import Contracts
import Store
import Vocabulary

/// An approval as it is kept.
package struct StoredApproval: Sendable {
    /// The key of the execution.
    package var execution: Int
    /// The number of the step.
    package var step: Int
    /// How it stands.
    package var state: ApprovalState
    /// When the first target came to it.
    package var askedAt: Timestamp
    /// Until when it can be decided.
    package var deadline: Timestamp?
    /// When it was decided.
    package var decidedAt: Timestamp?
    /// Who decided.
    package var decidedBy: String?
    /// What they said.
    package var comment: String?
    /// The hash of what was approved.
    package var plan: String?

    /// Who decided, in a sentence.
    package var text: String {
        let said = comment.map { $0.isEmpty ? "." : ": \($0)" } ?? "."
        return switch state {
        case .pending: "It waits for a decision."
        case .approved: "Approved by \(decidedBy ?? "?")\(said)"
        case .rejected: "Rejected by \(decidedBy ?? "?")\(said)"
        case .expired: "Nobody decided in time."
        }
    }
}

/// The promises of the store of approvals.
package protocol ApprovalStore: Sendable {
    /// Keeps a new approval; one that is there stays as it is. True when it is new.
    func ask(_ approval: StoredApproval, in transaction: any Transaction) async throws -> Bool
    /// The approval of a step, or nil.
    func find(_ execution: Int, step: Int, in transaction: any Transaction) async throws -> StoredApproval?
    /// Keeps a decision.
    func decide(_ approval: StoredApproval, in transaction: any Transaction) async throws
    /// Approvals of executions that have not ended in a state, the oldest first while pending, else the newest.
    func list(
        _ state: ApprovalState, execution: Int?, limit: Int, in transaction: any Transaction
    ) async throws -> [(approval: StoredApproval, waiting: Int)]
    /// Pending approvals whose time is over.
    func overdue(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredApproval]
    /// What was decided in an execution, for workers.
    func decided(_ execution: Int, in transaction: any Transaction) async throws -> [LeasedApproval]
    /// Keeps how each branch's target was reached when somebody approved a step, by the numbers of the branches.
    func keep(ways: [Int: String], of approval: StoredApproval, in transaction: any Transaction) async throws
    /// How the targets of branches were reached when steps were approved, by the numbers of branches and steps.
    func ways(_ execution: Int, branches: [Int], in transaction: any Transaction) async throws -> [Int: [Int: String]]
}

/// The store of approvals in SQL.
package struct SQLApprovalStore: ApprovalStore {
    /// There is nothing to configure.
    package init() {}

    private static let columns = SQL(trusted: "execution, step, state, asked_at, deadline, decided_at, decided_by, comment, plan")

    /// See `ApprovalStore`.
    package func ask(_ approval: StoredApproval, in transaction: any Transaction) async throws -> Bool {
        try await transaction.execute(
            """
            -- approvals.ask
            INSERT INTO approvals (execution, step, state, asked_at, deadline)
            VALUES (\(approval.execution), \(approval.step), \(approval.state), \(approval.askedAt), \(approval.deadline))
            ON CONFLICT (execution, step) DO NOTHING
            """) > 0
    }

    /// See `ApprovalStore`.
    package func find(_ execution: Int, step: Int, in transaction: any Transaction) async throws -> StoredApproval? {
        try await transaction.first(
            "-- approvals.find\nSELECT \(Self.columns) FROM approvals WHERE execution = \(execution) AND step = \(step)"
        ).map(Self.read)
    }

    /// See `ApprovalStore`.
    package func decide(_ approval: StoredApproval, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- approvals.decide
            UPDATE approvals SET state = \(approval.state), decided_at = \(approval.decidedAt), decided_by = \(approval.decidedBy),
                comment = \(approval.comment), plan = \(approval.plan)
            WHERE execution = \(approval.execution) AND step = \(approval.step)
            """)
    }

    /// See `ApprovalStore`.
    package func list(
        _ state: ApprovalState, execution: Int?, limit: Int, in transaction: any Transaction
    ) async throws -> [(approval: StoredApproval, waiting: Int)] {
        var conditions: [SQL] = ["state = \(state)"]
        // Nobody needs to decide about what has ended.
        if state == .pending { conditions.append("execution IN (SELECT key FROM executions WHERE ended_at IS NULL)") }
        if let execution { conditions.append("execution = \(execution)") }
        let order: SQL = state == .pending ? "asked_at, execution, step" : "asked_at DESC, execution DESC, step"
        let rows = try await transaction.query(
            """
            -- approvals.list
            SELECT \(Self.columns), (SELECT COUNT(*) FROM branches
                WHERE branches.execution = approvals.execution AND branches.state = 'waiting' AND branches.parked = approvals.step) AS waiting
            FROM approvals WHERE \(SQL.join(conditions, " AND ")) ORDER BY \(order) LIMIT \(limit)
            """)
        return try rows.map { (try Self.read($0), try $0.int("waiting")) }
    }

    /// See `ApprovalStore`.
    package func overdue(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredApproval] {
        try await transaction.query(
            """
            -- approvals.overdue
            SELECT \(Self.columns) FROM approvals WHERE state = 'pending' AND deadline <= \(now) ORDER BY asked_at LIMIT \(limit)
            """
        ).map(Self.read)
    }

    /// See `ApprovalStore`.
    package func decided(_ execution: Int, in transaction: any Transaction) async throws -> [LeasedApproval] {
        let rows = try await transaction.query(
            "-- approvals.decided\nSELECT \(Self.columns) FROM approvals WHERE execution = \(execution) AND state <> 'pending' ORDER BY step"
        )
        return try rows.map(Self.read).map { LeasedApproval(step: $0.step, isGranted: $0.state == .approved, text: $0.text) }
    }

    /// See `ApprovalStore`.
    package func keep(ways: [Int: String], of approval: StoredApproval, in transaction: any Transaction) async throws {
        try await transaction.insert(
            "-- approvals.keep_ways\nINSERT INTO approved_ways (execution, step, branch, way)",
            ways.sorted { $0.key < $1.key }.map { [.of(approval.execution), .of(approval.step), .of($0.key), .of($0.value)] })
    }

    /// See `ApprovalStore`.
    package func ways(_ execution: Int, branches: [Int], in transaction: any Transaction) async throws -> [Int: [Int: String]] {
        var ways: [Int: [Int: String]] = [:]
        for start in stride(from: 0, to: branches.count, by: 500) {
            let some = Array(branches[start..<min(start + 500, branches.count)])
            let rows = try await transaction.query(
                """
                -- approvals.ways
                SELECT step, branch, way FROM approved_ways WHERE execution = \(execution) AND branch IN \(SQL.list(some))
                """)
            for row in rows { ways[try row.int("branch"), default: [:]][try row.int("step")] = try row.text("way") }
        }
        return ways
    }

    private static func read(_ row: Row) throws -> StoredApproval {
        StoredApproval(
            execution: try row.int("execution"), step: try row.int("step"), state: try row.word("state"), askedAt: try row.time("asked_at"),
            deadline: try row.optionalTime("deadline"), decidedAt: try row.optionalTime("decided_at"),
            decidedBy: try row.optionalText("decided_by"), comment: try row.optionalText("comment"), plan: try row.optionalText("plan"))
    }
}
