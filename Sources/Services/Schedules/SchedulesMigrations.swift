import Store

/// The schema of the Schedules service.
enum SchedulesMigrations {
    static let all =
        [
            Migration(1, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql)),
            Migration(2, "key marks", sqlite: KeyMarks.statements(.sqlite), postgresql: KeyMarks.statements(.postgresql)),
            Migration(3, "schedules, their ledger, and calendars", schedules),
            Migration(4, "dead-man rules", rules),
        ] + EventMigrations.steps(from: 5) + [
            Migration(7, "how often instants were taken", ["ALTER TABLE occurrences ADD COLUMN tries BIGINT NOT NULL DEFAULT 0"])
        ]

    // `name_key` is null when a schedule was deleted; `next_at` is null when it is not due any more, or not now.
    private static let schedules = [
        """
        CREATE TABLE schedules (
            id TEXT NOT NULL PRIMARY KEY, serial TEXT NOT NULL UNIQUE, name_key TEXT UNIQUE, search_text TEXT NOT NULL,
            revision BIGINT NOT NULL, definition TEXT NOT NULL, job_id TEXT NOT NULL, job_serial TEXT NOT NULL, job_name TEXT NOT NULL,
            calendars TEXT NOT NULL, owner_id TEXT NOT NULL, owner_name TEXT NOT NULL, jitter_key TEXT NOT NULL,
            sealed TEXT, secret_names TEXT NOT NULL, overlap TEXT NOT NULL, pause TEXT, considered_at BIGINT NOT NULL, next_at BIGINT,
            runs BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT)
        """,
        "CREATE INDEX schedules_next ON schedules (next_at) WHERE next_at IS NOT NULL",
        "CREATE INDEX schedules_job ON schedules (job_id)",
        "CREATE TABLE schedule_serials (year BIGINT NOT NULL PRIMARY KEY, last_number BIGINT NOT NULL)",
        """
        CREATE TABLE occurrences (
            schedule_id TEXT NOT NULL, at BIGINT NOT NULL, state TEXT NOT NULL, is_late BIGINT NOT NULL, reason TEXT,
            lease_until BIGINT, is_open BIGINT NOT NULL DEFAULT 0, execution TEXT, outcome TEXT, decided_at BIGINT,
            PRIMARY KEY (schedule_id, at))
        """,
        "CREATE INDEX occurrences_due ON occurrences (at) WHERE state = 'due'",
        "CREATE INDEX occurrences_waiting ON occurrences (schedule_id, at) WHERE state = 'waiting'",
        "CREATE INDEX occurrences_open ON occurrences (schedule_id) WHERE is_open = 1",
        "CREATE INDEX occurrences_at ON occurrences (at, schedule_id)",
        """
        CREATE TABLE calendars (
            id TEXT NOT NULL PRIMARY KEY, name_key TEXT NOT NULL UNIQUE, revision BIGINT NOT NULL, definition TEXT NOT NULL,
            updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL)
        """,
    ]

    private static let rules = [
        """
        CREATE TABLE dead_man_rules (
            id TEXT NOT NULL PRIMARY KEY, name_key TEXT NOT NULL UNIQUE, revision BIGINT NOT NULL, definition TEXT NOT NULL,
            job_id TEXT, schedule_id TEXT, state TEXT NOT NULL, since BIGINT NOT NULL, sentence TEXT, counts_from BIGINT NOT NULL,
            last_success_at BIGINT, check_at BIGINT, alert_id TEXT, updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL)
        """,
        "CREATE INDEX dead_man_rules_check ON dead_man_rules (check_at) WHERE check_at IS NOT NULL",
        "CREATE INDEX dead_man_rules_job ON dead_man_rules (job_id)",
        "CREATE INDEX dead_man_rules_schedule ON dead_man_rules (schedule_id)",
        """
        CREATE TABLE dead_man_alerts (
            id TEXT NOT NULL PRIMARY KEY, rule_id TEXT NOT NULL, name TEXT NOT NULL, sentence TEXT NOT NULL, since BIGINT NOT NULL,
            until BIGINT)
        """,
        "CREATE INDEX dead_man_alerts_rule ON dead_man_alerts (rule_id, id)",
        """
        CREATE TABLE dead_man_runs (
            rule_id TEXT NOT NULL, execution TEXT NOT NULL, ended_at BIGINT NOT NULL, milliseconds BIGINT NOT NULL,
            PRIMARY KEY (rule_id, execution))
        """,
    ]
}
