import Audit
import Auth
import Bus
import ConnectorPort
import CurlDriver
import Executions
import Foundation
import Ledger
import LocalConnector
import Logging
import NetworkConnector
import Notifications
import Reactor
import SQLiteDriver
import SSHConnector
import Schedules
import ServiceLifecycle
import Store
import SyslogDriver
import Targets
import Vault
import Vocabulary
import Web
import Worker

/// The rooms of this process, all of them or some: the composition root. Nothing else links drivers and connectors.
package struct House: Sendable {
    /// The endpoints that are served here.
    package let routes: Routes
    /// Calls every endpoint, wherever it is served.
    package let peer: Corridor

    /// Who showed which credentials lately; nil where news of sign-ins do not arrive.
    let remembered: RememberedCallers?
    /// Who gets set-up links is asked here; nil where Auth lives elsewhere.
    let auth: AuthService?
    /// How this process proves who it is, and knows others.
    let identity: ServiceIdentity
    let loops: [any Service]
    private let tally: (any Tally)?
    private let measures: [Measure]
    private let worker: WorkerService?
    private let outbound: CurlOutbound
    private let logger: Logger
    private let engines: Engines
    private let databases: [ServiceName: any Database]
    private let reactors: ReactorPool
    private let directory: DataDirectory?

    /// The names of embedded workers begin with this; those of an earlier life of this process are known to be gone.
    private static let workerPrefix = "embedded-"

    /// Opens the databases of the rooms that live here, brings their schemas up to date and puts the rooms together.
    /// - Throws: `DataDirectoryError`, `KeyFileError`, `KeyCheckError`, `StoreError`, `Problem` for an address that cannot be used.
    package init(_ settings: Settings, logger: Logger) async throws {
        let (clock, ids, plan) = (SystemClock(), SystemIDs(), settings.plan)
        directory = plan.isEmbedded ? try DataDirectory.claim(settings.dataDirectory) : nil
        let keys = try Keys(settings, clock: clock)
        identity = keys.identity
        let local = LocalPeer(ids: ids, logger: logger)
        let peer = Corridor(local: local, remotes: try Self.remotes(plan, keys.identity, clock, logger))
        let engines = Engines(settings)
        let reactors = ReactorPool(count: settings.reactors)
        (self.peer, self.engines, self.reactors, self.logger) = (peer, engines, reactors, logger)
        var (loops, routes, databases): ([any Service], Routes, [ServiceName: any Database]) = ([], Routes(), [:])
        var (auth, worker, measures): (AuthService?, WorkerService?, [Measure]) = (nil, nil, [])
        let outbound = CurlOutbound(settings.outbound)
        self.outbound = outbound
        var (remembered, tally): (RememberedCallers?, (any Tally)?)
        if let ring = keys.ring {
            let vault = Vault(ring)
            databases = try await Self.open(plan, engines, KeyCheck(vault: vault, keyFile: settings.secretKeyFile))
            let (bus, busLoops) = engines.bus(clock, ids, logger)
            if engines.hearsAll { remembered = RememberedCallers(bus) }
            let counting = await engines.tally(clock)
            tally = counting
            let tools = Tools(
                clock: clock, ids: ids, logger: logger, peer: peer, vault: vault, bus: bus, tally: counting, outbound: outbound,
                signingKey: Self.signingKey(ring), ledgerKeys: try Self.requiredLedgerKeys(ring),
                auditSink: plan.has(.audit) ? try settings.auditSyslog.map { try SyslogSink($0, clock: clock) } : nil)
            let rooms = Rooms(settings, tools) { databases[$0] ?? AbsentDatabase() }
            routes = rooms.routes(of: plan.here)
            loops += busLoops + rooms.loops(of: plan.here)
            measures = rooms.measures(of: plan.here, clock)
            if plan.has(.auth) { auth = rooms.auth }
            if plan.has(.notifications), engines.isEmbedded(.notifications) { try await rooms.notifications.reclaim() }
            // Where others may be at work too, their workers' leases have to end first.
            if plan.has(.executions), engines.isEmbedded(.executions) {
                _ = try await rooms.executions.rescue(workerPrefix: Self.workerPrefix)
            }
        }
        local.attach(routes)
        if plan.has(.worker) {
            let made = Self.worker(settings, plan, Arms(reactors), peer, clock, ids, logger)
            loops.append(made)
            worker = made
        }
        (self.routes, self.loops, self.databases) = (routes, loops, databases)
        (self.auth, self.worker, self.measures, self.remembered, self.tally) = (auth, worker, measures, remembered, tally)
    }

    /// What reaches targets and networks.
    private struct Arms {
        let connectors: [any Connector]
        let scanner: (any NetworkScanner)?
        let reactors: ReactorPool

        init(_ reactors: ReactorPool) {
            let ssh = SSHConnector(reactors: reactors)
            self.reactors = reactors
            connectors = [ssh, LocalConnector(reactors: reactors)]
            scanner = SocketScanner(ssh: ssh)
        }
    }

    private static func worker(
        _ settings: Settings, _ plan: Plan, _ arms: Arms, _ peer: any Peer, _ clock: any WallClock, _ ids: any IDSource, _ logger: Logger
    ) -> WorkerService {
        let name = (plan.has(.executions) ? workerPrefix : "\(ProcessInfo.processInfo.hostName)-") + ids.next()
        return WorkerService(
            peer: peer, connectors: arms.connectors, scanner: arms.scanner,
            settings: WorkerSettings(
                name: name, slots: settings.workerSlots, connectionIdle: settings.connectionIdle, drain: settings.drain),
            clock: clock, logger: logger, home: { [reactors = arms.reactors] in reactors.home(of: $0.text) })
    }

    private static func open(_ plan: Plan, _ engines: Engines, _ keyCheck: KeyCheck) async throws -> [ServiceName: any Database] {
        var databases: [ServiceName: any Database] = [:]
        for service in ServiceName.withDatabase where plan.has(service) {
            databases[service] = try await open(service, engines, keyCheck)
        }
        return databases
    }

    private static func open(_ service: ServiceName, _ engines: Engines, _ keyCheck: KeyCheck) async throws -> any Database {
        let database = try engines.open(service)
        guard let schema = Conductor.schemas.first(where: { $0.service == service }) else { return database }
        try await Migrator.run(service: service.rawValue, migrations: schema.migrations, on: database)
        if let sample = schema.someSecret { try await keyCheck.run(service.rawValue, on: database, sample: sample) }
        return database
    }

    private static func remotes(
        _ plan: Plan, _ identity: ServiceIdentity, _ clock: any WallClock, _ logger: Logger
    ) throws -> [(prefix: String, peer: any Peer)] {
        try plan.remote.flatMap { service -> [(prefix: String, peer: any Peer)] in
            guard let address = plan.addresses[service] else { return [] }
            let peer = try ServicePeer(service.rawValue, at: address, identity: identity, clock: clock, logger: logger)
            return service.prefixes.map { ($0, peer) }
        }
    }

    /// What access tokens are signed with.
    static func signingKey(_ keys: KeyRing) -> [UInt8] {
        keys.derive("auth.access-tokens").withUnsafeBytes { [UInt8]($0) }
    }

    /// What the audit log is sealed and signed with; nil only for a ring without keys, which there is not.
    static func ledgerKeys(_ keys: KeyRing) -> LedgerKeys? {
        LedgerKeys(seals: keys.derivations("audit.seals"), signers: keys.derivations("audit.heads"))
    }

    private static func requiredLedgerKeys(_ keys: KeyRing) throws -> LedgerKeys {
        guard let made = ledgerKeys(keys) else { throw StoreError.closed }
        return made
    }

    /// What is missing before requests can be served, a sentence each; nothing when the databases answer.
    func missing() async -> [String] {
        await withTaskGroup(of: String?.self) { group in
            for (service, database) in databases {
                group.addTask {
                    do {
                        _ = try await database.read { try await $0.first(SQL("SELECT 1 AS one")) }
                        return nil
                    } catch {
                        return "the database of \(service.rawValue) does not answer"
                    }
                }
            }
            return await group.reduce(into: [String]()) { $0 += $1.map { [$0] } ?? [] }.sorted()
        }
    }

    /// What the process measures about itself and its services. What cannot be measured now is left out.
    func metrics() async -> [Metric] {
        let loads = databases.compactMap { service, database in database.load.map { (service.rawValue, $0) } }.sorted { $0.0 < $1.0 }
        func connections(_ count: (DatabaseLoad) -> Int) -> [Metric.Sample] {
            loads.map { Metric.Sample(Double(count($1)), [("database", $0)]) }
        }
        let pools = [
            Metric("opsconductor_database_connections", .gauge, "Open connections.", connections(\.open)),
            Metric("opsconductor_database_idle_connections", .gauge, "Open connections that nobody uses.", connections(\.idle)),
            Metric("opsconductor_database_waiting", .gauge, "Transactions that wait for a connection.", connections(\.waiting)),
            Metric("opsconductor_database_connections_max", .gauge, "The most connections that may be open.", connections(\.most)),
        ]
        var work: [Metric] = []
        for measure in measures {
            do {
                work += try await measure.take()
            } catch {
                logger.warning("\(measure.name) could not be measured", metadata: ["error": "\(error)"])
            }
        }
        return ProcessMetrics.now() + pools + work + (await worker?.metrics() ?? [])
    }

    /// Closes the databases and lets go of the data directory.
    package func close() async {
        await outbound.stop()
        await tally?.close()
        for database in databases.values { await database.close() }
        engines.stop()
        reactors.stop()
        directory?.release()
    }
}
