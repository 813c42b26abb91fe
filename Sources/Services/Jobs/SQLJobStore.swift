import Contracts
import Foundation
import Store
import Vocabulary

/// Jobs in a database. The text of a version is kept once, in `job_versions`; `jobs` holds what lists show.
struct SQLJobStore: JobStore {
    private static let job = SQL(
        trusted: """
            SELECT jobs.id, jobs.serial, jobs.version, jobs.created_at, jobs.updated_at, jobs.updated_by,
                job_versions.definition, job_versions.yaml
            FROM jobs JOIN job_versions ON job_versions.job_id = jobs.id AND job_versions.version = jobs.version
            """)
    private static let summary = SQL(
        trusted: "id, serial, name, description, step_count, targets, version, updated_at, updated_by")
    private let transaction: any Transaction

    init(_ transaction: any Transaction) { self.transaction = transaction }

    func job(_ reference: String) async throws -> Job? {
        let row = try await transaction.first(
            """
            -- jobs.by_reference
            \(Self.job)
            WHERE jobs.id = \(reference.lowercased()) OR jobs.serial = \(reference.uppercased()) OR jobs.name_key = \(Job.key(reference))
            ORDER BY CASE WHEN jobs.name_key = \(Job.key(reference)) THEN 1 ELSE 0 END, jobs.id
            LIMIT 1
            """)
        return try row.map(Self.job)
    }

    func job(named name: String) async throws -> Job? {
        let row = try await transaction.first(
            """
            -- jobs.by_name
            \(Self.job)
            WHERE jobs.name_key = \(Job.key(name))
            """)
        return try row.map(Self.job)
    }

    func page(search: String?, after cursor: String?, limit: Int) async throws -> [JobSummary] {
        let rows = try await transaction.query(
            """
            -- jobs.page
            SELECT \(Self.summary)
            FROM jobs
            WHERE name_key > \(cursor ?? "") AND \(Self.matches(search))
            ORDER BY name_key
            LIMIT \(limit)
            """)
        return try rows.map(Self.summary)
    }

    func count(search: String?) async throws -> Int {
        try await transaction.first(
            """
            -- jobs.count
            SELECT COUNT(*) AS total FROM jobs WHERE \(Self.matches(search))
            """)?.int("total") ?? 0
    }

    func nextNumber(year: Int) async throws -> Int {
        try await transaction.first(
            """
            -- jobs.next_number
            INSERT INTO job_serials (year, last_number)
            VALUES (\(year), 1)
            ON CONFLICT (year) DO UPDATE SET last_number = job_serials.last_number + 1
            RETURNING last_number
            """)?.int("last_number") ?? 1
    }

    func insert(_ job: Job) async throws {
        let shown = job.summary
        do {
            try await transaction.execute(
                """
                -- jobs.insert
                INSERT INTO jobs
                    (id, serial, name_key, search_text, name, description, step_count, targets, version, created_at, updated_at, updated_by)
                VALUES
                    (\(job.id), \(job.serial), \(Job.key(shown.name)), \(Self.searchText(shown)), \(shown.name), \(shown.description),
                     \(shown.steps), \(shown.targets), \(job.version), \(job.createdAt), \(job.updatedAt), \(job.updatedBy))
                """)
        } catch StoreError.duplicate {
            throw JobError.nameTaken(shown.name)
        }
        try await insertVersion(of: job)
    }

    func save(_ job: Job) async throws {
        let shown = job.summary
        let changed: Int
        do {
            changed = try await transaction.execute(
                """
                -- jobs.save
                UPDATE jobs
                SET name_key = \(Job.key(shown.name)), search_text = \(Self.searchText(shown)), name = \(shown.name),
                    description = \(shown.description), step_count = \(shown.steps), targets = \(shown.targets),
                    version = \(job.version), updated_at = \(job.updatedAt), updated_by = \(job.updatedBy)
                WHERE id = \(job.id) AND version = \(job.version - 1)
                """)
        } catch StoreError.duplicate {
            throw JobError.nameTaken(shown.name)
        }
        if changed == 0 {
            guard let present = try await self.job(job.id.text) else { throw JobError.notFound(job.serial) }
            throw JobError.staleVersion(sent: job.version - 1, current: present.version)
        }
        try await insertVersion(of: job)
    }

    func remove(_ id: JobID) async throws {
        try await transaction.execute(
            """
            -- jobs.remove_versions
            DELETE FROM job_versions WHERE job_id = \(id)
            """)
        try await transaction.execute(
            """
            -- jobs.remove
            DELETE FROM jobs WHERE id = \(id)
            """)
    }

    func versions(of id: JobID, before cursor: Int?, limit: Int) async throws -> [JobVersion] {
        let rows = try await transaction.query(
            """
            -- jobs.versions
            SELECT version, definition, yaml, saved_at, saved_by
            FROM job_versions
            WHERE job_id = \(id) AND version < \(cursor ?? 9_007_199_254_740_991)
            ORDER BY version DESC
            LIMIT \(limit)
            """)
        return try rows.map(Self.version)
    }

    func version(_ number: Int, of id: JobID) async throws -> JobVersion? {
        let row = try await transaction.first(
            """
            -- jobs.version
            SELECT version, definition, yaml, saved_at, saved_by
            FROM job_versions
            WHERE job_id = \(id) AND version = \(number)
            """)
        return try row.map(Self.version)
    }

    private func insertVersion(of job: Job) async throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let definition = String(decoding: try encoder.encode(job.definition), as: UTF8.self)
        try await transaction.execute(
            """
            -- jobs.insert_version
            INSERT INTO job_versions (job_id, version, definition, yaml, saved_at, saved_by)
            VALUES (\(job.id), \(job.version), \(definition), \(job.yaml), \(job.updatedAt), \(job.updatedBy))
            """)
    }

    private static func searchText(_ job: JobSummary) -> String { "\(job.name)\n\(job.description)".lowercased() }

    private static func matches(_ search: String?) -> SQL {
        guard let search, !search.isEmpty else { return "1 = 1" }
        let escaped = search.lowercased().reduce(into: "") { $0 += "%_\\".contains($1) ? "\\\($1)" : String($1) }
        return "search_text LIKE \("%\(escaped)%") ESCAPE '\\'"
    }

    private static func definition(_ row: Row) throws -> JobDefinition {
        do {
            return try JSONDecoder().decode(JobDefinition.self, from: Data(try row.text("definition").utf8))
        } catch is DecodingError {
            throw StoreError.unexpectedValue(column: "definition")
        }
    }

    private static func job(_ row: Row) throws -> Job {
        Job(
            id: try row.id("id"), serial: try row.text("serial"), version: try row.int("version"), definition: try definition(row),
            yaml: try row.text("yaml"), createdAt: try row.time("created_at"), updatedAt: try row.time("updated_at"),
            updatedBy: try row.text("updated_by"))
    }

    private static func summary(_ row: Row) throws -> JobSummary {
        JobSummary(
            id: try row.id("id"), serial: try row.text("serial"), name: try row.text("name"), description: try row.text("description"),
            steps: try row.int("step_count"), targets: try row.text("targets"), version: try row.int("version"),
            updatedAt: try row.time("updated_at"), updatedBy: try row.text("updated_by"))
    }

    private static func version(_ row: Row) throws -> JobVersion {
        JobVersion(
            version: try row.int("version"), definition: try definition(row), yaml: try row.text("yaml"),
            savedAt: try row.time("saved_at"), savedBy: try row.text("saved_by"))
    }
}
