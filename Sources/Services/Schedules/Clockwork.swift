import Contracts
import ServiceLifecycle
import Store
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
    /// What is due so soon is read beforehand, at most so many schedules at a time.
    private static let (foresight, mostForeseen) = (Duration.seconds(60), 20_000)
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
        var (upkeep, foreseen) = (room.clock.now(), room.clock.now())
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
                    foreseen = try await foresee(from: foreseen, before: next)
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

    /// Writes down what is due, and starts it; where that is much, in several lanes beside each other.
    private func writeAndDispatch() async throws {
        let (due, dispatching) = (DueOperations(room: room), DispatchOperations(room: room))
        if try await due.write() == DueOperations.batch {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<Self.lanes {
                    group.addTask {
                        var isLeft = true
                        while isLeft {
                            if try await dispatching.dispatch() == DispatchOperations.batch { continue }
                            isLeft = try await due.write() > 0
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        while try await dispatching.dispatch() == DispatchOperations.batch {}
    }

    /// Reads schedules that are due after an instant and soon, so that at their instant only the ledger is left to be written; ends when the next one is due.
    /// Returns until when it has read them.
    func foresee(from last: Timestamp, before next: Timestamp?) async throws -> Timestamp {
        let (now, until) = (room.clock.now(), room.clock.now() + Self.foresight)
        let after = max(now, min(last, until))
        guard let next, next <= until else { return after }
        let soon = try await room.database.read {
            try await room.schedules.due(after: after, until: until, limit: Self.mostForeseen, in: $0)
        }
        var unknown = room.memory.unknown(soon)[...]
        while !unknown.isEmpty, room.clock.now() < next {
            let some = Array(unknown.prefix(200))
            unknown = unknown.dropFirst(some.count)
            let schedules = try await room.database.read { try await room.schedules.schedules(some, in: $0) }
            for schedule in schedules.values { _ = try? room.memory.timing(schedule, zones: room.zones) }
        }
        return unknown.isEmpty ? until : after
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
