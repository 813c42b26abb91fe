import Calendar
import Contracts
import Synchronization

/// Schedules that were read before, so that ten thousand of them need not be read again each time that they are due.
final class ScheduleMemory: Sendable {
    private struct Known {
        let revision: Int
        let definition: ScheduleDefinition
        var timing: Calendar.Schedule?
    }
    private let known = Mutex<[ScheduleID: Known]>([:])
    private static let most = 50_000

    /// What a schedule says at a revision; read by the closure if it is not known.
    func definition(_ id: ScheduleID, _ revision: Int, _ read: () throws -> ScheduleDefinition) rethrows -> ScheduleDefinition {
        if let found = known.withLock({ $0[id] }), found.revision == revision { return found.definition }
        let definition = try read()
        known.withLock { known in
            if known.count >= Self.most { known = [:] }
            known[id] = Known(revision: revision, definition: definition)
        }
        return definition
    }

    /// When a schedule is due.
    /// - Throws: `ScheduleError.invalid` for what this machine's zones do not know.
    func timing(_ schedule: StoredSchedule, zones: Zones) throws(ScheduleError) -> Calendar.Schedule {
        if let found = known.withLock({ $0[schedule.id] }), found.revision == schedule.revision, let timing = found.timing { return timing }
        let timing = try TimingReader.read(schedule.definition.timing, key: schedule.jitterKey, zones: zones)
        known.withLock { known in
            if known[schedule.id]?.revision == schedule.revision { known[schedule.id]?.timing = timing }
        }
        return timing
    }

    /// Those whose timing is not known at their revision, in order.
    func unknown(_ schedules: [(id: ScheduleID, revision: Int)]) -> [ScheduleID] {
        known.withLock { known in
            schedules.filter { known[$0.id]?.revision != $0.revision || known[$0.id]?.timing == nil }.map(\.id)
        }
    }

    /// Forgets everything, such as when time zones may have other rules.
    func forget() { known.withLock { $0 = [:] } }
}
