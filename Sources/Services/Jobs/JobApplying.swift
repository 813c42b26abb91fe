import Contracts
import Vocabulary

/// Applying files of jobs: all or nothing, and the same files again change nothing.
extension JobOperations {
    /// Creates or updates jobs by name. Nothing is saved in a dry run, or when any document is refused.
    func apply(_ input: ApplyJobs, by caller: Caller) async throws -> ApplyReceipt {
        let documents = input.files.flatMap { file in JobDocument.texts(file.yaml).map { AppliedDocument(file: file.name, $0) } }
        let checked = Self.refusingConfirmed(Self.refusingRepeatedNames(documents), by: caller)
        let isRefused = checked.contains { !$0.errors.isEmpty }
        if isRefused || input.dryRun == true || checked.contains(where: \.hasCalls) {
            let jobs = try await read { store in
                let beside = try await beside(checked, in: store)
                var jobs: [AppliedJob] = []
                for document in checked { jobs.append(try await preview(document, beside, in: store)) }
                return jobs
            }
            if isRefused || input.dryRun == true || jobs.contains(where: { $0.action == .refused }) {
                return ApplyReceipt(applied: false, jobs: jobs)
            }
        }
        let jobs = try await write { store, note in
            var jobs: [AppliedJob] = []
            for document in checked { jobs.append(try await save(document, by: caller, in: store, note)) }
            return jobs
        }
        return ApplyReceipt(applied: true, jobs: jobs)
    }

    /// The jobs of all documents, which may call each other whichever comes first.
    private func beside(_ documents: [AppliedDocument], in store: any JobStore) async throws -> [CallableJob] {
        guard documents.contains(where: \.hasCalls) else { return [] }
        var jobs: [CallableJob] = []
        for document in documents where document.errors.isEmpty {
            guard let definition = document.document.definition else { continue }
            let present = try await store.job(named: document.name)
            jobs.append(
                CallableJob(
                    id: present?.id ?? .make(ids), serial: present?.serial ?? definition.name, version: present?.version ?? 1,
                    definition: definition))
        }
        return jobs
    }

    /// What is wrong with the calls of a document; nil when nothing is.
    private func refusal(of document: AppliedDocument, _ beside: [CallableJob], in store: any JobStore) async throws -> AppliedJob? {
        guard document.hasCalls else { return nil }
        let present = try await store.job(named: document.name)
        let others = beside.filter { Job.key($0.definition.name) != Job.key(document.name) }
        guard let mistake = try await callMistake(in: JobContent(document.document), present, beside: others, in: store) else { return nil }
        var refused = document
        refused.errors.append(mistake.place)
        return refused.result(.refused, present, [])
    }

    private func save(
        _ document: AppliedDocument, by caller: Caller, in store: any JobStore, _ note: Note
    ) async throws -> AppliedJob {
        let content = try JobContent(document.document)
        guard let present = try await store.job(named: document.name) else {
            let job = try await add(content, by: caller, to: store)
            try await note("job.created", nil, job)
            return document.result(.created, job, [])
        }
        let changes = present.changes(to: content)
        guard let next = try present.saving(content, over: nil, by: caller.name, at: clock.now()) else {
            return document.result(.unchanged, present, [])
        }
        try await store.save(next)
        try await note("job.updated", present, next)
        return document.result(.updated, next, changes)
    }

    private func preview(_ document: AppliedDocument, _ beside: [CallableJob], in store: any JobStore) async throws -> AppliedJob {
        guard document.errors.isEmpty else { return document.result(.refused, nil, []) }
        if let refused = try await refusal(of: document, beside, in: store) { return refused }
        let content = try JobContent(document.document)
        guard let present = try await store.job(named: document.name) else { return document.result(.created, nil, []) }
        let changes = present.changes(to: content)
        return document.result(changes.isEmpty ? .unchanged : .updated, present, changes)
    }

    private static func refusingConfirmed(_ documents: [AppliedDocument], by caller: Caller) -> [AppliedDocument] {
        if caller.holds(.guardWrite) { return documents }
        return documents.map { document in
            guard document.document.definition?.confirmedForProduction == true else { return document }
            var refused = document
            refused.errors.append(ProblemPlace(JobError.confirmRule, pointer: "#/definition/confirmed_for_production"))
            return refused
        }
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

    /// Whether it calls jobs, as far as it can be read.
    var hasCalls: Bool { errors.isEmpty && document.definition?.steps.contains { $0.job != nil } == true }

    func result(_ action: ApplyAction, _ job: Job?, _ changes: [String]) -> AppliedJob {
        AppliedJob(
            file: file, name: name, action: action, serial: job?.serial, version: job?.version, changes: changes, errors: errors)
    }
}
