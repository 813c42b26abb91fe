import Contracts
import Vocabulary

/// Applying files of jobs: all or nothing, and the same files again change nothing.
extension JobOperations {
    /// Creates or updates jobs by name. Nothing is saved in a dry run, or when any document is refused.
    func apply(_ input: ApplyJobs, by caller: Caller) async throws -> ApplyReceipt {
        let documents = input.files.flatMap { file in JobDocument.texts(file.yaml).map { AppliedDocument(file: file.name, $0) } }
        let checked = Self.refusingRepeatedNames(documents)
        let isRefused = checked.contains { !$0.errors.isEmpty }
        guard !isRefused, input.dryRun != true else {
            let jobs = try await read { store in
                var jobs: [AppliedJob] = []
                for document in checked { jobs.append(try await Self.preview(document, in: store)) }
                return jobs
            }
            return ApplyReceipt(applied: false, jobs: jobs)
        }
        let jobs = try await write { store in
            var jobs: [AppliedJob] = []
            for document in checked { jobs.append(try await save(document, by: caller, in: store)) }
            return jobs
        }
        return ApplyReceipt(applied: true, jobs: jobs)
    }

    private func save(_ document: AppliedDocument, by caller: Caller, in store: any JobStore) async throws -> AppliedJob {
        let content = try JobContent(document.document)
        guard let present = try await store.job(named: document.name) else {
            let job = try await add(content, by: caller, to: store)
            return document.result(.created, job, [])
        }
        let changes = present.changes(to: content)
        guard let next = try present.saving(content, over: nil, by: caller.name, at: clock.now()) else {
            return document.result(.unchanged, present, [])
        }
        try await store.save(next)
        return document.result(.updated, next, changes)
    }

    private static func preview(_ document: AppliedDocument, in store: any JobStore) async throws -> AppliedJob {
        guard document.errors.isEmpty else { return document.result(.refused, nil, []) }
        let content = try JobContent(document.document)
        guard let present = try await store.job(named: document.name) else { return document.result(.created, nil, []) }
        let changes = present.changes(to: content)
        return document.result(changes.isEmpty ? .unchanged : .updated, present, changes)
    }

    private static func refusingRepeatedNames(_ documents: [AppliedDocument]) -> [AppliedDocument] {
        var files: [String: String] = [:]
        return documents.map { document in
            guard !document.name.isEmpty else { return document }
            guard let earlier = files[Job.key(document.name)] else {
                files[Job.key(document.name)] = document.file
                return document
            }
            var refused = document
            refused.errors.append(
                ProblemPlace("\(document.name) is in \(earlier) already; a name can be applied only once.", pointer: "#/definition/name"))
            return refused
        }
    }
}

/// One document of a file that is applied.
private struct AppliedDocument: Sendable {
    let file: String
    let document: JobDocument
    var errors: [ProblemPlace]

    init(file: String, _ document: JobDocument) {
        self.file = file
        self.document = document
        errors = document.mistakes.map(\.place)
    }

    var name: String { document.definition?.name ?? "" }

    func result(_ action: ApplyAction, _ job: Job?, _ changes: [String]) -> AppliedJob {
        AppliedJob(
            file: file, name: name, action: action, serial: job?.serial, version: job?.version, changes: changes, errors: errors)
    }
}
