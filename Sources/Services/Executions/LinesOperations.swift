import Contracts
import Store
import Vocabulary

/// Shows parts of one step's output: lines by number, and bytes by offset. What one call reads is bounded, however long output or lines are.
package struct LinesOperations: Sendable {
    let room: ExecutionsRoom

    private static let (mostRead, mostLines) = (8_000_000, 200)

    /// Some lines, and how many there are.
    package func lines(_ name: String, _ query: LinesQuery) async throws -> OutputLines {
        try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            let log = LogQuery(branch: query.branch, step: query.step, stream: query.stream)
            try await check(stored, log, in: transaction)
            let totals = try await room.marks.totals(room, stored, log, in: transaction)
            var answer = OutputLines(
                lines: [], totalLines: totals.lines(of: query.stream) + (totals.isOpen(query.stream) ? 1 : 0),
                totalBytes: totals.bytes(of: query.stream))
            let (from, limit) = (query.from ?? 1, query.limit ?? Self.mostLines)
            if limit > 0, from <= answer.totalLines {
                answer.lines = try await read(stored, log, from: from, limit: limit, in: transaction)
            }
            return answer
        }
    }

    private func read(
        _ stored: StoredExecution, _ log: LogQuery, from: Int, limit: Int, in transaction: any Transaction
    ) async throws -> [OutputLine] {
        let start = try await room.marks.mark(room, stored, log, .lines(from - 1), in: transaction)
        var window = LineWindow(from: from, limit: limit, feeds: start.totals.lines(of: log.stream))
        var reader = OutputReader(room, stored.key, log, after: start.place, pieces: 4)
        var readBytes = 0
        while !window.isFull, readBytes < Self.mostRead || window.lines.isEmpty {
            guard let rows = try await reader.next(stored, in: transaction) else {
                window.finish()
                break
            }
            for row in rows where !window.isFull {
                window.take(row)
                readBytes += row.bytes.count
            }
            // Inside a line of which enough is known, its end is looked for by what is known of the lines before it.
            guard window.skips, !window.isFull, let place = reader.after else { continue }
            let next = try await room.marks.mark(room, stored, log, .lines(window.feeds), in: transaction)
            if next.place > place { reader.move(to: next.place) }
        }
        return window.lines
    }

    /// The bytes of one step's output between two offsets.
    package func range(_ name: String, _ query: LogQuery) async throws -> Download {
        guard query.branch != nil, query.step != nil else { throw ExecutionError.rangeNeedsStep }
        let from = query.from ?? 0
        let (stored, mark) = try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            try await check(stored, query, in: transaction)
            return (stored, try await room.marks.mark(room, stored, query, .bytes(from), in: transaction))
        }
        let pieces = RangePieces(
            OutputReader(room, stored.key, query, after: mark.place), skip: from - mark.totals.bytes(of: query.stream),
            length: query.length ?? .max)
        return Download(
            contentType: "application/octet-stream",
            fileName: "\(stored.execution.serial).\(query.branch ?? 0).\(query.step ?? 0).part.log",
            body: AsyncThrowingStream(unfolding: { try await pieces.next() }))
    }

    private func check(_ stored: StoredExecution, _ query: LogQuery, in transaction: any Transaction) async throws {
        if stored.output.isRemoved {
            throw ExecutionError.outputRemoved(serial: stored.execution.serial, stored.execution.outputRemovedAt)
        }
        if let branch = query.branch, branch > stored.execution.counts.total { throw ExecutionError.noBranch(branch) }
        let definition = try await room.executions.content(stored.key, in: transaction)?.definition
        if let step = query.step, definition?.step(step) == nil { throw ExecutionError.noBranch(step) }
    }
}

/// Collects lines between two numbers out of pieces in order.
struct LineWindow {
    /// The lines that have ended, and at last the one that has no end.
    private(set) var lines: [OutputLine] = []
    /// How many line feeds came before what is read next.
    private(set) var feeds: Int
    private let from: Int
    private let limit: Int
    private var open: [UInt8] = []
    private var stream: OutputStreamName?
    private var isCut = false

    private static let mostBytes = 20_000

    init(from: Int, limit: Int, feeds: Int) { (self.from, self.limit, self.feeds) = (from, limit, feeds) }

    /// Whether no more lines are wanted.
    var isFull: Bool { lines.count >= limit }
    /// Whether nothing more of the current line is wanted.
    var skips: Bool { isCut || feeds + 1 < from }

    mutating func take(_ row: OutputRow) {
        var start = 0
        while !isFull, start < row.bytes.count {
            let end = row.bytes.withUnsafeBufferPointer { bytes in bytes[start...].firstIndex(of: UInt8(ascii: "\n")) }
            if feeds + 1 >= from { add(row.bytes[start..<(end ?? row.bytes.count)], row.stream) }
            guard let end else { return }
            close()
            start = end + 1
        }
    }

    /// Takes the last line, which has no end.
    mutating func finish() {
        if !isFull, !open.isEmpty { close() }
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>, _ name: OutputStreamName) {
        if stream == nil { stream = name }
        let room = Self.mostBytes - open.count
        if bytes.count > room { isCut = true }
        if room > 0 { open += bytes.prefix(room) }
    }

    private mutating func close() {
        feeds += 1
        if feeds >= from {
            var end = open.count
            // A character that was cut in two is left out.
            if isCut { while end > 0, end > open.count - 3, open[end - 1] & 0xC0 == 0x80 { end -= 1 } }
            if isCut, end > 0, open[end - 1] >= 0xC0 { end -= 1 }
            lines.append(
                OutputLine(number: feeds, text: String(decoding: open[..<end], as: UTF8.self), cut: isCut, stream: stream ?? .stdout))
        }
        (open, stream, isCut) = ([], nil, false)
    }
}

/// Reads a range of bytes piece by piece while it is sent.
private actor RangePieces {
    private var reader: OutputReader
    private var skip: Int
    private var left: Int

    init(_ reader: OutputReader, skip: Int, length: Int) { (self.reader, self.skip, left) = (reader, skip, length) }

    func next() async throws -> [UInt8]? {
        while left > 0 {
            let before = reader
            let (found, moved) = try await before.room.database.read { transaction in
                var reader = before
                let rows = try await reader.next(in: transaction)
                return (rows, reader)
            }
            reader = moved
            guard let rows = found else { return nil }
            var bytes: [UInt8] = []
            for row in rows {
                bytes += row.bytes.dropFirst(skip)
                skip = max(0, skip - row.bytes.count)
            }
            bytes = Array(bytes.prefix(left))
            left -= bytes.count
            if !bytes.isEmpty { return bytes }
        }
        return nil
    }
}
