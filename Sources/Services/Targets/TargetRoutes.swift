import Contracts
import Vocabulary
import Web

/// Which endpoint is which operation.
struct TargetRoutes {
    let targets: TargetOperations
    let hostKeys: HostKeyOperations
    let groups: GroupOperations
    let credentials: CredentialOperations
    let selection: SelectionOperations
    let lists: ListOperations

    func add(to routes: inout Routes) {
        addTargets(to: &routes)
        addGroups(to: &routes)
        addCredentials(to: &routes)
        addInternal(to: &routes)
    }

    private func addTargets(to routes: inout Routes) {
        routes.serve(TargetsAPI.list) { call in try await targets.list(call.body) }
        routes.serve(TargetsAPI.create) { call in try await targets.create(call.body) }
        routes.serve(TargetsAPI.show) { call in try await targets.show(try call.parameter("target")) }
        routes.serve(TargetsAPI.update) { call in try await targets.update(try call.parameter("target"), to: call.body) }
        routes.serve(TargetsAPI.delete) { call in
            try await targets.delete(try call.parameter("target"))
            return Nothing()
        }
        routes.serve(TargetsAPI.test) { call in try await targets.test(try call.parameter("target"), call.body) }
        routes.serve(TargetsAPI.pinHostKey) { call in
            try await hostKeys.pin(call.body, to: try call.parameter("target"), by: call.caller.name)
        }
        routes.serve(TargetsAPI.unpinHostKey) { call in
            try await hostKeys.unpin(try call.parameter("fingerprint"), from: try call.parameter("target"))
        }
        routes.serve(TargetsAPI.tag) { call in try await targets.tag(call.body) }
        routes.serve(TargetsAPI.importTargets) { call in try await lists.importTargets(call.body) }
        routes.serve(TargetsAPI.export) { call in try await lists.export(call.body) }
        routes.serve(TargetsAPI.vocabulary) { _ in try await targets.vocabulary() }
    }

    private func addGroups(to routes: inout Routes) {
        routes.serve(TargetsAPI.groups) { call in try await groups.list(call.body) }
        routes.serve(TargetsAPI.createGroup) { call in try await groups.create(call.body) }
        routes.serve(TargetsAPI.updateGroup) { call in try await groups.update(try call.parameter("group"), to: call.body) }
        routes.serve(TargetsAPI.deleteGroup) { call in
            try await groups.delete(try call.parameter("group"))
            return Nothing()
        }
    }

    private func addCredentials(to routes: inout Routes) {
        routes.serve(TargetsAPI.credentials) { call in try await credentials.list(call.body) }
        routes.serve(TargetsAPI.createCredential) { call in try await credentials.create(call.body) }
        routes.serve(TargetsAPI.updateCredential) { call in
            try await credentials.update(try call.parameter("credential"), to: call.body)
        }
        routes.serve(TargetsAPI.deleteCredential) { call in
            try await credentials.delete(try call.parameter("credential"))
            return Nothing()
        }
    }

    private func addInternal(to routes: inout Routes) {
        routes.serve(TargetsAPI.select) { call in try await selection.select(call.body) }
        routes.serve(TargetsAPI.connections) { call in try await selection.connections(call.body) }
        routes.serve(TargetsAPI.reportHostKey) { call in
            try await hostKeys.report(call.body)
            return Nothing()
        }
    }
}
