import Auth
import Executions
import Jobs
import Logging
import SQLiteDriver
import Store
import Targets
import Users
import Vocabulary

extension Conductor {
    /// The services with a database of their own, and their schemas.
    static var schemas: [(name: String, migrations: [Migration])] {
        [
            (AuthService.name, AuthService.migrations), (UsersService.name, UsersService.migrations),
            (TargetsService.name, TargetsService.migrations), (JobsService.name, JobsService.migrations),
            (ExecutionsService.name, ExecutionsService.migrations),
        ]
    }

    /// Brings all schemas up to date, or with `onlyCheck` says what is missing. Returns one line for each service.
    /// - Throws: `DataDirectoryError`, `StoreError`.
    package static func migrate(_ settings: Settings, onlyCheck: Bool) async throws -> [String] {
        let directory = try DataDirectory.claim(settings.dataDirectory)
        defer { directory.release() }
        let engines = Engines(settings)
        defer { engines.stop() }
        var lines: [String] = []
        for (name, migrations) in schemas {
            let database = try engines.open(name)
            if onlyCheck {
                let pending = try await Migrator.pending(service: name, migrations: migrations, on: database)
                lines.append("\(name): " + (pending.isEmpty ? "up to date" : "\(pending.count) to apply"))
            } else {
                let applied = try await Migrator.run(service: name, migrations: migrations, on: database)
                lines.append("\(name): " + (applied.isEmpty ? "up to date" : "applied \(applied.count)"))
            }
            await database.close()
        }
        return lines
    }
}
