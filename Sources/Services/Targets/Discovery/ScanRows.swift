import Contracts
import Store
import Vocabulary
import Web

/// Scans in SQL.
extension SQLDiscoveryStore {
    private static let columns: SQL = """
        s.id, s.range_id, s.cidr, s.plan, s.state, s.cause, s.hosts_total, s.hosts_done, s.found, s.appeared, s.changed, s.gone,
            s.started_by, s.started_at, s.ended_at, s.lease, s.failures, r.name AS range_name
        """
    private static let source: SQL = "discovery_scans s JOIN discovery_ranges r ON r.id = s.range_id"

    func insert(_ stored: StoredScan, next: Timestamp, in transaction: any Transaction) async throws {
        let scan = stored.scan
        try await transaction.execute(
            """
            -- discovery_scans.insert
            INSERT INTO discovery_scans (id, range_id, cidr, plan, state, hosts_total, hosts_done, found, appeared, changed, gone,
                started_by, started_at, next_at, failures)
            VALUES (\(scan.id), \(scan.range), \(scan.cidr), \(try JSONCodec.text(stored.settings)), \(scan.state), \(scan.hostsTotal), 0,
                0, 0, 0, 0, \(scan.startedBy), \(scan.startedAt), \(next), 0)
            """)
    }

    func scan(_ id: String, locking: Bool, in reading: any Reading) async throws -> StoredScan? {
        if locking {
            _ = try await reading.first(
                "-- discovery_scans.lock\nSELECT id FROM discovery_scans WHERE id = \(id.lowercased()) \(reading.dialect.forUpdate)")
        }
        return try await reading.first(
            "-- discovery_scans.show\nSELECT \(Self.columns) FROM \(Self.source) WHERE s.id = \(id.lowercased())"
        ).map(Self.scan)
    }

    func running(_ range: DiscoveryRangeID, in reading: any Reading) async throws -> StoredScan? {
        try await reading.first(
            """
            -- discovery_scans.running
            SELECT \(Self.columns) FROM \(Self.source) WHERE s.range_id = \(range) AND s.state = 'running'
            """
        ).map(Self.scan)
    }

    func scans(_ range: DiscoveryRangeID?, before: String?, limit: Int, in reading: any Reading) async throws -> [DiscoveryScan] {
        var conditions: [SQL] = ["1 = 1"]
        if let range { conditions.append("s.range_id = \(range)") }
        if let before { conditions.append("s.id < \(before)") }
        return try await reading.query(
            """
            -- discovery_scans.page
            SELECT \(Self.columns) FROM \(Self.source)
            WHERE \(SQL.join(conditions, " AND "))
            ORDER BY s.id DESC
            LIMIT \(limit)
            """
        ).map { try Self.scan($0).scan }
    }

    func nextDue(in reading: any Reading) async throws -> Timestamp? {
        try await reading.first("-- discovery_scans.next_due\nSELECT MIN(next_at) AS due FROM discovery_scans WHERE state = 'running'")?
            .optionalTime("due")
    }

    func claim(_ lease: String, until: Timestamp, at now: Timestamp, in transaction: any Transaction) async throws -> StoredScan? {
        let row = try await transaction.first(
            """
            -- discovery_scans.claim
            WITH due AS MATERIALIZED (
                SELECT id FROM discovery_scans WHERE state = 'running' AND next_at <= \(now)
                ORDER BY next_at, id LIMIT 1 \(transaction.dialect.skipLocked))
            UPDATE discovery_scans SET lease = \(lease), next_at = \(until)
            WHERE id IN (SELECT id FROM due)
            RETURNING id
            """)
        guard let row else { return nil }
        return try await scan(try row.text("id"), locking: false, in: transaction)
    }

    func save(_ stored: StoredScan, next: Timestamp?, in transaction: any Transaction) async throws {
        let scan = stored.scan
        try await transaction.execute(
            """
            -- discovery_scans.save
            UPDATE discovery_scans
            SET state = \(scan.state), cause = \(scan.cause), hosts_done = \(scan.hostsDone), found = \(scan.found),
                appeared = \(scan.appeared), changed = \(scan.changed), gone = \(scan.gone), ended_at = \(scan.endedAt),
                lease = \(stored.lease), failures = \(stored.failures), next_at = \(next)
            WHERE id = \(scan.id)
            """)
    }

    func keepNewest(_ count: Int, of range: DiscoveryRangeID, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- discovery_scans.keep_newest
            DELETE FROM discovery_scans
            WHERE range_id = \(range) AND id NOT IN (
                SELECT id FROM discovery_scans WHERE range_id = \(range) ORDER BY id DESC LIMIT \(count))
            """)
    }

    private static func scan(_ row: Row) throws -> StoredScan {
        let scan = DiscoveryScan(
            id: try row.id("id"), range: try row.id("range_id"), rangeName: try row.text("range_name"), cidr: try row.text("cidr"),
            state: try row.word("state"), cause: try row.optionalText("cause"), hostsTotal: try row.int("hosts_total"),
            hostsDone: try row.int("hosts_done"), found: try row.int("found"), appeared: try row.int("appeared"),
            changed: try row.int("changed"), gone: try row.int("gone"), startedBy: try row.optionalText("started_by"),
            startedAt: try row.time("started_at"), endedAt: try row.optionalTime("ended_at"))
        return StoredScan(
            scan: scan, settings: try JSONCodec.decode(ScanSettings.self, from: Array(try row.text("plan").utf8)),
            lease: try row.optionalText("lease"), failures: try row.int("failures"))
    }
}
