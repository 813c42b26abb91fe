import Contracts
import Store
import Vocabulary
import Web

/// The feed in SQL.
package struct SQLFeedStore: FeedStore {
    /// There is nothing to configure.
    package init() {}

    private struct BranchBody: Codable {
        var state: BranchState
        var cause: String?
    }

    /// See `FeedStore`.
    package func append(_ entries: [FeedItem], execution: Int, in transaction: any Transaction) async throws {
        try await transaction.insert(
            "-- feed.append\nINSERT INTO feed (execution, sequence, at, kind, branch, step, attempt, stream, body)",
            entries.map { item in
                let (kind, step, attempt, stream, body) = try Self.columns(of: item.event)
                return """
                    (\(execution), \(item.sequence), \(item.at), \(kind), \(item.event.branch), \(step), \(attempt), \(stream), \(body))
                    """
            })
    }

    private static func columns(
        of event: FeedEvent
    ) throws -> (kind: FeedKind, step: Int?, attempt: Int?, stream: OutputStreamName?, body: [UInt8]) {
        switch event {
        case .execution(let execution): (.execution, nil, nil, nil, try JSONCodec.encode(execution))
        case .branch(_, let state, let cause):
            (.branch, nil, nil, nil, try JSONCodec.encode(BranchBody(state: state, cause: cause)))
        case .step(_, let result): (.step, result.number, result.attempt, nil, try JSONCodec.encode(result))
        case .output(_, let piece): (.output, piece.step, piece.attempt, piece.stream, piece.bytes)
        }
    }

    /// See `FeedStore`.
    package func read(
        _ execution: Int, after: Int, _ scope: FeedScope, limit: Int, in transaction: any Transaction
    ) async throws -> [FeedItem] {
        let only: SQL =
            switch scope {
            case .everything: ""
            case .branch(let number): "AND (kind = 'execution' OR branch = \(number))"
            case .outputOf(let number): "AND (kind <> 'output' OR branch = \(number))"
            }
        let rows = try await transaction.query(
            """
            -- feed.read
            SELECT sequence, at, kind, branch, step, attempt, stream, body FROM feed
            WHERE execution = \(execution) AND sequence > \(after) \(only) ORDER BY sequence LIMIT \(limit)
            """)
        return try rows.map(Self.read)
    }

    /// An execution as it was told. Before there were priorities, none was told and all were normal.
    private static func execution(_ body: [UInt8]) throws -> Execution {
        do { return try JSONCodec.decode(Execution.self, from: body) } catch {
            guard case .object(var fields) = try JSONCodec.decode(JSONValue.self, from: body), fields["priority"] == nil else {
                throw error
            }
            fields["priority"] = .string(RunPriority.normal.rawValue)
            return try JSONCodec.decode(Execution.self, from: try JSONCodec.encode(JSONValue.object(fields)))
        }
    }

    private static func read(_ row: Row) throws -> FeedItem {
        let body = try row.bytes("body")
        let event: FeedEvent
        switch try row.word("kind", of: FeedKind.self) {
        case .execution: event = .execution(try execution(body))
        case .branch:
            let content = try JSONCodec.decode(BranchBody.self, from: body)
            event = .branch(try row.int("branch"), content.state, cause: content.cause)
        case .step:
            event = .step(branch: try row.int("branch"), try JSONCodec.decode(StepResult.self, from: body))
        case .output:
            event = .output(
                branch: try row.int("branch"),
                OutputPiece(
                    step: try row.int("step"), attempt: try row.int("attempt"), stream: try row.word("stream"), bytes: body))
        }
        return FeedItem(sequence: try row.int("sequence"), at: try row.time("at"), event: event)
    }

    /// See `FeedStore`.
    package func output(
        _ execution: Int, _ query: LogQuery, after: OutputPlace?, limit: Int, in transaction: any Transaction
    ) async throws -> [OutputRow] {
        var conditions: [SQL] = ["execution = \(execution)", "kind = 'output'"]
        if let branch = query.branch { conditions.append("branch = \(branch)") }
        if let step = query.step { conditions.append("step = \(step)") }
        if let stream = query.stream { conditions.append("stream = \(stream)") }
        if let after {
            conditions.append("(branch, step, sequence) > (\(after.branch), \(after.step), \(after.sequence))")
        }
        let rows = try await transaction.query(
            """
            -- feed.output
            SELECT branch, step, sequence, body FROM feed WHERE \(SQL.join(conditions, " AND "))
            ORDER BY branch, step, sequence LIMIT \(limit)
            """)
        return try rows.map {
            OutputRow(
                place: OutputPlace(
                    branch: try $0.int("branch"), step: try $0.int("step"), sequence: try $0.int("sequence")),
                bytes: try $0.bytes("body"))
        }
    }
}
