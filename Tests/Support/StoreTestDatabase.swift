import Foundation
import SQLiteDriver
import Store

/// Databases for the tests of a service, on the engine that `TEST_STORE` names: `sqlite`, which is usual, or `postgresql`.
package enum TestDatabase {
    /// A new database with the service's schema. In memory it goes with the last reference; on PostgreSQL with the server.
    package static func make(_ migrations: [Migration], service: String) async throws -> any Database {
        let database: any Database
        switch ProcessInfo.processInfo.environment["TEST_STORE"] ?? "sqlite" {
        case "sqlite": database = try SQLiteDatabase.inMemory()
        case "postgresql": database = try await PostgreSQLServer.shared.get().newDatabase()
        case let other: throw StoreError.statement("TEST_STORE must be sqlite or postgresql, not \(other)")
        }
        try await Migrator.run(service: service, migrations: migrations, on: database)
        return database
    }
}
