import Store

/// The part of the schema that webhooks and rules about events have; `SchedulesMigrations` appends it.
enum EventMigrations {
    /// The steps, numbered from `first`.
    static func steps(from first: Int) -> [Migration] {
        [Migration(first, "webhooks and their deliveries", webhooks), Migration(first + 1, "rules about events and what they did", rules)]
    }

    // `secret` and `launch` are sealed, in base64. `next_try_at` is null when nothing more is to be done.
    private static let webhooks = [
        """
        CREATE TABLE webhooks (
            id TEXT NOT NULL PRIMARY KEY, serial TEXT NOT NULL UNIQUE, name_key TEXT NOT NULL UNIQUE, revision BIGINT NOT NULL,
            definition TEXT NOT NULL, job_id TEXT NOT NULL, job_serial TEXT NOT NULL, job_name TEXT NOT NULL,
            owner_id TEXT NOT NULL, owner_name TEXT NOT NULL, secret TEXT NOT NULL, secret_since BIGINT NOT NULL,
            old_secret TEXT, old_secret_until BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)
        """,
        "CREATE TABLE event_serials (kind TEXT NOT NULL, year BIGINT NOT NULL, last_number BIGINT NOT NULL, PRIMARY KEY (kind, year))",
        """
        CREATE TABLE webhook_deliveries (
            id TEXT NOT NULL PRIMARY KEY, webhook_id TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, execution TEXT,
            received_at BIGINT NOT NULL, address TEXT, name TEXT, bytes BIGINT NOT NULL, duplicate_of TEXT, redelivery_of TEXT,
            headers TEXT, body TEXT, note TEXT, is_whole BIGINT NOT NULL, launch TEXT, next_try_at BIGINT, tries BIGINT NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX webhook_deliveries_of ON webhook_deliveries (webhook_id, id)",
        "CREATE INDEX webhook_deliveries_next ON webhook_deliveries (next_try_at) WHERE next_try_at IS NOT NULL",
        """
        CREATE TABLE webhook_marks (
            webhook_id TEXT NOT NULL, mark TEXT NOT NULL, delivery_id TEXT NOT NULL, until BIGINT NOT NULL,
            PRIMARY KEY (webhook_id, mark))
        """,
        "CREATE INDEX webhook_marks_until ON webhook_marks (until)",
        "CREATE INDEX webhook_marks_delivery ON webhook_marks (delivery_id)",
    ]

    private static let rules = [
        """
        CREATE TABLE event_rules (
            id TEXT NOT NULL PRIMARY KEY, serial TEXT NOT NULL UNIQUE, name_key TEXT NOT NULL UNIQUE, revision BIGINT NOT NULL,
            definition TEXT NOT NULL, is_enabled BIGINT NOT NULL, kind TEXT NOT NULL, source_id TEXT, job_id TEXT NOT NULL,
            job_serial TEXT NOT NULL, job_name TEXT NOT NULL, owner_id TEXT NOT NULL, owner_name TEXT NOT NULL,
            created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)
        """,
        """
        CREATE TABLE rule_firings (
            id TEXT NOT NULL PRIMARY KEY, rule_id TEXT NOT NULL, event_key TEXT NOT NULL, subject TEXT NOT NULL, event TEXT NOT NULL,
            at BIGINT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, execution TEXT, about TEXT,
            decided_at BIGINT NOT NULL, next_try_at BIGINT, tries BIGINT NOT NULL DEFAULT 0, UNIQUE (rule_id, event_key))
        """,
        "CREATE INDEX rule_firings_of ON rule_firings (rule_id, id)",
        "CREATE INDEX rule_firings_next ON rule_firings (next_try_at) WHERE next_try_at IS NOT NULL",
    ]
}
