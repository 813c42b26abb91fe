import Store
import Synchronization

/// The open transaction of one body.
final class SQLiteTransaction: Transaction {
    private let connection: Connection
    private let isOver = Atomic(false)

    init(_ connection: Connection) { self.connection = connection }

    var dialect: Dialect { .sqlite }

    func query(_ sql: SQL) async throws -> [Row] {
        try requireOpen()
        return try connection.query(sql)
    }

    func execute(_ sql: SQL) async throws -> Int {
        try requireOpen()
        return try connection.execute([sql])[0]
    }

    func execute(each statements: [SQL]) async throws -> [Int] {
        try requireOpen()
        return try connection.execute(statements)
    }

    /// Refuses everything from now on.
    func end() { isOver.store(true, ordering: .releasing) }

    private func requireOpen() throws(StoreError) {
        if isOver.load(ordering: .acquiring) { throw .statement("a transaction was used after its end") }
    }
}
