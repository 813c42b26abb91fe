import Crypto
import Vocabulary

/// Brings a service's schema up to date, forward only, and keeps a record with a checksum of every step.
package enum Migrator {
    /// Applies what is missing, each step in a transaction of its own, and returns the numbers of the steps that it applied.
    /// A step that fails leaves nothing behind; the steps before it stay.
    /// - Throws: `StoreError.newerSchema` and `changedMigration`, before anything is written; what a step's statements throw.
    @discardableResult
    package static func run(
        service: String, migrations: [Migration], on database: any Database, clock: any WallClock = SystemClock()
    ) async throws -> [Int] {
        try await database.transact(.lockingRows) { transaction in
            if let lock = transaction.dialect.schemaLock { _ = try await transaction.query(lock) }
            try await transaction.execute(SQL(trusted: table))
        }
        let missing = try await pending(service: service, migrations: migrations, on: database)
        var applied: [Int] = []
        for migration in migrations where missing.contains(migration.number) {
            let isNew = try await database.transact(.lockingRows) { transaction in
                if let lock = transaction.dialect.schemaLock { _ = try await transaction.query(lock) }
                return try await apply(migration, of: service, at: clock.now(), in: transaction)
            }
            if isNew { applied.append(migration.number) }
        }
        return applied
    }

    /// The numbers of the steps that `run` would apply; writes nothing.
    /// - Throws: `StoreError.newerSchema`, `changedMigration`.
    package static func pending(
        service: String, migrations: [Migration], on database: any Database
    ) async throws -> [Int] {
        precondition(
            migrations.map(\.number) == Array(1..<migrations.count + 1), "migrations are numbered from 1 without gaps")
        let recorded = try await database.read { try await checksums(of: service, in: $0) }
        if let newest = recorded.keys.max(), newest > migrations.count {
            throw StoreError.newerSchema(service: service, found: newest, known: migrations.count)
        }
        for migration in migrations {
            guard let checksum = recorded[migration.number] else { continue }
            guard checksum == migration.checksum(database.dialect) else {
                throw StoreError.changedMigration(service: service, number: migration.number)
            }
        }
        return migrations.map(\.number).filter { recorded[$0] == nil }
    }

    private static let table = """
        -- schema_migrations.create
        CREATE TABLE IF NOT EXISTS schema_migrations (
            service TEXT NOT NULL,
            number INTEGER NOT NULL,
            name TEXT NOT NULL,
            checksum TEXT NOT NULL,
            applied_at BIGINT NOT NULL,
            PRIMARY KEY (service, number)
        )
        """

    private static func checksums(of service: String, in transaction: any Transaction) async throws -> [Int: String] {
        let tables = try await transaction.query(
            "SELECT name FROM \(transaction.dialect.tables) WHERE name = 'schema_migrations'")
        if tables.isEmpty { return [:] }
        let rows = try await transaction.query(
            """
            -- schema_migrations.list
            SELECT number, checksum
            FROM schema_migrations
            WHERE service = \(service)
            ORDER BY number
            """)
        var checksums: [Int: String] = [:]
        for row in rows { checksums[try row.int("number")] = try row.text("checksum") }
        return checksums
    }

    /// False when another process was faster.
    private static func apply(
        _ migration: Migration, of service: String, at now: Timestamp, in transaction: any Transaction
    ) async throws -> Bool {
        let recorded = try await transaction.execute(
            """
            -- schema_migrations.record
            INSERT INTO schema_migrations (service, number, name, checksum, applied_at)
            VALUES (\(service), \(migration.number), \(migration.name), \(migration.checksum(transaction.dialect)), \(now))
            ON CONFLICT (service, number) DO NOTHING
            """)
        guard recorded == 1 else { return false }
        for statement in migration.statements(transaction.dialect) {
            try await transaction.execute(SQL(trusted: statement))
        }
        return true
    }
}

extension Migration {
    /// The statements for a dialect.
    func statements(_ dialect: Dialect) -> [String] {
        switch dialect {
        case .sqlite: sqlite
        case .postgresql: postgresql
        }
    }

    /// SHA-256 over the dialect's statements, in hexadecimal digits.
    func checksum(_ dialect: Dialect) -> String {
        var hash = SHA256()
        for statement in statements(dialect) {
            hash.update(data: Array(statement.utf8))
            hash.update(data: [0])
        }
        return hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
