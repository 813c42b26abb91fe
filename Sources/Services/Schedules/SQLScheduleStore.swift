import Contracts
import Store
import Vocabulary
import Web

/// The store of schedules in SQL.
struct SQLScheduleStore: ScheduleStore {
    private let memory: ScheduleMemory

    private static let columns = SQL(
        trusted: """
            id, serial, revision, definition, job_id, job_serial, job_name, calendars, owner_id, owner_name, jitter_key, sealed,
            secret_names, pause, considered_at, next_at, runs, created_at, updated_at, deleted_at
            """)

    init(memory: ScheduleMemory) { self.memory = memory }

    func schedule(_ reference: String, isLocked: Bool, in transaction: any Transaction) async throws -> StoredSchedule? {
        let key = StoredSchedule.key(reference)
        return try await transaction.first(
            """
            -- schedules.find
            SELECT \(Self.columns) FROM schedules
            WHERE deleted_at IS NULL AND (id = \(reference.lowercased()) OR serial = \(reference.uppercased()) OR name_key = \(key))
            ORDER BY CASE WHEN name_key = \(key) THEN 1 ELSE 0 END, id
            LIMIT 1
            \(isLocked ? transaction.dialect.forUpdate : "")
            """
        ).map(read)
    }

    func schedules(_ ids: [ScheduleID], in transaction: any Transaction) async throws -> [ScheduleID: StoredSchedule] {
        if ids.isEmpty { return [:] }
        let rows = try await transaction.query("-- schedules.some\nSELECT \(Self.columns) FROM schedules WHERE id IN \(SQL.list(ids))")
        return Dictionary(try rows.map(read).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func page(
        _ query: ScheduleQuery, after cursor: String?, limit: Int, in transaction: any Transaction
    ) async throws -> [StoredSchedule] {
        try await transaction.query(
            """
            -- schedules.page
            SELECT \(Self.columns) FROM schedules
            WHERE name_key > \(cursor ?? "") AND \(Self.matches(query))
            ORDER BY name_key
            LIMIT \(limit)
            """
        ).map(read)
    }

    func count(_ query: ScheduleQuery, in transaction: any Transaction) async throws -> Int {
        try await transaction.first(
            "-- schedules.count\nSELECT COUNT(*) AS total FROM schedules WHERE deleted_at IS NULL AND \(Self.matches(query))"
        )?.int("total") ?? 0
    }

    func nextNumber(year: Int, in transaction: any Transaction) async throws -> Int {
        try await transaction.first(
            """
            -- schedules.next_number
            INSERT INTO schedule_serials (year, last_number)
            VALUES (\(year), 1)
            ON CONFLICT (year) DO UPDATE SET last_number = schedule_serials.last_number + 1
            RETURNING last_number
            """)?.int("last_number") ?? 1
    }

    func insert(_ schedule: StoredSchedule, in transaction: any Transaction) async throws {
        try await refusingTakenName(schedule) {
            try await transaction.execute(
                """
                -- schedules.insert
                INSERT INTO schedules (id, serial, name_key, search_text, revision, definition, job_id, job_serial, job_name, calendars,
                    owner_id, owner_name, jitter_key, sealed, secret_names, overlap, pause, considered_at, next_at, runs, created_at,
                    updated_at)
                VALUES (\(schedule.id), \(schedule.serial), \(StoredSchedule.key(schedule.definition.name)), \(Self.searchText(schedule)),
                    \(schedule.revision), \(try JSONCodec.text(schedule.definition)), \(schedule.job.id), \(schedule.job.serial),
                    \(schedule.job.name), \(Self.list(schedule.calendars)), \(schedule.owner.id), \(schedule.owner.name),
                    \(schedule.jitterKey), \(schedule.sealed), \(schedule.secretNames.joined(separator: " ")), \(schedule.overlap),
                    \(try Self.text(schedule.pause)), \(schedule.consideredAt), \(schedule.nextAt), \(schedule.runs),
                    \(schedule.createdAt), \(schedule.updatedAt))
                """)
        }
    }

    func save(_ schedule: StoredSchedule, in transaction: any Transaction) async throws {
        let key = schedule.deletedAt == nil ? StoredSchedule.key(schedule.definition.name) : nil
        try await refusingTakenName(schedule) {
            try await transaction.execute(
                """
                -- schedules.save
                UPDATE schedules SET name_key = \(key), search_text = \(Self.searchText(schedule)), revision = \(schedule.revision),
                    definition = \(try JSONCodec.text(schedule.definition)), job_id = \(schedule.job.id),
                    job_serial = \(schedule.job.serial), job_name = \(schedule.job.name), calendars = \(Self.list(schedule.calendars)),
                    owner_id = \(schedule.owner.id), owner_name = \(schedule.owner.name), sealed = \(schedule.sealed),
                    secret_names = \(schedule.secretNames.joined(separator: " ")), overlap = \(schedule.overlap),
                    pause = \(try Self.text(schedule.pause)), considered_at = \(schedule.consideredAt), next_at = \(schedule.nextAt),
                    runs = \(schedule.runs), updated_at = \(schedule.updatedAt), deleted_at = \(schedule.deletedAt)
                WHERE id = \(schedule.id)
                """)
        }
    }

    func due(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredSchedule] {
        try await transaction.query(
            """
            -- schedules.due
            SELECT \(Self.columns) FROM schedules WHERE next_at <= \(now) ORDER BY next_at LIMIT \(limit) \(transaction.dialect.skipLocked)
            """
        ).map(read)
    }

    func due(
        after: Timestamp, until: Timestamp, limit: Int, in transaction: any Transaction
    ) async throws -> [(id: ScheduleID, revision: Int)] {
        try await transaction.query(
            """
            -- schedules.soon
            SELECT id, revision FROM schedules WHERE next_at > \(after) AND next_at <= \(until) ORDER BY next_at LIMIT \(limit)
            """
        ).map { (try $0.id("id"), try $0.int("revision")) }
    }

    func advance(_ schedules: [StoredSchedule], in transaction: any Transaction) async throws {
        // PostgreSQL takes what is in such a relation for text.
        try await transaction.write(
            SQL.inserts(
                "-- schedules.advance\nWITH moved (id, considered_at, next_at, runs) AS (",
                schedules.map { [.of($0.id), .of($0.consideredAt), .of($0.nextAt), .of($0.runs)] },
                """
                ) UPDATE schedules SET considered_at = CAST(moved.considered_at AS BIGINT), next_at = CAST(moved.next_at AS BIGINT),
                    runs = CAST(moved.runs AS BIGINT)
                FROM moved WHERE schedules.id = moved.id
                """))
    }

    func uncount(_ runs: [ScheduleID: Int], in transaction: any Transaction) async throws {
        let sorted = runs.filter { $0.value > 0 }.sorted { $0.key.text < $1.key.text }
        try await transaction.write(
            sorted.map { "-- schedules.uncount\nUPDATE schedules SET runs = runs - \($0.value) WHERE id = \($0.key)" })
    }

    func rename(_ jobs: [JobID: String], in transaction: any Transaction) async throws {
        for (job, name) in jobs.sorted(by: { $0.key.text < $1.key.text }) {
            try await transaction.execute(
                "-- schedules.rename_job\nUPDATE schedules SET job_name = \(name) WHERE job_id = \(job) AND job_name <> \(name)")
        }
    }

    func nextDue(in transaction: any Transaction) async throws -> Timestamp? {
        try await transaction.first("-- schedules.next_due\nSELECT MIN(next_at) AS next FROM schedules WHERE next_at IS NOT NULL")?
            .optionalTime("next")
    }

    func lockMinding(_ ids: [ScheduleID], in transaction: any Transaction) async throws -> Set<ScheduleID> {
        if ids.isEmpty { return [] }
        let rows = try await transaction.query(
            """
            -- schedules.lock_minding
            SELECT id FROM schedules WHERE id IN \(SQL.list(ids)) AND overlap <> 'allow' ORDER BY id \(transaction.dialect.forUpdate)
            """)
        return Set(try rows.map { try $0.id("id") })
    }

    func naming(_ calendar: CalendarID, in transaction: any Transaction) async throws -> (names: [String], count: Int) {
        let condition: SQL = "deleted_at IS NULL AND calendars LIKE \("%\(calendar.text)%")"
        let rows = try await transaction.query(
            "-- schedules.naming\nSELECT \(Self.columns) FROM schedules WHERE \(condition) ORDER BY name_key LIMIT 5")
        let count = try await transaction.first("-- schedules.count_naming\nSELECT COUNT(*) AS total FROM schedules WHERE \(condition)")
        return (try rows.map(read).map(\.definition.name), try count?.int("total") ?? 0)
    }

    func all(
        after id: ScheduleID?, of job: JobID?, limit: Int, isLocked: Bool, in transaction: any Transaction
    ) async throws -> [StoredSchedule] {
        let ofJob: SQL = job.map { "AND job_id = \($0)" } ?? ""
        return try await transaction.query(
            """
            -- schedules.all
            SELECT \(Self.columns) FROM schedules WHERE deleted_at IS NULL AND id > \(id?.text ?? "") \(ofJob) ORDER BY id LIMIT \(limit)
            \(isLocked ? transaction.dialect.forUpdate : "")
            """
        ).map(read)
    }

    func anySealed(in transaction: any Transaction) async throws -> (id: ScheduleID, sealed: String)? {
        try await transaction.first(
            "-- schedules.any_sealed\nSELECT id, sealed FROM schedules WHERE sealed IS NOT NULL ORDER BY id DESC LIMIT 1"
        ).map { (try $0.id("id"), try $0.text("sealed")) }
    }

    private func refusingTakenName(_ schedule: StoredSchedule, _ write: () async throws -> Int) async throws {
        do {
            _ = try await write()
        } catch StoreError.duplicate {
            throw ScheduleError.nameTaken(.schedule, schedule.definition.name)
        }
    }

    private static func matches(_ query: ScheduleQuery) -> SQL {
        var conditions: [SQL] = ["1 = 1"]
        if let search = query.search, !search.isEmpty {
            let escaped = search.lowercased().reduce(into: "") { $0 += "%_\\".contains($1) ? "\\\($1)" : String($1) }
            conditions.append("(search_text LIKE \("%\(escaped)%") ESCAPE '\\')")
        }
        if let job = query.job { conditions.append("job_id = \(job)") }
        switch query.state {
        case .active: conditions.append("next_at IS NOT NULL")
        case .paused: conditions.append("pause IS NOT NULL")
        case .ended: conditions.append("next_at IS NULL AND pause IS NULL")
        case nil: break
        }
        return SQL.join(conditions, " AND ")
    }

    private static func searchText(_ schedule: StoredSchedule) -> String {
        [schedule.definition.name, schedule.definition.description ?? "", schedule.job.name, schedule.serial].joined(separator: "\n")
            .lowercased()
    }

    private static func list(_ calendars: [CalendarID]) -> String { calendars.map(\.text).joined(separator: " ") }

    private static func text(_ pause: SchedulePause?) throws -> String? { try pause.map { try JSONCodec.text($0) } }

    private func read(_ row: Row) throws -> StoredSchedule {
        let (id, revision): (ScheduleID, Int) = (try row.id("id"), try row.int("revision"))
        let definition = try memory.definition(id, revision) {
            try JSONCodec.decode(ScheduleDefinition.self, from: row.text("definition").utf8)
        }
        return StoredSchedule(
            id: id, serial: try row.text("serial"), revision: revision, definition: definition,
            job: ScheduledJob(id: try row.id("job_id"), serial: try row.text("job_serial"), name: try row.text("job_name")),
            calendars: try row.text("calendars").split(separator: " ").map { CalendarID(trusted: String($0)) },
            owner: ScheduleOwner(id: try row.id("owner_id"), name: try row.text("owner_name")), jitterKey: try row.text("jitter_key"),
            sealed: try row.optionalText("sealed"), secretNames: try row.text("secret_names").split(separator: " ").map(String.init),
            pause: try row.optionalText("pause").map { try JSONCodec.decode(SchedulePause.self, from: $0.utf8) },
            consideredAt: try row.time("considered_at"), nextAt: try row.optionalTime("next_at"), runs: try row.int("runs"),
            createdAt: try row.time("created_at"), updatedAt: try row.time("updated_at"), deletedAt: try row.optionalTime("deleted_at"))
    }
}
