import Contracts
import Store
import Vocabulary

/// Finds places in the output of one step by bytes or lines: in the archive by what its groups say, in the feed by reading it once and remembering
/// where every quarter of a megabyte begins.
actor OutputMarks {
    private struct Key: Hashable {
        var execution: Int
        var branch: Int
        var step: Int
    }
    private struct Known {
        var marks: [OutputMark]
        var end: OutputMark
        var used = 0
    }

    private static let (apart, mostKnown) = (262_144, 64)
    private var known: [Key: Known] = [:]
    private var clock = 0

    /// The last place that is known before so many bytes or line feeds of the stream.
    func mark(
        _ room: ExecutionsRoom, _ stored: StoredExecution, _ query: LogQuery, _ aim: OutputAim, in transaction: any Transaction
    ) async throws -> OutputMark {
        guard let branch = query.branch, let step = query.step else { throw ExecutionError.rangeNeedsStep }
        var found = OutputMark(branch: branch, step: step)
        if let day = stored.output.day,
            let header = try await room.archive.seek(stored.key, day: day, query, aim, in: transaction)
        {
            found = OutputMark(
                place: OutputPlace(branch: branch, step: step, sequence: header.first.sequence - 1), totals: header.before)
        }
        guard stored.output.isInFeed else { return found }
        let marks = try await look(room, stored, branch, step, in: transaction).marks
        return marks.last { aim.isReached(by: $0.totals, query.stream) } ?? found
    }

    /// How much there is in all.
    func totals(
        _ room: ExecutionsRoom, _ stored: StoredExecution, _ query: LogQuery, in transaction: any Transaction
    ) async throws -> OutputTotals {
        guard let branch = query.branch, let step = query.step else { throw ExecutionError.rangeNeedsStep }
        if stored.output.isInFeed { return try await look(room, stored, branch, step, in: transaction).end.totals }
        return try await archived(room, stored, branch, step, in: transaction).totals
    }

    /// The end of what the archive has of a step.
    private func archived(
        _ room: ExecutionsRoom, _ stored: StoredExecution, _ branch: Int, _ step: Int, in transaction: any Transaction
    ) async throws -> OutputMark {
        var end = OutputMark(branch: branch, step: step)
        guard let day = stored.output.day else { return end }
        let query = LogQuery(branch: branch, step: step)
        let header = try await room.archive.seek(stored.key, day: day, query, .bytes(.max), in: transaction)
        let number = header.map { $0.number - 1 } ?? 0
        var before = header?.before ?? OutputTotals()
        guard let group = try await room.archive.next(stored.key, day: day, query, beyond: number, after: nil, in: transaction) else {
            return end
        }
        for row in try group.rows() where query.includes(row) {
            before.add(row)
            end = OutputMark(place: row.place, totals: before)
        }
        return end
    }

    private func look(
        _ room: ExecutionsRoom, _ stored: StoredExecution, _ branch: Int, _ step: Int, in transaction: any Transaction
    ) async throws -> Known {
        let key = Key(execution: stored.key, branch: branch, step: step)
        let isKept = stored.output == .feed
        var found: Known
        if isKept, let old = known[key] {
            found = old
        } else {
            let end = try await archived(room, stored, branch, step, in: transaction)
            found = Known(marks: [end], end: end)
        }
        let query = LogQuery(branch: branch, step: step)
        while true {
            let rows = try await room.feed.output(stored.key, query, after: found.end.place, limit: 64, in: transaction)
            for row in rows {
                found.end.totals.add(row)
                found.end.place = row.place
                if found.end.totals.bytes - (found.marks.last?.totals.bytes ?? 0) >= Self.apart { found.marks.append(found.end) }
            }
            if rows.count < 64 { break }
        }
        if isKept { keep(found, key) }
        return found
    }

    /// Meanwhile another call may have come further.
    private func keep(_ found: Known, _ key: Key) {
        clock += 1
        if let other = known[key], other.end.place > found.end.place { return }
        known[key] = Known(marks: found.marks, end: found.end, used: clock)
        if known.count > Self.mostKnown, let oldest = known.min(by: { $0.value.used < $1.value.used })?.key { known[oldest] = nil }
    }
}
