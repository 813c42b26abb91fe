import Contracts
import Vocabulary
import Web

/// Endpoint to operation.
struct UserRoutes: Sendable {
    let users: UserOperations

    func add(to routes: inout Routes) {
        let users = users
        routes.serve(UsersAPI.list) { call in try await users.list(call.body) }
        routes.serve(UsersAPI.create) { call in try await users.create(call.body) }
        routes.serve(UsersAPI.show) { call in try await users.show(call.parameter("user")) }
        routes.serve(UsersAPI.update) { call in
            try await users.update(call.parameter("user"), call.body, by: call.caller)
        }
        routes.serve(UsersAPI.delete) { call in
            try await users.delete(call.parameter("user"), by: call.caller)
            return Nothing()
        }
        routes.serve(UsersAPI.find) { call in try await users.find(call.body) }
        routes.serve(UsersAPI.createFirst) { call in try await users.createFirst(call.body) }
    }
}
