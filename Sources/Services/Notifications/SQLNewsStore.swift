import Contracts
import Store
import Vocabulary

/// What is remembered of news, in SQL.
struct SQLNewsStore: NewsStore {
    func take(_ ids: [String], at now: Timestamp, in transaction: any Transaction) async throws -> [String] {
        guard !ids.isEmpty else { return [] }
        let known = Set(
            try await transaction.query("-- heard.known\nSELECT id FROM heard WHERE id IN \(SQL.list(ids))").map { try $0.text("id") })
        var fresh: [String] = []
        for id in ids where !known.contains(id) && !fresh.contains(id) { fresh.append(id) }
        try await transaction.insert("-- heard.add\nINSERT INTO heard (id, heard_at)", fresh.map { [.of($0), .of(now)] })
        return fresh
    }

    func failures(of jobs: [JobID], in transaction: any Transaction) async throws -> [JobID: Int] {
        guard !jobs.isEmpty else { return [:] }
        let rows = try await transaction.query(
            """
            -- job_runs.failures
            SELECT job, failures
            FROM job_runs
            WHERE job IN \(SQL.list(jobs))
            """)
        return Dictionary(try rows.map { (JobID(trusted: try $0.text("job")), try $0.int("failures")) }) { first, _ in first }
    }

    func keep(_ failures: [JobID: Int], at now: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.insert(
            "-- job_runs.keep\nINSERT INTO job_runs (job, failures, updated_at)",
            failures.sorted { $0.key.text < $1.key.text }.map { [.of($0.key), .of($0.value), .of(now)] },
            "ON CONFLICT (job) DO UPDATE SET failures = excluded.failures, updated_at = excluded.updated_at")
    }

    func insert(_ event: NotificationEvent, content: String, at now: Timestamp, in transaction: any Transaction) async throws {
        try await transaction.execute(
            """
            -- events.insert
            INSERT INTO events (id, kind, severity, title, execution, job, target, content, at, created_at)
            VALUES (\(event.id), \(event.kind), \(event.severity), \(event.title), \(event.execution), \(event.job), \(event.target),
                \(content), \(event.at), \(now))
            ON CONFLICT (id) DO NOTHING
            """)
    }

    func event(_ id: String, in reading: any Reading) async throws -> (event: NotificationEvent, content: String)? {
        let row = try await reading.first(
            """
            -- events.show
            SELECT id AS event_id, kind, severity, title, execution, job, target, content, at
            FROM events
            WHERE id = \(id)
            """)
        return try row.map { (try Self.event($0), try $0.text("content")) }
    }

    func prune(heardBefore: Timestamp, endedBefore: Timestamp, limit: Int, in transaction: any Transaction) async throws -> Int {
        try await transaction.execute(
            """
            -- heard.prune
            DELETE FROM heard
            WHERE id IN (SELECT id FROM heard WHERE heard_at < \(heardBefore) ORDER BY heard_at LIMIT \(10 * limit))
            """)
        let ended: SQL = """
            SELECT id FROM deliveries WHERE created_at < \(endedBefore) AND state IN ('sent', 'failed', 'dropped') ORDER BY created_at LIMIT \(limit)
            """
        let found = try await transaction.query("-- deliveries.old\n\(ended)").map { try $0.text("id") }
        if !found.isEmpty {
            let list = SQL.list(found)
            try await transaction.execute("-- delivery_events.prune\nDELETE FROM delivery_events WHERE delivery_id IN \(list)")
            try await transaction.execute("-- attempts.prune\nDELETE FROM attempts WHERE delivery_id IN \(list)")
            try await transaction.execute("-- deliveries.prune\nDELETE FROM deliveries WHERE id IN \(list)")
        }
        let events = try await transaction.execute(
            """
            -- events.prune
            DELETE FROM events
            WHERE id IN (
                SELECT e.id
                FROM events e
                WHERE e.created_at < \(endedBefore)
                    AND NOT EXISTS (SELECT 1 FROM delivery_events d WHERE d.event_id = e.id)
                    AND NOT EXISTS (SELECT 1 FROM reminders r WHERE r.event_id = e.id)
                ORDER BY e.created_at
                LIMIT \(limit))
            """)
        let alerts = try await transaction.execute(
            """
            -- alerts.prune
            DELETE FROM alerts
            WHERE id IN (SELECT id FROM alerts WHERE resolved_at < \(endedBefore) ORDER BY resolved_at LIMIT \(limit))
            """)
        return found.count + events + alerts
    }

    /// An event out of a row; its id is in `event_id`.
    static func event(_ row: Row) throws -> NotificationEvent {
        NotificationEvent(
            id: try row.text("event_id"), kind: try row.word("kind"), severity: try row.word("severity"), title: try row.text("title"),
            execution: try row.optionalText("execution"), job: try row.optionalText("job"), target: try row.optionalText("target"),
            at: try row.time("at"))
    }
}
