extension Transaction {
    /// Inserts rows, each in parentheses: `head` is what stands before `VALUES`, `tail` what comes behind the rows. Many rows go in few statements; these have
    /// one of four lengths, so that few texts are to be prepared.
    package func insert(_ head: SQL, _ rows: [SQL], _ tail: SQL = "") async throws {
        var (statements, rest): ([SQL], ArraySlice<SQL>) = ([], rows[...])
        for length in [64, 16, 4, 1] {
            while rest.count >= length {
                statements.append("\(head) VALUES \(SQL.join(Array(rest.prefix(length)), ", ")) \(tail)")
                rest = rest.dropFirst(length)
            }
        }
        if !statements.isEmpty { try await execute(each: statements) }
    }
}
