import Contracts
import Flow
import Store
import Vocabulary
import Web

/// Starts runs on behalf of people who are not there.
struct LaunchOperations: Sendable {
    let jobs: JobOperations

    /// A launch that can be sent on, with its place in the answer.
    private struct Ready {
        let place: Int
        let jobName: String
        let order: StartExecutions.Order
    }

    /// What many launches have in common, which is worked out only once.
    private struct Wanted: Hashable {
        let job: JobID
        let run: RunJob
    }

    /// Starts runs, each by itself: one that is refused does not hold up the others.
    func launch(_ input: LaunchJobs) async throws -> LaunchReceipt {
        guard input.launches.count <= 1000 else { throw Problem.invalid("At most 1000 runs are launched at once.") }
        var results = [LaunchResult](repeating: LaunchResult(), count: input.launches.count)
        let owners = try await owners(Set(input.launches.map(\.owner)))
        var (known, ready, definitions): ([JobID: (Job, JobCalls)?], [Ready], [JobDefinition]) = ([:], [], [])
        var worked: [Wanted: (start: StartExecution, definition: Int)] = [:]
        for (place, launch) in input.launches.enumerated() {
            do {
                let found = if let known = known[launch.job] { known } else { try await self.found(launch.job) }
                known[launch.job] = .some(found)
                guard let (job, calls) = found else {
                    results[place].refuse(.noJob, "The job was deleted.")
                    continue
                }
                results[place].jobName = job.definition.name
                if let refusal = Self.refusal(of: owners[launch.owner] ?? nil, launch) {
                    results[place].refuse(.notAllowed, refusal)
                    continue
                }
                let wanted = Wanted(job: launch.job, run: launch.run)
                if worked[wanted] == nil {
                    let start = try job.execution(with: launch.run, calling: calls, by: .service(JobsService.name), once: nil)
                    if definitions.last != start.definition { definitions.append(start.definition) }
                    worked[wanted] = (start, definitions.count - 1)
                }
                guard let (start, definition) = worked[wanted] else { continue }
                let order = StartExecutions.Order(
                    start, definition: definition, only: launch.only, trigger: launch.trigger, idempotencyKey: launch.key)
                ready.append(Ready(place: place, jobName: job.definition.name, order: order))
            } catch let error as any ProblemConvertible where error.problem.status < 500 {
                results[place].refuse(.refused, Self.sentence(error.problem))
            }
        }
        if ready.isEmpty { return LaunchReceipt(results: results) }
        let started = try await jobs.peer.call(
            ExecutionsAPI.startMany, [:], StartExecutions(definitions: definitions, orders: ready.map(\.order)),
            as: .service(JobsService.name))
        for (launch, result) in zip(ready, started.results) {
            if let receipt = result.receipt {
                results[launch.place].receipt = receipt
            } else if let problem = result.problem {
                results[launch.place].refuse(problem.status == 409 && problem.slug == "conflict" ? .busy : .refused, Self.sentence(problem))
            } else {
                results[launch.place].refuse(.unavailable, "The run was not started; it is tried again.")
            }
        }
        return LaunchReceipt(results: results)
    }

    /// Checks what a job is to be launched with later, as far as that can be said now.
    /// - Throws: as a run; `JobError.notFound`.
    func check(_ input: CheckLaunch) async throws -> LaunchCheck {
        let (job, calls) = try await jobs.callable(input.job)
        var run = input.run
        // What only comes with each launch is taken to be right.
        let later = Set(input.later ?? [])
        let secrets = Set((job.definition.parameters ?? []).filter { $0.type == .secret }.map(\.name))
        let given = Set((run.parameters ?? [:]).keys)
        if later.isEmpty {
            _ = try job.execution(with: run, calling: calls, by: .service(JobsService.name), once: nil)
        } else {
            try job.check(run, later: later)
        }
        run.parameters = run.parameters ?? [:]
        let plain = (run.parameters ?? [:]).filter { !secrets.contains($0.key) }
        let hidden = (run.parameters ?? [:]).filter { secrets.contains($0.key) && given.contains($0.key) }
            .compactMapValues(\.text).mapValues { Secret($0) }
        return LaunchCheck(
            job: job.id, serial: job.serial, name: job.definition.name, targets: try job.filter(run.targets), parameters: plain,
            secrets: hidden)
    }

    /// On which targets a job usually runs, and what it asks for.
    func targets(_ input: AskUsualTargets) async throws -> UsualTargets {
        do {
            let job = try await jobs.show(input.job)
            return UsualTargets(
                job: ScheduledJob(id: job.id, serial: job.serial, name: job.definition.name), targets: job.definition.targets,
                parameters: job.definition.parameters)
        } catch JobError.notFound {
            return UsualTargets()
        }
    }

    private func found(_ job: JobID) async throws -> (Job, JobCalls)? {
        do { return try await jobs.callable(job.text) } catch JobError.notFound { return nil }
    }

    private func owners(_ ids: Set<UserID>) async throws -> [UserID: User?] {
        var owners: [UserID: User?] = [:]
        for id in ids {
            owners[id] = .some(
                try await jobs.peer.call(UsersAPI.find, [:], FindUser(id: id), as: .service(JobsService.name)).user)
        }
        return owners
    }

    /// Why a run may not be started in somebody's name; nil when it may.
    private static func refusal(of owner: User?, _ launch: LaunchJob) -> String? {
        let name = launch.trigger.owner ?? launch.owner.text
        guard let owner else { return "\(name), who answers for this \(launch.trigger.kind.rawValue), is no user any more. Save it again." }
        guard owner.isActive else { return "\(name), who answers for this \(launch.trigger.kind.rawValue), is disabled. Save it again." }
        guard owner.role.grants.contains(.jobsRun) else {
            return
                "\(name), who answers for this \(launch.trigger.kind.rawValue), may not run jobs any more. Somebody who may has to save it again."
        }
        return nil
    }

    private static func sentence(_ problem: Problem) -> String {
        let places = (problem.errors ?? []).map(\.detail).filter { !problem.detail.contains($0) }
        return places.isEmpty ? problem.detail : "\(problem.detail) (\(places.prefix(3).joined(separator: "; ")))"
    }
}

extension LaunchResult {
    /// No run was started.
    mutating func refuse(_ refusal: LaunchRefusal, _ detail: String) {
        self.refusal = refusal
        self.detail = detail
    }
}

extension Job {
    /// Refuses what a launch cannot have, whatever the values of the parameters that come `later` are.
    /// - Throws: `JobError.parameters`, `.noTargets`, `.filter`.
    func check(_ run: RunJob, later: Set<String>) throws(JobError) {
        let parameters = definition.parameters ?? []
        let strangers = later.subtracting(parameters.map(\.name)).sorted()
        if !strangers.isEmpty {
            throw .parameters(
                job: definition.name, strangers.map { ProblemPlace("\($0) is no parameter of this job", pointer: "#/parameters/\($0)") })
        }
        do {
            _ = try ParameterValues(
                given: run.parameters ?? [:], for: parameters.filter { !later.contains($0.name) }.map { Parameter($0) })
        } catch {
            throw .parameters(
                job: definition.name,
                error.all.map { ProblemPlace("\($0.name) \($0.detail)", pointer: "#/parameters/\(YAMLReader.escaped($0.name))") })
        }
        _ = try filter(run.targets)
    }
}
