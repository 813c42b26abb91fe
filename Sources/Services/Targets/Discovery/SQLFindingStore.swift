import Contracts
import Flow
import Store
import Vocabulary
import Web

/// Findings in SQL. What they are recognised by stands in `finding_marks`, so that whether a target is this host is found out when somebody looks.
struct SQLFindingStore: FindingStore {
    private static let columns: SQL = """
        f.id, f.range_id, f.host, f.differences, f.is_gone, f.is_changed, f.ignored, f.first_seen_at, f.last_seen_at, f.scan_id
        """
    /// Each pair of a finding and a target that it was recognised as, with by what.
    private static let matches: SQL = """
        (SELECT m.finding_id, k.target_id, CAST(1 AS BIGINT) AS rank FROM finding_marks m JOIN target_host_keys k ON k.fingerprint = m.mark
            WHERE m.kind = 'host_key'
        UNION SELECT m.finding_id, c.target_id, CAST(2 AS BIGINT) AS rank FROM finding_marks m JOIN target_methods c ON lower(c.host) = m.mark
            WHERE m.kind IN ('address', 'name')
        UNION SELECT m.finding_id, t.id, CAST(3 AS BIGINT) AS rank FROM finding_marks m JOIN targets t ON t.name_key = m.mark
            WHERE m.kind IN ('address', 'name')) AS matches
        """

    private func conditions(_ selection: FindingSelection) -> [SQL] {
        var conditions: [SQL] = ["f.ignored = \(selection.ignored ? 1 : 0)"]
        if let range = selection.range { conditions.append("f.range_id = \(range)") }
        if let search = selection.search, !search.isEmpty {
            conditions.append("f.words LIKE \(FilterSQL.likePattern("*\(FilterText.folded(search))*")) ESCAPE '\\'")
        }
        guard !selection.statuses.isEmpty, selection.statuses.count < FindingStatus.allCases.count else { return conditions }
        let isKnown: SQL = "f.id IN (SELECT finding_id FROM \(Self.matches))"
        let alternatives = selection.statuses.sorted { $0.rawValue < $1.rawValue }.map { status -> SQL in
            switch status {
            case .gone: "f.is_gone = 1"
            case .changed: "(f.is_gone = 0 AND f.is_changed = 1)"
            case .known: "(f.is_gone = 0 AND f.is_changed = 0 AND \(isKnown))"
            case .new: "(f.is_gone = 0 AND f.is_changed = 0 AND NOT \(isKnown))"
            }
        }
        return conditions + ["(\(SQL.join(alternatives, " OR ")))"]
    }

    func page(
        _ selection: FindingSelection, after: String?, limit: Int, in reading: any Reading
    ) async throws -> [StoredFinding] {
        var conditions = conditions(selection)
        if let after { conditions.append("f.address_key || ' ' || f.id > \(after)") }
        return try await reading.query(
            """
            -- findings.page
            SELECT \(Self.columns) FROM findings f
            WHERE \(SQL.join(conditions, " AND "))
            ORDER BY f.address_key, f.id
            LIMIT \(limit)
            """
        ).map(Self.finding)
    }

    func count(_ selection: FindingSelection, in reading: any Reading) async throws -> Int {
        try await reading.first(
            "-- findings.count\nSELECT COUNT(*) AS total FROM findings f WHERE \(SQL.join(conditions(selection), " AND "))")?
            .int("total") ?? 0
    }

    func findings(_ ids: [FindingID], in reading: any Reading) async throws -> [StoredFinding] {
        try await reading.query(
            """
            -- findings.by_id
            SELECT \(Self.columns) FROM findings f WHERE \(reading.dialect.isOne("f.id", of: ids.map(\.text)))
            ORDER BY f.address_key, f.id
            """
        ).map(Self.finding)
    }

    func findings(_ range: DiscoveryRangeID, addresses: [String], in transaction: any Transaction) async throws -> [StoredFinding] {
        let keys = addresses.compactMap { NetworkAddress($0)?.key }
        return try await transaction.query(
            """
            -- findings.by_address
            SELECT \(Self.columns) FROM findings f
            WHERE f.range_id = \(range) AND \(transaction.dialect.isOne("f.address_key", of: keys))
            ORDER BY f.address_key \(transaction.dialect.forUpdate)
            """
        ).map(Self.finding)
    }

