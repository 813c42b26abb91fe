import Auth
import Bus
import ConnectorPort
import Contracts
import Crypto
import Executions
import Foundation
import Jobs
import LocalConnector
import Logging
import Reactor
import SQLiteDriver
import SSHConnector
import ServiceLifecycle
import Store
import Targets
import Users
import Vault
import Vocabulary
import Web
import Worker

/// All rooms in one process, on embedded databases: the composition root. Nothing else links drivers and connectors.
package struct House: Sendable {
    /// Every endpoint of the product.
    package let routes: Routes
    /// Calls every endpoint without a socket.
    package let peer: LocalPeer

    let auth: AuthService
    let executions: ExecutionsService
    let loops: [any Service]
    private let engines: Engines
    private let databases: [any Database]
    private let reactors: ReactorPool
    private let directory: DataDirectory

    /// The names of embedded workers begin with this; those of an earlier life of this process are known to be gone.
    private static let workerPrefix = "embedded-"

    /// Opens the data directory and its databases, brings the schemas up to date and puts the rooms together.
    /// - Throws: `DataDirectoryError`, `KeyFileError`, `KeyCheckError`, `StoreError`.
    package init(_ settings: Settings, logger: Logger) async throws {
        let (clock, ids) = (SystemClock(), SystemIDs())
        directory = try DataDirectory.claim(settings.dataDirectory)
        let keys = try KeyRing.load(orCreateAt: settings.secretKeyFile)
        let vault = Vault(keys)
        let keyCheck = KeyCheck(vault: vault, keyFile: settings.secretKeyFile)
        let peer = LocalPeer(ids: ids, logger: logger)
        let engines = Engines(settings)
        self.engines = engines
        let (bus, busLoops) = engines.bus(clock, ids, logger)
        var opened: [any Database] = []
        func open(_ name: String, _ migrations: [Migration], sealed: KeyCheck.Sample? = nil) async throws -> any Database {
            let database = try engines.open(name)
            try await Migrator.run(service: name, migrations: migrations, on: database)
            if let sealed { try await keyCheck.run(name, on: database, sample: sealed) }
            opened.append(database)
            return database
        }
        auth = AuthService(
            database: try await open(AuthService.name, AuthService.migrations), peer: peer, clock: clock, ids: ids,
            settings: AuthSettings(
                version: Version.text, sessionIdle: settings.sessionIdle, sessionLife: settings.sessionLife,
                cookieIsSecure: settings.cookieIsSecure),
            signingKey: Self.signingKey(keys), logger: logger)
        let users = UsersService(
            database: try await open(UsersService.name, UsersService.migrations), peer: peer, clock: clock, ids: ids,
            logger: logger)
        let targets = TargetsService(
            database: try await open(TargetsService.name, TargetsService.migrations, sealed: TargetsService.someSecret),
            peer: peer, vault: vault, clock: clock, ids: ids)
        let jobs = JobsService(
            database: try await open(JobsService.name, JobsService.migrations), peer: peer, clock: clock, ids: ids)
        executions = ExecutionsService(
            ExecutionsRoom(
                database: try await open(
                    ExecutionsService.name, ExecutionsService.migrations, sealed: ExecutionsService.someSecret),
                peer: peer, vault: vault, bus: bus, clock: clock, ids: ids, settings: ExecutionsSettings(lease: settings.lease),
                logger: logger))
        let reactors = ReactorPool(count: settings.reactors)
        self.reactors = reactors
        let worker = WorkerService(
            peer: peer, connectors: [SSHConnector(reactors: reactors), LocalConnector(reactors: reactors)],
            settings: WorkerSettings(
                name: Self.workerPrefix + ids.next(), slots: settings.workerSlots,
                connectionIdle: settings.connectionIdle, drain: settings.drain),
            clock: clock, logger: logger, home: { reactors.home(of: $0.text) })
        var routes = Routes()
        auth.routes(into: &routes)
        users.routes(into: &routes)
        targets.routes(into: &routes)
        jobs.routes(into: &routes)
        executions.routes(into: &routes)
        peer.attach(routes)
        self.routes = routes
        self.peer = peer
        loops = busLoops + executions.loops + [auth, worker]
        databases = opened
        // Where others may be at work too, their workers' leases have to end first.
        if engines.isEmbedded(ExecutionsService.name) { _ = try await executions.rescue(workerPrefix: Self.workerPrefix) }
    }

    /// What access tokens are signed with.
    static func signingKey(_ keys: KeyRing) -> [UInt8] {
        keys.derive("auth.access-tokens").withUnsafeBytes { [UInt8]($0) }
    }

    /// Closes the databases and lets go of the data directory.
    package func close() async {
        for database in databases { await database.close() }
        engines.stop()
        reactors.stop()
        directory.release()
    }
}
