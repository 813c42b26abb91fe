import Logging
import Synchronization
import Vocabulary

/// Calls rooms of this process directly: no socket, no JSON. Rooms get it before the routes exist; `attach` connects it once.
package final class LocalPeer: Peer {
    private let routes = Mutex<[String: Route]?>(nil)
    private let ids: any IDSource
    private let logger: Logger

    /// Makes a peer that answers `unavailable` until `attach`.
    package init(ids: any IDSource, logger: Logger) {
        self.ids = ids
        self.logger = logger
    }

    /// Connects the peer to all routes of this process; the composition root calls it once, when every room has registered.
    package func attach(_ routes: Routes) {
        let table = Dictionary(routes.all.map { ($0.key, $0) }) { first, _ in first }
        self.routes.withLock { $0 = table }
    }

    /// See `Peer`. The permission is checked as it is for requests from outside.
    package func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller,
        idempotencyKey: String?
    ) async throws -> Output {
        guard let table = routes.withLock({ $0 }) else { throw Problem.unavailable("The server is still starting.") }
        guard let route = table[endpoint.key],
            let handler = route.typedHandler as? @Sendable (Call<Input>) async throws -> Output
        else { throw Problem.unavailable("No service in this process serves \(endpoint.key).") }
        try Permit.check(caller, route.permission)
        let requestId = CurrentRequest.id ?? ids.next()
        let call = Call(body: input, path: path, caller: caller, idempotencyKey: idempotencyKey, requestId: requestId)
        do {
            if caller.isInternal, Origin.current != nil { return try await handler(call) }
            return try await Origin.$current.withValue(Origin(caller: caller, requestId: requestId)) { try await handler(call) }
        } catch {
            throw try Failure.problem(error, requestId: requestId, what: endpoint.key, logger: logger)
        }
    }
}

/// The check that every call passes.
enum Permit {
    static func check(_ caller: Caller, _ permission: Permission) throws {
        guard !caller.holds(permission) else { return }
        throw caller.kind == .anonymous ? Problem.unauthenticated : Problem.forbidden(permission)
    }
}

/// Turns what a handler threw into what a caller may see.
enum Failure {
    /// The problem of an error; one that has none becomes a plain 500, and the log keeps the rest.
    /// - Throws: `CancellationError` when that is the error.
    static func problem(_ error: any Error, requestId: String, what: String, logger: Logger) throws -> Problem {
        if let known = error as? any ProblemConvertible { return known.problem }
        if error is CancellationError { throw error }
        logger.error(
            "request failed", metadata: ["request_id": "\(requestId)", "endpoint": "\(what)", "error": "\(String(reflecting: error))"])
        var problem = Problem(
            "internal", "Internal error", status: 500,
            "Something went wrong on our side. The log has the details under request \(requestId).")
        problem.requestId = requestId
        return problem
    }
}
