import Store

/// The tables of health.
enum HealthMigrations {
    /// What changes the schema of the Targets service.
    static func step(_ number: Int) -> Migration {
        Migration(
            number, "health of targets", sqlite: statements(key: "TEXT"), postgresql: statements(key: "TEXT COLLATE \"C\""))
    }

    private static func statements(key: String) -> [String] {
        [
            """
            CREATE TABLE health_policies (
                id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, name_key \(key) NOT NULL UNIQUE, filter TEXT NOT NULL,
                position BIGINT NOT NULL, enabled BIGINT NOT NULL, interval_seconds BIGINT NOT NULL, timeout_seconds BIGINT NOT NULL,
                fail_threshold BIGINT NOT NULL, recover_threshold BIGINT NOT NULL, warn_milliseconds BIGINT,
                revision BIGINT NOT NULL, updated_at BIGINT NOT NULL)
            """,
            """
            INSERT INTO health_policies (id, name, name_key, filter, position, enabled, interval_seconds, timeout_seconds,
                fail_threshold, recover_threshold, warn_milliseconds, revision, updated_at)
            VALUES ('01990000-0000-7000-8000-0000000000de', 'default', 'default', '', 1, 1, 300, 10, 3, 2, 5000, 1, 0)
            """,
            """
            CREATE TABLE health (
                target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE CASCADE, position BIGINT NOT NULL, kind TEXT NOT NULL,
                route TEXT NOT NULL, policy_id TEXT NOT NULL, policy_revision BIGINT NOT NULL, next_at BIGINT, lease TEXT,
                state TEXT NOT NULL, since BIGINT, failures BIGINT NOT NULL, successes BIGINT NOT NULL, slow BIGINT NOT NULL,
                quick BIGINT NOT NULL, checked_at BIGINT, milliseconds DOUBLE PRECISION, cause TEXT, failed_at BIGINT, failure TEXT,
                PRIMARY KEY (target_id, position))
            """,
            "CREATE INDEX health_due ON health (next_at)",
            "CREATE INDEX health_lease ON health (lease) WHERE lease IS NOT NULL",
            """
            CREATE TABLE target_health (
                target_id TEXT NOT NULL PRIMARY KEY REFERENCES targets (id) ON DELETE CASCADE, state TEXT NOT NULL, since BIGINT,
                cause TEXT, checked_at BIGINT, milliseconds DOUBLE PRECISION, told TEXT NOT NULL)
            """,
            """
            CREATE TABLE health_hours (
                target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE CASCADE, position BIGINT NOT NULL, hour BIGINT NOT NULL,
                checks BIGINT NOT NULL, failures BIGINT NOT NULL, total DOUBLE PRECISION NOT NULL, slowest DOUBLE PRECISION NOT NULL,
                points TEXT NOT NULL, pointed BIGINT NOT NULL,
                PRIMARY KEY (target_id, position, hour))
            """,
            "CREATE INDEX health_hours_hour ON health_hours (hour)",
            "CREATE INDEX health_hours_pointed ON health_hours (hour) WHERE pointed = 1",
        ]
    }
}
