import Contracts
import Store
import Vocabulary

/// The store of what steps printed, in SQL. All steps of one execution stand together by primary key, so that grouping reads no output.
package struct SQLOutputStore: OutputStore {
    /// There is nothing to configure.
    package init() {}

    /// See `OutputStore`.
    package func groups(_ execution: Int, step: Int, limit: Int, in transaction: any Transaction) async throws -> [OutputGroup] {
        let rows = try await transaction.query(
            """
            -- outputs.groups
            SELECT state, exit_code, output_hash, COUNT(*) AS size, MIN(branch) AS sample FROM steps
            WHERE execution = \(execution) AND number = \(step) AND output_hash IS NOT NULL
            GROUP BY state, exit_code, output_hash ORDER BY size DESC, sample LIMIT \(limit)
            """)
        return try rows.map { row in
            OutputGroup(
                state: try row.word("state"), exitCode: try row.optionalInt("exit_code"), outputHash: try row.text("output_hash"),
                count: try row.int("size"), branches: [])
        }
    }

    /// See `OutputStore`.
    package func totals(
        _ execution: Int, step: Int, in transaction: any Transaction
    ) async throws -> (groups: Int, branches: Int) {
        let row = try await transaction.first(
            """
            -- outputs.totals
            SELECT COUNT(*) AS number, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS branches FROM (
                SELECT COUNT(*) AS size FROM steps
                WHERE execution = \(execution) AND number = \(step) AND output_hash IS NOT NULL
                GROUP BY state, exit_code, output_hash) AS sizes
            """)
        return (try row?.int("number") ?? 0, try row?.int("branches") ?? 0)
    }

    /// See `OutputStore`.
    package func fill(
        _ groups: [OutputGroup], _ execution: Int, step: Int, limit: Int, in transaction: any Transaction
    ) async throws -> [OutputGroup] {
        let rows = try await transaction.query(
            """
            -- outputs.members
            SELECT ranked.branch AS branch, ranked.state AS state, ranked.exit_code AS exit_code, ranked.output_hash AS output_hash,
                branches.target_name AS target_name
            FROM (
                SELECT branch, state, exit_code, output_hash,
                    ROW_NUMBER() OVER (PARTITION BY state, exit_code, output_hash ORDER BY branch) AS place
                FROM steps WHERE execution = \(execution) AND number = \(step)
                    AND output_hash IN \(SQL.list(groups.map(\.outputHash)))) AS ranked
            JOIN branches ON branches.execution = \(execution) AND branches.number = ranked.branch
            WHERE ranked.place <= \(limit) ORDER BY ranked.branch
            """)
        var filled = groups
        for row in rows {
            let (state, code, hash) = (
                try row.word("state", of: StepState.self), try row.optionalInt("exit_code"), try row.text("output_hash")
            )
            guard let index = filled.firstIndex(where: { $0.state == state && $0.exitCode == code && $0.outputHash == hash }) else {
                continue
            }
            filled[index].branches.append(OutputMember(branch: try row.int("branch"), targetName: try row.text("target_name")))
        }
        return filled
    }
}
