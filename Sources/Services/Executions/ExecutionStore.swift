import Contracts
import Store
import Vocabulary

/// An execution to be kept, with everything that its branches need later.
package struct NewExecution: Sendable {
    /// The run as it begins; counts say how many branches wait.
    package var execution: Execution
    /// What it does.
    package var definition: JobDefinition
    /// The same as JSON, where it is at hand.
    package var definitionText: String?
    /// Parameter values without secrets.
    package var parameters: [String: JSONValue]
    /// Secret parameter values, encrypted; nil when there are none.
    package var sealedSecrets: String?
    /// Names of targets that were left out.
    package var leftOut: [String]
    /// The idempotency key, unique for the caller.
    package var idempotencyKey: String?
    /// What was asked for under that key.
    package var fingerprint: String?
    /// How it goes through its targets.
    package var rollout: RolloutDefinition?
    /// Whether it wants locks.
    package var hasLocks: Bool
    /// Whether it waits for decisions of people on its way.
    package var hasApprovals: Bool
    /// Whether some of its targets let only so many runs work on them at a time.
    package var hasSlots: Bool
    /// The locks that were asked for by name, for running it again.
    package var locks: [String]

    /// The execution as it is kept under its key, before it has told that it began.
    func stored(under key: Int) -> StoredExecution {
        StoredExecution(
            key: key, execution: execution, isCancelling: false, fingerprint: fingerprint, held: held, accepted: 0, rollout: rollout,
            hasLocks: hasLocks, hasApprovals: hasApprovals, hasSlots: hasSlots)
    }

    /// How many of its branches may not begin yet: all, or those that come after its first part.
    var held: Int {
        let waiting = execution.counts.waiting
        return execution.hold != nil ? waiting : waiting - (execution.released ?? waiting)
    }
}

/// An execution as it is kept.
package struct StoredExecution: Sendable {
    /// The key inside this database; orders executions by age.
    package var key: Int
    /// The run.
    package var execution: Execution
    /// Whether somebody cancelled the whole execution.
    package var isCancelling: Bool
    /// What was asked for under the idempotency key.
    package var fingerprint: String?
    /// So many of its waiting branches may not begin yet.
    package var held: Int
    /// So many failures were accepted by a person.
    package var accepted: Int
    /// How it goes through its targets.
    package var rollout: RolloutDefinition?
    /// Whether it holds or wants locks.
    package var hasLocks: Bool
    /// Whether it waits for decisions of people on its way.
    package var hasApprovals: Bool
    /// Whether some of its targets let only so many runs work on them at a time.
    package var hasSlots: Bool
    /// Where its output is.
    package var output = OutputHome.feed

    /// Whether waiting branches may begin.
    package var isReady: Bool { execution.counts.waiting > held && execution.counts.running < execution.maxParallel }
}

/// What a worker or a repeated run needs of an execution.
package struct ExecutionContent: Sendable {
    /// What it does.
    package var definition: JobDefinition
    /// Parameter values without secrets.
    package var parameters: [String: JSONValue]
    /// Secret parameter values, encrypted.
    package var sealedSecrets: String?
    /// Names of targets that were left out.
    package var leftOut: [String]
}

/// The promises of the store of executions. All of them hold inside the transaction that is given.
package protocol ExecutionStore: Sendable {
    /// Keeps new executions, whose first entries in the feed are told in the same transaction, and returns their keys; nil for one whose idempotency key is
    /// taken, which is not kept.
    /// - Throws: `StoreError.duplicate` when an id or serial is taken.
    func insert(_ all: [NewExecution], in transaction: any Transaction) async throws -> [Int?]
    /// The executions that were started under these idempotency keys, by key.
    func find(idempotencyKeys: [String], in transaction: any Transaction) async throws -> [String: StoredExecution]
    /// Takes so many numbers of a counter, which begins with 1, and returns the last one.
    func next(_ counter: String, _ count: Int, in transaction: any Transaction) async throws -> Int
    /// The execution with this id or serial, or nil.
    func find(_ name: String, in transaction: any Transaction) async throws -> StoredExecution?
    /// The execution with this key, or nil.
    func find(key: Int, in transaction: any Transaction) async throws -> StoredExecution?
    /// The executions with these keys, one lock after the other; nobody else changes them until the transaction ends. Those that do not exist are
    /// left out, and with `unlessLocked` those that somebody else has locked.
    func lock(_ keys: [Int], unlessLocked: Bool, in transaction: any Transaction) async throws -> [StoredExecution]
    /// The executions with these ids, one lock after the other; nobody else changes them until the transaction ends. Those that do not exist are left out.
    func lock(_ ids: [ExecutionID], in transaction: any Transaction) async throws -> [StoredExecution]
    /// The execution that was started under this idempotency key, or nil.
    func find(idempotencyKey: String, in transaction: any Transaction) async throws -> StoredExecution?
    /// What executions do, by their keys.
    func contents(_ keys: [Int], in transaction: any Transaction) async throws -> [Int: ExecutionContent]
    /// What the execution does.
    func content(_ key: Int, in transaction: any Transaction) async throws -> ExecutionContent?
    /// Some execution's id with its sealed secrets; nil when none has secrets.
    func anySealed(in transaction: any Transaction) async throws -> (id: ExecutionID, secrets: String)?
    /// A page of executions, newest first, older than `before`.
    func list(_ query: ExecutionQuery, before: Int?, limit: Int, in transaction: any Transaction) async throws -> [StoredExecution]
    /// Keeps state, cause, counts, times and last sequence number of executions, which were read by `lock`.
    func update(_ all: [StoredExecution], in transaction: any Transaction) async throws
    /// The serials of all executions of a job that have not ended, the oldest first.
    func allOpen(_ job: JobID, in transaction: any Transaction) async throws -> [String]
    /// The locks that were asked for by name.
    func locks(_ key: Int, in transaction: any Transaction) async throws -> [String]
    /// The newest execution of a job that has not ended, or nil.
    func open(_ job: JobID, in transaction: any Transaction) async throws -> StoredExecution?
    /// The place of an execution, from 1, among those with branches that may begin.
    func position(of stored: StoredExecution, in transaction: any Transaction) async throws -> Int
    /// Executions with waiting branches: those with branches that may begin in the order of `claimable`, then the others.
    func waiting(limit: Int, in transaction: any Transaction) async throws -> [StoredExecution]
    /// The keys of executions with branches that may begin, and that `max_parallel` leaves room for, the most urgent and oldest first.
    func claimable(limit: Int, in transaction: any Transaction) async throws -> [Int]
}
