import Contracts
import ServiceLifecycle
import Store
import Synchronization
import Vocabulary

/// Keeps time: writes down what is due, starts it, and looks after rules and the ledger. Any number of them may run beside each other.
struct Clockwork: Service {
    let room: SchedulesRoom

    /// It looks up at least this often, so that clocks that step are noticed.
    static let longestSleep = Duration.seconds(1)
    /// After so many quiet looks the database is asked again for what others may have changed.
    static let quietLooks = 5
    /// The rules of time zones and what is old are looked after this often.
    static let upkeepEvery = Duration.seconds(6 * 3600)
    /// What is due so soon is read beforehand, at most so many schedules.
    private static let (foresight, mostForeseen) = (Duration.seconds(12), 20_000)
    /// So many batches are dispatched beside each other.
    private static let lanes = 3

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await listen() }
                group.addTask { await keepTime() }
            }
        }
    }

    private func listen() async {
        for await _ in room.bus.subscribe(SchedulesRoom.topic) { room.bell.ring() }
    }

    private func keepTime() async {
        var (next, looks): (Timestamp?, Int) = (nil, Self.quietLooks)
        var upkeep = room.clock.now()
        while !Task.isCancelled {
            do {
                if room.clock.now() >= upkeep {
                    try await self.upkeep()
                    upkeep = room.clock.now() + Self.upkeepEvery
                }
                if looks >= Self.quietLooks || next.map({ $0 <= room.clock.now() }) ?? false {
                    try await room.clock.compare()
                    next = try await tick()
                    looks = 0
                    try await foresee(before: next)
                }
            } catch is CancellationError {
                return
            } catch {
                room.logger.warning("What is due could not be looked at", metadata: ["error": "\(error)"])
                next = nil
                try? await room.clock.sleep(for: .seconds(2))
            }
            let left = next.map { $0 - room.clock.now() } ?? Self.longestSleep
            let isRung = await room.bell.wait(atMost: min(max(left, .zero), Self.longestSleep), room.clock)
            looks = isRung ? Self.quietLooks : looks + 1
        }
    }

    /// Does everything that is to be done now, and says when there is something next, as far as is known.
    @discardableResult
    func tick() async throws -> Timestamp? {
        try await writeAndDispatch()
        try await DeadManOperations(room: room).check()
        return try await room.database.read { transaction in
            let times = [
                try await room.schedules.nextDue(in: transaction), try await room.ledger.nextTry(in: transaction),
                try await room.rules.nextCheck(in: transaction),
            ]
            return times.compactMap { $0 }.min()
        }
    }

    /// Writes down what is due, and starts it; where that is much, both at the same time and in several lanes.
    private func writeAndDispatch() async throws {
        let (due, dispatching) = (DueOperations(room: room), DispatchOperations(room: room))
        if try await due.write() == DueOperations.batch {
            let lanes = (0..<Self.lanes).map { _ in DispatchLane(dispatching: dispatching) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in lanes { group.addTask { try await lane.run() } }
                while try await due.write() == DueOperations.batch {
                    for lane in lanes { lane.more() }
                }
                for lane in lanes { lane.end() }
                try await group.waitForAll()
            }
        }
        while try await dispatching.dispatch() == DispatchOperations.batch {}
    }

    /// Reads schedules that are due in a moment, so that at their instant only the ledger is left to be written. Ends when the next one is due.
    func foresee(before next: Timestamp?) async throws {
        let until = room.clock.now() + Self.foresight
        guard let next, next <= until else { return }
        let soon = try await room.database.read { try await room.schedules.soon(until: until, limit: Self.mostForeseen, in: $0) }
        var unknown = room.memory.unknown(soon)[...]
        while !unknown.isEmpty, room.clock.now() < next {
            let some = Array(unknown.prefix(200))
            unknown = unknown.dropFirst(some.count)
            let schedules = try await room.database.read { try await room.schedules.schedules(some, in: $0) }
            for schedule in schedules.values { _ = try? room.memory.timing(schedule, zones: room.zones) }
        }
    }

    /// Reads the rules of time zones again, which may have changed, and removes what is old.
    func upkeep() async throws {
        room.zones.forget()
        room.memory.forget()
        var after: ScheduleID?
        while true {
            let last = after
            let some = try await room.database.transact(.lockingRows) { transaction in
                let schedules = try await room.schedules.all(after: last, of: nil, limit: 500, isLocked: true, in: transaction)
                try await room.schedules.advance(schedules.compactMap { correct($0) }, in: transaction)
                return schedules
            }
            after = some.last?.id
            if some.count < 500 { break }
        }
        let oldest = room.clock.now() + (.zero - room.settings.history)
        while try await room.database.transact(.lockingRows, { try await room.ledger.prune(before: oldest, limit: 1000, in: $0) }) == 1000 {
        }
    }

    /// A schedule whose next instant is another one by the present rules of its zone; nil when it is right.
    private func correct(_ schedule: StoredSchedule) -> StoredSchedule? {
        guard schedule.pause == nil, let timing = try? room.memory.timing(schedule, zones: room.zones) else { return nil }
        let next = timing.next(after: schedule.consideredAt, runs: schedule.runs)
        guard next != schedule.nextAt else { return nil }
        var corrected = schedule
        corrected.nextAt = next
        return corrected
    }
}

/// Starts one batch after the other while another one is written down.
private final class DispatchLane: Sendable {
    private let dispatching: DispatchOperations
    private let bell = Doorbell()
    private let isOver = Mutex(false)

    init(dispatching: DispatchOperations) { self.dispatching = dispatching }

    /// Says that there is more.
    func more() { bell.ring() }

    /// Says that there will be no more.
    func end() {
        isOver.withLock { $0 = true }
        bell.ring()
    }

    /// Starts batches until there is nothing left and will be nothing more.
    func run() async throws {
        while !Task.isCancelled {
            let isLast = isOver.withLock { $0 }
            if try await dispatching.dispatch() == DispatchOperations.batch { continue }
            if isLast { return }
            await bell.wait()
        }
    }
}
