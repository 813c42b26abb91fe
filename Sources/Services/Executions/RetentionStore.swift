import Contracts
import Store
import Vocabulary

/// A place among the executions that ended, by the time of their end and their keys.
package struct EndedPlace: Sendable, Hashable {
    /// When they ended.
    package var at: Timestamp
    /// The key.
    package var key: Int
}

/// What archivist and retention know of an execution that ended.
package struct EndedExecution: Sendable {
    /// Its key.
    package var key: Int
    /// When it ended.
    package var endedAt: Timestamp
    /// Its job; nil for a command.
    package var job: JobID?
    /// Where its output is.
    package var output: OutputHome
    /// Bytes of output in the archive as they were printed.
    package var bytes: Int
    /// Bytes of it in the archive as they are kept.
    package var stored: Int
    /// How many branches it has.
    package var branches: Int
    /// The number of the last thing that happened in it.
    package var lastSequence: Int

    /// Its place among all.
    var place: EndedPlace { EndedPlace(at: endedAt, key: key) }
    /// The day of its end, counted from 1970 in UTC.
    var day: Int { Self.day(endedAt) }
    /// The day of a time, counted from 1970 in UTC.
    static func day(_ time: Timestamp) -> Int { Int(time.milliseconds / 86_400_000) }
}

/// The chores that one process at a time does, from the executions that ended first on.
package enum Chore: String, Sendable {
    /// Packs output.
    case archive
    /// Removes output.
    case outputs
}

/// How much output the archive has of the runs of one job that ended on one day.
package struct ArchivedAmount: Sendable {
    /// How many runs.
    package var executions = 0
    /// Bytes as they were printed.
    package var bytes = 0
    /// Bytes as they are kept.
    package var stored = 0
}

/// The promises of the store of what archivist and retention do.
package protocol RetentionStore: Sendable {
    /// Takes a chore for a while, or goes on with it; false when another process has it.
    func hold(_ chore: Chore, by holder: String, at now: Timestamp, until: Timestamp, in transaction: any Transaction) async throws -> Bool
    /// How far a chore has come.
    func mark(_ chore: Chore, in transaction: any Transaction) async throws -> EndedPlace
    /// Says how far a chore has come.
    func move(_ chore: Chore, to place: EndedPlace, in transaction: any Transaction) async throws
    /// Goes back by a while, to what ended by the clock of another process and was passed over.
    func goBack(_ chore: Chore, by seconds: Int, in transaction: any Transaction) async throws
    /// Executions that ended after a place and before a time, in order; without those that are kept if they are to go.
    func ended(
        after place: EndedPlace, before time: Timestamp, isRemoving: Bool, limit: Int, in transaction: any Transaction
    ) async throws -> [EndedExecution]
    /// Bytes of output in the feed, by execution.
    func feedBytes(_ executions: [Int], in transaction: any Transaction) async throws -> [Int: Int]
    /// Removes a range of output from the feed; returns how many pieces.
    func removeFromFeed(_ execution: Int, from: OutputPlace, through: OutputPlace, in transaction: any Transaction) async throws -> Int
    /// Removes all output of executions from the feed.
    func removeFromFeed(_ executions: [Int], in transaction: any Transaction) async throws
    /// Says where the output of an execution is, and how much the archive has of it.
    func place(
        _ execution: Int, _ home: OutputHome, _ amount: ArchivedAmount, in transaction: any Transaction
    ) async throws
    /// Says that output of executions is removed; what the archive has of them stays known until `forget`.
    func markRemoved(_ executions: [Int], at now: Timestamp, in transaction: any Transaction) async throws
    /// Says that the archive has nothing more of executions whose output is removed; returns of which it was not said before.
    func forget(_ executions: [Int], in transaction: any Transaction) async throws -> Set<Int>
    /// Adds to, or takes from, what the archive has of a job's runs of a day.
    func count(_ day: Int, _ job: JobID?, _ amount: ArchivedAmount, in transaction: any Transaction) async throws
    /// Removes at most so many groups of an execution; returns how many.
    func removeGroups(_ execution: Int, day: Int, limit: Int, in transaction: any Transaction) async throws -> Int
    /// Removes at most about so many rows of an execution, the execution itself at last; false when there is more.
    func removeRows(_ execution: Int, limit: Int, in transaction: any Transaction) async throws -> Bool
    /// Removes small executions with everything.
    func remove(_ executions: [Int], in transaction: any Transaction) async throws
    /// Days before a day that the archive has partitions for although no execution has output there, besides those that are kept.
    func emptyDays(before day: Int, in transaction: any Transaction) async throws -> [Int]
    /// Moves the output of executions that are kept from a day to day 0.
    func saveKept(day: Int, in transaction: any Transaction) async throws
    /// Drops the partition of a day with everything in it.
    func drop(day: Int, in transaction: any Transaction) async throws
    /// The retention that holds.
    func retention(in transaction: any Transaction) async throws -> Retention
    /// Sets the retention.
    func set(_ retention: Retention, in transaction: any Transaction) async throws
    /// Says whether an execution is kept.
    func keep(_ execution: Int, _ isKept: Bool, in transaction: any Transaction) async throws
    /// What the archive has in all.
    func total(in transaction: any Transaction) async throws -> ArchivedAmount
    /// What the archive has of the jobs with most of it.
    func largestJobs(limit: Int, in transaction: any Transaction) async throws -> [JobStorage]
    /// How many executions are kept.
    func kept(in transaction: any Transaction) async throws -> Int
    /// What would go if everything that ended before a time went: counted up to `most`.
    func due(before time: Timestamp, withOutput: Bool, most: Int, in transaction: any Transaction) async throws -> (count: Int, stored: Int)
    /// Bytes on disk by kind.
    func kinds(stored: Int, in transaction: any Transaction) async throws -> [StorageUse]
}
