import Store
import Synchronization

/// The running numbers of new targets, which begin anew with each year.
///
/// Where many create at once they must not wait for each other's commits, so PostgreSQL counts with a sequence for each year. A number
/// whose target was not kept is left out there.
final class TargetNumbers: Sendable {
    private let ready = Mutex<Set<Int>>([])

    /// Makes sure that a year can be counted; before the transaction that asks for numbers.
    func prepare(year: Int, in database: any Database) async throws {
        guard database.dialect == .postgresql, !ready.withLock({ $0.contains(year) }) else { return }
        try await database.transact(.lockingRows) { transaction in
            if let lock = transaction.dialect.schemaLock { _ = try await transaction.query(lock) }
            let name = Self.sequence(year)
            let found = try await transaction.first(
                """
                -- target_numbers.found
                SELECT 1 AS one FROM pg_sequences WHERE schemaname = current_schema() AND sequencename = \(name)
                """)
            guard found == nil else { return }
            try await transaction.execute(SQL(trusted: "CREATE SEQUENCE \(name) AS BIGINT"))
            _ = try await transaction.query(
                """
                -- target_numbers.go_on
                SELECT setval(CAST(\(name) AS regclass), last) AS last
                FROM serials
                WHERE kind = 'target' AND year = \(year)
                """)
        }
        ready.withLock { _ = $0.insert(year) }
    }

    /// So many numbers of a year, in ascending order.
    func next(_ count: Int, year: Int, in transaction: any Transaction) async throws -> [Int] {
        switch transaction.dialect {
        case .sqlite:
            let last = try await transaction.first(
                """
                -- target_numbers.count_up
                INSERT INTO serials (kind, year, last)
                VALUES ('target', \(year), \(count))
                ON CONFLICT (kind, year) DO UPDATE SET last = serials.last + excluded.last
                RETURNING last
                """)?.int("last")
            guard let last else { throw StoreError.unexpectedValue(column: "last") }
            return Array(last - count + 1..<last + 1)
        case .postgresql:
            return try await transaction.query(
                """
                -- target_numbers.next
                SELECT nextval(CAST(\(Self.sequence(year)) AS regclass)) AS number
                FROM generate_series(1, CAST(\(count) AS BIGINT))
                """
            ).map { try $0.int("number") }
        }
    }

    /// The next serial of a year as an expression in a statement, and what has to run before it; with that only one can be in a statement.
    func serial(year: Int, _ dialect: Dialect) -> (before: SQL?, value: String) {
        switch dialect {
        case .sqlite:
            (
                """
                -- target_numbers.count_up
                INSERT INTO serials (kind, year, last)
                VALUES ('target', \(year), 1)
                ON CONFLICT (kind, year) DO UPDATE SET last = serials.last + 1
                """, "(SELECT printf('T%d%04d', year, last) FROM serials WHERE kind = 'target' AND year = \(year))"
            )
        case .postgresql:
            (
                nil,
                """
                (SELECT concat('T', '\(year)', lpad(number, greatest(4, length(number)), '0'))
                    FROM (SELECT CAST(nextval(CAST('\(Self.sequence(year))' AS regclass)) AS TEXT) AS number) AS numbers)
                """
            )
        }
    }

    private static func sequence(_ year: Int) -> String { "target_numbers_\(year)" }
}
