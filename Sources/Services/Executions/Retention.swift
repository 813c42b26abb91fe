import Contracts
import ServiceLifecycle
import Store
import Vocabulary
import Web

/// Removes output and runs that were kept long enough, those that ended first first, in portions that hold up nobody. Only runs that ended, and
/// whose output was packed, are removed, and none that somebody keeps.
package struct RetentionWork: Sendable {
    let room: ExecutionsRoom
    /// Who does it, among processes.
    let holder: String

    private static let (executionsAtOnce, groupsAtOnce, rowsAtOnce) = (200, 64, 2000)
    private static let holdFor: Duration = .seconds(60)

    /// Takes the room, and who does it.
    package init(room: ExecutionsRoom, holder: String) {
        self.room = room
        self.holder = holder
    }

    /// What one clean-up did.
    package struct Removed: Sendable, Hashable {
        /// Runs whose output was removed.
        package var outputs = 0
        /// Runs that were removed with everything.
        package var executions = 0
        /// Days that were dropped as a whole.
        package var days = 0
        /// Nothing yet.
        package init() {}
    }

    /// Cleans up once.
    @discardableResult
    package func tick() async throws -> Removed {
        var removed = Removed()
        guard try await hold() else { return removed }
        let (policy, packed, total) = try await room.database.read { transaction in
            let policy = try await room.retention.retention(in: transaction).policy
            return (policy, try await room.retention.mark(.archive, in: transaction).at, try await room.retention.total(in: transaction))
        }
        let now = room.clock.now()
        let runs = policy.executionDays.map { min(packed, now + .seconds(-$0 * 86_400)) }
        let outputs = policy.outputDays.map { min(packed, now + .seconds(-$0 * 86_400)) }
        if let end = [runs, outputs].compactMap({ $0 }).max() { removed.outputs += try await removeOutputs(before: end, atLeast: nil) }
        if let most = policy.outputBytes, total.stored > most {
            let left = try await room.database.read { try await room.retention.total(in: $0).stored }
            if left > most { removed.outputs += try await removeOutputs(before: packed, atLeast: left - most) }
        }
        if let runs { removed.executions += try await removeExecutions(before: runs) }
        removed.days += try await dropDays(before: EndedExecution.day(now) - 1)
        if removed != Removed() {
            try await tell(removed, policy)
            while try await room.database.giveBack() {}
            room.logger.notice(
                "Retention removed what was kept long enough",
                metadata: [
                    "outputs": "\(removed.outputs)", "executions": "\(removed.executions)", "days": "\(removed.days)",
                ])
        }
        return removed
    }

    /// Tells the audit log how much was removed, and by which rule.
    private func tell(_ removed: Removed, _ policy: RetentionPolicy) async throws {
        guard removed.outputs + removed.executions > 0 else { return }
        try await room.note(
            AuditNote(
                "retention.removed", .init("retention", "retention", "retention"), before: AuditNote.state(of: policy),
                after: .object([
                    "outputs": .integer(Int64(removed.outputs)), "executions": .integer(Int64(removed.executions)),
                ]), by: ExecutionsService.name, at: room.clock.now()))
    }

    private func hold() async throws -> Bool {
        let now = room.clock.now()
        return try await room.database.transact(.lockingRows) { transaction in
            try await room.retention.hold(.outputs, by: holder, at: now, until: now + Self.holdFor, in: transaction)
        }
    }

    /// Removes the output of runs that ended before a time; with `bytes` only until so many were given back. Returns of how many runs.
    private func removeOutputs(before end: Timestamp, atLeast bytes: Int?) async throws -> Int {
        var (count, freed) = (0, 0)
        while !Task.isCancelled, freed < bytes ?? .max, try await hold() {
            let left = bytes.map { $0 - freed }
            let now = room.clock.now()
            // From now on they say that they are removed; what is left of them goes in portions, and is found again after an accident.
            let some = try await room.database.transact(.lockingRows) { transaction in
                let mark = try await room.retention.mark(.outputs, in: transaction)
                var some = try await room.retention.ended(
                    after: mark, before: end, isRemoving: true, limit: Self.executionsAtOnce, in: transaction)
                if let left { some = Self.enough(some, for: left) }
                let due = some.filter { $0.output != .removed(day: nil) }
                try await room.retention.markRemoved(due.map(\.key), at: now, in: transaction)
                try await room.retention.removeFromFeed(due.map(\.key), in: transaction)
                return some
            }
            guard let last = some.last else { break }
            // What is older than a day by now is dropped as a partition when all of its day is gone.
            for one in some { try await removeGroups(of: one, isDropped: EndedExecution.day(end) > one.day && bytes == nil) }
            try await room.database.transact(.lockingRows) { transaction in
                let forgotten = try await room.retention.forget(some.map(\.key), in: transaction)
                for one in some where forgotten.contains(one.key) {
                    guard let day = one.output.day else { continue }
                    try await room.retention.count(
                        day, one.job, ArchivedAmount(executions: -1, bytes: -one.bytes, stored: -one.stored), in: transaction)
                }
                try await room.retention.move(.outputs, to: last.place, in: transaction)
            }
            freed += some.reduce(0) { $0 + $1.stored }
            count += some.count { $0.output != .removed(day: nil) }
        }
        return count
    }

    /// The first of them that give back so many bytes.
    private static func enough(_ some: [EndedExecution], for bytes: Int) -> [EndedExecution] {
        var sum = 0
        return Array(
            some.prefix { one in
                defer { sum += one.stored }
                return sum < bytes
            })
    }

    private func removeGroups(of execution: EndedExecution, isDropped: Bool) async throws {
        guard let day = execution.output.day else { return }
        if isDropped, day > 0, room.database.dialect == .postgresql { return }
        while try await room.database.transact(
            .lockingRows,
            {
                try await room.retention.removeGroups(execution.key, day: day, limit: Self.groupsAtOnce, in: $0)
            }) == Self.groupsAtOnce
        {}
    }

    /// Removes runs that ended before a time with everything; their output was removed before.
    private func removeExecutions(before end: Timestamp) async throws -> Int {
        var count = 0
        var mark = EndedPlace(at: Timestamp(milliseconds: 0), key: 0)
        while !Task.isCancelled, try await hold() {
            let after = mark
            let some = try await room.database.read { transaction in
                try await room.retention.ended(
                    after: after, before: end, isRemoving: true, limit: Self.executionsAtOnce, in: transaction
                ).filter { $0.output == .removed(day: nil) }
            }
            guard let last = some.last else { return count }
            let small = some.filter { $0.branches + $0.lastSequence < Self.rowsAtOnce / 20 }
            for start in stride(from: 0, to: small.count, by: 20) {
                let keys = small[start..<min(start + 20, small.count)].map(\.key)
                try await room.database.transact(.lockingRows) { try await room.retention.remove(keys, in: $0) }
            }
            for one in some where one.branches + one.lastSequence >= Self.rowsAtOnce / 20 {
                while try await !room.database.transact(
                    .lockingRows, { try await room.retention.removeRows(one.key, limit: Self.rowsAtOnce, in: $0) })
                {}
            }
            count += some.count
            mark = last.place
        }
        return count
    }

    /// Drops the days that have no output any more; what is kept of them moves.
    private func dropDays(before day: Int) async throws -> Int {
        guard room.database.dialect == .postgresql else { return 0 }
        let days = try await room.database.read { try await room.retention.emptyDays(before: day, in: $0) }
        for day in days {
            try await room.database.transact(.lockingRows) { transaction in
                try await room.retention.saveKept(day: day, in: transaction)
                try await room.retention.drop(day: day, in: transaction)
            }
        }
        return days.count
    }
}

/// Packs output and cleans up until the process shuts down.
struct ArchiveLoop: Service {
    let room: ExecutionsRoom

    func run() async throws {
        let holder = room.ids.next()
        await cancelWhenGracefulShutdown {
            await lookBack()
            while !Task.isCancelled {
                do {
                    try await Archivist(room: room, holder: holder).tick()
                    try await RetentionWork(room: room, holder: holder).tick()
                } catch {
                    room.logger.warning("Output could not be packed, or old output not removed", metadata: ["error": "\(error)"])
                }
                try? await room.clock.sleep(for: room.settings.archiveEvery)
            }
        }
    }

    /// What ended by a clock that was behind was passed over; it is found when a process begins.
    private func lookBack() async {
        do {
            try await room.database.transact(.lockingRows) { transaction in
                for chore in [Chore.archive, .outputs] { try await room.retention.goBack(chore, by: 86_400, in: transaction) }
            }
        } catch {
            room.logger.warning("The archive could not be looked through again", metadata: ["error": "\(error)"])
        }
    }
}
