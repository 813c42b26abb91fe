import Contracts
import Store
import Vocabulary

/// What can be done with scans. They are looked at in pieces, one after the other, by whatever process of this service is there.
struct ScanOperations: Sendable {
    let database: any Database
    let discovery: any DiscoveryStore
    let news: NewsDesk
    let peer: any Peer
    let clock: any WallClock
    let ids: any IDSource
    /// Rung when somebody has begun a scan.
    let bell = Doorbell()

    /// Scans, the newest first.
    /// - Throws: `TargetError.notFound`, `invalidCursor`.
    func list(_ query: DiscoveryScanQuery) async throws -> Page<DiscoveryScan> {
        let before = try NameCursor.read(query.cursor)
        let limit = min(max(query.limit ?? NameCursor.usualLimit, 1), 500)
        return try await database.read { transaction in
            var range: DiscoveryRange?
            if let reference = query.range {
                range = try await discovery.range(reference, in: transaction)
                if range == nil { throw TargetError.notFound(.range, reference) }
            }
            let found = try await discovery.scans(range?.id, before: before, limit: limit + 1, in: transaction)
            return NameCursor.page(found, limit: limit, total: nil) { $0.id.text }
        }
    }

    /// How far a scan is.
    /// - Throws: `TargetError.notFound`.
    func show(_ id: String) async throws -> DiscoveryScan {
        guard let stored = try await discovery.scan(id, locking: false, in: database) else { throw TargetError.notFound(.scan, id) }
        return stored.scan
    }

    /// Starts a scan of a range, or of some of its addresses.
    /// - Throws: `TargetError.notFound`, `invalid`, `scanRuns`.
    func start(_ wish: StartDiscoveryScan, by who: String) async throws -> DiscoveryScan {
        let now = clock.now()
        let scan = try await database.transact { transaction in
            guard let range = try await discovery.range(wish.range, in: transaction) else {
                throw TargetError.notFound(.range, wish.range)
            }
            let scan = try await start(range, cidr: wish.cidr, by: who, at: now, in: transaction)
            try await news.note(
                AuditNote(
                    "discovery_scan.started", .init("discovery_range", range.id.text, range.name), detail: scan.cidr,
                    by: TargetsService.name, at: now), in: transaction)
            return scan
        }
        news.ring()
        bell.ring()
        return scan
    }

    /// Starts a scan in a transaction; `who` is nil for the interval of the range.
    func start(
        _ range: DiscoveryRange, cidr: String?, by who: String?, at now: Timestamp, in transaction: any Transaction
    ) async throws -> DiscoveryScan {
        if let running = try await discovery.running(range.id, in: transaction) {
            throw TargetError.scanRuns(range: range.name, done: running.scan.hostsDone, total: running.scan.hostsTotal)
        }
        let block = try Self.block(cidr, in: range)
        let total = AddressPlan.of(block, range.exclude)?.count ?? 0
        guard total > 0 else {
            throw TargetError.invalid(
                .range, [ProblemPlace("All of these addresses are left out; nothing is there to scan.", pointer: "#/cidr")])
        }
        let scan = DiscoveryScan(
            id: .make(ids), range: range.id, rangeName: range.name, cidr: block, state: .running, hostsTotal: total, hostsDone: 0,
            found: 0, appeared: 0, changed: 0, gone: 0, startedBy: who, startedAt: now)
        try await discovery.insert(StoredScan(scan: scan, settings: range.settings, failures: 0), next: now, in: transaction)
        return scan
    }

    /// The addresses that are meant, which are the range's.
    private static func block(_ cidr: String?, in range: DiscoveryRange) throws(TargetError) -> String {
        guard let cidr else { return range.cidr }
        do throws(AddressBlock.Refusal) {
            let (part, whole) = (try AddressBlock(cidr), try AddressBlock(range.cidr))
            guard whole.contains(part) else {
                throw AddressBlock.Refusal(
                    sentence: "`\(cidr)` is not inside of the range `\(range.name)` (\(range.cidr)); nothing outside of it is scanned.")
            }
            return part.description
        } catch {
            throw .invalid(.range, [ProblemPlace(error.sentence, pointer: "#/cidr")])
        }
    }

    /// Ends a scan; what was found until then is kept.
    /// - Throws: `TargetError.notFound`, `scanEnded`.
    func cancel(_ id: String) async throws -> DiscoveryScan {
        let now = clock.now()
        let (scan, lease) = try await database.transact { transaction in
            guard var stored = try await discovery.scan(id, locking: true, in: transaction) else { throw TargetError.notFound(.scan, id) }
            guard !stored.scan.state.isFinal else { throw TargetError.scanEnded }
            let lease = stored.lease
            (stored.scan.state, stored.scan.endedAt, stored.lease) = (.cancelled, now, nil)
            try await discovery.save(stored, next: nil, in: transaction)
            try await news.note(
                AuditNote(
                    "discovery_scan.cancelled", .init("discovery_range", stored.scan.range.text, stored.scan.rangeName),
                    by: TargetsService.name, at: now), in: transaction)
            return (stored.scan, lease)
        }
        news.ring()
        await tellWorker(lease)
        return scan
    }

    /// Ends the scan of a range that runs, if one does; returns the errand that its worker is to drop.
    func end(_ range: DiscoveryRangeID, _ why: String, at now: Timestamp, in transaction: any Transaction) async throws -> String? {
        guard let running = try await discovery.running(range, in: transaction),
            var stored = try await discovery.scan(running.scan.id.text, locking: true, in: transaction)
        else { return nil }
        let lease = stored.lease
        (stored.scan.state, stored.scan.cause, stored.scan.endedAt, stored.lease) = (.cancelled, why, now, nil)
        try await discovery.save(stored, next: nil, in: transaction)
        return lease
    }

    /// Has the worker that looks at some addresses stop; it stops by itself soon if it cannot be told.
    func tellWorker(_ lease: String?) async {
        guard let lease else { return }
        let _: Nothing? = try? await peer.call(
            ExecutionsAPI.cancelErrand, [:], CancelErrand(id: lease), as: .service(TargetsService.name))
    }
}
