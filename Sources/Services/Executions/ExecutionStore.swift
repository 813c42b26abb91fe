import Contracts
import Store
import Vocabulary

/// An execution to be kept, with everything that its branches need later.
package struct NewExecution: Sendable {
    /// The run as it begins; counts say how many branches wait.
    package var execution: Execution
    /// What it does.
    package var definition: JobDefinition
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
    /// Keeps a new execution and returns its key.
    /// - Throws: `StoreError.duplicate` when the id, serial or idempotency key is taken.
    func insert(_ new: NewExecution, in transaction: any Transaction) async throws -> Int
    /// The next number of a counter, from 1.
    func next(_ counter: String, in transaction: any Transaction) async throws -> Int
    /// The execution with this id or serial, or nil.
    func find(_ name: String, in transaction: any Transaction) async throws -> StoredExecution?
    /// The execution with this key, or nil.
    func find(key: Int, in transaction: any Transaction) async throws -> StoredExecution?
    /// The execution with this key, or nil; nobody else changes it until the transaction ends.
    func lock(key: Int, in transaction: any Transaction) async throws -> StoredExecution?
    /// The execution with this id, or nil; nobody else changes it until the transaction ends.
    func lock(_ id: ExecutionID, in transaction: any Transaction) async throws -> StoredExecution?
    /// The execution that was started under this idempotency key, or nil.
    func find(idempotencyKey: String, in transaction: any Transaction) async throws -> StoredExecution?
    /// What the execution does.
    func content(_ key: Int, in transaction: any Transaction) async throws -> ExecutionContent?
    /// Some execution's id with its sealed secrets; nil when none has secrets.
    func anySealed(in transaction: any Transaction) async throws -> (id: ExecutionID, secrets: String)?
    /// A page of executions, newest first, older than `before`.
    func list(_ query: ExecutionQuery, before: Int?, limit: Int, in transaction: any Transaction) async throws -> [StoredExecution]
    /// Keeps state, cause, counts, times and last sequence number of an execution, which was read by `lock`.
    func update(_ stored: StoredExecution, in transaction: any Transaction) async throws
    /// The keys of executions with waiting branches that `max_parallel` leaves room for, oldest first.
    func claimable(limit: Int, in transaction: any Transaction) async throws -> [Int]
}
