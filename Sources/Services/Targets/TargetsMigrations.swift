import Store

/// The schema of the Targets service. Columns named `..._key` hold the folded text by which things are found and ordered.
enum TargetsMigrations {
    static let all = [
        Migration(
            1, "targets, groups and credentials", sqlite: first(key: "TEXT", bytes: "BLOB"),
            postgresql: first(key: "TEXT COLLATE \"C\"", bytes: "BYTEA")),
        Migration(2, "key marks", sqlite: KeyMarks.statements(.sqlite), postgresql: KeyMarks.statements(.postgresql)),
        Migration(3, "parts of targets as a document", sqlite: [addParts, fillParts], postgresql: [addParts, fillPartsOnPostgreSQL]),
        Migration(4, "slots of targets", ["ALTER TABLE targets ADD COLUMN slots BIGINT"]),
        Migration(5, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql)),
        Migration(6, "credentials for SNMP", ["ALTER TABLE credentials ADD COLUMN snmp_authentication TEXT"]),
        HealthMigrations.step(7),
        DiscoveryMigrations.step(8),
        Migration(9, "what has changed lately", ["CREATE INDEX targets_updated ON targets (updated_at)"]),
    ]

    private static let addParts = "ALTER TABLE targets ADD COLUMN parts TEXT NOT NULL DEFAULT '[[], [], [], []]'"

    private static let fillParts = """
        UPDATE targets AS t SET parts = json_array(
            json((SELECT json_group_array(json_array(tag))
                FROM (SELECT * FROM target_tags WHERE target_id = t.id ORDER BY tag_key))),
            json((SELECT json_group_array(json_array(name, value))
                FROM (SELECT * FROM target_facts WHERE target_id = t.id ORDER BY name_key))),
            json((SELECT json_group_array(json_array(kind, host, port, username, credential_id, jump_id, connect_timeout_seconds))
                FROM (SELECT * FROM target_methods WHERE target_id = t.id ORDER BY position))),
            json((SELECT json_group_array(json_array(algorithm, blob, fingerprint, pinned_at, pinned_by))
                FROM (SELECT * FROM target_host_keys WHERE target_id = t.id ORDER BY pinned_at, fingerprint))))
        """

    private static let fillPartsOnPostgreSQL = """
        UPDATE targets AS t SET parts = CAST(json_build_array(
            (SELECT json_agg(json_build_array(tag) ORDER BY tag_key) FROM target_tags WHERE target_id = t.id),
            (SELECT json_agg(json_build_array(name, value) ORDER BY name_key) FROM target_facts WHERE target_id = t.id),
            (SELECT json_agg(json_build_array(kind, host, port, username, credential_id, jump_id, connect_timeout_seconds)
                ORDER BY position) FROM target_methods WHERE target_id = t.id),
            (SELECT json_agg(json_build_array(algorithm, blob, fingerprint, pinned_at, pinned_by) ORDER BY pinned_at, fingerprint)
                FROM target_host_keys WHERE target_id = t.id)) AS TEXT)
        """

    private static func first(key: String, bytes: String) -> [String] {
        [credentials(key, bytes), targets(key)] + parts(key) + [groups(key), serials] + indexes
    }

    private static func credentials(_ key: String, _ bytes: String) -> String {
        """
        CREATE TABLE credentials (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            name_key \(key) NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            username TEXT NOT NULL,
            description TEXT NOT NULL,
            password \(bytes),
            private_key \(bytes),
            passphrase \(bytes),
            certificate TEXT,
            public_key TEXT,
            revision BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )
        """
    }

    private static func targets(_ key: String) -> String {
        """
        CREATE TABLE targets (
            id TEXT NOT NULL PRIMARY KEY,
            serial TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            name_key \(key) NOT NULL UNIQUE,
            description TEXT NOT NULL,
            type TEXT NOT NULL,
            os TEXT NOT NULL,
            os_key \(key) NOT NULL,
            environment TEXT NOT NULL,
            environment_key \(key) NOT NULL,
            location TEXT NOT NULL,
            location_key \(key) NOT NULL,
            status TEXT NOT NULL,
            host_key_policy TEXT NOT NULL,
            revision BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )
        """
    }

    private static func parts(_ key: String) -> [String] {
        [
            """
            CREATE TABLE target_tags (
                target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
                tag TEXT NOT NULL,
                tag_key \(key) NOT NULL,
                PRIMARY KEY (target_id, tag_key)
            )
            """,
            """
            CREATE TABLE target_facts (
                target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                name_key \(key) NOT NULL,
                value TEXT NOT NULL,
                value_key \(key) NOT NULL,
                number DOUBLE PRECISION,
                PRIMARY KEY (target_id, name_key)
            )
            """,
            """
            CREATE TABLE target_methods (
                target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
                position BIGINT NOT NULL,
                kind TEXT NOT NULL,
                host TEXT,
                port BIGINT,
                username TEXT,
                credential_id TEXT REFERENCES credentials (id),
                jump_id TEXT REFERENCES targets (id),
                connect_timeout_seconds BIGINT,
                PRIMARY KEY (target_id, position)
            )
            """,
            """
            CREATE TABLE target_host_keys (
                target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
                fingerprint TEXT NOT NULL,
                algorithm TEXT NOT NULL,
                blob TEXT NOT NULL,
                pinned_at BIGINT NOT NULL,
                pinned_by TEXT NOT NULL,
                PRIMARY KEY (target_id, fingerprint)
            )
            """,
        ]
    }

    private static func groups(_ key: String) -> String {
        """
        CREATE TABLE target_groups (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            name_key \(key) NOT NULL UNIQUE,
            description TEXT NOT NULL,
            filter TEXT NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )
        """
    }

    private static let serials = """
        CREATE TABLE serials (
            kind TEXT NOT NULL,
            year BIGINT NOT NULL,
            last BIGINT NOT NULL,
            PRIMARY KEY (kind, year)
        )
        """

    private static let indexes = [
        "CREATE INDEX targets_environment ON targets (environment_key)",
        "CREATE INDEX targets_os ON targets (os_key)",
        "CREATE INDEX target_tags_tag ON target_tags (tag_key, target_id)",
        "CREATE INDEX target_facts_value ON target_facts (name_key, value_key, target_id)",
        "CREATE INDEX target_facts_number ON target_facts (name_key, number, target_id)",
        "CREATE INDEX target_methods_credential ON target_methods (credential_id, target_id)",
        "CREATE INDEX target_methods_jump ON target_methods (jump_id, target_id)",
        "CREATE UNIQUE INDEX target_host_keys_first ON target_host_keys (target_id) WHERE pinned_by = 'first use'",
    ]
}
