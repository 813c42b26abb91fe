import Contracts
import Store
import Vocabulary
import Web

/// The store of executions in SQL.
package struct SQLExecutionStore: ExecutionStore {
    /// There is nothing to configure.
    package init() {}

    private static let columns = SQL(
        trusted: """
            key, id, serial, kind, job_id, job_serial, name, job_version, state, cause, is_cancelling, targets, max_parallel,
            started_by, fingerprint, rerun_of, created_at, started_at, ended_at, total, waiting, running, succeeded, failed,
            cancelled, unclear, last_sequence, is_resumed, priority, released, held, hold, accepted, rollout, has_locks,
            has_approvals, has_slots, output_state, archive_day, output_removed_at, kept, started_for
            """)

    /// See `ExecutionStore`.
    package func insert(_ all: [NewExecution], in transaction: any Transaction) async throws -> [Int?] {
        let statements = SQL.inserts(
            Self.insertion, try all.map(Self.values), "ON CONFLICT (idempotency_key) DO NOTHING RETURNING key, id")
        var keys: [String: Int] = [:]
        for row in try await transaction.query(each: statements).joined() { keys[try row.text("id")] = try row.int("key") }
        return all.map { keys[$0.execution.id.text] }
    }

    private static let insertion = """
        -- executions.insert
        INSERT INTO executions (id, serial, kind, job_id, job_serial, name, job_version, state, targets, max_parallel,
            started_by, idempotency_key, fingerprint, rerun_of, created_at, definition, parameters, secrets, left_out,
            total, waiting, is_resumed, priority, released, held, hold, rollout, has_locks, locks,
            has_approvals, has_slots, started_for, last_sequence)
        """

    private static func values(_ new: NewExecution) throws -> [SQLValue] {
        let run = new.execution
        return [
            .of(run.id), .of(run.serial), .of(run.kind), .of(run.job), .of(run.jobSerial), .of(run.name), .of(run.jobVersion),
            .of(run.state), .of(run.targets), .of(run.maxParallel), .of(run.startedBy), .of(new.idempotencyKey),
            .of(new.fingerprint), .of(run.rerunOf), .of(run.createdAt), .of(try new.definitionText ?? JSONCodec.text(new.definition)),
            .of(try JSONCodec.text(new.parameters)), .of(new.sealedSecrets), .of(try JSONCodec.text(new.leftOut)),
            .of(run.counts.total), .of(run.counts.waiting), .of(run.resumed ?? false), .of(run.priority.rank), .of(run.released),
            .of(new.held), .of(try run.hold.map { try JSONCodec.text($0) }), .of(try new.rollout.map { try JSONCodec.text($0) }),
            .of(new.hasLocks), .of(new.locks.isEmpty ? nil : try JSONCodec.text(new.locks)), .of(new.hasApprovals),
            .of(new.hasSlots), .of(run.trigger?.text), .of(1),
        ]
    }

    /// See `ExecutionStore`.
    package func next(_ counter: String, _ count: Int, in transaction: any Transaction) async throws -> Int {
        let rows = try await transaction.query(
            """
            -- executions.counter
            INSERT INTO counters (name, value) VALUES (\(counter), \(count))
            ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value RETURNING value
            """)
        guard let row = rows.first else { throw StoreError.unexpectedValue(column: "value") }
        return try row.int("value")
    }

    /// See `ExecutionStore`.
    package func find(_ name: String, in transaction: any Transaction) async throws -> StoredExecution? {
        let condition: SQL = ExecutionID(name).map { "id = \($0)" } ?? "serial = \(name.uppercased())"
        return try await first(condition, in: transaction)
    }

    /// See `ExecutionStore`.
    package func find(key: Int, in transaction: any Transaction) async throws -> StoredExecution? {
        try await first("key = \(key)", in: transaction)
    }

    /// See `ExecutionStore`.
    package func find(idempotencyKey: String, in transaction: any Transaction) async throws -> StoredExecution? {
        try await first("idempotency_key = \(idempotencyKey)", in: transaction)
    }

    /// See `ExecutionStore`.
    package func find(idempotencyKeys: [String], in transaction: any Transaction) async throws -> [String: StoredExecution] {
        let condition: SQL = "WHERE idempotency_key IN \(SQL.list(idempotencyKeys))"
        let rows = try await transaction.query(
            "-- executions.by_keys\nSELECT idempotency_key, \(Self.columns) FROM executions \(condition)")
        let found = try rows.map { (try $0.text("idempotency_key"), try Self.read($0)) }
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }

    static func select(_ condition: SQL) -> SQL { "-- executions.find\nSELECT \(columns) FROM executions WHERE \(condition)" }

    /// See `ExecutionStore`.
    package func allOpen(_ job: JobID, in transaction: any Transaction) async throws -> [String] {
        let rows = try await transaction.query(
            "-- executions.all_open\nSELECT serial FROM executions WHERE job_id = \(job) AND ended_at IS NULL ORDER BY key")
        return try rows.map { try $0.text("serial") }
    }

    /// See `ExecutionStore`.
    package func locks(_ key: Int, in transaction: any Transaction) async throws -> [String] {
        let row = try await transaction.first("-- executions.locks\nSELECT locks FROM executions WHERE key = \(key)")
        return try Self.json(row?.optionalText("locks")) ?? []
    }

    /// See `ExecutionStore`.
    package func open(_ job: JobID, in transaction: any Transaction) async throws -> StoredExecution? {
        try await first("job_id = \(job) AND ended_at IS NULL ORDER BY key DESC LIMIT 1", in: transaction)
    }

    private func first(_ condition: SQL, in transaction: any Transaction) async throws -> StoredExecution? {
        try await transaction.first(Self.select(condition)).map(Self.read)
    }

    /// See `ExecutionStore`.
    package func anySealed(in transaction: any Transaction) async throws -> (id: ExecutionID, secrets: String)? {
        let row = try await transaction.first(
            """
            -- executions.any_sealed
            SELECT id, secrets
            FROM executions
            WHERE secrets IS NOT NULL
            ORDER BY key DESC
            LIMIT 1
            """)
        return try row.map { (try $0.id("id"), try $0.text("secrets")) }
    }

    /// See `ExecutionStore`.
    package func list(
        _ query: ExecutionQuery, before: Int?, limit: Int, in transaction: any Transaction
    ) async throws -> [StoredExecution] {
        var conditions: [SQL] = []
        if let before { conditions.append("key < \(before)") }
        if let state = query.state { conditions.append("state = \(state)") }
        if let job = query.job { conditions.append("job_id = \(job)") }
        if let target = query.target {
            conditions.append("key IN (SELECT execution FROM branches WHERE target_id = \(target))")
        }
        if let search = query.search, !search.isEmpty {
            let pattern = SQLPattern.contains(search)
            conditions.append(
                """
                (lower(name) LIKE \(pattern) ESCAPE '\\' OR lower(serial) LIKE \(pattern) ESCAPE '\\'
                OR lower(started_by) LIKE \(pattern) ESCAPE '\\')
                """)
        }
        let filter: SQL = conditions.isEmpty ? "" : "WHERE " + SQL.join(conditions, " AND ")
        let rows = try await transaction.query(
            "-- executions.list\nSELECT \(Self.columns) FROM executions \(filter) ORDER BY key DESC LIMIT \(limit)")
        return try rows.map(Self.read)
    }

    /// See `ExecutionStore`.
    package func update(_ all: [StoredExecution], in transaction: any Transaction) async throws {
        try await transaction.write(all.map(Self.update))
    }

    private static func update(_ stored: StoredExecution) throws -> SQL {
        let (run, counts) = (stored.execution, stored.execution.counts)
        return """
            -- executions.update
            UPDATE executions SET state = \(run.state), cause = \(run.cause), is_cancelling = \(stored.isCancelling),
                started_at = \(run.startedAt), ended_at = \(run.endedAt), waiting = \(counts.waiting),
                running = \(counts.running), succeeded = \(counts.succeeded), failed = \(counts.failed),
                cancelled = \(counts.cancelled), unclear = \(counts.unclear), last_sequence = \(run.lastSequence),
                released = \(run.released), held = \(stored.held), hold = \(try run.hold.map { try JSONCodec.text($0) }),
                accepted = \(stored.accepted)
            WHERE key = \(stored.key)
            """
    }

    /// See `ExecutionStore`.
    package func claimable(limit: Int, in transaction: any Transaction) async throws -> [Int] {
        let rows = try await transaction.query(
            """
            -- executions.claimable
            SELECT key FROM executions
            WHERE waiting > held AND running < max_parallel AND (has_slots = 0 OR \(SQLSlots.hasFree)) ORDER BY priority DESC, key LIMIT \(limit)
            """)
        return try rows.map { try $0.int("key") }
    }

    /// See `ExecutionStore`.
    package func position(of stored: StoredExecution, in transaction: any Transaction) async throws -> Int {
        let rank = stored.execution.priority.rank
        let row = try await transaction.first(
            """
            -- executions.position
            SELECT COUNT(*) AS number FROM executions
            WHERE waiting > held AND running < max_parallel AND (priority > \(rank) OR (priority = \(rank) AND key < \(stored.key)))
            """)
        return try (row?.int("number") ?? 0) + 1
    }

    /// See `ExecutionStore`.
    package func waiting(limit: Int, in transaction: any Transaction) async throws -> [StoredExecution] {
        let ready = try await transaction.query(
            """
            -- executions.ready
            SELECT \(Self.columns) FROM executions WHERE waiting > held AND running < max_parallel
            ORDER BY priority DESC, key LIMIT \(limit)
            """)
        let others = try await transaction.query(
            """
            -- executions.not_ready
            SELECT \(Self.columns) FROM executions
            WHERE ended_at IS NULL AND waiting > 0 AND NOT (waiting > held AND running < max_parallel)
            ORDER BY priority DESC, key LIMIT \(limit - ready.count)
            """)
        return try (ready + others).map(Self.read)
    }

    static func read(_ row: Row) throws -> StoredExecution {
        let counts = BranchCounts(
            total: try row.int("total"), waiting: try row.int("waiting"), running: try row.int("running"),
            succeeded: try row.int("succeeded"), failed: try row.int("failed"), cancelled: try row.int("cancelled"),
            unclear: try row.int("unclear"))
        let execution = Execution(
            id: try row.id("id"), serial: try row.text("serial"), kind: try row.word("kind"), job: try row.optionalId("job_id"),
            jobSerial: try row.optionalText("job_serial"), name: try row.text("name"),
            jobVersion: try row.optionalInt("job_version"), state: try row.word("state"), cause: try row.optionalText("cause"),
            counts: counts, targets: try row.text("targets"), maxParallel: try row.int("max_parallel"),
            priority: RunPriority(rank: try row.int("priority")), hold: try Self.json(row.optionalText("hold")),
            released: try row.optionalInt("released"), startedBy: try row.text("started_by"),
            trigger: try row.optionalText("started_for").flatMap(RunTrigger.init(text:)), createdAt: try row.time("created_at"),
            startedAt: try row.optionalTime("started_at"), endedAt: try row.optionalTime("ended_at"),
            rerunOf: try row.optionalText("rerun_of"), resumed: try row.bool("is_resumed") ? true : nil,
            kept: try row.bool("kept") ? true : nil, outputRemovedAt: try row.optionalTime("output_removed_at"),
            lastSequence: try row.int("last_sequence"))
        return StoredExecution(
            key: try row.int("key"), execution: execution, isCancelling: try row.bool("is_cancelling"),
            fingerprint: try row.optionalText("fingerprint"), held: try row.int("held"), accepted: try row.int("accepted"),
            rollout: try Self.json(row.optionalText("rollout")), hasLocks: try row.bool("has_locks"),
            hasApprovals: try row.bool("has_approvals"), hasSlots: try row.bool("has_slots"),
            output: try OutputHome(state: row.int("output_state"), day: row.optionalInt("archive_day")))
    }

    private static func json<Value: Decodable>(_ text: String?) throws -> Value? {
        try text.map { try JSONCodec.decode(Value.self, from: $0.utf8) }
    }
}

/// Patterns for `LIKE ... ESCAPE '\'`.
enum SQLPattern {
    /// Matches texts that contain `text`, in lower case.
    static func contains(_ text: String) -> String {
        let escaped = text.lowercased().map { "%_\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "%\(escaped)%"
    }
}

extension RunPriority {
    /// How it sorts; the larger the sooner.
    var rank: Int {
        switch self {
        case .low: -10
        case .normal: 0
        case .high: 10
        case .urgent: 20
        }
    }

    /// The priority of a rank.
    init(rank: Int) { self = Self.allCases.first { $0.rank == rank } ?? .normal }
}
