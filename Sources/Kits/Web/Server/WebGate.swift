import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import ServiceLifecycle
import Vocabulary

/// Decides about every request in the same order: path, method, origin, caller, permission; only then is a body read.
struct WebGate: Sendable {
    /// What is registered at one path.
    struct Entry: Sendable {
        var routes: [String: Route] = [:]
        var socket: SocketRoute?
    }

    let table: PathTable<Entry>
    let settings: WebSettings
    let authenticator: any Authenticator
    /// Knows other services and workers; nil where there are none.
    let identity: ServiceIdentity?
    let staticFiles: StaticFiles?
    let origins: OriginRule
    let ids: any IDSource
    let logger: Logger

    init(
        routes: Routes, settings: WebSettings, authenticator: any Authenticator, identity: ServiceIdentity?,
        staticFiles: StaticFiles?, ids: any IDSource, logger: Logger
    ) {
        var table = PathTable<Entry>()
        for route in routes.all { table.update(route.path, initial: Entry()) { $0.routes[route.method.rawValue] = route } }
        for socket in routes.sockets { table.update(socket.path, initial: Entry()) { $0.socket = socket } }
        self.table = table
        self.settings = settings
        self.authenticator = authenticator
        self.identity = identity
        self.staticFiles = staticFiles
        self.ids = ids
        self.logger = logger
        origins = OriginRule(allowed: settings.allowedOrigins)
    }

    func visit(_ head: HTTPRequest, peer: String?) -> Visit {
        Visit(head, peer: peer, settings: settings, sessionCookie: authenticator.sessionCookie, ids: ids)
    }

    /// Where a request wants to go.
    struct Destination {
        let entry: Entry
        let parameters: [String: String]
        /// What answers the method, if anything does.
        let route: Route?
    }

    /// What is registered for a request; nil when nothing is.
    func destination(_ visit: Visit) -> Destination? {
        guard let (entry, parameters) = table.find(visit.path) else { return nil }
        return Destination(entry: entry, parameters: parameters, route: entry.routes[visit.method == "HEAD" ? "GET" : visit.method])
    }

    /// The answer to a request that came over a channel.
    /// - Throws: `Problem` and `Refusal` for the client, anything else for the log.
    func answer(
        _ visit: Visit, to destination: Destination?, _ request: Request, over channel: any Channel, at now: Timestamp
    ) async throws -> WireAnswer {
        guard let destination, isVisible(destination.entry, visit) else { return try await file(visit) }
        let entry = destination.entry
        let method = visit.method == "HEAD" ? "GET" : visit.method
        if method == "OPTIONS" { return try options(entry, visit) }
        guard let route = destination.route, isVisible(route.permission, visit) else {
            guard method == "GET", entry.socket != nil else { throw Refusal.methodNotAllowed(visit.method, allowed(entry, visit)) }
            throw Refusal.upgradeRequired
        }
        let caller = try await enter(visit, route)
        let body = method == "GET" ? [] : try await body(request, over: channel)
        let call = WireCall(
            method: route.method, query: String(visit.query), body: body, contentType: visit.headers[.contentType],
            path: destination.parameters, caller: caller, idempotencyKey: visit.headers[.idempotencyKey], address: visit.address,
            requestId: visit.requestId, userAgent: visit.userAgent,
            headers: route.input == RawRequest.self ? visit.headers.map { ($0.name.rawName, $0.value) } : [])
        // A worker calls for itself: what it says about others is not believed.
        let own = caller.kind == .service ? Origin(caller: caller, requestId: visit.requestId) : call.origin
        let origin = caller.kind == .service ? visit.origin ?? own : own
        return try await Origin.$current.withValue(origin) {
            guard caller.isInternal else { return try await route.wireHandler(call) }
            return try await CurrentRequest.$deadline.withValue(visit.patience.map { now + $0 }) {
                guard route.patience > Self.shortPatience else { return try await route.wireHandler(call) }
                return try await awaited(over: channel) { try await route.wireHandler(call) }
            }
        }
    }

    /// What takes longer may have to wait for something to happen.
    private static let shortPatience = Duration.seconds(30)

