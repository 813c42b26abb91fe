import Contracts
import Logging
import Store
import Vocabulary

/// Everything about discovery, put together on a database.
package struct DiscoveryRoom: Sendable {
    let ranges: RangeOperations
    let scans: ScanOperations
    let findings: FindingOperations
    let progress: ScanProgress
    let loop: DiscoveryLoop

    init(
        database: any Database, targets: any TargetStore, credentials: any CredentialStore, checks: ReferenceChecks, peer: any Peer,
        news: NewsDesk, clock: any WallClock, ids: any IDSource, logger: Logger
    ) {
        let (discovery, found) = (SQLDiscoveryStore(), SQLFindingStore())
        scans = ScanOperations(database: database, discovery: discovery, news: news, peer: peer, clock: clock, ids: ids)
        ranges = RangeOperations(
            database: database, discovery: discovery, credentials: credentials, scans: scans, news: news, clock: clock, ids: ids)
        findings = FindingOperations(
            database: database, discovery: discovery, findings: found, targets: targets, checks: checks, news: news, clock: clock,
            ids: ids)
        progress = ScanProgress(
            database: database, discovery: discovery, findings: found, scans: scans, peer: peer, clock: clock, ids: ids, logger: logger)
        loop = DiscoveryLoop(progress: progress, clock: clock, logger: logger)
    }

    /// Begins what is due and looks at all pieces of it, one after the other; returns how many there were.
    /// - Throws: `StoreError`; the problem of Executions.
    package func tick() async throws -> Int {
        try await progress.beginDue()
        var pieces = 0
        while let piece = try await progress.claim() {
            try await progress.run(piece)
            pieces += 1
        }
        return pieces
    }
}
