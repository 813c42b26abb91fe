import Contracts
import Store
import Vocabulary

/// What archivist and retention do, in SQL; what is shown of it is in `SQLStorageStore.swift`.
package struct SQLRetentionStore: RetentionStore {
    /// There is nothing to configure.
    package init() {}

    /// See `RetentionStore`.
    package func hold(
        _ chore: Chore, by holder: String, at now: Timestamp, until: Timestamp, in transaction: any Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            -- chores.hold
            UPDATE chores SET holder = \(holder), held_until = \(until)
            WHERE name = \(chore.rawValue) AND (holder = \(holder) OR held_until < \(now))
            """) == 1
    }

    /// See `RetentionStore`.
    package func mark(_ chore: Chore, in transaction: any Transaction) async throws -> EndedPlace {
        let row = try await transaction.first("-- chores.mark\nSELECT mark_at, mark_key FROM chores WHERE name = \(chore.rawValue)")
        return EndedPlace(at: try row?.time("mark_at") ?? Timestamp(milliseconds: 0), key: try row?.int("mark_key") ?? 0)
    }

    /// See `RetentionStore`.
    package func move(_ chore: Chore, to place: EndedPlace, in transaction: any Transaction) async throws {
        try await transaction.execute(
            "-- chores.move\nUPDATE chores SET mark_at = \(place.at), mark_key = \(place.key) WHERE name = \(chore.rawValue)")
    }

    /// See `RetentionStore`.
    package func goBack(_ chore: Chore, by seconds: Int, in transaction: any Transaction) async throws {
        let milliseconds = seconds * 1000
        try await transaction.execute(
            """
            -- chores.go_back
            UPDATE chores SET mark_at = mark_at - \(milliseconds), mark_key = 0 WHERE name = \(chore.rawValue) AND mark_at > \(milliseconds)
            """)
    }

    /// See `RetentionStore`.
    package func ended(
        after place: EndedPlace, before time: Timestamp, isRemoving: Bool, limit: Int, in transaction: any Transaction
    ) async throws -> [EndedExecution] {
        let rows = try await transaction.query(
            """
            -- executions.ended
            SELECT key, ended_at, job_id, output_state, archive_day, output_bytes, output_stored, total, last_sequence FROM executions
            WHERE ended_at IS NOT NULL AND (ended_at, key) > (\(place.at), \(place.key)) AND ended_at < \(time) \(isRemoving ? "AND kept = 0" : "" as SQL)
            ORDER BY ended_at, key LIMIT \(limit)
            """)
        return try rows.map { row in
            EndedExecution(
                key: try row.int("key"), endedAt: try row.time("ended_at"), job: try row.optionalId("job_id"),
                output: try OutputHome(state: row.int("output_state"), day: row.optionalInt("archive_day")),
                bytes: try row.int("output_bytes"), stored: try row.int("output_stored"), branches: try row.int("total"),
                lastSequence: try row.int("last_sequence"))
        }
    }

    /// See `RetentionStore`.
    package func feedBytes(_ executions: [Int], in transaction: any Transaction) async throws -> [Int: Int] {
        if executions.isEmpty { return [:] }
        let rows = try await transaction.query(
            """
            -- feed.bytes
            SELECT execution, CAST(SUM(length(body)) AS BIGINT) AS bytes FROM feed
            WHERE kind = 'output' AND execution IN \(SQL.list(executions)) GROUP BY execution
            """)
        return Dictionary(try rows.map { (try $0.int("execution"), try $0.int("bytes")) }, uniquingKeysWith: +)
    }

    /// See `RetentionStore`.
    package func removeFromFeed(
        _ execution: Int, from: OutputPlace, through: OutputPlace, in transaction: any Transaction
    ) async throws -> Int {
        try await transaction.execute(
            """
            -- feed.archived
            DELETE FROM feed WHERE execution = \(execution) AND kind = 'output'
                AND (branch, step, sequence) >= (\(from.branch), \(from.step), \(from.sequence))
                AND (branch, step, sequence) <= (\(through.branch), \(through.step), \(through.sequence))
            """)
    }

    /// See `RetentionStore`.
    package func removeFromFeed(_ executions: [Int], in transaction: any Transaction) async throws {
        if executions.isEmpty { return }
        try await transaction.execute(
            "-- feed.remove_output\nDELETE FROM feed WHERE kind = 'output' AND execution IN \(SQL.list(executions))")
    }

    /// See `RetentionStore`.
    package func place(
        _ execution: Int, _ home: OutputHome, _ amount: ArchivedAmount, in transaction: any Transaction
    ) async throws {
        try await transaction.execute(
            """
            -- executions.archived
            UPDATE executions SET output_state = \(home.isInFeed ? 1 : 2), archive_day = \(home.day), output_bytes = \(amount.bytes),
                output_stored = \(amount.stored)
            WHERE key = \(execution)
            """)
    }

    /// See `RetentionStore`.
    package func markRemoved(_ executions: [Int], at now: Timestamp, in transaction: any Transaction) async throws {
        if executions.isEmpty { return }
        try await transaction.execute(
            """
            -- executions.output_removed
            UPDATE executions SET output_state = 3, output_removed_at = COALESCE(output_removed_at, \(now))
            WHERE key IN \(SQL.list(executions))
            """)
    }

    /// See `RetentionStore`.
    package func forget(_ executions: [Int], in transaction: any Transaction) async throws -> Set<Int> {
        if executions.isEmpty { return [] }
        let rows = try await transaction.query(
            """
            -- executions.output_forgotten
            UPDATE executions SET archive_day = NULL, output_bytes = 0, output_stored = 0
            WHERE output_state = 3 AND archive_day IS NOT NULL AND key IN \(SQL.list(executions))
            RETURNING key
            """)
        return Set(try rows.map { try $0.int("key") })
    }

    /// See `RetentionStore`.
    package func count(_ day: Int, _ job: JobID?, _ amount: ArchivedAmount, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- archive_days.count
            INSERT INTO archive_days (day, job_id, executions, bytes, stored)
            VALUES (\(day), \(job?.text ?? ""), \(amount.executions), \(amount.bytes), \(amount.stored))
            ON CONFLICT (day, job_id) DO UPDATE SET executions = archive_days.executions + excluded.executions,
                bytes = archive_days.bytes + excluded.bytes, stored = archive_days.stored + excluded.stored
            """)
        if amount.executions < 0 {
            try await transaction.execute("-- archive_days.clean\nDELETE FROM archive_days WHERE day = \(day) AND executions <= 0")
        }
    }

    /// See `RetentionStore`.
    package func removeGroups(_ execution: Int, day: Int, limit: Int, in transaction: any Transaction) async throws -> Int {
        try await transaction.execute(
            """
            -- archive.remove
            DELETE FROM output_archive WHERE day = \(day) AND execution = \(execution) AND number IN (
                SELECT number FROM output_archive WHERE day = \(day) AND execution = \(execution) ORDER BY number LIMIT \(limit))
            """)
    }

    /// See `RetentionStore`.
    package func removeRows(_ execution: Int, limit: Int, in transaction: any Transaction) async throws -> Bool {
        for (table, column) in [("feed", "sequence"), ("steps", "branch"), ("branches", "number")] {
            let (name, key) = (SQL(trusted: table), SQL(trusted: column))
            let removed = try await transaction.execute(
                """
                -- retention.rows
                DELETE FROM \(name) WHERE execution = \(execution) AND \(key) <= (
                    SELECT MAX(\(key)) FROM (SELECT \(key) FROM \(name) WHERE execution = \(execution) ORDER BY \(key) LIMIT \(limit)) AS portion)
                """)
            if removed > 0 { return false }
        }
        try await remove([execution], in: transaction)
        return true
    }

    /// See `RetentionStore`.
    package func remove(_ executions: [Int], in transaction: any Transaction) async throws {
        if executions.isEmpty { return }
        // Who keeps it just now is waited for, and comes first.
        let still = try await transaction.query(
            """
            -- retention.lock
            SELECT key FROM executions WHERE kept = 0 AND key IN \(SQL.list(executions)) ORDER BY key \(transaction.dialect.forUpdate)
            """
        ).map { try $0.int("key") }
        if still.isEmpty { return }
        for table in ["feed", "steps", "branches", "approvals", "approved_ways", "execution_locks"] {
            try await transaction.execute(
                "-- retention.remove\nDELETE FROM \(SQL(trusted: table)) WHERE execution IN \(SQL.list(still))")
        }
        try await transaction.execute("-- retention.remove\nDELETE FROM executions WHERE key IN \(SQL.list(still))")
    }

    /// See `RetentionStore`.
    package func retention(in transaction: any Transaction) async throws -> Retention {
        let row = try await transaction.first(
            "-- retention.find\nSELECT output_days, output_bytes, execution_days, changed_by, changed_at FROM retention")
        guard let row else { return Retention(policy: RetentionPolicy()) }
        return Retention(
            policy: RetentionPolicy(
                outputDays: try row.optionalInt("output_days"), outputBytes: try row.optionalInt("output_bytes"),
                executionDays: try row.optionalInt("execution_days")),
            changedBy: try row.text("changed_by"), changedAt: try row.time("changed_at"))
    }

    /// See `RetentionStore`.
    package func set(_ retention: Retention, in transaction: any Transaction) async throws {
        let policy = retention.policy
        try await transaction.execute(
            """
            -- retention.set
            INSERT INTO retention (name, output_days, output_bytes, execution_days, changed_by, changed_at)
            VALUES ('all', \(policy.outputDays), \(policy.outputBytes), \(policy.executionDays), \(retention.changedBy), \(retention.changedAt))
            ON CONFLICT (name) DO UPDATE SET output_days = excluded.output_days, output_bytes = excluded.output_bytes,
                execution_days = excluded.execution_days, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """)
    }

    /// See `RetentionStore`.
    package func keep(_ execution: Int, _ isKept: Bool, in transaction: any Transaction) async throws {
        try await transaction.execute("-- executions.keep\nUPDATE executions SET kept = \(isKept) WHERE key = \(execution)")
    }
}
