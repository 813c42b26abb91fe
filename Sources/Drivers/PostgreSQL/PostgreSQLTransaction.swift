import Store
import Synchronization

/// The open transaction of one body. The first statement that fails ends it: the server takes no other, and nothing is kept.
final class PostgreSQLTransaction: Transaction {
    private struct State {
        var isOver = false
        var failure: (any Error)?
    }
    private let connection: Connection
    private let state = Mutex(State())

    init(_ connection: Connection) { self.connection = connection }

    var dialect: Dialect { .postgresql }

    func query(_ sql: SQL) async throws -> [Row] { try await use { try await connection.query(sql) } }

    func query(each statements: [SQL]) async throws -> [[Row]] {
        if statements.isEmpty { return [] }
        return try await use { try await connection.query(each: statements) }
    }

    func execute(_ sql: SQL) async throws -> Int { try await use { try await connection.execute([sql])[0] } }

    func execute(each statements: [SQL]) async throws -> [Int] {
        if statements.isEmpty { return [] }
        return try await use { try await connection.execute(statements) }
    }

    func write(_ statements: [SQL]) async throws { try await use { await connection.write(statements) } }

    /// Refuses everything from now on and returns what ended it early, if anything did.
    func end() -> (any Error)? {
        state.withLock { state in
            state.isOver = true
            return state.failure
        }
    }

    private func use<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try state.withLock { state in
            if state.isOver { throw StoreError.statement("a transaction was used after its end") }
            if state.failure != nil { throw StoreError.unavailable("the transaction was given up after an earlier error in it") }
        }
        do {
            return try await body()
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            throw (error as? TryAgain)?.reason ?? error
        }
    }
}