    func save(_ findings: [StoredFinding], in transaction: any Transaction) async throws {
        try await transaction.insert(
            """
            -- findings.save
            INSERT INTO findings (id, range_id, address, address_key, host, words, differences, is_gone, is_changed, ignored, first_seen_at,
                last_seen_at, scan_id)
            """,
            try findings.map { finding in
                let host = finding.host
                return [
                    .of(finding.id), .of(finding.range), .of(host.address), .of(NetworkAddress(host.address)?.key ?? host.address),
                    .of(try JSONCodec.text(host)), .of(Self.words(host)), .of(try JSONCodec.text(finding.differences)),
                    .of(finding.isGone ? 1 : 0), .of(finding.isChanged ? 1 : 0), .of(finding.ignored ? 1 : 0), .of(finding.firstSeenAt),
                    .of(finding.lastSeenAt), .of(finding.scan),
                ]
            },
            """
            ON CONFLICT (id) DO UPDATE SET host = excluded.host, words = excluded.words, differences = excluded.differences,
                is_gone = excluded.is_gone, is_changed = excluded.is_changed, last_seen_at = excluded.last_seen_at,
                scan_id = excluded.scan_id
            """)
        let ids = findings.map(\.id.text)
        try await transaction.write([
            "-- finding_marks.clear\nDELETE FROM finding_marks WHERE \(transaction.dialect.isOne("finding_id", of: ids))"
        ])
        try await transaction.insert(
            "-- finding_marks.insert\nINSERT INTO finding_marks (finding_id, kind, mark)",
            findings.flatMap { finding in
                FindingRules.marks(of: finding.host).map { [.of(finding.id), .of($0.kind), .of($0.mark)] }
            }, "ON CONFLICT DO NOTHING")
    }

    private static func words(_ host: FoundHost) -> String {
        let classification = Classifier.classify(host)
        let texts = [host.address, classification.label, classification.os, host.snmp?.name ?? ""] + host.names
        return FilterText.folded((texts + host.ports.compactMap(\.banner) + host.ports.compactMap(\.title)).joined(separator: " "))
    }

    func markGone(
        _ range: DiscoveryRangeID, from first: String, to last: String, scan: DiscoveryScanID, in transaction: any Transaction
    ) async throws -> Int {
        let inside: SQL = "range_id = \(range) AND address_key >= \(first) AND address_key <= \(last) AND scan_id <> \(scan)"
        let nothing = "[]"
        return try await transaction.execute(each: [
            "-- findings.still_gone\nUPDATE findings SET is_changed = 0, differences = \(nothing) WHERE \(inside) AND is_gone = 1",
            "-- findings.gone\nUPDATE findings SET is_gone = 1, is_changed = 0, differences = \(nothing) WHERE \(inside) AND is_gone = 0",
        ])[1]
    }

    func ignore(_ ids: [FindingID], _ ignored: Bool, in transaction: any Transaction) async throws -> Int {
        try await transaction.execute(
            """
            -- findings.ignore
            UPDATE findings SET ignored = \(ignored ? 1 : 0)
            WHERE \(transaction.dialect.isOne("id", of: ids.map(\.text))) AND ignored <> \(ignored ? 1 : 0)
            """)
    }

    func targets(of ids: [FindingID], in reading: any Reading) async throws -> [FindingID: FindingTarget] {
        let rows = try await reading.query(
            """
            -- findings.targets
            SELECT matches.finding_id, matches.rank, t.id, t.serial, t.name FROM \(Self.matches) JOIN targets t ON t.id = matches.target_id
            WHERE \(reading.dialect.isOne("matches.finding_id", of: ids.map(\.text)))
            ORDER BY matches.finding_id, matches.rank, t.name_key
            """)
        let pairs = try rows.map { row in
            let by: FindingMatch = [1: .hostKey, 2: .address][try row.int("rank")] ?? .name
            let target = FindingTarget(id: try row.id("id"), serial: try row.text("serial"), name: try row.text("name"), by: by)
            return (try row.id("finding_id", of: FindingSubject.self), target)
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func finding(_ row: Row) throws -> StoredFinding {
        StoredFinding(
            id: try row.id("id"), range: try row.id("range_id"),
            host: try JSONCodec.decode(FoundHost.self, from: Array(try row.text("host").utf8)),
            differences: try JSONCodec.decode([String].self, from: Array(try row.text("differences").utf8)),
            isGone: try row.bool("is_gone"), isChanged: try row.bool("is_changed"), ignored: try row.bool("ignored"),
            firstSeenAt: try row.time("first_seen_at"), lastSeenAt: try row.time("last_seen_at"), scan: try row.id("scan_id"))
    }
}
