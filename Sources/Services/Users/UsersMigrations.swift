import Store

/// The schema of the Users service.
enum UsersMigrations {
    static let all = [
        Migration(
            1, "users",
            [
                """
                CREATE TABLE users (
                    id TEXT PRIMARY KEY,
                    username TEXT NOT NULL,
                    username_key TEXT NOT NULL UNIQUE,
                    display_name TEXT NOT NULL,
                    role TEXT NOT NULL,
                    is_active BIGINT NOT NULL,
                    revision BIGINT NOT NULL,
                    created_at BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL
                )
                """,
                "CREATE TABLE users_lock (id BIGINT PRIMARY KEY, taken BIGINT NOT NULL)",
                "INSERT INTO users_lock (id, taken) VALUES (1, 0)",
            ]),
        Migration(2, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql)),
    ]
}
