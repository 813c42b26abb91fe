import Contracts
import Store
import Vocabulary

/// A reminder that is due.
package struct DueReminder: Sendable {
    /// The alert.
    package let alert: AlertID
    /// The route that reminds.
    package let route: NotificationRouteID
    /// The event that it reminds of.
    package let event: String
    /// How many reminders there were before.
    package let number: Int
}

/// What the operations rely on for alerts and their reminders.
package protocol AlertStore: Sendable {
    /// The alert with this id; nil when there is none.
    func alert(_ id: String, in reading: any Reading) async throws -> Alert?
    /// Alerts with an id before `before`, newest first.
    func page(_ query: AlertQuery, before: String?, limit: Int, in reading: any Reading) async throws -> [Alert]
    /// How many alerts there are in each state but `resolved`.
    func counts(in reading: any Reading) async throws -> [AlertState: Int]
    /// Begins an alert, or adds an event to the one that is there. Returns it.
    func raise(_ key: String, _ alert: Alert, in transaction: any Transaction) async throws -> Alert
    /// Ends the alert about something by itself, with its reminders; nil when there is none.
    func recover(_ key: String, at now: Timestamp, in transaction: any Transaction) async throws -> Alert?
    /// Saves what people did to an alert; its reminders end.
    func save(_ alert: Alert, in transaction: any Transaction) async throws
    /// Reminds a route of an alert from a time on, unless it does already.
    func remind(_ route: NotificationRouteID, of alert: AlertID, event: String, at due: Timestamp, in transaction: any Transaction)
        async throws
    /// Reminders whose time has come.
    func dueReminders(at now: Timestamp, limit: Int, in reading: any Reading) async throws -> [DueReminder]
    /// Puts a reminder off to its next time; without one it ends.
    func postpone(_ reminder: DueReminder, to due: Timestamp?, in transaction: any Transaction) async throws
}
