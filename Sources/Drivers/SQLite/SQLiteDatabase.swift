import Store

/// A service's own SQLite file: one connection that writes, a few that read, each on its own thread, so that readers never hold up
/// the writer. Writers that wait share one commit. What `transact` acknowledged has reached the disk.
package final class SQLiteDatabase: Store.Database {
    private struct Lane<Baton: Sendable>: Sendable {
        let connection: Connection
        let thread: PinnedThread
        let line = Line<Baton>()

        init(path: String?, isReadOnly: Bool, name: String) throws(StoreError) {
            connection = try Connection(path: path, isReadOnly: isReadOnly)
            thread = PinnedThread(name: name)
        }

        func end() {
            connection.close()
            thread.end()
        }
    }

    /// The databases whose bodies run around the current code; waiting for one of them again would never end.
    @TaskLocal private static var surrounding: [ObjectIdentifier] = []

    private let writer: Lane<WriteGroup>
    private let readers: [Lane<Void>]
    private let checkpointer: Checkpointer?

    /// SQLite.
    package var dialect: Dialect { .sqlite }

    private init(path: String?, readers count: Int) throws(StoreError) {
        writer = try Lane(path: path, isReadOnly: false, name: "store-write")
        var readers: [Lane<Void>] = []
        for number in 0..<count {
            readers.append(try Lane(path: path, isReadOnly: true, name: "store-read-\(number + 1)"))
        }
        self.readers = readers
        checkpointer = path.map { Checkpointer(path: $0) }
    }

    /// Opens the file at `path`, which is created when there is none. A file that is damaged is left as it is.
    /// - Throws: `StoreError.corrupt` with the file's name; `unavailable` when it cannot be read and written; `full`.
    package static func open(path: String, readers: Int = 2) throws(StoreError) -> SQLiteDatabase {
        try DatabaseFile.prepare(path)
        let database = try SQLiteDatabase(path: path, readers: max(1, readers))
        try database.writer.connection.control("BEGIN IMMEDIATE")
        try database.writer.connection.control("ROLLBACK")
        return database
    }

    /// A database that lives as long as the returned value and leaves nothing behind; reads and writes take turns.
    /// - Throws: `StoreError.unavailable` when there is no memory.
    package static func inMemory() throws(StoreError) -> SQLiteDatabase { try SQLiteDatabase(path: nil, readers: 0) }

    deinit {
        writer.end()
        for reader in readers { reader.end() }
    }

    /// See `Database`.
    @discardableResult
    package func transact<Value: Sendable>(
        _: Isolation, _ body: @Sendable (any Transaction) async throws -> Value
    ) async throws -> Value {
        try refuseNesting()
        let turn = try writer.line.join(isSharing: true, fresh: WriteGroup())
        let answer = WriteGroup.Answer()
        let outcome = await withTaskExecutorPreference(writer.thread) {
            var group = await turn.value()
            let outcome = await run(body, in: &group, answer)
            if !group.hasRoom || !writer.line.share(group) {
                group.commit(writer.connection)
                checkpointer?.noteCommit()
                writer.line.pass(fresh: WriteGroup())
            }
            return outcome
        }
        if let failure = await answer.value() { throw failure }
        return try outcome.get()
    }

    private func run<Value: Sendable>(
        _ body: @Sendable (any Transaction) async throws -> Value, in group: inout WriteGroup, _ answer: WriteGroup.Answer
    ) async -> Result<Value, any Error> {
        do {
            try Task.checkCancellation()
            try group.enter(writer.connection)
        } catch {
            answer.fulfil(nil)
            return .failure(error)
        }
        do {
            let value = try await runBody(body, writer.connection)
            try group.keep(answer, writer.connection)
            return .success(value)
        } catch {
            group.undo(answer, because: error, writer.connection)
            return .failure(error)
        }
    }

    /// See `Database`.
    package func read<Value: Sendable>(
        _ body: @Sendable (any Transaction) async throws -> Value
    ) async throws -> Value {
        try refuseNesting()
        guard let reader = readers.min(by: { $0.line.length < $1.line.length }) else {
            return try await read(body, on: writer, fresh: WriteGroup())
        }
        return try await read(body, on: reader, fresh: ())
    }

    private func read<Value: Sendable, Baton>(
        _ body: @Sendable (any Transaction) async throws -> Value, on lane: Lane<Baton>, fresh: Baton
    ) async throws -> Value {
        let turn = try lane.line.join(isSharing: false, fresh: fresh)
        return try await withTaskExecutorPreference(lane.thread) {
            _ = await turn.value()
            defer { lane.line.pass(fresh: fresh) }
            try Task.checkCancellation()
            if readers.isEmpty { try lane.connection.pragma("query_only = ON") }
            try lane.connection.control("BEGIN DEFERRED")
            defer {
                try? lane.connection.control("ROLLBACK")
                if readers.isEmpty { try? lane.connection.pragma("query_only = OFF") }
            }
            return try await runBody(body, lane.connection)
        }
    }

    /// See `Database`: a megabyte, between two commits.
    package func giveBack() async throws -> Bool {
        try refuseNesting()
        let turn = try writer.line.join(isSharing: false, fresh: WriteGroup())
        return try await withTaskExecutorPreference(writer.thread) {
            _ = await turn.value()
            defer { writer.line.pass(fresh: WriteGroup()) }
            let left = try writer.connection.giveBack(pages: 256)
            checkpointer?.noteCommit()
            return left
        }
    }

    private func runBody<Value: Sendable>(
        _ body: @Sendable (any Transaction) async throws -> Value, _ connection: Connection
    ) async throws -> Value {
        let transaction = SQLiteTransaction(connection)
        defer { transaction.end() }
        let surrounding = Self.surrounding + [ObjectIdentifier(self)]
        let value = try await Self.$surrounding.withValue(surrounding) { try await body(transaction) }
        if let failure = transaction.end() { throw failure }
        return value
    }

    private func refuseNesting() throws(StoreError) {
        guard !Self.surrounding.contains(ObjectIdentifier(self)) else {
            throw .statement("a transaction was started inside another one of the same database")
        }
    }

    /// See `Database`. Whoever is in line before it still gets his turn.
    package func close() async {
        await checkpointer?.close()
        for reader in readers {
            guard let turn = try? reader.line.join(isSharing: false, fresh: (), isLast: true) else { continue }
            await turn.value()
            reader.end()
            reader.line.pass(fresh: ())
        }
        guard let turn = try? writer.line.join(isSharing: false, fresh: WriteGroup(), isLast: true) else { return }
        _ = await turn.value()
        writer.end()
        writer.line.pass(fresh: WriteGroup())
    }
}
