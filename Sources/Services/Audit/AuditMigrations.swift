import Store

/// The schema of the Audit service.
enum AuditMigrations {
    static let all = [
        Migration(1, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql)),
        Migration(
            2, "chains",
            [
                // The end of each chain; whoever appends to a chain locks its row.
                """
                CREATE TABLE audit_chains (
                    source TEXT NOT NULL PRIMARY KEY,
                    number BIGINT NOT NULL,
                    hash TEXT NOT NULL,
                    at BIGINT NOT NULL
                )
                """,
                """
                CREATE TABLE audit_entries (
                    source TEXT NOT NULL,
                    number BIGINT NOT NULL,
                    id TEXT NOT NULL UNIQUE,
                    at BIGINT NOT NULL,
                    action TEXT NOT NULL,
                    actor_id TEXT,
                    actor_name TEXT NOT NULL,
                    object_kind TEXT NOT NULL,
                    object_id TEXT NOT NULL,
                    object_name TEXT NOT NULL,
                    request_id TEXT,
                    content TEXT NOT NULL,
                    hash TEXT NOT NULL,
                    seal TEXT NOT NULL,
                    PRIMARY KEY (source, number)
                )
                """,
                "CREATE INDEX audit_entries_by_time ON audit_entries (at, id)",
                "CREATE INDEX audit_entries_by_object ON audit_entries (object_id, at, id)",
                "CREATE INDEX audit_entries_by_actor ON audit_entries (actor_name, at, id)",
                """
                CREATE TABLE audit_heads (
                    source TEXT NOT NULL,
                    number BIGINT NOT NULL,
                    hash TEXT NOT NULL,
                    at BIGINT NOT NULL,
                    key TEXT NOT NULL,
                    signature TEXT NOT NULL,
                    PRIMARY KEY (source, number)
                )
                """,
                "CREATE INDEX audit_heads_by_time ON audit_heads (at, source, number)",
                // Up to where entries and heads of each chain were forwarded, and which process is at it until when.
                """
                CREATE TABLE audit_forwarding (
                    source TEXT NOT NULL PRIMARY KEY,
                    entries BIGINT NOT NULL,
                    heads BIGINT NOT NULL
                )
                """,
                """
                CREATE TABLE audit_forwarder (
                    id BIGINT NOT NULL PRIMARY KEY,
                    holder TEXT NOT NULL,
                    until BIGINT NOT NULL
                )
                """,
                "INSERT INTO audit_forwarder (id, holder, until) VALUES (1, '', 0)",
            ]),
    ]
}
