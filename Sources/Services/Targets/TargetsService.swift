import Logging
import ServiceLifecycle
import Store
import Vault
import Vocabulary
import Web

/// The Targets service: the systems that can be acted on, how to reach them, and with which credentials.
package struct TargetsService: Sendable {
    /// The service's name, for its database and its calls.
    package static let name = "targets"
    /// The steps of its schema.
    package static let migrations: [Migration] = TargetsMigrations.all

    private let database: any Database
    private let peer: any Peer
    private let vault: Vault
    private let news: NewsDesk
    private let clock: any WallClock
    private let ids: any IDSource
    /// What checks how targets are doing.
    package let health: HealthRoom
    /// What finds hosts in networks.
    package let discovery: DiscoveryRoom

    /// Makes the service over its own migrated database.
    package init(
        database: any Database, peer: any Peer, vault: Vault, news: NewsDesk, clock: any WallClock, ids: any IDSource, logger: Logger
    ) {
        let filters = FilterReader(groups: SQLGroupStore())
        health = HealthRoom(
            database: database, targets: SQLTargetStore(), filters: filters, peer: peer, news: news, clock: clock, ids: ids,
            logger: logger)
        discovery = DiscoveryRoom(
            database: database, targets: SQLTargetStore(), credentials: SQLCredentialStore(),
            checks: ReferenceChecks(targets: SQLTargetStore(), credentials: SQLCredentialStore()), peer: peer, news: news, clock: clock,
            ids: ids, logger: logger)
        self.database = database
        self.peer = peer
        self.vault = vault
        self.news = news
        self.clock = clock
        self.ids = ids
    }

    /// Some secret as it is kept in the service's database, for finding out whether its key is at hand; nil when there is none.
    package static func someSecret(in transaction: any Transaction) async throws -> SealedValue? {
        guard let stored = try await SQLCredentialStore().anySealed(in: transaction) else { return nil }
        let id = stored.credential.id
        if let password = stored.password { return SealedValue(password, for: CredentialPlace.of(id, "password")) }
        return stored.privateKey.map { SealedValue($0, for: CredentialPlace.of(id, "private_key")) }
    }

    /// Adds its endpoints.
    package func routes(into routes: inout Routes) {
        let (targets, credentials, groups) = (SQLTargetStore(), SQLCredentialStore(), SQLGroupStore())
        let filters = FilterReader(groups: groups)
        let checks = ReferenceChecks(targets: targets, credentials: credentials)
        let notes = TargetNotes(news: news, clock: clock)
        TargetRoutes(
            targets: TargetOperations(
                database: database, targets: targets, filters: filters, checks: checks,
                keeper: TargetKeeper(database: database, targets: targets, checks: checks, news: news), peer: peer, notes: notes,
                clock: clock, ids: ids),
            hostKeys: HostKeyOperations(
                database: database, targets: targets, notes: notes, alarms: RecentlyTold(for: .seconds(3600)), clock: clock),
            groups: GroupOperations(database: database, groups: groups, targets: targets, notes: notes, clock: clock, ids: ids),
            credentials: CredentialOperations(
                database: database, credentials: credentials, vault: vault, notes: notes, clock: clock, ids: ids),
            selection: SelectionOperations(
                database: database, targets: targets, credentials: credentials, filters: filters, vault: vault),
            lists: ListOperations(
                database: database, targets: targets, credentials: credentials, filters: filters, checks: checks, notes: notes,
                clock: clock,
                ids: ids)
        ).add(to: &routes)
        HealthRoutes(health: health.operations, policies: health.policies).add(to: &routes)
        DiscoveryRoutes(ranges: discovery.ranges, scans: discovery.scans, findings: discovery.findings).add(to: &routes)
    }

    /// What runs as long as the process: the checks of targets, and scans.
    package var loops: [any Service] { [health.loop, discovery.loop] }

    /// What the service measures about its targets.
    /// - Throws: `StoreError`.
    package func metrics() async throws -> [Metric] { try await health.metrics() }
}
