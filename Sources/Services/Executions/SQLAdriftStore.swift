import Contracts
import Store
import Vocabulary

extension SQLBranchStore {
    /// See `BranchStore`.
    package func adrift(limit: Int, in transaction: any Transaction) async throws -> [(execution: Int, number: Int)] {
        let rows = try await transaction.query(
            """
            -- branches.adrift
            SELECT execution, number FROM branches WHERE state = 'cancelling' AND lease_until IS NULL
            ORDER BY execution, number LIMIT \(limit)
            """)
        return try rows.map { (try $0.int("execution"), try $0.int("number")) }
    }

    /// See `BranchStore`.
    package func claimAdrift(
        _ execution: Int, numbers: [Int], worker: String, until: Timestamp, in transaction: any Transaction
    ) async throws -> [StoredBranch] {
        let rows = try await transaction.query(
            """
            -- branches.claim_adrift
            UPDATE branches SET worker = \(worker), fence = fence + 1, lease_until = \(until), cancel_told = 1
            WHERE execution = \(execution) AND number IN \(SQL.list(numbers)) AND state = 'cancelling' AND lease_until IS NULL
            RETURNING \(Self.columns)
            """)
        return try rows.map(Self.read).sorted { $0.number < $1.number }
    }

    /// See `BranchStore`.
    package func letGo(_ branch: StoredBranch, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- branches.let_go
            UPDATE branches SET lease_until = NULL
            WHERE execution = \(branch.execution) AND number = \(branch.number) AND state = 'cancelling'
            """)
    }
}
