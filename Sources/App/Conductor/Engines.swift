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
        let isAlone = settings.plan.databases.isEmpty && settings.redis == nil
        reactors = isAlone ? nil : ReactorPool(count: settings.reactors)
    }

    /// Whether news from the rooms of other processes arrive here, or there are none.
    var hearsAll: Bool { settings.plan.isWhole || carrier != nil }

    /// The bus, and what has to run for it.
    func bus(_ clock: any WallClock, _ ids: any IDSource, _ logger: Logger) -> (bus: any Bus, loops: [any Service]) {
        guard let carrier else { return (InProcessBus(), []) }
        let bus = BridgedBus(carrier, clock: clock, ids: ids, logger: logger)
        return (bus, [bus])
    }

    /// Where attempts are counted, together with other processes if there is Redis.
    func tally(_ clock: any WallClock) async -> any Tally {
        guard settings.plan.has(.auth), let reactors, let redis = settings.redis else { return InProcessTally(clock: clock) }
        let tally = RedisTally(redis, reactors: reactors, clock: clock)
        await tally.connect()
        return tally
    }

    /// What carries messages to other processes: Redis, or the database server where others may work on the same executions.
    private var carrier: (any BusCarrier)? {
        guard let reactors else { return nil }
        if let redis = settings.redis { return RedisCarrier(redis, reactors: reactors) }
        guard settings.plan.has(.executions) else { return nil }
        return settings.plan.databases[.executions].map { url in
            PostgreSQLCarrier(place(url, "bus"), reactors: reactors)
        }
    }

    private func place(_ url: String, _ name: String) -> PostgreSQLSettings {
        var place = PostgreSQLSettings(url: url)
        place.connections = settings.databaseConnections
        place.applicationName = "opsconductor-\(name)"
        return place
    }

    /// Whether the database of a service is a file that only this process uses.
    func isEmbedded(_ service: ServiceName) -> Bool { settings.plan.databases[service] == nil }

    /// Opens the database of a service.
    /// - Throws: `StoreError`.
    func open(_ service: ServiceName) throws -> any Database {
        guard let url = settings.plan.databases[service], let reactors else {
            return try SQLiteDatabase.open(path: "\(settings.dataDirectory)/\(service.rawValue).db")
        }
        return PostgreSQLDatabase(place(url, service.rawValue), reactors: reactors)
    }

    /// Ends the threads; every database was closed before.
    func stop() { reactors?.stop() }
}
