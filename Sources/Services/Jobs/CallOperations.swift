import Contracts
import Vocabulary

/// Looking up the jobs that jobs call.
extension JobOperations {
    /// A job and all jobs that its calls lead to.
    func callable(_ reference: String) async throws -> (Job, JobCalls) {
        try await read { store in
            let job = try await Self.load(reference, store)
            return (job, try await Self.calls(from: job.definition, JobCalls(), in: store))
        }
    }

    /// Refuses content whose calls cannot be made, as far as that can be seen now. `beside` are jobs that are saved together with it.
    /// - Throws: `JobError.invalid`.
    func checkCalls(
        of content: JobContent, _ present: Job? = nil, beside: [CallableJob] = [], in store: any JobStore
    ) async throws {
        guard let mistake = try await callMistake(in: content, present, beside: beside, in: store) else { return }
        throw JobError.invalid([mistake.place])
    }

    /// What is wrong with the calls of a job that is not saved yet; nil when nothing is.
    func callMistake(
        in content: JobContent, _ present: Job?, beside: [CallableJob] = [], in store: any JobStore
    ) async throws -> JobMistake? {
        let definition = content.definition
        guard definition.steps.contains(where: { $0.job != nil }) else { return nil }
        let own = CallableJob(
            id: present?.id ?? .make(ids), serial: present?.serial ?? definition.name, version: (present?.version ?? 0) + 1,
            definition: definition)
        var calls = JobCalls()
        for job in beside + [own] {
            for reference in [job.definition.name, job.serial, job.id.text] { calls.add(job, as: reference) }
        }
        for job in beside { calls = try await Self.calls(from: job.definition, calls, in: store) }
        calls = try await Self.calls(from: definition, calls, in: store)
        do throws(CallRefusal) {
            _ = try calls.flattened(definition, id: own.id, values: nil)
            return nil
        } catch {
            var mistake = JobMistake("/steps/\(error.step)/\(error.field ?? "job")", error.detail)
            mistake.position = content.callPositions[mistake.pointer] ?? content.callPositions["/steps/\(error.step)/job"]
            return mistake
        }
    }

    /// Adds the jobs that the calls of a definition lead to. What is not there is left out.
    private static func calls(from definition: JobDefinition, _ known: JobCalls, in store: any JobStore) async throws -> JobCalls {
        var (calls, open) = (known, known.missing(in: definition))
        while let reference = open.popLast(), calls.jobs.count <= JobCalls.mostSteps {
            guard calls.jobs[JobCalls.key(reference)] == nil, let job = try await store.job(reference) else { continue }
            calls.add(CallableJob(job), as: reference)
            open += calls.missing(in: job.definition)
        }
        return calls
    }
}
