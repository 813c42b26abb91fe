import Contracts
import Store
import Vocabulary

/// Branches that wait because as many runs work on their target as may, and who works there.
package struct SlotWait: Sendable, Hashable {
    /// The number of the branch.
    package var branch: Int
    /// The name of its target.
    package var target: String
    /// The serials of executions that work there, the oldest first; some of them.
    package var holders: [String]
}

/// The slots of targets in SQL: a target with slots has at most so many leased branches. Branches without slots are not counted.
enum SQLSlots {
    /// How many branches work on the target of a row of `branches`.
    private static let busy = SQL(
        trusted: """
            (SELECT COUNT(*) FROM branches AS busy
                WHERE busy.target_id = branches.target_id AND busy.slots IS NOT NULL AND busy.lease_until IS NOT NULL)
            """)

    /// Whether a waiting row of `branches` may begin as far as slots go.
    static let isFree: SQL = "(slots IS NULL OR slots > \(busy))"

    /// Whether a row of `executions` has a waiting branch that may begin.
    static let hasFree: SQL = """
        EXISTS (SELECT 1 FROM branches WHERE branches.execution = executions.key AND state = 'waiting' AND parked IS NULL
            AND (executions.released IS NULL OR number <= executions.released) AND \(isFree))
        """

    /// Lets only this transaction count slots until it ends.
    static func serialize(in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- slots.serialize
            INSERT INTO counters (name, value) VALUES ('claims by slots', 1)
            ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
            """)
    }

    /// The branches of an execution that wait for a slot, by number: `branch` only, or the first of all with how many there are.
    static func waits(
        _ execution: Int, upTo last: Int?, branch: Int?, in transaction: any Transaction
    ) async throws -> (first: [SlotWait], count: Int) {
        let released: SQL = last.map { "AND number <= \($0)" } ?? ""
        let own: SQL = branch.map { "AND number = \($0)" } ?? ""
        let rows = try await transaction.query(
            """
            -- slots.waits
            SELECT number, target_id, target_name, COUNT(*) OVER () AS total FROM branches
            WHERE execution = \(execution) AND state = 'waiting' AND parked IS NULL \(released) \(own) AND slots IS NOT NULL
                AND slots <= \(busy)
            ORDER BY number LIMIT 3
            """)
        var waits: [SlotWait] = []
        for row in rows {
            let holders = try await transaction.query(
                """
                -- slots.holders
                SELECT DISTINCT executions.key, executions.serial FROM branches JOIN executions ON executions.key = branches.execution
                WHERE branches.target_id = \(try row.text("target_id")) AND branches.slots IS NOT NULL AND branches.lease_until IS NOT NULL
                ORDER BY executions.key LIMIT 3
                """)
            waits.append(
                SlotWait(
                    branch: try row.int("number"), target: try row.text("target_name"),
                    holders: try holders.map { try $0.text("serial") }))
        }
        return (waits, try rows.first?.int("total") ?? 0)
    }
}
