import Contracts
import Store
import Vocabulary

/// The promises of the ledger of occurrences.
protocol LedgerStore: Sendable {
    /// Adds instants; those that are there already stay as they are.
    func insert(_ occurrences: [StoredOccurrence], in transaction: any Transaction) async throws
    /// Takes over instants that are to be started, the oldest first, until `lease`. Nobody else gets them before.
    func claim(at now: Timestamp, until lease: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredOccurrence]
    /// Instants of schedules whose run is being started or has not ended.
    func open(_ schedules: Set<ScheduleID>, in transaction: any Transaction) async throws -> [StoredOccurrence]
    /// How many instants of a schedule wait.
    func waiting(_ schedule: ScheduleID, in transaction: any Transaction) async throws -> Int
    /// Keeps what became of instants that were claimed, unless somebody else decided it.
    func decide(_ occurrences: [StoredOccurrence], isOpen: Bool, in transaction: any Transaction) async throws
    /// Gives claimed instants back, to be tried again from an instant on.
    func giveBack(_ occurrences: [StoredOccurrence], from instant: Timestamp, in transaction: any Transaction) async throws
    /// Keeps how runs ended.
    func end(_ runs: [(schedule: ScheduleID, at: Timestamp, execution: String, outcome: ExecutionState)], in transaction: any Transaction)
        async throws
    /// Lets the oldest instant that waits go on, for each of these schedules of which no run is open. Returns how many.
    func release(_ schedules: Set<ScheduleID>, in transaction: any Transaction) async throws -> Int
    /// Ends the instants of a schedule that have not begun.
    func skip(_ schedule: ScheduleID, _ reason: String, at now: Timestamp, in transaction: any Transaction) async throws
    /// The newest instant of each schedule.
    func last(_ schedules: [ScheduleID], in transaction: any Transaction) async throws -> [ScheduleID: StoredOccurrence]
    /// A page, newest first, before an instant of a schedule.
    func page(
        _ query: OccurrenceQuery, _ schedule: ScheduleID?, before: (at: Timestamp, schedule: ScheduleID)?, limit: Int,
        in transaction: any Transaction
    ) async throws -> [StoredOccurrence]
    /// Instants of a schedule in a range, the newest so many of them, oldest first.
    func range(_ schedule: ScheduleID, _ from: Timestamp, _ to: Timestamp, limit: Int, in transaction: any Transaction) async throws
        -> [StoredOccurrence]
    /// When something can be dispatched again; nil when nothing is due.
    func nextTry(in transaction: any Transaction) async throws -> Timestamp?
    /// How many instants are due and not dispatched, and the oldest of them.
    func backlog(in transaction: any Transaction) async throws -> (count: Int, oldest: Timestamp?)
    /// Removes decided instants that are older, at most `limit`; how many.
    func prune(before instant: Timestamp, limit: Int, in transaction: any Transaction) async throws -> Int
}
