import Bus
import Logging
import PostgreSQLDriver
import Reactor
import RedisDriver
import SQLiteDriver
import ServiceLifecycle
import Store
import Vocabulary

/// Opens the services' databases and the bus, each on the engine that the settings name: the only place that knows the engines.
struct Engines: Sendable {
    private let settings: Settings
    private let reactors: ReactorPool?

    /// Threads start only if PostgreSQL or Redis is used.
    init(_ settings: Settings) {
        self.settings = settings
        let isAlone = settings.databases.isEmpty && settings.redis == nil
        reactors = isAlone ? nil : ReactorPool(count: settings.reactors)
    }

    /// The bus, and what has to run for it.
    func bus(_ clock: any WallClock, _ ids: any IDSource, _ logger: Logger) -> (bus: any Bus, loops: [any Service]) {
        guard let redis = settings.redis, let reactors else {
            let bus = InProcessBus()
            return (bus, settings.databases.isEmpty ? [] : [BusReminder(bus: bus, clock: clock)])
        }
        let bus = RedisBus(redis, reactors: reactors, clock: clock, ids: ids, logger: logger)
        return (bus, [bus])
    }

    /// Whether the database of a service is a file that only this process uses.
    func isEmbedded(_ service: String) -> Bool { settings.databases[service] == nil }

    /// Opens the database of a service.
    /// - Throws: `StoreError`.
    func open(_ service: String) throws -> any Database {
        guard let url = settings.databases[service], let reactors else {
            return try SQLiteDatabase.open(path: "\(settings.dataDirectory)/\(service).db")
        }
        var place = PostgreSQLSettings(url: url)
        place.connections = settings.databaseConnections
        place.applicationName = "opsconductor-\(service)"
        return PostgreSQLDatabase(place, reactors: reactors)
    }

    /// Ends the threads; every database was closed before.
    func stop() { reactors?.stop() }
}
