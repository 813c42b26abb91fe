import Store

/// The schema of the Executions database.
enum ExecutionsMigrations {
    static let all: [Migration] = [
        Migration(
            1, "executions, branches, steps, feed and probes",
            sqlite: ["CREATE TABLE executions (key INTEGER PRIMARY KEY AUTOINCREMENT, \(executionColumns))"] + shared,
            postgresql: (["CREATE TABLE executions (key BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \(executionColumns))"] + shared)
                .map {
                    $0.replacing(" BLOB", with: " BYTEA").replacing(" INTEGER", with: " BIGINT").replacing(" WITHOUT ROWID", with: "")
                }),
        Migration(2, "outbox", sqlite: Outbox.bus.statements(.sqlite), postgresql: Outbox.bus.statements(.postgresql)),
        Migration(3, "key marks", sqlite: KeyMarks.statements(.sqlite), postgresql: KeyMarks.statements(.postgresql)),
        Migration(
            4, "numbers of reports",
            ["CREATE TABLE worker_reports (worker TEXT NOT NULL PRIMARY KEY, number BIGINT NOT NULL, at BIGINT NOT NULL)"]),
        Migration(5, "outputs and loops of steps, resumed executions, priorities, rollouts, locks and workers", workflow),
        Migration(6, "what steps printed", ["ALTER TABLE steps ADD COLUMN output_hash TEXT"]),
        Migration(7, "steps that survive their worker", supervision),
        Migration(8, "what was approved, the guard, and slots of targets", fleet),
        ArchiveMigrations.step(9),
        Migration(10, "news", sqlite: Outbox.news.statements(.sqlite), postgresql: Outbox.news.statements(.postgresql)),
        Migration(11, "what started executions", ["ALTER TABLE executions ADD COLUMN started_for TEXT"]),
        Migration(12, "errands", errands),
    ]

    private static let errands = [
        """
        CREATE TABLE errands (
            id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, request TEXT NOT NULL, created_at BIGINT NOT NULL,
            wanted_until BIGINT NOT NULL, worker TEXT, fence BIGINT NOT NULL, lease_until BIGINT, result TEXT)
        """,
        "CREATE INDEX errands_open ON errands (created_at, id) WHERE result IS NULL",
    ]

    private static let fleet = [
        "ALTER TABLE approvals ADD COLUMN plan TEXT",
        """
        CREATE TABLE approved_ways (
            execution BIGINT NOT NULL, step BIGINT NOT NULL, branch BIGINT NOT NULL, way TEXT NOT NULL,
            PRIMARY KEY (execution, branch, step))
        """,
        """
        CREATE TABLE guard (
            id BIGINT NOT NULL PRIMARY KEY, most_targets BIGINT, production TEXT NOT NULL, revision BIGINT NOT NULL,
            changed_at BIGINT NOT NULL, changed_by TEXT NOT NULL)
        """,
        "ALTER TABLE executions ADD COLUMN has_slots BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE branches ADD COLUMN slots BIGINT",
        "CREATE INDEX branches_slots ON branches (target_id) WHERE slots IS NOT NULL AND lease_until IS NOT NULL",
    ]

    private static let supervision =
        ["spool TEXT", "spool_note TEXT", "spool_begun BIGINT", "stdout_bytes BIGINT", "stderr_bytes BIGINT"].map {
            "ALTER TABLE steps ADD COLUMN \($0)"
        }
        + ["CREATE INDEX branches_adrift ON branches (execution, number) WHERE state = 'cancelling' AND lease_until IS NULL"]

