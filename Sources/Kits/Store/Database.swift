import Vocabulary

/// Answers statements that read: a database, each statement on its own, or an open transaction.
package protocol Reading: Sendable {
    /// Which SQL dialect it speaks.
    var dialect: Dialect { get }
    /// Runs a statement and returns its rows, in order.
    /// - Throws: `StoreError`.
    func query(_ sql: SQL) async throws -> [Row]
}

extension Reading {
    /// The first row, or nil.
    package func first(_ sql: SQL) async throws -> Row? { try await query(sql).first }
}

/// One service's own database, on whatever engine. An acknowledged `transact` has reached the disk.
///
/// `query` of a database is the shortest way to read: one statement, which sees one consistent view and changes nothing.
package protocol Database: Reading {
    /// Runs `body` in one transaction: everything it wrote is kept, or, when it throws or one of its statements fails, nothing is.
    /// Bodies of one database may run one after the other; they do nothing but read and write (no calls to other services, no waiting),
    /// because a body that lost a race against another transaction runs again.
    /// - Throws: what `body` throws; `StoreError`.
    @discardableResult
    func transact<Result: Sendable>(
        _ isolation: Isolation, _ body: @Sendable (any Transaction) async throws -> Result
    ) async throws -> Result

    /// Runs statements that were all known beforehand in one transaction, each seeing what was committed before it, and returns the rows
    /// of each; the shortest way to write.
    /// - Throws: `StoreError`; nothing was kept then.
    @discardableResult
    func transact(_ statements: [SQL], kept: Keeping) async throws -> [[Row]]

    /// Runs `body` on a consistent view without write access; never waits for writers.
    /// - Throws: what `body` throws; `StoreError`.
    func read<Result: Sendable>(_ body: @Sendable (any Transaction) async throws -> Result) async throws -> Result

    /// Ends all connections; calls after it throw `StoreError.closed`.
    func close() async

    /// Gives some of the space that deleted rows leave back to the file system, so little that nobody waits for long; false when there is nothing
    /// to be given back, or the engine does it by itself.
    /// - Throws: `StoreError`.
    func giveBack() async throws -> Bool

    /// How busy its connections are; nil for an engine without any.
    var load: DatabaseLoad? { get }
}

/// How busy the connections to a database are.
package struct DatabaseLoad: Sendable, Equatable {
    /// Open connections.
    package let open: Int
    /// Of these, such as nobody uses.
    package let idle: Int
    /// Who waits for one.
    package let waiting: Int
    /// The most that may be open.
    package let most: Int

    /// Takes the counts.
    package init(open: Int, idle: Int, waiting: Int, most: Int) {
        self.open = open
        self.idle = idle
        self.waiting = waiting
        self.most = most
    }
}

extension Database {
    /// No connections.
    package var load: DatabaseLoad? { nil }

    /// Nothing is given back.
    package func giveBack() async throws -> Bool { false }

    /// See `Reading`.
    package func query(_ sql: SQL) async throws -> [Row] { try await read { try await $0.query(sql) } }

    /// See the protocol: as any other transaction.
    @discardableResult
    package func transact(_ statements: [SQL], kept: Keeping) async throws -> [[Row]] {
        try await transact(.lockingRows) { try await $0.query(each: statements) }
    }

    /// Runs statements that were all known beforehand in one transaction.
    @discardableResult
    package func transact(_ statements: [SQL]) async throws -> [[Row]] { try await transact(statements, kept: .onDisk) }

    /// Runs `body` in one transaction, as if all transactions ran one after the other.
    @discardableResult
    package func transact<Result: Sendable>(
        _ body: @Sendable (any Transaction) async throws -> Result
    ) async throws -> Result { try await transact(.serializable, body) }
}

/// What is true of a transaction's work when it is acknowledged. Where writers share a flush, as in SQLite, it makes no difference.
package enum Keeping: Sendable {
    /// It has reached the disk.
    case onDisk
    /// It reaches the disk a moment later, so that nobody waits for that. A server that dies meanwhile may lose it, and only it: this is for what is
    /// then done again without harm.
    case soon
}

/// How a transaction is kept apart from others. Where there is one writer, as in SQLite, it makes no difference.
package enum Isolation: Sendable {
    /// As if transactions ran one after the other; the loser of a race runs again.
    case serializable
    /// Each statement sees what was committed before it. Whoever decides by what he read locks it (`forUpdate`, `skipLocked`);
    /// for tables that many change at the same time.
    case lockingRows
}

/// An open transaction; valid only inside the body that got it.
package protocol Transaction: Reading {
    /// Runs statements one after the other and returns the rows of each; where a server is far they travel together.
    func query(each statements: [SQL]) async throws -> [[Row]]
    /// Runs a statement and returns how many rows it changed.
    @discardableResult func execute(_ sql: SQL) async throws -> Int
    /// Runs statements one after the other and returns how many rows each changed. Statements of one text, with other values each, are
    /// made once: that is how many rows are written.
    @discardableResult func execute(each statements: [SQL]) async throws -> [Int]
    /// Runs statements of which nobody asks what came: where a server is far they travel with the next statement that is asked, or with the end of the
    /// transaction, and what went wrong with them is thrown there.
    func write(_ statements: [SQL]) async throws
}

