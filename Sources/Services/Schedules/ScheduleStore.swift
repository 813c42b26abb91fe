import Contracts
import Store
import Vocabulary

/// The promises of the store of schedules. All of them hold inside the transaction that is given.
protocol ScheduleStore: Sendable {
    /// The schedule with this id, serial or name (without regard to case), or nil; an id or serial wins over a name that reads the same. Deleted ones
    /// are found by nothing.
    func schedule(_ reference: String, isLocked: Bool, in transaction: any Transaction) async throws -> StoredSchedule?
    /// The schedules with these ids, deleted ones too.
    func schedules(_ ids: [ScheduleID], in transaction: any Transaction) async throws -> [ScheduleID: StoredSchedule]
    /// At most `limit` schedules by name, after the name key `cursor`.
    func page(_ query: ScheduleQuery, after cursor: String?, limit: Int, in transaction: any Transaction) async throws -> [StoredSchedule]
    /// How many schedules match.
    func count(_ query: ScheduleQuery, in transaction: any Transaction) async throws -> Int
    /// The next number for serials of a year, never given before.
    func nextNumber(year: Int, in transaction: any Transaction) async throws -> Int
    /// Adds a schedule.
    /// - Throws: `ScheduleError.nameTaken` (nothing written).
    func insert(_ schedule: StoredSchedule, in transaction: any Transaction) async throws
    /// Keeps a schedule that was read locked.
    /// - Throws: `ScheduleError.nameTaken` (nothing written).
    func save(_ schedule: StoredSchedule, in transaction: any Transaction) async throws
    /// Schedules that are due, the earliest first; nobody else changes them until the transaction ends, and those that somebody changes now are left out.
    func due(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredSchedule]
    /// Which schedules are due after one instant and not after another, and their revisions, the earliest first.
    func due(after: Timestamp, until: Timestamp, limit: Int, in transaction: any Transaction) async throws
        -> [(id: ScheduleID, revision: Int)]
    /// Keeps how far the instants of schedules were considered.
    func advance(_ schedules: [StoredSchedule], in transaction: any Transaction) async throws
    /// Takes back runs that were counted but did not begin.
    func uncount(_ runs: [ScheduleID: Int], in transaction: any Transaction) async throws
    /// Keeps the present names of jobs.
    func rename(_ jobs: [JobID: String], in transaction: any Transaction) async throws
    /// When the next schedule is due; nil when none is.
    func nextDue(in transaction: any Transaction) async throws -> Timestamp?
    /// Those of these schedules that mind whether their last run has ended, locked in one order everywhere.
    func lockMinding(_ ids: [ScheduleID], in transaction: any Transaction) async throws -> Set<ScheduleID>
    /// The names of some schedules that name a calendar, and how many do.
    func naming(_ calendar: CalendarID, in transaction: any Transaction) async throws -> (names: [String], count: Int)
    /// At most `limit` schedules that are not deleted, after an id; with `isLocked` nobody else changes them until the transaction ends.
    func all(after id: ScheduleID?, of job: JobID?, limit: Int, isLocked: Bool, in transaction: any Transaction) async throws
        -> [StoredSchedule]
    /// Some schedule's id with its sealed secrets; nil when none has secrets.
    func anySealed(in transaction: any Transaction) async throws -> (id: ScheduleID, sealed: String)?
}
