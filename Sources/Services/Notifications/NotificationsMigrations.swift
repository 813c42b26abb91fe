import Store

/// The schema of the Notifications service. Columns named `..._key` hold the folded text by which things are found and ordered.
enum NotificationsMigrations {
    static let all = [
        Migration(1, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql)),
        Migration(
            2, "channels, routes, deliveries and alerts", sqlite: second(key: "TEXT", bytes: "BLOB"),
            postgresql: second(key: "TEXT COLLATE \"C\"", bytes: "BYTEA")),
        Migration(3, "key marks", sqlite: KeyMarks.statements(.sqlite), postgresql: KeyMarks.statements(.postgresql)),
    ]

    private static func second(key: String, bytes: String) -> [String] {
        [mailServer(bytes), channels(key, bytes), routes(key), routeChannels, heard, jobRuns, events, deliveries, deliveryEvents, attempts]
            + [alerts, reminders, courier, "INSERT INTO courier (id) VALUES (1)"] + indexes
    }

    private static func mailServer(_ bytes: String) -> String {
        """
        CREATE TABLE mail_server (
            id BIGINT NOT NULL PRIMARY KEY,
            host TEXT NOT NULL,
            port BIGINT NOT NULL,
            security TEXT NOT NULL,
            username TEXT,
            password \(bytes),
            sender TEXT NOT NULL,
            sender_name TEXT,
            revision BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            updated_by TEXT NOT NULL
        )
        """
    }

    private static func channels(_ key: String, _ bytes: String) -> String {
        """
        CREATE TABLE channels (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            name_key \(key) NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            description TEXT NOT NULL,
            enabled BIGINT NOT NULL,
            recipients TEXT NOT NULL,
            destination TEXT,
            url \(bytes),
            method TEXT,
            header_names TEXT NOT NULL,
            headers \(bytes),
            signing_secret \(bytes),
            template TEXT,
            failures BIGINT NOT NULL DEFAULT 0,
            paused_until BIGINT,
            last_error TEXT,
            last_sent_at BIGINT,
            last_failed_at BIGINT,
            revision BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )
        """
    }

    private static func routes(_ key: String) -> String {
        """
        CREATE TABLE routes (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            name_key \(key) NOT NULL UNIQUE,
            description TEXT NOT NULL,
            enabled BIGINT NOT NULL,
            filter TEXT NOT NULL,
            subject TEXT,
            body TEXT,
            digest_minutes BIGINT,
            quiet_hours TEXT,
            most_per_hour BIGINT,
            repeat_minutes BIGINT,
            revision BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )
        """
    }

    private static let routeChannels = """
        CREATE TABLE route_channels (
            route_id TEXT NOT NULL REFERENCES routes (id) ON DELETE CASCADE,
            position BIGINT NOT NULL,
            channel_id TEXT NOT NULL REFERENCES channels (id),
            PRIMARY KEY (route_id, position)
        )
        """

    /// News that were taken, so that they are not taken twice.
    private static let heard = "CREATE TABLE heard (id TEXT NOT NULL PRIMARY KEY, heard_at BIGINT NOT NULL)"

    /// How often each job has failed in a row.
    private static let jobRuns = """
        CREATE TABLE job_runs (job TEXT NOT NULL PRIMARY KEY, failures BIGINT NOT NULL, updated_at BIGINT NOT NULL)
        """

    private static let events = """
        CREATE TABLE events (
            id TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            severity TEXT NOT NULL,
            title TEXT NOT NULL,
            execution TEXT,
            job TEXT,
            target TEXT,
            content TEXT NOT NULL,
            at BIGINT NOT NULL,
            created_at BIGINT NOT NULL
        )
        """

    /// Route and channel are named, not referred to: what was sent stays when they go.
    private static let deliveries = """
        CREATE TABLE deliveries (
            id TEXT NOT NULL PRIMARY KEY,
            route_id TEXT NOT NULL,
            route_name TEXT NOT NULL,
            channel_id TEXT NOT NULL,
            channel_name TEXT NOT NULL,
            channel_kind TEXT NOT NULL,
            state TEXT NOT NULL,
            severity TEXT NOT NULL,
            subject TEXT NOT NULL,
            event_count BIGINT NOT NULL,
            reminder BIGINT NOT NULL,
            attempts BIGINT NOT NULL,
            due_at BIGINT,
            give_up_at BIGINT,
            released_at BIGINT,
            lease TEXT,
            lease_until BIGINT,
            created_at BIGINT NOT NULL,
            ordinal BIGINT NOT NULL,
            ended_at BIGINT,
            reason TEXT
        )
        """

    private static let deliveryEvents = """
        CREATE TABLE delivery_events (
            delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
            position BIGINT NOT NULL,
            event_id TEXT NOT NULL REFERENCES events (id),
            PRIMARY KEY (delivery_id, position)
        )
        """

    private static let attempts = """
        CREATE TABLE attempts (
            delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
            number BIGINT NOT NULL,
            at BIGINT NOT NULL,
            milliseconds BIGINT NOT NULL,
            sent BIGINT NOT NULL,
            answer TEXT NOT NULL,
            PRIMARY KEY (delivery_id, number)
        )
        """

    private static let alerts = """
        CREATE TABLE alerts (
            id TEXT NOT NULL PRIMARY KEY,
            alert_key TEXT NOT NULL,
            state TEXT NOT NULL,
            severity TEXT NOT NULL,
            subject TEXT NOT NULL,
            title TEXT NOT NULL,
            kind TEXT NOT NULL,
            execution TEXT,
            events BIGINT NOT NULL,
            opened_at BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            acknowledged_by TEXT,
            acknowledged_at BIGINT,
            resolved_by TEXT,
            resolved_at BIGINT,
            note TEXT
        )
        """

    private static let reminders = """
        CREATE TABLE reminders (
            alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
            route_id TEXT NOT NULL REFERENCES routes (id) ON DELETE CASCADE,
            event_id TEXT NOT NULL REFERENCES events (id),
            number BIGINT NOT NULL,
            due_at BIGINT NOT NULL,
            PRIMARY KEY (alert_id, route_id)
        )
        """

    /// One row that whoever chooses deliveries locks, so that replicas choose one after the other.
    private static let courier = "CREATE TABLE courier (id BIGINT NOT NULL PRIMARY KEY)"

    private static let indexes = [
        "CREATE INDEX route_channels_by_channel ON route_channels (channel_id)",
        "CREATE INDEX heard_by_age ON heard (heard_at)",
        "CREATE INDEX events_by_age ON events (created_at)",
        "CREATE INDEX events_by_execution ON events (execution)",
        "CREATE INDEX deliveries_pending ON deliveries (due_at) WHERE state IN ('held', 'waiting', 'sending')",
        "CREATE UNIQUE INDEX deliveries_held ON deliveries (route_id, channel_id) WHERE state = 'held'",
        "CREATE INDEX deliveries_by_release ON deliveries (route_id, channel_id, released_at)",
        "CREATE INDEX deliveries_by_channel ON deliveries (channel_id, id)",
        "CREATE INDEX deliveries_by_age ON deliveries (created_at)",
        "CREATE INDEX delivery_events_by_event ON delivery_events (event_id)",
        "CREATE UNIQUE INDEX alerts_open ON alerts (alert_key) WHERE state <> 'resolved'",
        "CREATE INDEX alerts_by_end ON alerts (resolved_at)",
        "CREATE INDEX reminders_due ON reminders (due_at)",
        "CREATE INDEX reminders_by_route ON reminders (route_id)",
        "CREATE INDEX reminders_by_event ON reminders (event_id)",
    ]
}
