import Contracts
import Store
import Vocabulary

/// What is remembered of news: which were taken, how jobs have been doing, and the events that somebody is to hear of.
package protocol NewsStore: Sendable {
    /// Marks items as taken and returns those that were not before, in the order given.
    func take(_ ids: [String], at now: Timestamp, in transaction: any Transaction) async throws -> [String]
    /// How often each of these jobs has failed in a row; those that never ran are left out.
    func failures(of jobs: [JobID], in transaction: any Transaction) async throws -> [JobID: Int]
    /// Keeps how often jobs have failed in a row.
    func keep(_ failures: [JobID: Int], at now: Timestamp, in transaction: any Transaction) async throws
    /// Keeps an event with its content as JSON; one that is there already stays.
    func insert(_ event: NotificationEvent, content: String, at now: Timestamp, in transaction: any Transaction) async throws
    /// The event with this id and its content; nil when there is none.
    func event(_ id: String, in reading: any Reading) async throws -> (event: NotificationEvent, content: String)?
    /// Removes what is older than these times: marks of items, and deliveries and alerts that are over, with the events that nothing needs any more.
    /// Returns how many deliveries, alerts and events went; at most `limit` of each.
    func prune(heardBefore: Timestamp, endedBefore: Timestamp, limit: Int, in transaction: any Transaction) async throws -> Int
}
