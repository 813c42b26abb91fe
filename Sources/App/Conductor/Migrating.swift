import Audit
import Auth
import Executions
import Jobs
import Logging
import Notifications
import SQLiteDriver
import Schedules
import Store
import Targets
import Users
import Vocabulary

extension Conductor {
    /// The services with a database of their own, their schemas, and how to find some secret in them.
    static var schemas: [(service: ServiceName, migrations: [Migration], someSecret: KeyCheck.Sample?)] {
        [
            (.auth, AuthService.migrations, nil), (.users, UsersService.migrations, nil),
            (.targets, TargetsService.migrations, TargetsService.someSecret), (.jobs, JobsService.migrations, nil),
            (.executions, ExecutionsService.migrations, ExecutionsService.someSecret),
            (.schedules, SchedulesService.migrations, SchedulesService.someSecret),
            (.notifications, NotificationsService.migrations, NotificationsService.someSecret), (.audit, AuditService.migrations, nil),
        ]
    }

    /// Brings the schemas of the services of this process up to date, or with `onlyCheck` says what is missing. Returns one line for each service.
    /// - Throws: `DataDirectoryError`, `StoreError`.
    package static func migrate(_ settings: Settings, onlyCheck: Bool) async throws -> [String] {
        let directory = settings.plan.isEmbedded ? try DataDirectory.claim(settings.dataDirectory) : nil
        defer { directory?.release() }
        let engines = Engines(settings)
        defer { engines.stop() }
        var lines: [String] = []
        for (service, migrations, _) in schemas where settings.plan.has(service) {
            let (name, database) = (service.rawValue, try engines.open(service))
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