extension Transaction {
    /// See the protocol: one after the other.
    package func query(each statements: [SQL]) async throws -> [[Row]] {
        var results: [[Row]] = []
        for statement in statements { results.append(try await query(statement)) }
        return results
    }

    /// See the protocol: at once.
    package func write(_ statements: [SQL]) async throws {
        if !statements.isEmpty { try await execute(each: statements) }
    }
}

/// The engines. SQL is written in their common subset; where they differ a named fragment says so.
package enum Dialect: String, Sendable {
    case sqlite
    case postgresql
}

/// One row of a result.
package struct Row: Sendable {
    private let columns: Columns
    private let values: [SQLValue]

    /// The names of a result's columns, shared by its rows.
    package final class Columns: Sendable {
        private let names: [String]
        /// Takes the names in order.
        package init(_ names: [String]) { self.names = names }
        /// The first column of this name. There are few, and most names are short enough to be compared as two words of the machine.
        func position(of name: String) -> Int? { names.firstIndex(of: name) }
    }

    /// Makes a row; drivers do.
    package init(_ columns: Columns, _ values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// The raw value of a column; a column that the statement does not have is a programming error.
    package subscript(_ column: String) -> SQLValue {
        guard let position = columns.position(of: column) else { preconditionFailure("the result has no column \(column)") }
        return values[position]
    }

    /// A whole number.
    package func int(_ column: String) throws -> Int { try Int(required(column, optionalInt(column))) }
    /// A whole number or nil.
    package func optionalInt(_ column: String) throws -> Int? {
        switch self[column] {
        case .integer(let value): Int(value)
        case .null: nil
        default: throw StoreError.unexpectedValue(column: column)
        }
    }
    /// A number, whole or not.
    package func double(_ column: String) throws -> Double {
        switch self[column] {
        case .integer(let value): Double(value)
        case .real(let value): value
        default: throw StoreError.unexpectedValue(column: column)
        }
    }
    /// A text.
    package func text(_ column: String) throws -> String { try required(column, optionalText(column)) }
    /// A text or nil.
    package func optionalText(_ column: String) throws -> String? {
        switch self[column] {
        case .text(let value): value
        case .null: nil
        default: throw StoreError.unexpectedValue(column: column)
        }
    }
    /// Bytes.
    package func bytes(_ column: String) throws -> [UInt8] { try required(column, optionalBytes(column)) }
    /// Bytes or nil.
    package func optionalBytes(_ column: String) throws -> [UInt8]? {
        switch self[column] {
        case .blob(let value): value
        case .text(let value): Array(value.utf8)
        case .null: nil
        default: throw StoreError.unexpectedValue(column: column)
        }
    }
    /// A truth value, kept as 0 or 1.
    package func bool(_ column: String) throws -> Bool { try int(column) != 0 }
    /// An instant, kept as milliseconds.
    package func time(_ column: String) throws -> Timestamp { Timestamp(milliseconds: Int64(try int(column))) }
    /// An instant or nil.
    package func optionalTime(_ column: String) throws -> Timestamp? {
        try optionalInt(column).map { Timestamp(milliseconds: Int64($0)) }
    }
    /// An id.
    package func id<Subject>(_ column: String, of subject: Subject.Type = Subject.self) throws -> Identifier<Subject> {
        Identifier(trusted: try text(column))
    }
    /// An id or nil.
    package func optionalId<Subject>(_ column: String, of subject: Subject.Type = Subject.self) throws -> Identifier<Subject>? {
        try optionalText(column).map { Identifier(trusted: $0) }
    }
    /// A string enum.
    @inlinable package func word<Word: WireEnum>(_ column: String, of type: Word.Type = Word.self) throws -> Word {
        guard let word = Word(rawValue: try text(column)) else { throw StoreError.unexpectedValue(column: column) }
        return word
    }

    private func required<Value>(_ column: String, _ value: Value?) throws -> Value {
        guard let value else { throw StoreError.unexpectedValue(column: column) }
        return value
    }
}

/// What can go wrong with a database, whatever the engine.
package enum StoreError: Error, Sendable, Hashable {
    /// A unique constraint or primary key would be violated; the names are the engine's.
    case duplicate(constraint: String)
    /// A foreign key, check or not-null constraint would be violated.
    case constraint(String)
    /// No space is left; nothing of the transaction was kept.
    case full
    /// The database is locked or not reachable; trying again later may help.
    case unavailable(String)
    /// The file or the data in it is damaged.
    case corrupt(String)
    /// The schema is newer than this program.
    case newerSchema(service: String, found: Int, known: Int)
    /// A migration that was applied reads differently in this program.
    case changedMigration(service: String, number: Int)
    /// A column holds something that its reader does not expect.
    case unexpectedValue(column: String)
    /// The statement itself is wrong.
    case statement(String)
    /// The database was closed.
    case closed
}
