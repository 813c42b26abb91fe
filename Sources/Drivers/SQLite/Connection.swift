import Foundation
import GRDB
import Store
import Synchronization

/// One SQLite connection. Its calls block until SQLite is done and are made on the thread that is pinned to it.
final class Connection: Sendable {
    private let queue: DatabaseQueue
    private let file: String
    /// The texts whose statements are kept prepared, with the columns of those that were queried.
    let kept = Mutex<[String: Store.Row.Columns?]>([:])

    /// Statements with more values than this are made by a program (lists, batches) and are not worth keeping prepared.
    private static let mostValuesOfCached = 96
    /// At most so many statements are kept prepared; all are given up when there are more.
    static let mostKept = 500

    /// Opens the file at `path`, or a private database in memory when it is nil.
    init(path: String?, isReadOnly: Bool) throws(StoreError) {
        file = path.map { ($0 as NSString).lastPathComponent } ?? "memory"
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.allowsUnsafeTransactions = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 1
        do {
            queue =
                try path.map { try DatabaseQueue(path: $0, configuration: configuration) }
                ?? DatabaseQueue(configuration: configuration)
            for pragma in Self.pragmas(isReadOnly: isReadOnly, isFile: path != nil) {
                try queue.inDatabase { try $0.execute(sql: "PRAGMA \(pragma)") }
            }
        } catch {
            throw StoreError(sqlite: error, file: file)
        }
    }

    private static func pragmas(isReadOnly: Bool, isFile: Bool) -> [String] {
        // A connection keeps at most 1 MiB of pages of its own; the operating system keeps the rest for all of them.
        let all = ["foreign_keys = ON", "trusted_schema = OFF", "temp_store = MEMORY", "cache_size = -1024"]
        guard isFile, !isReadOnly else { return all }
        // The `Checkpointer` empties the log; inside a commit that happens only beyond 8000 pages of 4 KiB. A log that grew beyond 64 MiB
        // is cut again.
        // What retention removes leaves free pages, which `giveBack` cuts off; only a new file can be told so.
        return all + [
            "auto_vacuum = INCREMENTAL", "journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 8000",
            "journal_size_limit = 67108864",
        ]
    }

    /// Runs a statement of the driver's own, such as `COMMIT`.
    func control(_ text: String) throws(StoreError) {
        try use { try $0.cachedStatement(sql: text).execute() }
    }

    /// Runs a statement that must be compiled anew each time, such as a pragma.
    func pragma(_ text: String) throws(StoreError) {
        try use { try $0.execute(sql: "PRAGMA \(text)") }
    }

    /// Gives free pages back to the file system; true when there are more. Files that were made before this was a habit keep theirs for new rows.
    func giveBack(pages: Int) throws(StoreError) -> Bool {
        try use { database in
            guard try Int.fetchOne(database, sql: "PRAGMA auto_vacuum") == 2 else { return false }
            let before = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            if before == 0 { return false }
            _ = try GRDB.Row.fetchAll(database, sql: "PRAGMA incremental_vacuum(\(pages))")
            let after = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            return after > 0 && after < before
        }
    }

    /// Whether a transaction is open; SQLite ends one by itself after some errors.
    var isInsideTransaction: Bool { queue.inDatabase { $0.isInsideTransaction } }

    /// Runs a statement in the open transaction and returns its rows.
    func query(_ sql: Store.SQL) throws(StoreError) -> [Store.Row] {
        let arguments = try Self.arguments(sql)
        return try use { database in
            try Self.requireTransaction(database)
            let statement = try self.statement(sql, database)
            let names = self.columns(of: statement, cachedUnder: Self.isCached(sql) ? sql.text : nil)
            let count = statement.columnCount
            let cursor = try GRDB.Row.fetchCursor(statement, arguments: arguments)
            var rows: [Store.Row] = []
            while let row = try cursor.next() {
                rows.append(Store.Row(names, (0..<count).map { SQLValue(row[$0] as DatabaseValue) }))
            }
            return rows
        }
    }

    /// Runs statements in the open transaction and returns how many rows each changed.
    func execute(_ statements: [Store.SQL]) throws(StoreError) -> [Int] {
        let arguments = try Self.arguments(statements)
        return try use { database in
            var last: (text: String, statement: Statement)?
            return try zip(statements, arguments).map { sql, arguments in
                try Self.requireTransaction(database)
                let before = database.totalChangesCount
                let statement = try last.flatMap { $0.text == sql.text ? $0.statement : nil } ?? self.statement(sql, database)
                last = (sql.text, statement)
                try statement.execute(arguments: arguments)
                return database.totalChangesCount == before ? 0 : database.changesCount
            }
        }
    }

    /// Moves as much of the log into the database file as can be without waiting for anybody.
    func checkpoint() throws(StoreError) { try use { _ = try $0.checkpoint(.passive) } }

    /// Ends the connection; later calls throw.
    func close() { try? queue.close() }

    private func use<Value>(_ body: (GRDB.Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try queue.inDatabase(body)
        } catch {
            throw StoreError(sqlite: error, file: file)
        }
    }

    private func statement(_ sql: Store.SQL, _ database: GRDB.Database) throws -> Statement {
        guard Self.isCached(sql) else { return try database.makeStatement(sql: sql.text) }
        let isFull = kept.withLock { kept in
            if kept[sql.text] != nil { return false }
            let isFull = kept.count >= Self.mostKept
            if isFull { kept = [:] }
            kept[sql.text] = .some(nil)
            return isFull
        }
        if isFull { database.clearSchemaCache() }
        return try database.cachedStatement(sql: sql.text)
    }

    private static func isCached(_ sql: Store.SQL) -> Bool { sql.isLasting || sql.values.count <= mostValuesOfCached }

    private func columns(of statement: Statement, cachedUnder text: String?) -> Store.Row.Columns {
        guard let text else { return Store.Row.Columns(statement.columnNames) }
        return kept.withLock { kept in
            if let known = kept[text] ?? nil { return known }
            let new = Store.Row.Columns(statement.columnNames)
            kept[text] = new
            return new
        }
    }

    private static func requireTransaction(_ database: GRDB.Database) throws {
        guard database.isInsideTransaction else {
            throw StoreError.unavailable("the transaction was given up after an earlier error in it")
        }
    }

    private static func arguments(_ statements: [Store.SQL]) throws(StoreError) -> [StatementArguments] {
        var all: [StatementArguments] = []
        all.reserveCapacity(statements.count)
        for sql in statements { all.append(try arguments(sql)) }
        return all
    }

    /// Places without names: SQLite searches through all names for each one that it meets.
    private static func arguments(_ sql: Store.SQL) throws(StoreError) -> StatementArguments {
        // The initialiser for values of one type makes a key path on each call, which costs more than all the rest.
        var values: [(any DatabaseValueConvertible)?] = []
        values.reserveCapacity(sql.values.count)
        for value in sql.values { values.append(try value.databaseValue) }
        return StatementArguments(values)
    }
}

extension SQLValue {
    /// Takes over a value that SQLite returned.
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        case .blob(let value): self = .blob([UInt8](value))
        }
    }

    /// The value as SQLite takes it. Text with a zero byte is refused, as by other engines, because SQLite would cut it there.
    fileprivate var databaseValue: DatabaseValue {
        get throws(StoreError) {
            switch self {
            case .null: return .null
            case .integer(let value): return value.databaseValue
            case .real(let value): return value.databaseValue
            case .blob(let value): return Data(value).databaseValue
            case .text(let value):
                if value.hasZeroByte { throw .constraint("a text must not contain the character U+0000") }
                return value.databaseValue
            }
        }
    }
}
