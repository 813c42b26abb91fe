import SQLiteDriver
import Store

/// Databases for the tests of a service.
package enum TestDatabase {
    /// A new database in memory with the service's schema; it goes with the last reference.
    package static func make(_ migrations: [Migration], service: String) async throws -> any Database {
        let database = try SQLiteDatabase.inMemory()
        try await Migrator.run(service: service, migrations: migrations, on: database)
        return database
    }
}
