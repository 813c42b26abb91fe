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
    package func append(_ stories: [(execution: Int, items: [FeedItem])], in transaction: any Transaction) async throws {
        try await transaction.insert(
            "-- feed.append\nINSERT INTO feed (execution, sequence, at, kind, branch, step, attempt, stream, body)",
            try stories.flatMap { execution, items in try Self.rows(execution, items) })
    }

    /// A row for each piece of output. All that is told of states shares rows, under the number of the last one in each.
    private static func rows(_ execution: Int, _ items: [FeedItem]) throws -> [[SQLValue]] {
        var (rows, states): ([[SQLValue]], [FeedItem]) = ([], [])
        for item in items {
            guard case .output(let branch, let piece) = item.event else {
                states.append(item)
                continue
            }
            rows.append([
                .of(execution), .of(item.sequence), .of(item.at), .of(FeedKind.output), .of(branch), .of(piece.step), .of(piece.attempt),
                .of(piece.stream), .of(piece.bytes),
            ])
        }
        for start in stride(from: 0, to: states.count, by: mostStates) {
            let some = states[start..<min(start + mostStates, states.count)]
            guard let last = some.last else { continue }
            var body: [UInt8] = []
            for item in some {
                body.append(UInt8(ascii: body.isEmpty ? "[" : ","))
                body += try item.json ?? JSONCodec.encode(item.entry())
            }
            body.append(UInt8(ascii: "]"))
            rows.append([
                .of(execution), .of(last.sequence), .of(last.at), .text(severalStates), .null, .null, .null, .null,
                .of(body),
            ])
        }
        return rows
    }

    /// The word for a row that tells of several states, and how many at most.
    private static let (severalStates, mostStates) = ("states", 1000)

    /// See `FeedStore`.
    package func read(
        _ execution: Int, after: Int, _ scope: FeedScope, limit: Int, in transaction: any Transaction
    ) async throws -> [FeedItem] {
        let only: SQL =
            switch scope {
            case .everything: ""
            case .branch(let number): "AND (kind IN ('execution', 'states') OR branch = \(number))"
            case .outputOf(let number): "AND (kind <> 'output' OR branch = \(number))"
            }
        var (items, last): ([FeedItem], Int) = ([], after)
        while items.count < limit {
            let wanted = limit - items.count
            let rows = try await transaction.query(
                """
                -- feed.read
                SELECT sequence, at, kind, branch, step, attempt, stream, body FROM feed
                WHERE execution = \(execution) AND sequence > \(last) \(only) ORDER BY sequence LIMIT \(wanted)
                """)
            items += try rows.flatMap(Self.read).filter { $0.sequence > after && scope.includes($0.event) }
            guard rows.count == wanted, let final = rows.last else { break }
            last = try final.int("sequence")
        }
        return Array(items.prefix(limit))
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

    private static func read(_ row: Row) throws -> [FeedItem] {
        let body = try row.bytes("body")
        if try row.text("kind") == severalStates { return try JSONCodec.decode([FeedEntry].self, from: body).compactMap(FeedItem.init) }
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
        return [FeedItem(sequence: try row.int("sequence"), at: try row.time("at"), event: event)]
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
            SELECT branch, step, sequence, attempt, stream, at, body FROM feed WHERE \(SQL.join(conditions, " AND "))
            ORDER BY branch, step, sequence LIMIT \(limit)
            """)
        return try rows.map {
            OutputRow(
                place: OutputPlace(
                    branch: try $0.int("branch"), step: try $0.int("step"), sequence: try $0.int("sequence")),
                attempt: try $0.int("attempt"), stream: try $0.word("stream"), at: try $0.time("at"), bytes: try $0.bytes("body"))
        }
    }
}
