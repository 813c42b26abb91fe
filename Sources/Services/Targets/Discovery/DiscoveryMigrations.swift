import Store

/// The tables of discovery.
enum DiscoveryMigrations {
    /// What changes the schema of the Targets service.
    static func step(_ number: Int) -> Migration {
        Migration(number, "discovery", sqlite: statements(key: "TEXT"), postgresql: statements(key: "TEXT COLLATE \"C\""))
    }

    private static func statements(key: String) -> [String] {
        [
            """
            CREATE TABLE discovery_ranges (
                id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, name_key \(key) NOT NULL UNIQUE, cidr TEXT NOT NULL,
                exclude TEXT NOT NULL, description TEXT NOT NULL, allow_local BIGINT NOT NULL, ports TEXT NOT NULL, rate BIGINT NOT NULL,
                concurrency BIGINT NOT NULL, timeout BIGINT NOT NULL, snmp TEXT NOT NULL, rescan_hours BIGINT, next_scan_at BIGINT,
                scanned_at BIGINT, revision BIGINT NOT NULL, updated_at BIGINT NOT NULL)
            """,
            """
            CREATE TABLE discovery_scans (
                id TEXT NOT NULL PRIMARY KEY, range_id TEXT NOT NULL REFERENCES discovery_ranges (id) ON DELETE CASCADE,
                cidr TEXT NOT NULL, plan TEXT NOT NULL, state TEXT NOT NULL, cause TEXT, hosts_total BIGINT NOT NULL,
                hosts_done BIGINT NOT NULL, found BIGINT NOT NULL, appeared BIGINT NOT NULL, changed BIGINT NOT NULL, gone BIGINT NOT NULL,
                started_by TEXT, started_at BIGINT NOT NULL, ended_at BIGINT, next_at BIGINT, lease TEXT, failures BIGINT NOT NULL)
            """,
            "CREATE UNIQUE INDEX discovery_scans_running ON discovery_scans (range_id) WHERE state = 'running'",
            "CREATE INDEX discovery_scans_range ON discovery_scans (range_id, id)",
            "CREATE INDEX discovery_scans_due ON discovery_scans (next_at) WHERE state = 'running'",
            """
            CREATE TABLE findings (
                id TEXT NOT NULL PRIMARY KEY, range_id TEXT NOT NULL REFERENCES discovery_ranges (id) ON DELETE CASCADE,
                address TEXT NOT NULL, address_key \(key) NOT NULL, host TEXT NOT NULL, words TEXT NOT NULL, differences TEXT NOT NULL,
                is_gone BIGINT NOT NULL, is_changed BIGINT NOT NULL, ignored BIGINT NOT NULL, first_seen_at BIGINT NOT NULL,
                last_seen_at BIGINT NOT NULL, scan_id TEXT NOT NULL)
            """,
            "CREATE UNIQUE INDEX findings_address ON findings (range_id, address_key)",
            "CREATE INDEX findings_order ON findings (address_key, id)",
            """
            CREATE TABLE finding_marks (
                finding_id TEXT NOT NULL REFERENCES findings (id) ON DELETE CASCADE, kind TEXT NOT NULL, mark \(key) NOT NULL,
                PRIMARY KEY (finding_id, kind, mark))
            """,
            "CREATE INDEX finding_marks_mark ON finding_marks (mark, kind)",
            "CREATE INDEX target_host_keys_fingerprint ON target_host_keys (fingerprint)",
        ]
    }
}
