import Contracts
import Logging
import Store
import Vocabulary

/// Carries scans on, piece by piece: claims the next addresses of a running scan, has a worker look at them, and takes in what it found. What a process
/// that is gone had claimed is due again later; one piece of a scan is under way at a time, which keeps its rate.
struct ScanProgress: Sendable {
    let database: any Database
    let discovery: any DiscoveryStore
    let findings: any FindingStore
    let scans: ScanOperations
    let peer: any Peer
    let clock: any WallClock
    let ids: any IDSource
    let logger: Logger

    /// A piece that nobody told the result of for so long is due again; longer than a worker may take.
    private static let hold = Duration.seconds(200)
    private static let pause = Duration.seconds(5)
    /// After so many failures in a row a scan fails.
    private static let mostFailures = 10
    /// So many scans of a range are kept.
    private static let mostScans = 50

    /// A piece that was claimed.
    struct Piece: Sendable {
        let scan: StoredScan
        let lease: String
        let addresses: [NetworkAddress]
    }

    /// Begins scans that are due by the interval of their ranges; one that runs still is not begun again.
    /// - Throws: `StoreError`.
    func beginDue() async throws {
        let now = clock.now()
        for range in try await discovery.due(at: now, in: database) {
            try await database.transact { transaction in
                guard let current = try await discovery.range(range.id.text, in: transaction), let next = current.nextScanAt, next <= now,
                    let hours = current.rescanHours
                else { return }
                try await discovery.note(current.id, scannedAt: nil, nextAt: now + .seconds(3600 * hours), in: transaction)
                guard try await discovery.running(current.id, in: transaction) == nil else { return }
                _ = try await scans.start(current, cidr: nil, by: nil, at: now, in: transaction)
            }
        }
    }

    /// Claims the next piece of a scan; nil when none is due.
    /// - Throws: `StoreError`.
    func claim() async throws -> Piece? {
        // Looking first keeps an idle process from writing.
        guard let due = try await discovery.nextDue(in: database), due <= clock.now() else { return nil }
        let (lease, now) = (ids.next(), clock.now())
        let claimed = try await database.transact(.lockingRows) { transaction in
            try await discovery.claim(lease, until: now + Self.hold, at: now, in: transaction)
        }
        guard let claimed else { return nil }
        let settings = claimed.settings
        let size = ScanPace.chunk(settings)
        let addresses = AddressPlan.of(claimed.scan.cidr, settings.exclude)?.addresses(from: claimed.scan.hostsDone, count: size) ?? []
        return Piece(scan: claimed, lease: lease, addresses: addresses)
    }

    /// Has a worker look at a piece, and takes in what it found.
    /// - Throws: `StoreError`; the problem of Executions.
    func run(_ piece: Piece) async throws {
        let settings = piece.scan.settings
        let chunk = ScanChunk(
            addresses: piece.addresses.map(\.description), ports: settings.ports, ratePerSecond: settings.ratePerSecond,
            concurrency: settings.concurrency, timeoutMilliseconds: settings.timeoutMilliseconds, snmpCredentials: settings.snmpCredentials)
        do {
            let result = try await peer.call(
                ExecutionsAPI.runErrand, [:], RunErrand(errand: Errand(id: piece.lease, scan: chunk), waitSeconds: 170),
                as: .service(TargetsService.name))
            if let failure = result.failure { throw Problem.unavailable(failure) }
            try await store(result.hosts ?? [], of: piece)
        } catch {
            let (this, detail) = (self, (error as? Problem)?.detail ?? "The addresses could not be looked at.")
            // Done also when the process is about to end, so that others need not wait.
            try await Task { try await this.failed(piece, detail) }.value
            throw error
        }
    }

    private func failed(_ piece: Piece, _ why: String) async throws {
        let now = clock.now()
        try await database.transact(.lockingRows) { transaction in
            guard var stored = try await discovery.scan(piece.scan.scan.id.text, locking: true, in: transaction),
                stored.lease == piece.lease, stored.scan.state == .running
            else { return }
            (stored.lease, stored.failures, stored.scan.cause) = (nil, stored.failures + 1, why)
            if stored.failures >= Self.mostFailures { (stored.scan.state, stored.scan.endedAt) = (.failed, now) }
            try await discovery.save(stored, next: stored.scan.state == .running ? now + Self.pause : nil, in: transaction)
        }
    }

    /// Takes in what was found, in one transaction, unless the piece is another's by now or the scan has ended.
    func store(_ hosts: [FoundHost], of piece: Piece) async throws {
        let now = clock.now()
        try await database.transact(.lockingRows) { transaction in
            guard var stored = try await discovery.scan(piece.scan.scan.id.text, locking: true, in: transaction),
                stored.lease == piece.lease, stored.scan.state == .running
            else { return }
            let asked = Set(piece.addresses.map(\.description))
            // Whatever a worker says, nothing is taken in that was not asked for.
            let heard = hosts.filter { asked.contains($0.address) }
            let known = Dictionary(
                try await findings.findings(stored.scan.range, addresses: heard.map(\.address), in: transaction).map {
                    ($0.host.address, $0)
                }
            ) { first, _ in first }
            var kept: [StoredFinding] = []
            for host in heard {
                let finding = merged(host, known[host.address], stored.scan, at: now)
                if known[host.address] == nil { stored.scan.appeared += 1 }
                if finding.isChanged { stored.scan.changed += 1 }
                kept.append(finding)
            }
            try await findings.save(kept, in: transaction)
            stored.scan.found += kept.count
            stored.scan.hostsDone += piece.addresses.count
            (stored.lease, stored.failures, stored.scan.cause) = (nil, 0, nil)
            let isDone = stored.scan.hostsDone >= stored.scan.hostsTotal || piece.addresses.isEmpty
            if isDone { try await complete(&stored, at: now, in: transaction) }
            try await discovery.save(stored, next: isDone ? nil : now, in: transaction)
        }
    }

    private func merged(_ host: FoundHost, _ old: StoredFinding?, _ scan: DiscoveryScan, at now: Timestamp) -> StoredFinding {
        guard let old else {
            return StoredFinding(
                id: .make(ids), range: scan.range, host: host, differences: [], isGone: false, isChanged: false, ignored: false,
                firstSeenAt: now, lastSeenAt: now, scan: scan.id)
        }
        var next = old
        next.differences = (old.isGone ? ["it answers again"] : []) + FindingRules.differences(from: old.host, to: host)
        (next.host, next.isGone, next.isChanged) = (host, false, !next.differences.isEmpty)
        (next.lastSeenAt, next.scan) = (now, scan.id)
        return next
    }

    private func complete(_ stored: inout StoredScan, at now: Timestamp, in transaction: any Transaction) async throws {
        (stored.scan.state, stored.scan.endedAt) = (.completed, now)
        guard let block = try? AddressBlock(stored.scan.cidr) else { return }
        let (first, last) = (NetworkAddress(isV6: block.isV6, number: block.first), NetworkAddress(isV6: block.isV6, number: block.last))
        stored.scan.gone = try await findings.markGone(
            stored.scan.range, from: first.key, to: last.key, scan: stored.scan.id, in: transaction)
        guard let range = try await discovery.range(stored.scan.range.text, in: transaction) else { return }
        let next = range.rescanHours.map { now + .seconds(3600 * $0) }
        try await discovery.note(range.id, scannedAt: now, nextAt: next, in: transaction)
        try await discovery.keepNewest(Self.mostScans, of: range.id, in: transaction)
    }
}
