import Contracts
import Store
import Vocabulary

/// The promises of the archive of packed output. Groups of an execution are read under the day under which it was archived, so that no other is touched.
package protocol ArchiveStore: Sendable {
    /// Sees to it that there is room for the output of runs that ended on a day.
    func prepare(day: Int, in transaction: any Transaction) async throws
    /// Keeps a group.
    func insert(_ group: ArchiveGroup, of execution: Int, day: Int, in transaction: any Transaction) async throws
    /// The last group of an execution; nil when there is none.
    func last(_ execution: Int, day: Int, in transaction: any Transaction) async throws -> ArchiveGroup?
    /// The first group after a number with something after a place, and of the branch and step that are asked for if there are any.
    func next(
        _ execution: Int, day: Int, _ query: LogQuery, beyond number: Int, after place: OutputPlace?, in transaction: any Transaction
    ) async throws -> ArchiveGroup?
    /// The last group that begins inside the output of a step and before which there are at most so many bytes or line feeds; nil when the step's first
    /// group is meant.
    func seek(
        _ execution: Int, day: Int, _ query: LogQuery, _ aim: OutputAim, in transaction: any Transaction
    ) async throws -> ArchiveHeader?
    /// What is known of groups from a number on, at most `limit`.
    func headers(_ execution: Int, day: Int, from number: Int, limit: Int, in transaction: any Transaction) async throws -> [ArchiveHeader]
    /// The group under a number.
    func group(_ execution: Int, day: Int, number: Int, in transaction: any Transaction) async throws -> ArchiveGroup?
    /// The numbers of groups that have something of the feed between two numbers, in order of their least one.
    func numbers(
        _ execution: Int, day: Int, sequences: ClosedRange<Int>, branch: Int?, in transaction: any Transaction
    ) async throws -> [(number: Int, least: Int)]
}

/// What is looked for in the output of one step.
package enum OutputAim: Sendable {
    /// So many bytes come before.
    case bytes(Int)
    /// So many line feeds come before.
    case lines(Int)

    /// Whether it stands behind what comes before.
    func isReached(by totals: OutputTotals, _ stream: OutputStreamName?) -> Bool {
        switch self {
        case .bytes(let number): totals.bytes(of: stream) <= number
        case .lines(let number): totals.lines(of: stream) <= number
        }
    }
}
