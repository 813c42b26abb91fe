import Contracts
import Store
import Vocabulary

/// Reads the output of one execution in order of branch, step and arrival, from wherever it is: first from the archive, then from the feed.
/// Between transactions the archivist may have moved it, so each read looks where it is now.
struct OutputReader: Sendable {
    let room: ExecutionsRoom
    let execution: Int
    let query: LogQuery
    /// What comes after this is read next.
    private(set) var after: OutputPlace?
    /// Groups up to this number have been read.
    private var group = 0
    /// The most pieces that come from the feed at once.
    private let pieces: Int

    init(_ room: ExecutionsRoom, _ execution: Int, _ query: LogQuery, after: OutputPlace? = nil, pieces: Int = 32) {
        (self.room, self.execution, self.query, self.after, self.pieces) = (room, execution, query, after, pieces)
    }

    /// Goes to a place.
    mutating func move(to place: OutputPlace) { (after, group) = (place, 0) }

    private func isNew(_ row: OutputRow) -> Bool { after.map { row.place > $0 } ?? true }

    /// The next pieces, at least one; nil at the end.
    /// - Throws: `ExecutionError.outputRemoved`; `StoreError`.
    mutating func next(in transaction: any Transaction) async throws -> [OutputRow]? {
        guard let stored = try await room.executions.find(key: execution, in: transaction) else { return nil }
        return try await next(stored, in: transaction)
    }

    /// The next pieces of an execution that was read in the same transaction.
    mutating func next(_ stored: StoredExecution, in transaction: any Transaction) async throws -> [OutputRow]? {
        if stored.output.isRemoved {
            throw ExecutionError.outputRemoved(serial: stored.execution.serial, stored.execution.outputRemovedAt)
        }
        if let day = stored.output.day {
            while let found = try await room.archive.next(execution, day: day, query, beyond: group, after: after, in: transaction) {
                group = found.header.number
                let rows = try found.rows().filter { query.includes($0) && isNew($0) }
                guard let last = rows.last else { continue }
                after = last.place
                return rows
            }
        }
        guard stored.output.isInFeed else { return nil }
        let rows = try await room.feed.output(execution, query, after: after, limit: pieces, in: transaction)
        guard let last = rows.last else { return nil }
        after = last.place
        return rows
    }
}

extension LogQuery {
    /// Whether a piece is asked for.
    func includes(_ row: OutputRow) -> Bool {
        (branch ?? row.place.branch) == row.place.branch && (step ?? row.place.step) == row.place.step
            && (stream ?? row.stream) == row.stream
    }
}

/// Reads the feed of one execution by its numbers, with the output that is in the archive. What retention removed is passed over.
struct FeedReader: Sendable {
    let room: ExecutionsRoom

    /// Entries after a number, in order.
    func read(
        _ stored: StoredExecution, after: Int, _ scope: FeedScope, limit: Int, in transaction: any Transaction
    ) async throws -> [FeedItem] {
        var items = try await room.feed.read(stored.key, after: after, scope, limit: limit, in: transaction)
        guard let day = stored.output.day, !stored.output.isRemoved else { return items }
        var last = items.count < limit ? Int.max : items.last?.sequence ?? after
        var branch: Int?
        switch scope {
        case .everything: break
        case .branch(let number), .outputOf(let number): branch = number
        }
        guard after < last else { return items }
        let numbers = try await room.archive.numbers(
            stored.key, day: day, sequences: (after + 1)...last, branch: branch, in: transaction)
        for (number, least) in numbers where least <= last {
            guard let group = try await room.archive.group(stored.key, day: day, number: number, in: transaction) else { continue }
            items += try group.rows().filter {
                $0.place.sequence > after && $0.place.sequence <= last && (branch ?? $0.place.branch) == $0.place.branch
            }.map(\.item)
            items.sort { $0.sequence < $1.sequence }
            items = Array(items.prefix(limit))
            if items.count == limit, let final = items.last { last = final.sequence }
        }
        return items
    }
}
