import Vocabulary

extension Transaction {
    /// Inserts rows, whose values are in order of the columns in `head`, which is what stands before `VALUES`; `tail` comes behind the rows. As `write`.
    package func insert(_ head: String, _ rows: [[SQLValue]], _ tail: String = "") async throws {
        try await write(SQL.inserts(head, rows, tail))
    }
}

extension SQL {
    /// Statements that insert rows, `head`, rows and `tail` as in `Transaction.insert`. Many rows go in few statements; these have one of five lengths, so that few texts are to be prepared.
    /// - Parameter row: a row's text with a `?` for each value, where some columns hold what the engine works out, such as `(?, now(), ?)`.
    package static func inserts(_ head: String, _ rows: [[SQLValue]], _ tail: String, row: String? = nil) -> [SQL] {
        var (statements, rest): ([SQL], ArraySlice<[SQLValue]>) = ([], rows[...])
        for length in [64, 16, 4, 2, 1] where rest.count >= length {
            let row = row ?? places(rest.first?.count ?? 0)
            let text = "\(head) VALUES \(Array(repeating: row, count: length).joined(separator: ", ")) \(tail)"
            while rest.count >= length {
                var statement = SQL(trusted: text, Array(rest.prefix(length).joined()))
                statement.isLasting = true
                statements.append(statement)
                rest = rest.dropFirst(length)
            }
        }
        return statements
    }

    /// `(?, ?)` and so on.
    private static func places(_ columns: Int) -> String {
        "(" + Array(repeating: "?", count: columns).joined(separator: ", ") + ")"
    }
}

extension SQLValue {
    /// A value to bind.
    package static func of(_ value: some SQLBindable) -> SQLValue { value.sqlValue }
    /// A value to bind, or NULL.
    package static func of(_ value: (some SQLBindable)?) -> SQLValue { value?.sqlValue ?? .null }
    /// The raw value of a string enum.
    package static func of(_ word: some WireEnum) -> SQLValue { .text(word.rawValue) }
    /// The raw value of a string enum, or NULL.
    package static func of(_ word: (some WireEnum)?) -> SQLValue { word.map { .text($0.rawValue) } ?? .null }
}
