import Store
import Vocabulary

/// The promises of the store of locks.
package protocol LockStore: Sendable {
    /// Lets only this transaction decide about locks until it ends.
    func serialize(in transaction: any Transaction) async throws
    /// Keeps the locks that an execution wants.
    /// - Throws: `StoreError.duplicate` when one is to be held at once that another execution holds.
    func want(_ locks: [String], _ execution: Int, isHeld: Bool, in transaction: any Transaction) async throws
    /// All locks that are held or wanted, the most urgent and oldest execution first.
    func claims(in transaction: any Transaction) async throws -> [Admission.Claim]
    /// Whether an execution wants a lock that it does not hold.
    func waits(_ execution: Int, in transaction: any Transaction) async throws -> Bool
    /// Gives an execution the locks that it wants.
    func hold(_ execution: Int, in transaction: any Transaction) async throws
    /// Takes all locks from an execution; how many there were.
    func release(_ execution: Int, in transaction: any Transaction) async throws -> Int
}

/// The store of locks in SQL. That a lock is held once is a unique index.
package struct SQLLockStore: LockStore {
    /// There is nothing to configure.
    package init() {}

    /// See `LockStore`.
    package func serialize(in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- locks.serialize
            INSERT INTO counters (name, value) VALUES ('decisions about locks', 1)
            ON CONFLICT (name) DO UPDATE SET value = counters.value + 1
            """)
    }

    /// See `LockStore`.
    package func want(_ locks: [String], _ execution: Int, isHeld: Bool, in transaction: any Transaction) async throws {
        try await transaction.execute(
            each: locks.map { lock in
                "-- locks.want\nINSERT INTO execution_locks (execution, name, is_held) VALUES (\(execution), \(lock), \(isHeld))"
            })
    }

    /// See `LockStore`.
    package func claims(in transaction: any Transaction) async throws -> [Admission.Claim] {
        let rows = try await transaction.query(
            """
            -- locks.claims
            SELECT execution_locks.execution, executions.serial, execution_locks.name, execution_locks.is_held
            FROM execution_locks JOIN executions ON executions.key = execution_locks.execution
            ORDER BY executions.priority DESC, execution_locks.execution, execution_locks.name
            """)
        return try rows.map { row in
            Admission.Claim(
                execution: try row.int("execution"), serial: try row.text("serial"), lock: try row.text("name"),
                isHeld: try row.bool("is_held"))
        }
    }

    /// See `LockStore`.
    package func waits(_ execution: Int, in transaction: any Transaction) async throws -> Bool {
        let row = try await transaction.first(
            "-- locks.waits\nSELECT name FROM execution_locks WHERE execution = \(execution) AND is_held = 0 LIMIT 1")
        return row != nil
    }

    /// See `LockStore`.
    package func hold(_ execution: Int, in transaction: any Transaction) async throws {
        try await transaction.execute("-- locks.hold\nUPDATE execution_locks SET is_held = 1 WHERE execution = \(execution)")
    }

    /// See `LockStore`.
    package func release(_ execution: Int, in transaction: any Transaction) async throws -> Int {
        try await transaction.execute("-- locks.release\nDELETE FROM execution_locks WHERE execution = \(execution)")
    }
}
