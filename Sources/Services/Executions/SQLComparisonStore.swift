import Contracts
import Store
import Vocabulary

/// Comparing executions in SQL.
package struct SQLComparisonStore: ComparisonStore {
    /// There is nothing to configure.
    package init() {}

    /// A common table expression `compared` with one row for each target of either execution. What an old run did not hash counts as the same.
    /// Each target's branch there is looked up on its own: as a join, SQLite reads the whole other execution once for each branch.
    private static func compared(_ here: Int, _ there: Int) -> SQL {
        """
        WITH found AS (
            SELECT a.target_id AS target_id, a.target_name AS target_name, a.number AS here, a.state AS state_here,
                (SELECT b.number FROM branches b WHERE b.target_id = a.target_id AND b.execution = \(there)) AS there
            FROM branches a WHERE a.execution = \(here)
        ), moved AS (
            SELECT s.branch AS here, MIN(s.number) AS step FROM found
            JOIN steps s ON s.execution = \(here) AND s.branch = found.here
            LEFT JOIN steps t ON t.execution = \(there) AND t.branch = found.there AND t.number = s.number
            WHERE found.there IS NOT NULL
                AND (t.state IS NULL OR s.state <> t.state OR COALESCE(s.exit_code, -1) <> COALESCE(t.exit_code, -1)
                    OR s.output_hash <> t.output_hash)
            GROUP BY s.branch
        ), pairs AS (
            SELECT found.target_id AS target_id, found.target_name AS target_name, found.here AS here, found.there AS there,
                found.state_here AS state_here, b.state AS state_there, moved.step AS step
            FROM found LEFT JOIN branches b ON b.execution = \(there) AND b.number = found.there
            LEFT JOIN moved ON moved.here = found.here
        ), compared AS (
            SELECT target_id, target_name, here, there, state_here, state_there, step,
                CASE WHEN there IS NULL THEN 'only_here' WHEN step IS NOT NULL OR state_here <> state_there THEN 'changed' ELSE 'same'
                    END AS verdict
            FROM pairs
            UNION ALL
            SELECT b.target_id, b.target_name, NULL, b.number, NULL, b.state, NULL, 'only_there' FROM branches b
            WHERE b.execution = \(there)
                AND NOT EXISTS (SELECT 1 FROM branches a WHERE a.execution = \(here) AND a.target_id = b.target_id)
        )
        """
    }

    /// See `ComparisonStore`.
    package func counts(_ here: Int, _ there: Int, in transaction: any Transaction) async throws -> [TargetVerdict: Int] {
        let rows = try await transaction.query(
            """
            -- comparison.counts
            \(Self.compared(here, there)) SELECT verdict, COUNT(*) AS size FROM compared GROUP BY verdict
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.word("verdict"), try $0.int("size")) })
    }

    /// See `ComparisonStore`.
    package func targets(
        _ here: Int, _ there: Int, _ verdicts: [TargetVerdict], after: (name: String, target: TargetID)?, limit: Int,
        in transaction: any Transaction
    ) async throws -> [ComparedTarget] {
        let from: SQL = after.map { "AND (target_name, target_id) > (\($0.name), \($0.target))" } ?? ""
        let rows = try await transaction.query(
            """
            -- comparison.targets
            \(Self.compared(here, there))
            SELECT target_id, target_name, here, there, state_here, state_there, step, verdict FROM compared
            WHERE verdict IN \(SQL.list(verdicts.map(\.rawValue))) \(from) ORDER BY target_name, target_id LIMIT \(limit)
            """)
        return try rows.map { row in
            ComparedTarget(
                target: try row.id("target_id"), targetName: try row.text("target_name"), verdict: try row.word("verdict"),
                here: try row.optionalInt("here"), there: try row.optionalInt("there"),
                stateHere: try Self.state(row, "state_here"), stateThere: try Self.state(row, "state_there"),
                step: try row.optionalInt("step"))
        }
    }

    private static func state(_ row: Row, _ column: String) throws -> BranchState? {
        try row.optionalText(column) == nil ? nil : try row.word(column)
    }

    /// See `ComparisonStore`.
    package func lastSucceeded(_ job: JobID, before key: Int, in transaction: any Transaction) async throws -> Int? {
        try await transaction.first(
            """
            -- comparison.last
            SELECT key FROM executions WHERE job_id = \(job) AND key < \(key) AND state = 'succeeded' ORDER BY key DESC LIMIT 1
            """)?.int("key")
    }

    /// See `ComparisonStore`.
    package func branch(of target: TargetID, in execution: Int, _ transaction: any Transaction) async throws -> Int? {
        try await transaction.first(
            "-- comparison.branch\nSELECT number FROM branches WHERE target_id = \(target) AND execution = \(execution)")?.int("number")
    }
}
