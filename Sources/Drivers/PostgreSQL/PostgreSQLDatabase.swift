import Reactor
import Store
import Vocabulary

/// A service's own PostgreSQL database. What `transact` acknowledged has reached the server's disk, unless it says otherwise.
package final class PostgreSQLDatabase: Database {
    /// The databases whose bodies run around the current code; one that waited for another connection of the same pool could wait for ever.
    @TaskLocal private static var surrounding: [ObjectIdentifier] = []

    private let settings: PostgreSQLSettings
    private let pool: ConnectionPool
    private let clock: any WallClock

    /// PostgreSQL.
    package var dialect: Dialect { .postgresql }

    /// Connections open when they are needed; the reactors belong to whoever made them.
    package init(_ settings: PostgreSQLSettings, reactors: ReactorPool, clock: any WallClock = SystemClock()) {
        self.settings = settings
        self.clock = clock
        pool = ConnectionPool(settings, reactors)
    }

    /// See `Database`. A body that lost a race against another transaction, or its connection, runs again as a whole.
    @discardableResult
    package func transact<Result: Sendable>(
        _ isolation: Isolation, _ body: @Sendable (any Transaction) async throws -> Result
    ) async throws -> Result {
        try await again {
            try await self.once(isolation == .serializable ? Self.serializable : Self.readCommitted, body)
        }
    }

    /// See `Database`.
    package func read<Result: Sendable>(
        _ body: @Sendable (any Transaction) async throws -> Result
    ) async throws -> Result {
        try await again { try await self.once(Self.snapshot, body) }
    }

    /// See `Reading`. One statement needs no transaction around it: it goes out and its answer comes back, once each.
    package func query(_ sql: SQL) async throws -> [Row] { try await again { try await self.alone([sql])[0] } }

    /// See `Database`. What goes out in one piece is one transaction, by the rules of the protocol.
    @discardableResult
    package func transact(_ statements: [SQL], kept: Keeping) async throws -> [[Row]] {
        guard kept == .onDisk else {
            return Array(try await transact([Self.withoutFlush] + statements, kept: .onDisk).dropFirst())
        }
        guard statements.count <= Connection.batch else {
            return try await transact(.lockingRows) { try await $0.query(each: statements) }
        }
        return try await again {
            do {
                return try await self.alone(statements)
            } catch let failure as TryAgain {
                throw failure.afterCommit
            }
        }
    }

    /// Lends a connection for one exchange.
    private func alone(_ statements: [SQL]) async throws -> [[Row]] {
        let connection = try await lend()
        defer { pool.giveBack(connection) }
        return try await connection.transact(statements)
    }

    /// See `Database`. Transactions under way end first.
    package func close() async { await pool.close() }

    /// How busy its connections are.
    package var load: DatabaseLoad? { pool.load }

    private static let withoutFlush: SQL = "SELECT set_config('synchronous_commit', 'off', true)"
    private static let serializable: SQL = "BEGIN ISOLATION LEVEL SERIALIZABLE"
    private static let readCommitted: SQL = "BEGIN ISOLATION LEVEL READ COMMITTED"
    private static let snapshot: SQL = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    private func once<Result: Sendable>(
        _ opening: SQL, _ body: @Sendable (any Transaction) async throws -> Result
    ) async throws -> Result {
        let connection = try await lend()
        let outcome = await withTaskExecutorPreference(connection.reactor) {
            await run(opening, body, on: connection)
        }
        pool.giveBack(connection)
        return try outcome.get()
    }

    /// A connection; a server that cannot be reached may be reached on a later try.
    private func lend() async throws -> Connection {
        do {
            return try await pool.take()
        } catch StoreError.unavailable(let why) {
            throw TryAgain(reason: .unavailable(why))
        }
    }

    private func run<Value: Sendable>(
        _ opening: SQL, _ body: @Sendable (any Transaction) async throws -> Value, on connection: Connection
    ) async -> Result<Value, any Error> {
        let transaction = PostgreSQLTransaction(connection)
        do {
            try Task.checkCancellation()
            await connection.begin(opening)
            let surrounding = Self.surrounding + [ObjectIdentifier(self)]
            let value = try await Self.$surrounding.withValue(surrounding) { try await body(transaction) }
            if let failure = transaction.end() { throw failure }
            try await connection.commit()
            return .success(value)
        } catch {
            let failure = transaction.end()
            await connection.rollBack()
            return .failure(failure is TryAgain ? failure ?? error : error)
        }
    }

    /// Tries again, after pauses that grow and differ, while the work came to nothing through no fault of its own.
    private func again<Value>(_ work: () async throws -> Value) async throws -> Value {
        guard !Self.surrounding.contains(ObjectIdentifier(self)) else {
            throw StoreError.statement("a transaction was started inside another one of the same database")
        }
        let end = clock.now() + settings.patience
        var pause = 2.0
        while true {
            do {
                return try await work()
            } catch let conflict as TryAgain {
                try Task.checkCancellation()
                guard clock.now() < end else { throw conflict.reason }
                try await clock.sleep(for: .milliseconds(Int(Double.random(in: 1...pause))))
                pause = min(pause * 2, 500)
            }
        }
    }
}
