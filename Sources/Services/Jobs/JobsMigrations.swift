import Store

/// The schema of the Jobs service.
enum JobsMigrations {
    static let all = [
        Migration(
            1, "jobs and their versions",
            [
                """
                CREATE TABLE jobs (
                    id TEXT NOT NULL PRIMARY KEY,
                    serial TEXT NOT NULL UNIQUE,
                    name_key TEXT NOT NULL UNIQUE,
                    search_text TEXT NOT NULL,
                    name TEXT NOT NULL,
                    description TEXT NOT NULL,
                    step_count BIGINT NOT NULL,
                    targets TEXT NOT NULL,
                    version BIGINT NOT NULL,
                    created_at BIGINT NOT NULL,
                    updated_at BIGINT NOT NULL,
                    updated_by TEXT NOT NULL
                )
                """,
                """
                CREATE TABLE job_versions (
                    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
                    version BIGINT NOT NULL,
                    definition TEXT NOT NULL,
                    yaml TEXT NOT NULL,
                    saved_at BIGINT NOT NULL,
                    saved_by TEXT NOT NULL,
                    PRIMARY KEY (job_id, version)
                )
                """,
                """
                CREATE TABLE job_serials (
                    year BIGINT NOT NULL PRIMARY KEY,
                    last_number BIGINT NOT NULL
                )
                """,
            ]),
        Migration(2, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql)),
    ]
}
