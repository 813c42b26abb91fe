import Store

/// The schema of the Auth service. Secrets are kept only as SHA-256 in hexadecimal, passwords only as Argon2id.
enum AuthMigrations {
    static let all = [
        Migration(
            1, "passwords, links, sessions, tokens, attempts",
            [
                """
                CREATE TABLE passwords (
                    user_id TEXT PRIMARY KEY,
                    hash TEXT NOT NULL,
                    changed_at BIGINT NOT NULL
                )
                """,
                """
                CREATE TABLE links (
                    digest TEXT PRIMARY KEY,
                    user_id TEXT,
                    expires_at BIGINT NOT NULL
                )
                """,
                """
                CREATE TABLE sessions (
                    id TEXT PRIMARY KEY,
                    user_id TEXT NOT NULL,
                    kind TEXT NOT NULL,
                    digest TEXT UNIQUE,
                    created_at BIGINT NOT NULL,
                    last_used_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    address TEXT,
                    user_agent TEXT
                )
                """,
                "CREATE INDEX sessions_by_user ON sessions (user_id, id)",
                """
                CREATE TABLE refresh_tokens (
                    digest TEXT PRIMARY KEY,
                    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
                    used_at BIGINT
                )
                """,
                "CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id)",
                """
                CREATE TABLE personal_tokens (
                    id TEXT PRIMARY KEY,
                    user_id TEXT NOT NULL,
                    name TEXT NOT NULL,
                    digest TEXT NOT NULL UNIQUE,
                    scope TEXT,
                    created_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL,
                    last_used_at BIGINT
                )
                """,
                "CREATE INDEX personal_tokens_by_user ON personal_tokens (user_id, id)",
                """
                CREATE TABLE attempts (
                    account TEXT NOT NULL,
                    place TEXT NOT NULL,
                    failures BIGINT NOT NULL,
                    last_at BIGINT NOT NULL,
                    PRIMARY KEY (account, place)
                )
                """,
                """
                CREATE TABLE known_places (
                    account TEXT NOT NULL,
                    place TEXT NOT NULL,
                    last_at BIGINT NOT NULL,
                    PRIMARY KEY (account, place)
                )
                """,
            ]),
        Migration(2, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql)),
    ]
}
