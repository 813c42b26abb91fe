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
                    outputs, items, items_done, output_hash, spool, spool_note, spool_begun, stdout_bytes,
                    stderr_bytes
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
                output_bytes, truncated, outputs, items, items_done, output_hash, spool, spool_note, spool_begun, stdout_bytes,
                stderr_bytes)
            """,
            steps.map { stored in
                let (place, step) = (stored.place, stored.result)
                return [
                    .of(place.execution), .of(place.number), .of(step.number), .of(step.name), .of(step.state), .of(step.attempt),
                    .of(step.exitCode),
                    .of(step.cause), .of(step.startedAt), .of(step.endedAt), .of(step.outputBytes), .of(step.truncated),
                    .of(try step.outputs.map { try JSONCodec.text($0) }), .of(step.items), .of(step.itemsDone), .of(step.outputHash),
                    .of(step.supervision?.spool), .of(step.supervision?.note), .of(step.supervision.map { $0.isBegun ? 1 : 0 }),
                    .of(step.supervision?.stdoutBytes), .of(step.supervision?.stderrBytes),
                ]
            },
            """
            ON CONFLICT (execution, branch, number) DO UPDATE SET state = excluded.state, attempt = excluded.attempt,
                exit_code = excluded.exit_code, cause = excluded.cause, started_at = excluded.started_at,
                ended_at = excluded.ended_at, output_bytes = excluded.output_bytes, truncated = excluded.truncated,
                outputs = excluded.outputs, items = excluded.items, items_done = excluded.items_done,
                output_hash = excluded.output_hash, spool = excluded.spool, spool_note = excluded.spool_note, spool_begun = excluded.spool_begun,
                stdout_bytes = excluded.stdout_bytes, stderr_bytes = excluded.stderr_bytes
            """)
    }

    /// See `BranchStore`.
    package func note(_ totals: [OutputTotal: Int], in transaction: any Transaction) async throws {
        if totals.isEmpty { return }
        let order = totals.sorted {
            ($0.key.place.execution, $0.key.place.number, $0.key.step, $0.key.stream.rawValue)
                < ($1.key.place.execution, $1.key.place.number, $1.key.step, $1.key.stream.rawValue)
        }
        try await transaction.execute(
            each: order.map { total, bytes in
                let column: SQL = total.stream == .stdout ? "stdout_bytes" : "stderr_bytes"
                return """
                    -- steps.note
                    UPDATE steps SET \(column) = \(bytes)
                    WHERE execution = \(total.place.execution) AND branch = \(total.place.number) AND number = \(total.step)
                    """
            })
    }

    /// See `BranchStore`.
    package func noteBegun(_ steps: [(place: BranchPlace, step: Int)], in transaction: any Transaction) async throws {
        if steps.isEmpty { return }
        let order = steps.sorted { ($0.place.execution, $0.place.number, $0.step) < ($1.place.execution, $1.place.number, $1.step) }
        try await transaction.execute(
            each: order.map { place, step in
                """
                -- steps.note_begun
                UPDATE steps SET spool_begun = 1
                WHERE execution = \(place.execution) AND branch = \(place.number) AND number = \(step)
                """
            })
    }

    private static func readStep(_ row: Row) throws -> StepResult {
        StepResult(
            number: try row.int("number"), name: try row.text("name"), state: try row.word("state"),
            attempt: try row.int("attempt"), exitCode: try row.optionalInt("exit_code"), cause: try row.optionalText("cause"),
            startedAt: try row.optionalTime("started_at"), endedAt: try row.optionalTime("ended_at"),
            outputBytes: try row.int("output_bytes"), truncated: try row.bool("truncated"),
            outputs: try row.optionalText("outputs").map { try JSONCodec.decode([String: JSONValue].self, from: $0.utf8) },
            items: try row.optionalInt("items"), itemsDone: try row.optionalInt("items_done"),
            outputHash: try row.optionalText("output_hash"), supervision: try readSupervision(row))
    }

    private static func readSupervision(_ row: Row) throws -> StepSupervision? {
        guard let stdout = try row.optionalInt("stdout_bytes") else { return nil }
        return StepSupervision(
            spool: try row.optionalText("spool"), note: try row.optionalText("spool_note"),
            isBegun: try row.optionalInt("spool_begun") == 1, stdoutBytes: stdout, stderrBytes: try row.optionalInt("stderr_bytes") ?? 0)
    }
}
