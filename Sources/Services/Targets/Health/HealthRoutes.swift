import Contracts
import Vocabulary
import Web

/// Which endpoint of health is which operation.
struct HealthRoutes {
    let health: HealthOperations
    let policies: HealthPolicyOperations

    func add(to routes: inout Routes) {
        routes.serve(TargetsAPI.health) { call in try await health.list(call.body) }
        routes.serve(TargetsAPI.healthSummary) { _ in try await health.summary() }
        routes.serve(TargetsAPI.targetHealth) { call in try await health.show(try call.parameter("target")) }
        routes.serve(TargetsAPI.healthHistory) { call in try await health.history(try call.parameter("target"), call.body) }
        routes.serve(TargetsAPI.checkHealth) { call in try await health.check(try call.parameter("target")) }
        routes.serve(TargetsAPI.healthPolicies) { _ in try await policies.list() }
        routes.serve(TargetsAPI.createHealthPolicy) { call in try await policies.create(call.body) }
        routes.serve(TargetsAPI.updateHealthPolicy) { call in
            try await policies.update(try call.parameter("policy"), to: call.body)
        }
        routes.serve(TargetsAPI.deleteHealthPolicy) { call in
            try await policies.delete(try call.parameter("policy"))
            return Nothing()
        }
    }
}
