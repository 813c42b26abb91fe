import Contracts
import Store
import Vocabulary

/// A calendar as it is kept.
struct StoredCalendar: Sendable {
    var id: CalendarID
    var revision: Int
    var definition: CalendarDefinition
    var updatedAt: Timestamp
    var updatedBy: String
}

/// The promises of the store of calendars. All of them hold inside the transaction that is given.
protocol CalendarStore: Sendable {
    /// All calendars by name; there are few.
    func all(in transaction: any Transaction) async throws -> [StoredCalendar]
    /// The calendar with this id or name (without regard to case), or nil.
    func calendar(_ reference: String, in transaction: any Transaction) async throws -> StoredCalendar?
    /// Adds a calendar.
    /// - Throws: `ScheduleError.nameTaken` (nothing written).
    func insert(_ calendar: StoredCalendar, in transaction: any Transaction) async throws
    /// Keeps a calendar.
    /// - Throws: `ScheduleError.nameTaken` (nothing written).
    func save(_ calendar: StoredCalendar, in transaction: any Transaction) async throws
    /// Removes a calendar.
    func remove(_ id: CalendarID, in transaction: any Transaction) async throws
}
