import Contracts
import Flow
import Store
import Vocabulary

/// Looks for a text in output: a call reads on from a place, newest executions first, until it has found enough or looked through as much as one call may.
/// Of output in the archive only those groups are read that may have the text in them by their signatures; what is in the feed is read as it is.
package struct SearchOperations: Sendable {
    let room: ExecutionsRoom

    /// What one call may look through.
    private static let (mostBytes, mostPieces, mostExecutions) = (16_000_000, 4000, 200)
    /// So many executions that nothing was read of are as much work as one.
    private static let skippedForOne = 10
    private static let piecesAtOnce = 64
    private static let headersAtOnce = 128

    /// The progress of one call.
    private struct Work {
        let text: String
        let limit: Int
        var items: [FoundLine] = []
        /// Of output that was read.
        var bytes = 0
        /// Of output whose signatures say that the text is not there.
        var passedBytes = 0
        var pieces = 0
        var executions = 0
        var passedExecutions = 0
        var backTo: Timestamp?

        var isDone: Bool {
            items.count >= limit || bytes >= mostBytes || pieces >= mostPieces
                || executions + passedExecutions / skippedForOne >= mostExecutions || passedBytes >= mostBytes * 250
        }
        func found(_ cursor: SearchCursor?) -> FoundLines {
            FoundLines(items: items, nextCursor: cursor?.text, searchedBytes: bytes + passedBytes, searchedBackTo: backTo)
        }
    }

    /// Lines of one execution's output.
    package func search(_ name: String, _ query: OutputSearch) async throws -> FoundLines {
        try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            if stored.output.isRemoved {
                throw ExecutionError.outputRemoved(serial: stored.execution.serial, stored.execution.outputRemovedAt)
            }
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
        work.backTo = stored.execution.createdAt
        let begin = start ?? SearchCursor(execution: stored.key)
        var scan = OutputScan(text: work.text, most: work.limit - work.items.count, from: begin)
        let bytes = work.bytes
        var next: SearchCursor?
        if let day = stored.output.day, !stored.output.isRemoved {
            // What is just being moved is read as a whole: its last group does not know what follows in the feed.
            let choice = GroupChoice(text: stored.output.isInFeed ? "" : work.text)
            next = try await searchArchive(stored.key, day, query, choice, &scan, from: begin, &work, in: transaction)
        }
        if next == nil, stored.output.isInFeed {
            next = try await searchFeed(stored.key, query, &scan, from: begin, &work, in: transaction)
        }
        if next == nil { scan.finish() }
        if bytes == work.bytes { work.passedExecutions += 1 } else { work.executions += 1 }
        work.items += try await lines(scan.found, of: stored, in: transaction)
        return next
    }

    private func searchFeed(
        _ execution: Int, _ query: LogQuery, _ scan: inout OutputScan, from begin: SearchCursor, _ work: inout Work,
        in transaction: any Transaction
    ) async throws -> SearchCursor? {
        var after = begin.before
        while true {
            let rows = try await room.feed.output(execution, query, after: after, limit: Self.piecesAtOnce, in: transaction)
            if let next = Self.take(rows, &scan, &work) { return next }
            guard rows.count == Self.piecesAtOnce, let last = rows.last else { return nil }
            after = last.place
        }
    }

    /// Looks through pieces; returns where to go on when that was enough for one call.
    private static func take(_ rows: [OutputRow], _ scan: inout OutputScan, _ work: inout Work) -> SearchCursor? {
        for row in rows {
            let next = scan.take(row)
            work.bytes += row.bytes.count
            work.pieces += 1
            if let next { return next }
            if work.isDone, let next = scan.placeToGoOn { return next }
        }
        return nil
    }

    private func searchArchive(
        _ execution: Int, _ day: Int, _ query: LogQuery, _ choice: GroupChoice, _ scan: inout OutputScan, from begin: SearchCursor,
        _ work: inout Work, in transaction: any Transaction
    ) async throws -> SearchCursor? {
        let first = try await room.archive.next(
            execution, day: day, LogQuery(branch: query.branch), beyond: 0, after: begin.before, in: transaction)
        guard var number = first?.header.number else { return nil }
        // The group that the scan comes from; the first one is begun where the caller says.
        var came: Int?
        while true {
            let headers = try await room.archive.headers(
                execution, day: day, from: number - 1, limit: Self.headersAtOnce, in: transaction)
            let isEnd = headers.count < Self.headersAtOnce
            for (index, header) in headers.enumerated() where header.number >= number && (isEnd || index + 1 < headers.count) {
                if let branch = query.branch, header.first.branch > branch { return nil }
                if work.isDone, !header.beginsInLine { return SearchCursor(execution: execution, header) }
                number = header.number + 1
                let before = index > 0 ? headers[index - 1] : nil
                guard choice.wants(header, before: before, after: index + 1 < headers.count ? headers[index + 1] : nil) else {
                    work.passedBytes += header.bytes
                    continue
                }
                guard let group = try await room.archive.group(execution, day: day, number: header.number, in: transaction) else {
                    continue
                }
                if came != header.number - 1, header.first > begin.before { scan.jump(to: SearchCursor(execution: execution, header)) }
                came = header.number
                let rows = try group.rows().filter { query.includes($0) && $0.place > begin.before }
                if let next = Self.take(rows, &scan, &work) { return next }
            }
            if isEnd { return nil }
        }
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
