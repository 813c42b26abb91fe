import Store
import Synchronization

/// The open transaction of one body.
final class SQLiteTransaction: Transaction {
    private let connection: Connection
    private struct State {
        var isOver = false
        var failure: StoreError?
    }
    private let state = Mutex(State())

    init(_ connection: Connection) { self.connection = connection }

    var dialect: Dialect { .sqlite }

    func query(_ sql: SQL) async throws -> [Row] {
        try use { () throws(StoreError) in try connection.query(sql) }
    }

    func execute(_ sql: SQL) async throws -> Int {
        try use { () throws(StoreError) in try connection.execute([sql])[0] }
    }

    func execute(each statements: [SQL]) async throws -> [Int] {
        try use { () throws(StoreError) in try connection.execute(statements) }
    }

    /// Refuses everything from now on and returns what ended it early, if anything did.
    @discardableResult
    func end() -> StoreError? {
        state.withLock { state in
            state.isOver = true
            return state.failure
        }
    }

    /// The first statement that fails ends the transaction, as on engines where that cannot be otherwise.
    private func use<Value>(_ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        let (isOver, failure) = state.withLock { ($0.isOver, $0.failure) }
        if isOver { throw .statement("a transaction was used after its end") }
        if failure != nil { throw .unavailable("the transaction was given up after an earlier error in it") }
        do {
            return try body()
        } catch {
            state.withLock { $0.failure = error }
            throw error
        }
    }
}
