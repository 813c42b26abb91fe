import Contracts
import Flow
import Store
import Vocabulary

/// Looks for a text in output. There is no index, so that storing output costs nothing for it: a call reads on from a place, newest executions first,
/// until it has found enough or looked through as much as one call may.
package struct SearchOperations: Sendable {
    let room: ExecutionsRoom

    /// What one call may look through.
    private static let (mostBytes, mostPieces, mostExecutions) = (16_000_000, 4000, 200)
    private static let piecesAtOnce = 64

    /// The progress of one call.
    private struct Work {
        let text: String
        let limit: Int
        var items: [FoundLine] = []
        var bytes = 0
        var pieces = 0
        var executions = 0
        var backTo: Timestamp?

        var isDone: Bool { items.count >= limit || bytes >= mostBytes || pieces >= mostPieces || executions >= mostExecutions }
        func found(_ cursor: SearchCursor?) -> FoundLines {
            FoundLines(items: items, nextCursor: cursor?.text, searchedBytes: bytes, searchedBackTo: backTo)
        }
    }

    /// Lines of one execution's output.
    package func search(_ name: String, _ query: OutputSearch) async throws -> FoundLines {
        try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            let start = try query.cursor.map(SearchCursor.init(reading:))
            if let start, start.execution != stored.key { throw ExecutionError.badCursor }
            var work = Work(text: query.text, limit: query.limit ?? 100)
            let next = try await search(
                stored, LogQuery(branch: query.branch, step: query.step), from: start, &work, in: transaction)
            return work.found(next)
        }
    }

    /// Lines of all executions' output, newest executions first.
    package func searchAll(_ query: AllOutputSearch) async throws -> FoundLines {
        try await room.database.read { transaction in
            var start = try query.cursor.map(SearchCursor.init(reading:))
            var work = Work(text: query.text, limit: query.limit ?? 100)
            var before = start.map { $0.execution + 1 }
            while true {
                let some = try await room.executions.list(
                    ExecutionQuery(job: query.job), before: before, limit: 50, in: transaction)
                for stored in some {
                    if let since = query.since, stored.execution.createdAt < since { return work.found(nil) }
                    if work.isDone { return work.found(start ?? SearchCursor(execution: stored.key)) }
                    if start?.execution != stored.key { start = nil }
                    if let next = try await search(stored, LogQuery(), from: start, &work, in: transaction) { return work.found(next) }
                    start = nil
                }
                guard some.count == 50, let last = some.last else { return work.found(nil) }
                before = last.key
            }
        }
    }

    /// Looks through one execution from a place on; returns where to go on, or nil at its end.
    private func search(
        _ stored: StoredExecution, _ query: LogQuery, from start: SearchCursor?, _ work: inout Work, in transaction: any Transaction
    ) async throws -> SearchCursor? {
        work.executions += 1
        work.backTo = stored.execution.createdAt
        let begin = start ?? SearchCursor(execution: stored.key)
        var scan = OutputScan(text: work.text, most: work.limit - work.items.count, from: begin)
        var after = OutputPlace(branch: begin.branch, step: begin.step, sequence: begin.place.piece - 1)
        var next: SearchCursor?
        var isOver = false
        while next == nil, !isOver {
            let rows = try await room.feed.output(stored.key, query, after: after, limit: Self.piecesAtOnce, in: transaction)
            for row in rows where next == nil {
                next = scan.take(row)
                work.bytes += row.bytes.count
                work.pieces += 1
                after = row.place
                if next == nil, work.isDone { next = scan.placeToGoOn }
            }
            isOver = rows.count < Self.piecesAtOnce
        }
        if next == nil { scan.finish() }
        work.items += try await lines(scan.found, of: stored, in: transaction)
        return next
    }

    private func lines(
        _ found: [FoundPlace], of stored: StoredExecution, in transaction: any Transaction
    ) async throws -> [FoundLine] {
        if found.isEmpty { return [] }
        let branches = try await room.branches.find(stored.key, numbers: Set(found.map(\.branch)).sorted(), in: transaction)
        let names = Dictionary(branches.map { ($0.number, $0.targetName) }, uniquingKeysWith: { first, _ in first })
        return found.map { place in
            FoundLine(
                serial: stored.execution.serial, name: stored.execution.name, createdAt: stored.execution.createdAt, branch: place.branch,
                targetName: names[place.branch] ?? "?", step: place.step, line: place.match.line, text: place.match.text)
        }
    }
}

/// A line that was found in one execution.
private struct FoundPlace {
    let branch: Int
    let step: Int
    let match: LineSearch.Match
}

/// A search through pieces of one execution's output in order of branch, step and arrival.
private struct OutputScan {
    private let text: String
    private let most: Int
    private var cursor: SearchCursor
    private var search: LineSearch?
    private(set) var found: [FoundPlace] = []

    init(text: String, most: Int, from cursor: SearchCursor) {
        self.text = text
        self.most = most
        self.cursor = cursor
    }

    /// Takes the next piece; returns where to go on once enough was found.
    mutating func take(_ row: OutputRow) -> SearchCursor? {
        let isSameStep = row.place.branch == cursor.branch && row.place.step == cursor.step
        if !isSameStep {
            finish()
            cursor = SearchCursor(execution: cursor.execution, branch: row.place.branch, step: row.place.step)
        }
        var search = self.search ?? LineSearch(text, at: cursor.place)
        let offset = row.place.sequence == cursor.place.piece ? cursor.place.offset : 0
        let matches = search.take(row.bytes, piece: row.place.sequence, from: offset)
        self.search = search
        for match in matches {
            found.append(FoundPlace(branch: cursor.branch, step: cursor.step, match: match))
            if found.count >= most { return cursor.moved(to: match.next) }
        }
        return nil
    }

    /// Where a later search may go on; nil as long as that would be where this one began.
    var placeToGoOn: SearchCursor? { search.flatMap { $0.place == cursor.place ? nil : cursor.moved(to: $0.place) } }

    /// Looks at the last line of a step, which may have no end.
    mutating func finish() {
        if let match = search?.finish() { found.append(FoundPlace(branch: cursor.branch, step: cursor.step, match: match)) }
        search = nil
    }
}

/// Where a search goes on: in an execution, its branch and step, a piece of output and a line.
struct SearchCursor: Sendable, Hashable {
    let execution: Int
    var branch = 0
    var step = 0
    var place = LineSearch.Place(piece: 0, offset: 0, line: 1)

    /// The beginning of an execution or of a step's output.
    init(execution: Int, branch: Int = 0, step: Int = 0) {
        self.execution = execution
        self.branch = branch
        self.step = step
    }

    /// Reads `text`.
    /// - Throws: `ExecutionError.badCursor`.
    init(reading text: String) throws {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        let known = numbers.compactMap { $0 }.filter { $0 >= 0 && $0 <= 9_007_199_254_740_991 }
        guard numbers.count == 6, known.count == 6 else { throw ExecutionError.badCursor }
        execution = known[0]
        (branch, step) = (known[1], known[2])
        place = LineSearch.Place(piece: known[3], offset: known[4], line: known[5])
    }

    /// The form for clients.
    var text: String { [execution, branch, step, place.piece, place.offset, place.line].map { String($0) }.joined(separator: ".") }

    /// Another place in the output of the same step.
    func moved(to place: LineSearch.Place) -> SearchCursor {
        var moved = self
        moved.place = place
        return moved
    }
}
