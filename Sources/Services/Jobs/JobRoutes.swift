import Contracts
import Vocabulary
import Web

/// Endpoint to operation.
struct JobRoutes: Sendable {
    let jobs: JobOperations

    func add(to routes: inout Routes) {
        let jobs = jobs
        routes.serve(JobsAPI.list) { call in try await jobs.list(call.body) }
        routes.serve(JobsAPI.create) { call in try await jobs.create(call.body, by: call.caller) }
        routes.serve(JobsAPI.check) { call in try await jobs.check(call.body) }
        routes.serve(JobsAPI.apply) { call in try await jobs.apply(call.body, by: call.caller) }
        routes.serve(JobsAPI.show) { call in try await jobs.show(call.parameter("job")) }
        routes.serve(JobsAPI.update) { call in try await jobs.update(call.parameter("job"), call.body, by: call.caller) }
        routes.serve(JobsAPI.delete) { call in
            try await jobs.delete(call.parameter("job"))
            return Nothing()
        }
        routes.serve(JobsAPI.versions) { call in try await jobs.versions(call.parameter("job"), call.body) }
        routes.serve(JobsAPI.version) { call in try await jobs.version(call.parameter("job"), call.parameter("version")) }
        routes.serve(JobsAPI.plan) { try await jobs.plan($0.parameter("job"), $0.body, by: $0.caller) }
        let launches = LaunchOperations(jobs: jobs)
        routes.serve(JobsAPI.launch) { try await launches.launch($0.body) }
        routes.serve(JobsAPI.usualTargets) { try await launches.targets($0.body) }
        routes.serve(JobsAPI.checkLaunch) { try await launches.check($0.body) }
        routes.serve(JobsAPI.run) { call in
            try await jobs.run(call.parameter("job"), call.body, by: call.caller, once: call.idempotencyKey)
        }
    }
}
