import Contracts
import Store
import Vocabulary

extension SQLRetentionStore {
    /// See `RetentionStore`.
    package func emptyDays(before day: Int, in transaction: any Transaction) async throws -> [Int] {
        let rows = try await transaction.query(
            """
            -- archive.empty_days
            SELECT days.day AS day FROM (
                SELECT CAST(substr(child.relname, 17) AS BIGINT) AS day FROM pg_inherits
                JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
                WHERE pg_inherits.inhparent = CAST('output_archive' AS REGCLASS)) AS days
            WHERE days.day > 0 AND days.day < \(day)
                AND NOT EXISTS (SELECT 1 FROM executions WHERE archive_day = days.day AND kept = 0)
            ORDER BY days.day
            """)
        return try rows.map { try $0.int("day") }
    }

    /// See `RetentionStore`.
    package func saveKept(day: Int, in transaction: any Transaction) async throws {
        let columns = SQL(
            trusted: """
                execution, number, first_branch, first_step, first_sequence, last_branch, last_step, last_sequence, least_sequence,
                most_sequence, step_bytes, step_stdout_bytes, step_lines, step_stdout_lines, step_open, bytes, size, is_packed, signature, body
                """)
        try await transaction.execute(
            """
            -- archive.save_kept
            INSERT INTO output_archive (day, \(columns)) SELECT 0, \(columns) FROM output_archive
            WHERE day = \(day) AND execution IN (SELECT key FROM executions WHERE archive_day = \(day))
            """)
        try await transaction.execute(
            """
            -- archive_days.save_kept
            INSERT INTO archive_days (day, job_id, executions, bytes, stored)
            SELECT 0, job_id, executions, bytes, stored FROM archive_days WHERE day = \(day)
            ON CONFLICT (day, job_id) DO UPDATE SET executions = archive_days.executions + excluded.executions,
                bytes = archive_days.bytes + excluded.bytes, stored = archive_days.stored + excluded.stored
            """)
        try await transaction.execute("-- archive_days.saved\nDELETE FROM archive_days WHERE day = \(day)")
        try await transaction.execute("-- executions.save_kept\nUPDATE executions SET archive_day = 0 WHERE archive_day = \(day)")
    }

    /// See `RetentionStore`.
    package func drop(day: Int, in transaction: any Transaction) async throws {
        // Who reads the archive just now is not held up for longer than this; the next clean-up tries again.
        try await transaction.execute("SET LOCAL lock_timeout = '2s'")
        try await transaction.execute(SQL(trusted: "DROP TABLE \(SQLArchiveStore.partition(day))"))
    }

    /// See `RetentionStore`.
    package func total(in transaction: any Transaction) async throws -> ArchivedAmount {
        let row = try await transaction.first(
            """
            -- archive_days.total
            SELECT CAST(COALESCE(SUM(executions), 0) AS BIGINT) AS executions, CAST(COALESCE(SUM(bytes), 0) AS BIGINT) AS bytes,
                CAST(COALESCE(SUM(stored), 0) AS BIGINT) AS stored
            FROM archive_days
            """)
        guard let row else { return ArchivedAmount() }
        return ArchivedAmount(executions: try row.int("executions"), bytes: try row.int("bytes"), stored: try row.int("stored"))
    }

    /// See `RetentionStore`.
    package func largestJobs(limit: Int, in transaction: any Transaction) async throws -> [JobStorage] {
        let rows = try await transaction.query(
            """
            -- archive_days.jobs
            SELECT job_id, CAST(SUM(executions) AS BIGINT) AS executions, CAST(SUM(bytes) AS BIGINT) AS bytes,
                CAST(SUM(stored) AS BIGINT) AS stored
            FROM archive_days GROUP BY job_id ORDER BY stored DESC, job_id LIMIT \(limit)
            """)
        var jobs: [JobStorage] = []
        for row in rows {
            let job = try row.text("job_id")
            let name = try await transaction.first(
                "-- executions.job_name\nSELECT name FROM executions WHERE job_id = \(job) ORDER BY key DESC LIMIT 1")
            jobs.append(
                JobStorage(
                    job: JobID(job), name: job.isEmpty ? nil : try name?.text("name"), executions: try row.int("executions"),
                    bytes: try row.int("bytes"), storedBytes: try row.int("stored")))
        }
        return jobs
    }

    /// See `RetentionStore`.
    package func kept(in transaction: any Transaction) async throws -> Int {
        try await transaction.first("-- executions.kept\nSELECT COUNT(*) AS number FROM executions WHERE kept = 1")?.int("number") ?? 0
    }

    /// See `RetentionStore`.
    package func due(
        before time: Timestamp, withOutput: Bool, most: Int, in transaction: any Transaction
    ) async throws -> (count: Int, stored: Int) {
        let only: SQL = withOutput ? "AND output_state <> 3" : ""
        let row = try await transaction.first(
            """
            -- executions.due
            SELECT COUNT(*) AS number, CAST(COALESCE(SUM(output_stored), 0) AS BIGINT) AS stored FROM (
                SELECT output_stored FROM executions WHERE ended_at IS NOT NULL AND ended_at < \(time) AND kept = 0 \(only)
                ORDER BY ended_at, key LIMIT \(most)) AS due
            """)
        return (try row?.int("number") ?? 0, try row?.int("stored") ?? 0)
    }

    /// See `RetentionStore`.
    package func kinds(stored: Int, in transaction: any Transaction) async throws -> [StorageUse] {
        switch transaction.dialect {
        case .sqlite:
            let row = try await transaction.first(
                """
                -- storage.pages
                SELECT page_size * page_count AS whole, page_size * freelist_count AS free
                FROM pragma_page_size(), pragma_page_count(), pragma_freelist_count()
                """)
            let (whole, free) = (try row?.int("whole") ?? 0, try row?.int("free") ?? 0)
            return [
                StorageUse(kind: .output, bytes: stored), StorageUse(kind: .other, bytes: max(0, whole - free - stored)),
                StorageUse(kind: .free, bytes: free),
            ]
        case .postgresql:
            let row = try await transaction.first(
                """
                -- storage.relations
                SELECT CAST(COALESCE((SELECT SUM(pg_total_relation_size(relid)) FROM pg_partition_tree('output_archive')), 0) AS BIGINT) AS output,
                    pg_total_relation_size('feed') AS feed,
                    pg_total_relation_size('executions') + pg_total_relation_size('branches') + pg_total_relation_size('steps') AS runs,
                    pg_database_size(current_database()) AS whole
                """)
            let (output, feed, runs) = (try row?.int("output") ?? 0, try row?.int("feed") ?? 0, try row?.int("runs") ?? 0)
            let rest = max(0, (try row?.int("whole") ?? 0) - output - feed - runs)
            return [
                StorageUse(kind: .output, bytes: output), StorageUse(kind: .feed, bytes: feed), StorageUse(kind: .runs, bytes: runs),
                StorageUse(kind: .other, bytes: rest),
            ]
        }
    }
}
