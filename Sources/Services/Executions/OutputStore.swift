import Contracts
import Store
import Vocabulary

/// The promises of the store of what steps printed.
package protocol OutputStore: Sendable {
    /// The groups of branches in which a step ended alike and printed the same, largest first, at most `limit`; members are not filled in.
    func groups(_ execution: Int, step: Int, limit: Int, in transaction: any Transaction) async throws -> [OutputGroup]
    /// How many such groups there are, and how many branches are in them.
    func totals(_ execution: Int, step: Int, in transaction: any Transaction) async throws -> (groups: Int, branches: Int)
    /// The groups with their first members, by branch number, at most `limit` each.
    func fill(
        _ groups: [OutputGroup], _ execution: Int, step: Int, limit: Int, in transaction: any Transaction
    ) async throws -> [OutputGroup]
}

/// The promises of comparing two executions by their keys.
package protocol ComparisonStore: Sendable {
    /// How many targets have which verdict; verdicts of none are left out.
    func counts(_ here: Int, _ there: Int, in transaction: any Transaction) async throws -> [TargetVerdict: Int]
    /// Targets with these verdicts by name and id, after a place.
    func targets(
        _ here: Int, _ there: Int, _ verdicts: [TargetVerdict], after: (name: String, target: TargetID)?, limit: Int,
        in transaction: any Transaction
    ) async throws -> [ComparedTarget]
    /// The key of the last execution of a job before another one that succeeded; nil when there is none.
    func lastSucceeded(_ job: JobID, before key: Int, in transaction: any Transaction) async throws -> Int?
    /// The number of a target's branch; nil when the execution does not run on it.
    func branch(of target: TargetID, in execution: Int, _ transaction: any Transaction) async throws -> Int?
}
