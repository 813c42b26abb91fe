import Audit
import Auth
import Bus
import Contracts
import CurlDriver
import Executions
import Foundation
import Jobs
import Ledger
import Logging
import Notifications
import Outbound
import Schedules
import ServiceLifecycle
import Store
import Targets
import Users
import Vault
import Vocabulary
import Web

/// What every room works with.
struct Tools {
    let clock: any WallClock
    let ids: any IDSource
    let logger: Logger
    let peer: any Peer
    let vault: Vault
    let bus: any Bus
    let tally: any Tally
    /// The way out.
    let outbound: any Outbound
    /// What access tokens are signed with.
    let signingKey: [UInt8]
    /// What the audit log is sealed and signed with.
    let ledgerKeys: LedgerKeys
    /// Where the audit log is forwarded to; nil for nowhere.
    var auditSink: (any EventSink)?
}

/// Something that is measured each time that somebody asks.
struct Measure: Sendable {
    let name: String
    let take: @Sendable () async throws -> [Metric]
}

/// The rooms that own data, put together on databases, wherever those are.
struct Rooms {
    let auth: AuthService
    let users: UsersService
    let targets: TargetsService
    let jobs: JobsService
    let executions: ExecutionsService
    let schedules: SchedulesService
    let notifications: NotificationsService
    let audit: AuditService
    /// Where each service that has somebody to tell tells the others what must not be missed.
    let desks: [ServiceName: NewsDesk]

    init(_ settings: Settings, _ tools: Tools, database: (ServiceName) -> any Database) {
        let (peer, clock, ids, logger) = (tools.peer, tools.clock, tools.ids, tools.logger)
        var desks: [ServiceName: NewsDesk] = [:]
        func desk(_ service: ServiceName) -> NewsDesk {
            let receivers = service.receivers.filter { $0.key != service.rawValue }
            let desk = NewsDesk(
                from: service.rawValue, database: database(service), peer: peer, receivers: receivers, clock: clock, ids: ids,
                logger: logger)
            if !receivers.isEmpty { desks[service] = desk }
            return desk
        }
        auth = AuthService(
            database: database(.auth), peer: peer, bus: tools.bus, tally: tools.tally, clock: clock, ids: ids,
            settings: AuthSettings(
                version: Version.text, sessionIdle: settings.sessionIdle, sessionLife: settings.sessionLife,
                cookieIsSecure: settings.cookieIsSecure),
            signingKey: tools.signingKey, news: desk(.auth), logger: logger)
        users = UsersService(
            database: database(.users), peer: peer, bus: tools.bus, news: desk(.users), clock: clock, ids: ids, logger: logger)
        targets = TargetsService(
            database: database(.targets), peer: peer, vault: tools.vault, news: desk(.targets), clock: clock, ids: ids, logger: logger)
        jobs = JobsService(database: database(.jobs), peer: peer, news: desk(.jobs), clock: clock, ids: ids)
        executions = ExecutionsService(
            ExecutionsRoom(
                database: database(.executions), peer: peer, vault: tools.vault, bus: tools.bus, news: desk(.executions),
                clock: clock, ids: ids,
                settings: ExecutionsSettings(
                    lease: settings.lease, archiveAfter: settings.archiveAfter, archiveEvery: min(.seconds(15), settings.archiveAfter)),
                logger: logger))
        schedules = SchedulesService(
            SchedulesRoom(
                database: database(.schedules), peer: peer, vault: tools.vault, bus: tools.bus, news: desk(.schedules), clock: clock,
                ids: ids, settings: SchedulesSettings(history: settings.scheduleHistory), brake: tools.tally, logger: logger))
        notifications = NotificationsService(
            NotificationsRoom(
                database: database(.notifications), peer: peer, vault: tools.vault, outbound: tools.outbound, news: desk(.notifications),
                clock: clock, ids: ids,
                settings: NotificationsSettings(
                    publicURL: settings.publicURL.isEmpty ? nil : settings.publicURL, keep: settings.notificationsKept),
                logger: logger))
        audit = AuditService(
            database: database(.audit), peer: peer, keys: tools.ledgerKeys,
            settings: AuditSettings(headsDirectory: settings.auditHeads), sink: tools.auditSink,
            host: ProcessInfo.processInfo.hostName, clock: clock, ids: ids, logger: logger)
        self.desks = desks
    }

    /// The endpoints of some services.
    func routes(of services: Set<ServiceName>) -> Routes {
        var routes = Routes()
        for service in ServiceName.allCases where services.contains(service) {
            switch service {
            case .auth: auth.routes(into: &routes)
            case .users: users.routes(into: &routes)
            case .targets: targets.routes(into: &routes)
            case .jobs: jobs.routes(into: &routes)
            case .executions: executions.routes(into: &routes)
            case .schedules: schedules.routes(into: &routes)
            case .notifications: notifications.routes(into: &routes)
            case .audit: audit.routes(into: &routes)
            case .frontend, .worker: break
            }
        }
        return routes
    }

    /// What some services measure about themselves.
    func measures(of services: Set<ServiceName>, _ clock: any WallClock) -> [Measure] {
        var measures: [Measure] = []
        if services.contains(.executions) { measures.append(Measure(name: "Executions", take: executions.metrics)) }
        if services.contains(.schedules) { measures.append(Measure(name: "Schedules", take: schedules.metrics)) }
        if services.contains(.targets) { measures.append(Measure(name: "Targets", take: targets.metrics)) }
        if services.contains(.notifications) { measures.append(Measure(name: "Notifications", take: notifications.metrics)) }
        if services.contains(.audit) { measures.append(Measure(name: "Audit", take: audit.metrics)) }
        let handed = desks.filter { services.contains($0.key) }
        return measures + [Measure(name: "News") { try await NewsLoop.metrics(of: handed, at: clock.now()) }]
    }

    /// What runs as long as the process, of some services.
    func loops(of services: Set<ServiceName>) -> [any Service] {
        let handed = desks.filter { services.contains($0.key) }.sorted { $0.key.rawValue < $1.key.rawValue }
        // Ended after those that tell it what was done.
        var loops: [any Service] = services.contains(.audit) ? [audit] : []
        loops += handed.map { NewsLoop(desk: $0.value) }
        if services.contains(.executions) { loops += executions.loops }
        if services.contains(.schedules) { loops += schedules.loops }
        if services.contains(.targets) { loops += targets.loops }
        if services.contains(.notifications) { loops += notifications.loops }
        if services.contains(.auth) { loops.append(auth) }
        return loops
    }

    /// The endpoints of the whole product, for describing them: the rooms have no data.
    static func blueprint() throws -> Routes {
        guard let keys = KeyRing.fleeting(), let ledgerKeys = House.ledgerKeys(keys) else { throw StoreError.closed }
        let (clock, ids, logger) = (SystemClock(), SystemIDs(), Logger(label: "opsconductor"))
        let tools = Tools(
            clock: clock, ids: ids, logger: logger, peer: LocalPeer(ids: ids, logger: logger), vault: Vault(keys), bus: InProcessBus(),
            tally: InProcessTally(clock: clock),
            outbound: CurlOutbound(CurlSettings()), signingKey: House.signingKey(keys), ledgerKeys: ledgerKeys)
        return Rooms(Settings(environment: [:]), tools) { _ in AbsentDatabase() }.routes(of: Set(ServiceName.allCases))
    }
}
