import Contracts
import Store
import Vocabulary

/// What can be done with jobs.
struct JobOperations: Sendable {
    let database: any Database
    let peer: any Peer
    let news: NewsDesk
    let clock: any WallClock
    let ids: any IDSource

    /// One page of jobs by name.
    func list(_ query: JobQuery) async throws -> Page<JobSummary> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        return try await read { store in
            let jobs = try await store.page(search: query.search, after: query.cursor, limit: limit + 1)
            let shown = Array(jobs.prefix(limit))
            return Page(
                items: shown, nextCursor: jobs.count > limit ? shown.last.map { Job.key($0.name) } : nil,
                total: query.cursor == nil ? try await store.count(search: query.search) : nil)
        }
    }

    /// Adds a job.
    func create(_ input: SaveJob, by caller: Caller) async throws -> Job {
        let content = try JobContent(try Self.document(input.definition, input.yaml))
        return try await write { store, note in
            guard try await store.job(named: content.definition.name) == nil else { throw JobError.nameTaken(content.definition.name) }
            try content.allow(caller)
            try await checkCalls(of: content, in: store)
            let job = try await add(content, by: caller, to: store)
            try await note("job.created", nil, job)
            return job
        }
    }

    /// The job with this id, serial or name.
    func show(_ reference: String) async throws -> Job { try await read { try await Self.load(reference, $0) } }

    /// Saves a new version, or nothing when it says what is there already.
    func update(_ reference: String, _ input: SaveJob, by caller: Caller) async throws -> Job {
        let content = try JobContent(try Self.document(input.definition, input.yaml))
        let now = clock.now()
        return try await write { store, note in
            let present = try await Self.load(reference, store)
            guard let next = try present.saving(content, over: input.version, by: caller.name, at: now) else { return present }
            if let other = try await store.job(named: next.definition.name), other.id != next.id {
                throw JobError.nameTaken(next.definition.name)
            }
            try content.allow(caller)
            try await checkCalls(of: content, present, in: store)
            try await store.save(next)
            try await note("job.updated", present, next)
            return next
        }
    }

    /// Deletes a job with its versions; its runs stay.
    func delete(_ reference: String) async throws {
        try await write { store, note in
            let job = try await Self.load(reference, store)
            try await store.remove(job.id)
            try await note("job.deleted", job, nil)
        }
    }

    /// One page of versions, newest first.
    func versions(_ reference: String, _ query: PageQuery) async throws -> Page<JobVersion> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        let cursor = query.cursor.map { Int($0) }
        if case .some(.none) = cursor { throw JobError.cursor }
        return try await read { store in
            let job = try await Self.load(reference, store)
            let versions = try await store.versions(of: job.id, before: cursor ?? nil, limit: limit + 1)
            let shown = Array(versions.prefix(limit))
            return Page(
                items: shown, nextCursor: versions.count > limit ? shown.last.map { String($0.version) } : nil, total: job.version)
        }
    }

    /// One version.
    func version(_ reference: String, _ number: String) async throws -> JobVersion {
        try await read { store in
            let job = try await Self.load(reference, store)
            guard let wanted = Int(number), let version = try await store.version(wanted, of: job.id) else {
                throw JobError.versionNotFound(job: job.definition.name, version: number)
            }
            return version
        }
    }

    /// Checks a definition without saving.
    func check(_ input: CheckJob) async throws -> JobCheck {
        let document = try Self.document(input.definition, input.yaml)
        var mistakes = document.mistakes
        if mistakes.isEmpty, let definition = document.definition, definition.steps.contains(where: { $0.job != nil }) {
            let content = try JobContent(document)
            mistakes += try await read { store in
                try await callMistake(in: content, try await store.job(named: definition.name), in: store).map { [$0] } ?? []
            }
        }
        return JobCheck(
            valid: mistakes.isEmpty, errors: mistakes.map(\.place), definition: document.definition,
            yaml: document.yaml)
    }

    /// Starts one execution of the current version.
    func run(_ reference: String, _ input: RunJob, by caller: Caller, once key: String?) async throws -> RunReceipt {
        let (job, calls) = try await callable(reference)
        let start = try job.execution(with: input, calling: calls, by: caller, once: key)
        return try await peer.call(ExecutionsAPI.start, [:], start, as: .service(JobsService.name), idempotencyKey: start.idempotencyKey)
    }

    /// What a run of the current version would do.
    func plan(_ reference: String, _ input: RunJob, by caller: Caller) async throws -> JobPlan {
        let (job, calls) = try await callable(reference)
        let order = try job.execution(with: input, calling: calls, by: caller, once: nil)
        return try await peer.call(ExecutionsAPI.plan, [:], order, as: .service(JobsService.name))
    }

    /// Adds a job with a serial of this year.
    func add(_ content: JobContent, by caller: Caller, to store: any JobStore) async throws -> Job {
        let now = clock.now()
        let serial = Job.serial(year: now.year, number: try await store.nextNumber(year: now.year))
        let job = Job.new(.make(ids), serial: serial, content, by: caller.name, at: now)
        try await store.insert(job)
        return job
    }

    func read<Result: Sendable>(_ body: @Sendable (any JobStore) async throws -> Result) async throws -> Result {
        try await database.read { try await body(SQLJobStore($0)) }
    }

    /// Tells the audit log what was done to a job, within the transaction.
    typealias Note = @Sendable (_ action: String, _ before: Job?, _ after: Job?) async throws -> Void

    func write<Result: Sendable>(_ body: @Sendable (any JobStore, Note) async throws -> Result) async throws -> Result {
        let result = try await database.transact { transaction in
            try await body(SQLJobStore(transaction)) { action, before, after in
                guard let note = JobNote.note(action, before, after, at: clock.now()) else { return }
                try await news.note(note, in: transaction)
            }
        }
        news.ring()
        return result
    }

    static func load(_ reference: String, _ store: any JobStore) async throws -> Job {
        guard let job = try await store.job(reference) else { throw JobError.notFound(reference) }
        return job
    }

    private static func document(_ definition: JobDefinition?, _ yaml: String?) throws(JobError) -> JobDocument {
        switch (definition, yaml) {
        case (let definition?, nil): return .form(definition)
        case (nil, let yaml?): return .text(yaml)
        default: throw .notOneOfTwo
        }
    }
}
