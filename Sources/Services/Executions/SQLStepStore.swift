import Contracts
import Store
import Vocabulary
import Web

extension SQLBranchStore {
    /// See `BranchStore`.
    package func steps(
        _ execution: Int, branches: [Int], in transaction: any Transaction
    ) async throws -> [Int: [StepResult]] {
        var results: [Int: [StepResult]] = [:]
        for start in stride(from: 0, to: branches.count, by: 500) {
            let some = Array(branches[start..<min(start + 500, branches.count)])
            let rows = try await transaction.query(
                """
                -- steps.find
                SELECT branch, number, name, state, attempt, exit_code, cause, started_at, ended_at, output_bytes, truncated,
                    outputs, items, items_done, output_hash
                FROM steps WHERE execution = \(execution) AND branch IN \(SQL.list(some)) ORDER BY branch, number
                """)
            for row in rows { results[try row.int("branch"), default: []].append(try Self.readStep(row)) }
        }
        return results
    }

    /// See `BranchStore`.
    package func save(_ steps: [StoredStep], in transaction: any Transaction) async throws {
        try await transaction.insert(
            """
            -- steps.save
            INSERT INTO steps (execution, branch, number, name, state, attempt, exit_code, cause, started_at, ended_at,
                output_bytes, truncated, outputs, items, items_done, output_hash)
            """,
            steps.map { stored in
                let (place, step) = (stored.place, stored.result)
                return [
                    .of(place.execution), .of(place.number), .of(step.number), .of(step.name), .of(step.state), .of(step.attempt),
                    .of(step.exitCode),
                    .of(step.cause), .of(step.startedAt), .of(step.endedAt), .of(step.outputBytes), .of(step.truncated),
                    .of(try step.outputs.map { try JSONCodec.text($0) }), .of(step.items), .of(step.itemsDone), .of(step.outputHash),
                ]
            },
            """
            ON CONFLICT (execution, branch, number) DO UPDATE SET state = excluded.state, attempt = excluded.attempt,
                exit_code = excluded.exit_code, cause = excluded.cause, started_at = excluded.started_at,
                ended_at = excluded.ended_at, output_bytes = excluded.output_bytes, truncated = excluded.truncated,
                outputs = excluded.outputs, items = excluded.items, items_done = excluded.items_done,
                output_hash = excluded.output_hash
            """)
    }

    private static func readStep(_ row: Row) throws -> StepResult {
        StepResult(
            number: try row.int("number"), name: try row.text("name"), state: try row.word("state"),
            attempt: try row.int("attempt"), exitCode: try row.optionalInt("exit_code"), cause: try row.optionalText("cause"),
            startedAt: try row.optionalTime("started_at"), endedAt: try row.optionalTime("ended_at"),
            outputBytes: try row.int("output_bytes"), truncated: try row.bool("truncated"),
            outputs: try row.optionalText("outputs").map { try JSONCodec.decode([String: JSONValue].self, from: $0.utf8) },
            items: try row.optionalInt("items"), itemsDone: try row.optionalInt("items_done"),
            outputHash: try row.optionalText("output_hash"))
    }
}
