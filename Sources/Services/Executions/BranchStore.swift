import Contracts
import Store
import Vocabulary
import Web

/// A branch as it is kept.
package struct StoredBranch: Sendable {
    /// The key of its execution.
    package var execution: Int
    /// Its number, from 1.
    package var number: Int
    /// Its target.
    package var target: TargetID
    /// The target's serial at the start.
    package var targetSerial: String
    /// The target's name at the start.
    package var targetName: String
    /// Everything that the run knows of the target, as JSON; only its worker needs it.
    package var snapshotText: String
    /// The state.
    package var state: BranchState
    /// Why.
    package var cause: String?
    /// How it was connected.
    package var connection: String?
    /// The worker that has or had it.
    package var worker: String?
    /// The fencing token of the newest lease; 0 before the first.
    package var fence: Int
    /// The number of the step whose approval it waits for; nil when it waits for none.
    package var parked: Int?
    /// When it began.
    package var startedAt: Timestamp?
    /// When it ended.
    package var endedAt: Timestamp?

    /// Everything that the run knows of the target.
    /// - Throws: `DecodingError` for what this version cannot read.
    package func snapshot() throws -> TargetSnapshot { try JSONCodec.decode(TargetSnapshot.self, from: snapshotText.utf8) }
}

/// A stream of a step in a branch.
package struct OutputTotal: Hashable, Sendable {
    /// The branch.
    package var place: BranchPlace
    /// The number of the step.
    package var step: Int
    /// The stream.
    package var stream: OutputStreamName
}

/// Which branch, by the key of its execution.
package struct BranchPlace: Sendable, Hashable {
    /// The key of the execution.
    package var execution: Int
    /// The number of the branch.
    package var number: Int
}

/// The result of a step with its place.
package struct StoredStep: Sendable {
    /// The branch.
    package var place: BranchPlace
    /// The result.
    package var result: StepResult

    init(at place: BranchPlace, _ result: StepResult) {
        self.place = place
        self.result = result
    }
}

/// How many waiting branches of an execution a worker may have.
package struct BranchShare: Sendable, Hashable {
    /// The key of the execution.
    package var execution: Int
    /// At most so many.
    package var limit: Int
    /// None with a number above it; nil when all may begin.
    package var upTo: Int?
    /// Whether some of its targets let only so many runs work on them at a time.
    package var bySlots = false
}

extension StoredExecution {
    /// What a worker may have of its branches that may begin.
    func share(atMost slots: Int) -> BranchShare {
        let free = execution.maxParallel - execution.counts.running
        return BranchShare(
            execution: key, limit: min(slots, free, execution.counts.waiting - held), upTo: execution.released, bySlots: hasSlots)
    }
}

/// The promises of the store of branches and their steps.
package protocol BranchStore: Sendable {
    /// Keeps the branches of a new execution, numbered from 1 in order of the targets.
    func insert(_ targets: [TargetSnapshot], execution: Int, in transaction: any Transaction) async throws
    /// Keeps the branches of new executions.
    func insert(_ all: [(execution: Int, targets: [TargetSnapshot])], in transaction: any Transaction) async throws
    /// Leases waiting branches of executions, lowest numbers first: each gets the next fencing token. Whoever calls it has locked the executions.
    func claim(
        _ shares: [BranchShare], worker: String, until: Timestamp, at now: Timestamp, in transaction: any Transaction
    ) async throws -> [StoredBranch]
    /// How many branches wait that may not begin: `later` have a number above `last`, `parked` wait for an approval.
    func held(_ execution: Int, after last: Int?, in transaction: any Transaction) async throws -> (later: Int, parked: Int)
    /// Lets the branches go on that wait for the approval of a step. How many there were.
    func unpark(_ execution: Int, step: Int, in transaction: any Transaction) async throws -> Int
    /// Branches of executions by number, without what only their workers need to know of targets; those that do not exist are left out.
    func find(_ numbers: [Int: [Int]], in transaction: any Transaction) async throws -> [BranchPlace: StoredBranch]
    /// Branches by number; those that do not exist are left out.
    func find(_ execution: Int, numbers: [Int], in transaction: any Transaction) async throws -> [StoredBranch]
    /// All branches in these states, by number.
    func all(_ execution: Int, states: [BranchState], in transaction: any Transaction) async throws -> [StoredBranch]
    /// A page of branches by number after `after`.
    func list(
        _ execution: Int, _ query: BranchQuery, after: Int, limit: Int, in transaction: any Transaction
    ) async throws -> [StoredBranch]
    /// Keeps state, cause, connection, worker and times of branches. A final or waiting state ends the lease.
    func update(_ branches: [StoredBranch], in transaction: any Transaction) async throws
    /// Moves the end of the worker's leases; returns the branches that it no longer holds under these tokens.
    func extend(
        _ held: [(execution: Int, number: Int, fence: Int)], worker: String, until: Timestamp, in transaction: any Transaction
    ) async throws -> [(execution: Int, number: Int)]
    /// Leased branches whose lease ended before `now`, or that any worker whose name begins with `workerPrefix` holds.
    func expired(at now: Timestamp, workerPrefix: String?, limit: Int, in transaction: any Transaction) async throws
        -> [StoredBranch]
    /// Branches of a worker that are being cancelled; with `untoldOnly` those that it has not been told of, which it is now.
    func cancelling(worker: String, untoldOnly: Bool, in transaction: any Transaction) async throws -> [(
        execution: ExecutionID, number: Int
    )]
    /// Stored step results of branches, by branch number and step number.
    func steps(_ execution: Int, branches: [Int], in transaction: any Transaction) async throws -> [Int: [StepResult]]
    /// Notes that steps are known to have been started by their supervisors.
    func noteBegun(_ steps: [(place: BranchPlace, step: Int)], in transaction: any Transaction) async throws
    /// Notes how much output of supervised steps is stored.
    func note(_ totals: [OutputTotal: Int], in transaction: any Transaction) async throws
    /// Branches that are to be ended, whose steps go on on the target without a worker; at most `limit`.
    func adrift(limit: Int, in transaction: any Transaction) async throws -> [(execution: Int, number: Int)]
    /// Leases some of these. Whoever calls it has locked their execution.
    func claimAdrift(
        _ execution: Int, numbers: [Int], worker: String, until: Timestamp, in transaction: any Transaction
    ) async throws -> [StoredBranch]
    /// Ends the lease of a branch that is being cancelled, which is adrift from then on.
    func letGo(_ branch: StoredBranch, in transaction: any Transaction) async throws
    /// Keeps the results of steps over what was there.
    func save(_ steps: [StoredStep], in transaction: any Transaction) async throws
}
