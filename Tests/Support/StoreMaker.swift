import SQLiteDriver
import Store

/// The engines on which every store keeps its promises. A suite runs on each of `all`.
package enum StoreMaker: String, CaseIterable, Sendable {
    /// SQLite in a file, as it is used.
    case sqliteFile
    /// SQLite in memory, the fast double.
    case sqliteMemory
    /// PostgreSQL.
    case postgresql

    /// Every engine.
    package static let all = allCases

    /// Lends an empty database and removes it afterwards.
    package func withDatabase(_ body: (any Database) async throws -> Void) async throws {
        switch self {
        case .sqliteMemory:
            let database = try SQLiteDatabase.inMemory()
            try await body(database)
            await database.close()
        case .sqliteFile:
            let folder = try StoreTestFolder()
            let database = try SQLiteDatabase.open(path: folder.file("test.sqlite"))
            try await body(database)
            await database.close()
        case .postgresql:
            try await PostgreSQLServer.shared.get().withDatabase { try await body($0) }
        }
    }

    /// Lends a database with a service's schema.
    package func withDatabase(
        _ migrations: [Migration], service: String = "test", _ body: (any Database) async throws -> Void
    ) async throws {
        try await withDatabase { database in
            try await Migrator.run(service: service, migrations: migrations, on: database)
            try await body(database)
        }
    }
}