    private static let workflow =
        ["outputs TEXT", "items BIGINT", "items_done BIGINT"].map { "ALTER TABLE steps ADD COLUMN \($0)" }
        + [
            "is_resumed BIGINT NOT NULL DEFAULT 0", "priority BIGINT NOT NULL DEFAULT 0", "released BIGINT",
            "held BIGINT NOT NULL DEFAULT 0", "hold TEXT", "accepted BIGINT NOT NULL DEFAULT 0", "rollout TEXT",
            "has_locks BIGINT NOT NULL DEFAULT 0", "locks TEXT", "has_approvals BIGINT NOT NULL DEFAULT 0",
        ].map { "ALTER TABLE executions ADD COLUMN \($0)" }
        + [
            "DROP INDEX executions_work",
            "CREATE INDEX executions_queue ON executions (priority DESC, key) WHERE waiting > held",
            "CREATE INDEX executions_open ON executions (priority DESC, key) WHERE ended_at IS NULL",
            "CREATE INDEX executions_open_job ON executions (job_id, key) WHERE ended_at IS NULL",
            """
            CREATE TABLE execution_locks (
                execution BIGINT NOT NULL, name TEXT NOT NULL, is_held BIGINT NOT NULL, PRIMARY KEY (execution, name))
            """,
            "CREATE UNIQUE INDEX execution_locks_held ON execution_locks (name) WHERE is_held = 1",
            "ALTER TABLE branches ADD COLUMN parked BIGINT",
            """
            CREATE TABLE approvals (
                execution BIGINT NOT NULL, step BIGINT NOT NULL, state TEXT NOT NULL, asked_at BIGINT NOT NULL, deadline BIGINT,
                decided_at BIGINT, decided_by TEXT, comment TEXT, PRIMARY KEY (execution, step))
            """,
            "CREATE INDEX approvals_pending ON approvals (asked_at) WHERE state = 'pending'",
            "CREATE TABLE workers (name TEXT NOT NULL PRIMARY KEY, seen_at BIGINT NOT NULL, slots BIGINT NOT NULL)",
        ]

    private static let executionColumns = """
        id TEXT NOT NULL UNIQUE, serial TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, job_id TEXT, job_serial TEXT,
        name TEXT NOT NULL, job_version INTEGER, state TEXT NOT NULL, cause TEXT, is_cancelling INTEGER NOT NULL DEFAULT 0,
        targets TEXT NOT NULL, max_parallel INTEGER NOT NULL, started_by TEXT NOT NULL,
        idempotency_key TEXT UNIQUE, fingerprint TEXT, rerun_of TEXT,
        created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER,
        definition TEXT NOT NULL, parameters TEXT NOT NULL, secrets TEXT, left_out TEXT NOT NULL,
        total INTEGER NOT NULL, waiting INTEGER NOT NULL, running INTEGER NOT NULL DEFAULT 0,
        succeeded INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0, cancelled INTEGER NOT NULL DEFAULT 0,
        unclear INTEGER NOT NULL DEFAULT 0, last_sequence INTEGER NOT NULL DEFAULT 0
        """

    private static let shared = [
        "CREATE INDEX executions_work ON executions (key) WHERE waiting > 0",
        "CREATE INDEX executions_state ON executions (state, key)",
        "CREATE INDEX executions_job ON executions (job_id, key)",
        """
        CREATE TABLE branches (
            execution INTEGER NOT NULL REFERENCES executions (key), number INTEGER NOT NULL,
            target_id TEXT NOT NULL, target_serial TEXT NOT NULL, target_name TEXT NOT NULL, target TEXT NOT NULL,
            state TEXT NOT NULL, cause TEXT, connection TEXT, worker TEXT, fence INTEGER NOT NULL DEFAULT 0,
            lease_until INTEGER, cancel_told INTEGER NOT NULL DEFAULT 0, started_at INTEGER, ended_at INTEGER,
            PRIMARY KEY (execution, number)) WITHOUT ROWID
        """,
        "CREATE INDEX branches_waiting ON branches (execution, number) WHERE state = 'waiting'",
        "CREATE INDEX branches_leased ON branches (lease_until) WHERE lease_until IS NOT NULL",
        "CREATE INDEX branches_target ON branches (target_id, execution)",
        """
        CREATE TABLE steps (
            execution INTEGER NOT NULL, branch INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
            state TEXT NOT NULL, attempt INTEGER NOT NULL, exit_code INTEGER, cause TEXT, started_at INTEGER,
            ended_at INTEGER, output_bytes INTEGER NOT NULL, truncated INTEGER NOT NULL,
            PRIMARY KEY (execution, branch, number)) WITHOUT ROWID
        """,
        """
        CREATE TABLE feed (
            execution INTEGER NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
            branch INTEGER, step INTEGER, attempt INTEGER, stream TEXT, body BLOB NOT NULL,
            PRIMARY KEY (execution, sequence)) WITHOUT ROWID
        """,
        "CREATE INDEX feed_output ON feed (execution, branch, step, sequence) WHERE kind = 'output'",
        """
        CREATE TABLE probes (
            id TEXT PRIMARY KEY, target_id TEXT NOT NULL, name TEXT NOT NULL, method INTEGER, created_at INTEGER NOT NULL,
            worker TEXT, result TEXT)
        """,
        "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    ]
}
