import Store

/// The schema of the archive: packed output of executions that ended, and how long it is kept.
enum ArchiveMigrations {
    /// The migration under its number.
    static func step(_ number: Int) -> Migration {
        Migration(number, "packed output and retention", sqlite: sqlite + shared, postgresql: postgresql + shared)
    }

    // `number` counts the groups of an execution in order of branch, step and arrival. `step_...` is what comes before the group in the output of the
    // step that it begins with. What is read without the body stands before it.
    private static let columns = """
        day BIGINT NOT NULL, execution BIGINT NOT NULL, number BIGINT NOT NULL,
        first_branch BIGINT NOT NULL, first_step BIGINT NOT NULL, first_sequence BIGINT NOT NULL,
        last_branch BIGINT NOT NULL, last_step BIGINT NOT NULL, last_sequence BIGINT NOT NULL,
        least_sequence BIGINT NOT NULL, most_sequence BIGINT NOT NULL,
        step_bytes BIGINT NOT NULL, step_stdout_bytes BIGINT NOT NULL, step_lines BIGINT NOT NULL, step_stdout_lines BIGINT NOT NULL,
        step_open BIGINT NOT NULL, bytes BIGINT NOT NULL, size BIGINT NOT NULL, is_packed BIGINT NOT NULL
        """

    private static let sqlite = [
        """
        CREATE TABLE output_archive (\(columns), signature BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (day, execution, number))
        """
    ]

    // A partition for each day on which executions ended; what is kept from retention moves to day 0, which is never dropped.
    private static let postgresql = [
        """
        CREATE TABLE output_archive (\(columns), signature BYTEA NOT NULL, body BYTEA NOT NULL, PRIMARY KEY (day, execution, number))
        PARTITION BY LIST (day)
        """,
        "ALTER TABLE output_archive ALTER COLUMN body SET STORAGE EXTERNAL",
        "ALTER TABLE output_archive ALTER COLUMN signature SET STORAGE EXTERNAL",
        "CREATE TABLE output_archive_d0 PARTITION OF output_archive FOR VALUES IN (0)",
    ]

    private static let shared =
        [
            "output_state BIGINT NOT NULL DEFAULT 0", "archive_day BIGINT", "output_bytes BIGINT NOT NULL DEFAULT 0",
            "output_stored BIGINT NOT NULL DEFAULT 0", "output_removed_at BIGINT", "kept BIGINT NOT NULL DEFAULT 0",
        ].map { "ALTER TABLE executions ADD COLUMN \($0)" }
        + [
            "CREATE INDEX executions_ended ON executions (ended_at, key) WHERE ended_at IS NOT NULL",
            "CREATE INDEX executions_archived ON executions (archive_day, key) WHERE archive_day IS NOT NULL",
            "CREATE INDEX executions_kept ON executions (key) WHERE kept = 1",
            """
            CREATE TABLE archive_days (
                day BIGINT NOT NULL, job_id TEXT NOT NULL, executions BIGINT NOT NULL, bytes BIGINT NOT NULL, stored BIGINT NOT NULL,
                PRIMARY KEY (day, job_id))
            """,
            """
            CREATE TABLE chores (
                name TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, held_until BIGINT NOT NULL,
                mark_at BIGINT NOT NULL DEFAULT 0, mark_key BIGINT NOT NULL DEFAULT 0)
            """,
            "INSERT INTO chores (name, holder, held_until) VALUES ('archive', '', 0), ('outputs', '', 0)",
            """
            CREATE TABLE retention (
                name TEXT NOT NULL PRIMARY KEY, output_days BIGINT, output_bytes BIGINT, execution_days BIGINT,
                changed_by TEXT NOT NULL, changed_at BIGINT NOT NULL)
            """,
        ]
}
