import Contracts
import Flow
import Store
import Vocabulary
import Web

/// Ranges and scans in SQL.
struct SQLDiscoveryStore: DiscoveryStore {
    private static let rangeColumns: SQL = """
        r.id, r.name, r.cidr, r.exclude, r.description, r.allow_local, r.ports, r.rate, r.concurrency, r.timeout, r.snmp,
            r.rescan_hours, r.next_scan_at, r.scanned_at, r.revision, r.updated_at,
            (SELECT COUNT(*) FROM findings f WHERE f.range_id = r.id AND f.is_gone = 0) AS hosts
        """

    func range(_ reference: String, in reading: any Reading) async throws -> DiscoveryRange? {
        try await reading.first(
            """
            -- discovery_ranges.show
            SELECT \(Self.rangeColumns) FROM discovery_ranges r
            WHERE r.id = \(reference.lowercased()) OR r.name_key = \(FilterText.folded(reference))
            ORDER BY r.name_key LIMIT 1
            """
        ).map(Self.range)
    }

    func ranges(after: String?, limit: Int, in reading: any Reading) async throws -> [DiscoveryRange] {
        try await reading.query(
            """
            -- discovery_ranges.page
            SELECT \(Self.rangeColumns) FROM discovery_ranges r WHERE r.name_key > \(after ?? "") ORDER BY r.name_key LIMIT \(limit)
            """
        ).map(Self.range)
    }

    func rangeCount(in reading: any Reading) async throws -> Int {
        try await reading.first("-- discovery_ranges.count\nSELECT COUNT(*) AS total FROM discovery_ranges")?.int("total") ?? 0
    }

    func insert(_ range: DiscoveryRange, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- discovery_ranges.insert
            INSERT INTO discovery_ranges (id, name, name_key, cidr, exclude, description, allow_local, ports, rate, concurrency, timeout,
                snmp, rescan_hours, next_scan_at, revision, updated_at)
            VALUES (\(range.id), \(range.name), \(FilterText.folded(range.name)), \(range.cidr), \(try JSONCodec.text(range.exclude)),
                \(range.description), \(range.allowLocal ? 1 : 0), \(try JSONCodec.text(range.ports)), \(range.ratePerSecond),
                \(range.concurrency), \(range.timeoutMilliseconds), \(try JSONCodec.text(range.snmpCredentials)), \(range.rescanHours),
                \(range.nextScanAt), \(range.revision), \(range.updatedAt))
            """)
    }

    func save(_ range: DiscoveryRange, in transaction: any Transaction) async throws {
        let saved = try await transaction.execute(
            """
            -- discovery_ranges.save
            UPDATE discovery_ranges
            SET name = \(range.name), name_key = \(FilterText.folded(range.name)), cidr = \(range.cidr),
                exclude = \(try JSONCodec.text(range.exclude)), description = \(range.description),
                allow_local = \(range.allowLocal ? 1 : 0), ports = \(try JSONCodec.text(range.ports)), rate = \(range.ratePerSecond),
                concurrency = \(range.concurrency), timeout = \(range.timeoutMilliseconds),
                snmp = \(try JSONCodec.text(range.snmpCredentials)), rescan_hours = \(range.rescanHours),
                next_scan_at = \(range.nextScanAt), revision = \(range.revision), updated_at = \(range.updatedAt)
            WHERE id = \(range.id) AND revision = \(range.revision - 1)
            """)
        guard saved == 1 else { throw TargetError.staleRevision(sent: range.revision - 1, current: range.revision) }
    }

    func delete(_ range: DiscoveryRangeID, in transaction: any Transaction) async throws {
        try await transaction.execute("-- discovery_ranges.delete\nDELETE FROM discovery_ranges WHERE id = \(range)")
    }

    func due(at now: Timestamp, in reading: any Reading) async throws -> [DiscoveryRange] {
        try await reading.query(
            """
            -- discovery_ranges.due
            SELECT \(Self.rangeColumns) FROM discovery_ranges r WHERE r.next_scan_at <= \(now) ORDER BY r.next_scan_at, r.id
            """
        ).map(Self.range)
    }

    func note(_ range: DiscoveryRangeID, scannedAt: Timestamp?, nextAt: Timestamp?, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- discovery_ranges.note
            UPDATE discovery_ranges SET scanned_at = COALESCE(\(scannedAt), scanned_at), next_scan_at = \(nextAt) WHERE id = \(range)
            """)
    }

    private static func range(_ row: Row) throws -> DiscoveryRange {
        func list<Value: Decodable>(_ column: String) throws -> [Value] {
            try JSONCodec.decode([Value].self, from: Array(try row.text(column).utf8))
        }
        let cidr = try row.text("cidr")
        let exclude: [String] = try list("exclude")
        return DiscoveryRange(
            id: try row.id("id"), name: try row.text("name"), cidr: cidr, exclude: exclude, description: try row.text("description"),
            allowLocal: try row.bool("allow_local"), ports: try list("ports"), ratePerSecond: try row.int("rate"),
            concurrency: try row.int("concurrency"), timeoutMilliseconds: try row.int("timeout"), snmpCredentials: try list("snmp"),
            rescanHours: try row.optionalInt("rescan_hours"), addresses: AddressPlan.of(cidr, exclude)?.count ?? 0,
            hosts: try row.int("hosts"),
            scannedAt: try row.optionalTime("scanned_at"), nextScanAt: try row.optionalTime("next_scan_at"),
            revision: try row.int("revision"), updatedAt: try row.time("updated_at"))
    }
}