    /// Runs what may wait for long; when whoever asked hangs up, or we shut down, there is nothing to wait for any more.
    private func awaited(
        over channel: any Channel, _ body: @escaping @Sendable () async throws -> WireAnswer
    ) async throws -> WireAnswer {
        let work = Task { try await body() }
        channel.triggerUserOutboundEvent(HangUpNotice { work.cancel() }, promise: nil)
        return try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await work.value
            } onGracefulShutdown: {
                work.cancel()
            }
        } onCancel: {
            work.cancel()
        }
    }

    /// Lets in who may use a route: another service by its identity, everybody else by what they show.
    private func enter(_ visit: Visit, _ route: Route) async throws -> Caller {
        guard Self.isInternal(route.permission) else { return try await enter(visit, needs: route.permission) }
        guard let identity, let token = visit.serviceToken else { throw Problem.unauthenticated }
        let caller = try identity.caller(token, for: route.key)
        try Permit.check(caller, route.permission)
        return caller
    }

    private func file(_ visit: Visit) async throws -> WireAnswer {
        if let staticFiles, !visit.isForPrograms {
            guard visit.method == "GET" || visit.method == "HEAD" else {
                throw Refusal.methodNotAllowed(visit.method, ["GET", "HEAD"])
            }
            if let answer = try await staticFiles.answer(
                path: visit.path, ifNoneMatch: visit.headers[.ifNoneMatch], acceptEncoding: visit.headers[.acceptEncoding])
            {
                return answer
            }
        }
        throw Problem.notFound("page or endpoint at this path")
    }

    /// Checks origin, identity and permission.
    func enter(_ visit: Visit, needs permission: Permission, isUpgrade: Bool = false) async throws -> Caller {
        try origins.check(
            visit.headers, host: visit.host, scheme: visit.scheme, changes: !visit.isSafe || isUpgrade, hasSession: visit.cookie != nil)
        let caller = try await identify(visit.credentials, permission)
        try Permit.check(caller, permission)
        return caller
    }

    /// Finds out who shows credentials at something that needs a permission.
    func identify(_ credentials: Credentials, _ permission: Permission) async throws -> Caller {
        guard credentials.bearer != nil || credentials.cookie != nil else { return .anonymous }
        do {
            return try await authenticator.caller(credentials)
        } catch let error as any ProblemConvertible where permission == .anyone && error.problem.status == 401 {
            return .anonymous
        }
    }

    private static func isInternal(_ permission: Permission) -> Bool { permission == .service || permission == .worker }

    /// Endpoints between services exist for those only who show an identity.
    private func isVisible(_ permission: Permission, _ visit: Visit) -> Bool {
        !Self.isInternal(permission) || (identity != nil && visit.serviceToken != nil)
    }

    private func isVisible(_ entry: Entry, _ visit: Visit) -> Bool {
        entry.socket != nil || entry.routes.values.contains { isVisible($0.permission, visit) }
    }

    private func allowed(_ entry: Entry, _ visit: Visit) -> [String] {
        var methods = entry.routes.values.filter { isVisible($0.permission, visit) }.map(\.method.rawValue)
        if entry.socket != nil { methods.append("GET") }
        if methods.contains("GET") { methods.append("HEAD") }
        return methods.sorted()
    }

    private func options(_ entry: Entry, _ visit: Visit) throws -> WireAnswer {
        let methods = (allowed(entry, visit) + ["OPTIONS"]).joined(separator: ", ")
        var headers = [("Allow", methods)]
        if visit.headers[.accessControlRequestMethod] != nil {
            guard origins.crossOrigin(visit.headers) != nil else {
                throw OriginRule.refusal(visit.headers[.origin] ?? "none")
            }
            headers += [
                ("Access-Control-Allow-Methods", methods),
                ("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, X-Request-Id"),
                ("Access-Control-Max-Age", "600"),
            ]
        }
        return WireAnswer(status: 204, headers: headers, body: .none)
    }

    private func body(_ request: Request, over channel: any Channel) async throws -> [UInt8] {
        let limit = settings.bodyLimitBytes
        let tooLarge = Problem(
            "body-too-large", "Body too large", status: 413, "The body may have at most \(limit) bytes.")
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit { throw tooLarge }
        if request.headers[.expect] != nil { channel.triggerUserOutboundEvent(BodyIsWanted(), promise: nil) }
        do {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        } catch let error as HTTPParserError where error != .invalidEOFState {
            throw Problem.malformedRequest
        } catch {
            throw Problem("incomplete-body", "Incomplete body", status: 400, "The connection ended before the body was complete.")
        }
    }

    /// What an error looks like from outside.
    func failure(_ error: any Error, _ visit: Visit) -> WireAnswer {
        if let refusal = error as? Refusal {
            let answer = WireAnswer.problem(completed(refusal.problem, visit))
            return WireAnswer(status: answer.status, headers: answer.headers + refusal.headers, body: answer.body)
        }
        let problem =
            (try? Failure.problem(error, requestId: visit.requestId, what: "\(visit.method) \(visit.path)", logger: logger))
            ?? Problem.unavailable("The server is shutting down.")
        return .problem(completed(problem, visit))
    }

    private func completed(_ problem: Problem, _ visit: Visit) -> Problem {
        var problem = problem
        // A problem that another service told has the path of that service's endpoint in it.
        problem.instance = String(visit.path.prefix(300))
        problem.requestId = visit.requestId
        return problem
    }
}

/// A problem whose answer needs further header fields.
struct Refusal: Error {
    let problem: Problem
    let headers: [(name: String, value: String)]

    static func methodNotAllowed(_ method: String, _ allowed: [String]) -> Refusal {
        let list = allowed.joined(separator: ", ")
        return Refusal(
            problem: Problem(
                "method-not-allowed", "Method not allowed", status: 405, "\(method.prefix(20)) does not work here; use \(list)."),
            headers: [("Allow", list)])
    }

    static let upgradeRequired = Refusal(
        problem: Problem(
            "upgrade-required", "WebSocket needed", status: 426, "This path speaks WebSocket; connect with version 13."),
        headers: [("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13")])
}
