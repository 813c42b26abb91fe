import Contracts
import Store
import Vocabulary

/// Packs the output of executions that ended some time ago, those that ended first first. Runs with very little output keep it where it is, so that short
/// runs cost nothing more. Output is only ever in one place: what is put into the archive is taken from the feed in the same transaction.
package struct Archivist: Sendable {
    let room: ExecutionsRoom
    /// Who does it, among processes.
    let holder: String

    /// A group is full at so many bytes.
    static let groupBytes = 262_144
    /// Executions with less output than this keep it in the feed, in bytes.
    static let leastBytes = 512
    private static let (mostPieces, mostWrites, writeBytes) = (4096, 64, 1_000_000)
    private static let holdFor: Duration = .seconds(60)

    /// Takes the room, and who does it.
    package init(room: ExecutionsRoom, holder: String) {
        self.room = room
        self.holder = holder
    }

    /// What is to be written in one transaction.
    private struct Batch {
        var writes: [@Sendable (any Transaction) async throws -> Void] = []
        var bytes = 0
        var isFull: Bool { writes.count >= mostWrites || bytes >= writeBytes }
    }

    /// Packs everything that is due; returns how many executions it went through.
    @discardableResult
    package func tick() async throws -> Int {
        var done = 0
        while !Task.isCancelled {
            let now = room.clock.now()
            let due = now + (.zero - room.settings.archiveAfter)
            let isMine = try await room.database.transact(.lockingRows) { transaction in
                try await room.retention.hold(.archive, by: holder, at: now, until: now + Self.holdFor, in: transaction)
            }
            guard isMine else { return done }
            let (some, sizes) = try await room.database.read { transaction in
                let mark = try await room.retention.mark(.archive, in: transaction)
                let some = try await room.retention.ended(after: mark, before: due, isRemoving: false, limit: 200, in: transaction)
                return (some, try await room.retention.feedBytes(some.map(\.key), in: transaction))
            }
            guard let last = some.last else { return done }
            var batch = Batch()
            for one in some { try await pack(one, size: sizes[one.key] ?? 0, &batch) }
            batch.writes.append { try await room.retention.move(.archive, to: last.place, in: $0) }
            try await write(&batch)
            done += some.count
        }
        return done
    }

    private func write(_ batch: inout Batch) async throws {
        let writes = batch.writes
        batch = Batch()
        guard !writes.isEmpty else { return }
        let (now, holder) = (room.clock.now(), holder)
        try await room.database.transact(.lockingRows) { transaction in
            guard try await room.retention.hold(.archive, by: holder, at: now, until: now + Self.holdFor, in: transaction) else {
                throw StoreError.unavailable("another process packs output")
            }
            for write in writes { try await write(transaction) }
        }
    }

    private func pack(_ execution: EndedExecution, size: Int, _ batch: inout Batch) async throws {
        var amount = ArchivedAmount(executions: 1, bytes: execution.bytes, stored: execution.stored)
        var source = FeedSource(room: room, execution: execution.key)
        let day = execution.day
        var number = 1
        var before = OutputTotals()
        switch execution.output {
        case .archive, .removed: return
        case .feed: if size < Self.leastBytes { return }
        case .moving:
            if let last = try await room.database.read({ try await room.archive.last(execution.key, day: day, in: $0) }) {
                number = last.header.number + 1
                (before, source.after) = (try Self.totals(after: last), last.header.last)
            }
        }
        let (resumed, resumedNumber) = (source.after, number)
        batch.writes.append { try await room.archive.prepare(day: day, in: $0) }
        while let (rows, next) = try await source.take(bytes: Self.groupBytes, pieces: Self.mostPieces) {
            if let resumed, rows.first?.place.isInStep(of: resumed) == false, number == resumedNumber { before = OutputTotals() }
            let group = try ArchiveGroup(rows, number: number, before: before, next: next)
            before = Self.totals(before, rows, next)
            amount.bytes += group.header.bytes
            amount.stored += group.body.count + group.header.signature.bytes.count
            number += 1
            batch.bytes += group.body.count
            let soFar = amount
            batch.writes.append { transaction in
                try await room.archive.insert(group, of: execution.key, day: day, in: transaction)
                let removed = try await room.retention.removeFromFeed(
                    execution.key, from: group.header.first, through: group.header.last, in: transaction)
                guard removed == rows.count else { throw StoreError.unavailable("the output of an execution changed while it was packed") }
                try await room.retention.place(execution.key, .moving(day: day), soFar, in: transaction)
            }
            if batch.isFull { try await write(&batch) }
        }
        let whole = amount
        batch.writes.append { transaction in
            try await room.retention.place(execution.key, .archive(day: day), whole, in: transaction)
            try await room.retention.count(day, execution.job, whole, in: transaction)
        }
        if batch.isFull { try await write(&batch) }
    }

    /// What comes before the next group in the step that it begins with.
    private static func totals(_ before: OutputTotals, _ rows: [OutputRow], _ next: OutputRow?) -> OutputTotals {
        var totals = OutputTotals()
        guard let next else { return totals }
        if rows.first?.place.isInStep(of: next.place) == true { totals = before }
        for row in rows where row.place.isInStep(of: next.place) { totals.add(row) }
        return totals
    }

    private static func totals(after group: ArchiveGroup) throws -> OutputTotals {
        let rows = try group.rows()
        return totals(group.header.before, rows, rows.last)
    }
}

/// Reads the output of an execution from the feed in portions.
private struct FeedSource {
    let room: ExecutionsRoom
    let execution: Int
    var after: OutputPlace?
    private var ahead: [OutputRow] = []
    private var isOver = false

    init(room: ExecutionsRoom, execution: Int) { (self.room, self.execution) = (room, execution) }

    /// The next pieces until there are so many bytes or pieces, and the one after them; nil at the end.
    mutating func take(bytes: Int, pieces: Int) async throws -> (rows: [OutputRow], next: OutputRow?)? {
        var (size, count) = (0, 0)
        while true {
            while count < ahead.count, size < bytes, count < pieces {
                size += ahead[count].bytes.count
                count += 1
            }
            if count < ahead.count { break }
            if isOver { break }
            try await read()
        }
        guard count > 0 else { return nil }
        let rows = Array(ahead.prefix(count))
        ahead.removeFirst(count)
        return (rows, ahead.first)
    }

    private mutating func read() async throws {
        // Large pieces come few at a time.
        let limit = ahead.isEmpty ? 8 : min(512, ahead.count * 2)
        let (room, execution, after) = (room, execution, after)
        let rows = try await room.database.read { transaction in
            try await room.feed.output(execution, LogQuery(), after: after, limit: limit, in: transaction)
        }
        ahead += rows
        isOver = rows.count < limit
        self.after = rows.last?.place ?? after
    }
}
