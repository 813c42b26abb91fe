import Vocabulary

/// The places where the engines differ, by name. Everything else is written once in their common subset.
extension Dialect {
    /// Ends a `SELECT` that claims rows for the caller; rows that someone else claims just now are left out. SQLite has one writer.
    /// It stands in a materialised common table expression: elsewhere PostgreSQL may run the `SELECT` once for each row and claim too many.
    package var skipLocked: SQL {
        switch self {
        case .sqlite: ""
        case .postgresql: "FOR UPDATE SKIP LOCKED"
        }
    }

    /// Ends a `SELECT` whose rows the caller is going to change after what it read. SQLite has one writer.
    package var forUpdate: SQL {
        switch self {
        case .sqlite: ""
        case .postgresql: "FOR UPDATE"
        }
    }

    /// Whether a column of whole numbers has one of these: one value in one text, however many they are.
    package func isAmong(_ column: SQL, _ numbers: [Int]) -> SQL {
        let list = numbers.map(String.init).joined(separator: ",")
        return switch self {
        case .sqlite: "\(column) IN (SELECT value FROM json_each(\("[\(list)]")))"
        case .postgresql: "\(column) = ANY (CAST(\("{\(list)}") AS BIGINT[]))"
        }
    }

    /// Whether a column of ids has one of these.
    package func isAmong<Subject>(_ column: SQL, _ ids: [Identifier<Subject>]) -> SQL {
        switch self {
        case .sqlite: "\(column) IN (SELECT value FROM json_each(\("[\(ids.map { "\"\($0.text)\"" }.joined(separator: ","))]")))"
        case .postgresql: "\(column) = ANY (CAST(\("{\(ids.map(\.text).joined(separator: ","))}") AS TEXT[]))"
        }
    }

    /// The rows of a table whose two columns have one of these pairs, each looked up by itself. Asked for all numbers of one group at once, PostgreSQL reads
    /// the whole group and picks, if its statistics say that this is little.
    package func rows(_ columns: SQL, of table: SQL, _ group: SQL, _ number: SQL, among pairs: [(group: Int, number: Int)]) -> SQL {
        let (groups, numbers) = (pairs.map { String($0.group) }, pairs.map { String($0.number) })
        switch self {
        case .sqlite:
            let list = "[\(zip(groups, numbers).map { "[\($0),\($1)]" }.joined(separator: ","))]"
            return """
                SELECT \(columns) FROM \(table)
                WHERE (\(group), \(number)) IN (SELECT value ->> 0, value ->> 1 FROM json_each(\(list)))
                """
        case .postgresql:
            let (first, second) = ("{\(groups.joined(separator: ","))}", "{\(numbers.joined(separator: ","))}")
            return """
                SELECT \(columns) FROM unnest(CAST(\(first) AS BIGINT[]), CAST(\(second) AS BIGINT[])) AS wanted (first_wanted, second_wanted)
                CROSS JOIN LATERAL (SELECT * FROM \(table) WHERE \(group) = first_wanted AND \(number) = second_wanted LIMIT 1) AS found
                """
        }
    }

    /// The server's time in milliseconds, wherever in a transaction; nil for an engine in this process, which has no clock of its own.
    package var now: SQL? {
        switch self {
        case .sqlite: nil
        case .postgresql: "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
        }
    }

    /// Waits until no other process changes the schema, for the rest of the transaction. SQLite has one writer.
    package var schemaLock: SQL? {
        switch self {
        case .sqlite: nil
        case .postgresql: "SELECT pg_advisory_xact_lock(7021734)"
        }
    }

    /// A relation with one column `name`: the tables of this database.
    package var tables: SQL {
        switch self {
        case .sqlite: "(SELECT name FROM sqlite_schema WHERE type = 'table') AS tables"
        case .postgresql: "(SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()) AS tables"
        }
    }

    /// Rows of another table in one value: a JSON array with an array of `columns` for each row, in order; null or empty for none.
    package func rows(of columns: SQL, from table: SQL, where condition: SQL, by order: SQL) -> SQL {
        switch self {
        case .sqlite:
            "(SELECT json_group_array(json_array(\(columns))) FROM (SELECT * FROM \(table) WHERE \(condition) ORDER BY \(order)))"
        case .postgresql: "(SELECT json_agg(json_build_array(\(columns)) ORDER BY \(order)) FROM \(table) WHERE \(condition))"
        }
    }

    /// A text with a JSON array of JSON values.
    package func document(of values: [SQL]) -> SQL {
        switch self {
        case .sqlite: "json_array(\(SQL.join(values.map { "json(\($0))" }, ", ")))"
        case .postgresql: "CAST(json_build_array(\(SQL.join(values, ", "))) AS TEXT)"
        }
    }
}
