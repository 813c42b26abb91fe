import Contracts
import Vocabulary

/// What the Jobs service asks of its storage, inside one transaction.
protocol JobStore: Sendable {
    /// The job with this id, serial or name (without regard to case), or nil; an id or serial wins over a name that reads the same.
    func job(_ reference: String) async throws -> Job?
    /// The job with this name without regard to case, or nil.
    func job(named name: String) async throws -> Job?
    /// At most `limit` jobs ordered by name, after the name key `cursor`, whose name or description contains `search`.
    func page(search: String?, after cursor: String?, limit: Int) async throws -> [JobSummary]
    /// How many jobs match.
    func count(search: String?) async throws -> Int
    /// The next number for serials of a year, never given before.
    func nextNumber(year: Int) async throws -> Int
    /// Adds a job with its first version.
    /// - Throws: `JobError.nameTaken` (nothing written).
    func insert(_ job: Job) async throws
    /// Saves a job's next version over the one before it.
    /// - Throws: `JobError.nameTaken`, `.staleVersion`, `.notFound` (nothing written).
    func save(_ job: Job) async throws
    /// Removes a job with its versions; nothing happens when there is none.
    func remove(_ id: JobID) async throws
    /// At most `limit` versions of a job, newest first, before the version `cursor`.
    func versions(of id: JobID, before cursor: Int?, limit: Int) async throws -> [JobVersion]
    /// One version, or nil.
    func version(_ number: Int, of id: JobID) async throws -> JobVersion?
}
