import Contracts
import Store
import Vocabulary

/// Writes down what is due.
struct DueOperations: Sendable {
    let room: SchedulesRoom

    /// So many schedules are looked at in one transaction, and so many instants of each are written down.
    static let (batch, mostInstants) = (1000, 1000)

    /// Writes the instants of some schedules that are due into the ledger and moves their marks, in one transaction. Returns how many schedules it looked
    /// at; with fewer than a batch nothing is left.
    func write() async throws -> Int {
        let (looked, missed) = try await room.database.transact(.lockingRows) { transaction in
            let now = try await room.now(in: transaction)
            let due = try await room.schedules.due(at: now, limit: Self.batch, in: transaction)
            var (moved, instants): ([StoredSchedule], [StoredOccurrence]) = ([], [])
            for schedule in due {
                let (next, found) = consider(schedule, at: now)
                moved.append(next)
                instants += found
            }
            try await keep(moved, instants, at: now, in: transaction)
            return (due.count, instants.filter { $0.state == .missed }.count)
        }
        if missed > 0 {
            room.tally.count(.missed, missed)
            room.news.ring()
        }
        return looked
    }

    /// Writes down everything that is due of one schedule, which the transaction holds, before it changes. Returns it with its mark moved.
    func settle(_ schedule: StoredSchedule, at now: Timestamp, in transaction: any Transaction) async throws -> StoredSchedule {
        var schedule = schedule
        while let next = schedule.nextAt, next <= now {
            let (moved, instants) = consider(schedule, at: now)
            try await keep([moved], instants, at: now, in: transaction)
            schedule = moved
        }
        return schedule
    }

    /// What is due of a schedule, and the schedule with its mark moved past it. One that cannot be read on this machine is tried again in a minute.
    private func consider(_ schedule: StoredSchedule, at now: Timestamp) -> (StoredSchedule, [StoredOccurrence]) {
        var moved = schedule
        do throws(ScheduleError) {
            let timing = try room.memory.timing(schedule, zones: room.zones)
            let missed = schedule.definition.missed
            let (due, considered) = timing.due(
                after: schedule.consideredAt, now: now, policy: missed.policy, grace: missed.grace, limit: Self.mostInstants,
                runs: schedule.runs)
            moved.consideredAt = max(schedule.consideredAt, considered)
            moved.runs += due.filter { $0.fate != .missed }.count
            moved.nextAt = timing.next(after: moved.consideredAt, runs: moved.runs)
            return (moved, due.map { Self.occurrence(schedule, $0.at, $0.fate == .missed ? .missed : .due, $0.fate == .late, now) })
        } catch {
            room.logger.error(
                "A schedule cannot be read", metadata: ["schedule": "\(schedule.serial)", "error": "\(error.problem.detail)"])
            moved.nextAt = now + .seconds(60)
            return (moved, [])
        }
    }

    private static func occurrence(
        _ schedule: StoredSchedule, _ at: Timestamp, _ state: OccurrenceState, _ isLate: Bool, _ now: Timestamp
    ) -> StoredOccurrence {
        let isMissed = state == .missed
        return StoredOccurrence(
            schedule: schedule.id, at: at, state: state, isLate: isLate,
            reason: isMissed ? "No scheduler was there until \(now.description.prefix(19))Z." : nil, decidedAt: isMissed ? now : nil)
    }

    private func keep(
        _ schedules: [StoredSchedule], _ instants: [StoredOccurrence], at now: Timestamp, in transaction: any Transaction
    ) async throws {
        try await room.ledger.insert(instants, in: transaction)
        try await room.schedules.advance(schedules, in: transaction)
        let byID = Dictionary(schedules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        try await OccurrenceNews(room: room).tell(instants.filter { $0.state == .missed }, of: byID, at: now, in: transaction)
    }
}
