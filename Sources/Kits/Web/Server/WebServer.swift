import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization
import Vocabulary

/// Why the web server did not start.
package enum WebServerError: Error, Equatable, CustomStringConvertible {
    /// Another program listens there.
    case portTaken(host: String, port: Int)
    /// The operating system refuses the port to this user.
    case portForbidden(port: Int)
    /// The host is no address of this machine.
    case hostUnknown(String)

    /// One sentence: what is wrong, what to do.
    package var description: String {
        switch self {
        case .portTaken(let host, let port):
            "Port \(port) on \(host) is already in use; stop the other program or choose another port (HTTP_PORT)."
        case .portForbidden(let port):
            "Port \(port) needs more rights than this user has; choose a port above 1023 (HTTP_PORT)."
        case .hostUnknown(let host):
            "\(host) is not an address of this machine; choose another one (HTTP_HOST)."
        }
    }
}

/// The HTTP and WebSocket server. Runs as a service; open requests are finished at a graceful shutdown, WebSockets are closed with 1001.
package struct WebServer: Service {
    private let gate: WebGate
    private let clock: any WallClock
    private let meter: RequestMeter
    private let bound = BoundPort()

    /// Makes a server out of routes.
    /// - Parameters:
    ///   - readiness: names what is still missing; empty means ready. Asked by `/ready`.
    ///   - identity: knows other services and workers; without it their endpoints do not exist for anybody outside.
    ///   - metrics: what `/metrics` tells about besides requests; without it there is no `/metrics`.
    ///   - described: what the API description tells about; the routes when nil.
    /// - Throws: `SchemaFault` for a wire type that cannot be described.
    package init(
        routes: Routes, authenticator: any Authenticator, settings: WebSettings, staticFiles: StaticFiles? = nil,
        description: APIDescription, readiness: @escaping @Sendable () async -> [String] = { [] },
        identity: ServiceIdentity? = nil, metrics: (@Sendable () async -> [Metric])? = nil, described: Routes? = nil,
        clock: any WallClock, ids: any IDSource, logger: Logger
    ) throws {
        for route in routes.all { _ = (try WireSchema.of(route.input), try WireSchema.of(route.output)) }
        var all = routes
        let document = try OpenAPI.document(described ?? routes, description, sessionCookie: authenticator.sessionCookie)
        all.serve(Health.alive) { _ in Health(status: "ok") }
        all.serve(Health.ready) { _ in
            let missing = await readiness()
            guard missing.isEmpty else { throw Health.problem(missing) }
            return Health(status: "ready")
        }
        let meter = RequestMeter()
        if let metrics {
            all.serve(Health.metrics) { _ in
                let text = Metric.text(meter.metrics + (await metrics()))
                return Download(contentType: "text/plain; version=0.0.4; charset=utf-8", bytes: Array(text.utf8))
            }
        }
        all.serve(OpenAPI.endpoint) { _ in Download(contentType: "application/json", bytes: document) }
        gate = WebGate(
            routes: all, settings: settings, authenticator: authenticator, identity: identity, staticFiles: staticFiles, ids: ids,
            logger: logger)
        self.clock = clock
        self.meter = meter
    }

    /// The port that the server listens on, as soon as it does.
    /// - Throws: `WebServerError` when it could not start.
    package var boundPort: Int { get async throws { try await bound.value } }

    /// Listens until a graceful shutdown.
    /// - Throws: `WebServerError`.
    package func run() async throws {
        let (gate, clock, bound, meter) = (gate, clock, bound, meter)
        let settings = gate.settings
        let patience = LivePatience(slowReader: settings.slowReaderTimeout, ping: settings.pingInterval)
        let application = Application(
            responder: WebResponder(gate: gate, clock: clock, meter: meter),
            server: HTTPServerBuilder { WebChannel(responder: $0, gate: gate, clock: clock, patience: patience) },
            configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port)),
            onServerRunning: { bound.set(.success($0.localAddress?.port ?? settings.port)) }, logger: gate.logger)
        do {
            try await application.run()
        } catch {
            let reason = Self.reason(error, settings)
            bound.set(.failure(reason))
            throw reason
        }
    }

    private static func reason(_ error: any Error, _ settings: WebSettings) -> any Error {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            WebServerError.portTaken(host: settings.host, port: settings.port)
        case let error as IOError where error.errnoCode == EACCES: WebServerError.portForbidden(port: settings.port)
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL: WebServerError.hostUnknown(settings.host)
        case is SocketAddressError: WebServerError.hostUnknown(settings.host)
        default: error
        }
    }
}

/// The port, once it is known; many may wait for it.
private final class BoundPort: Sendable {
    private struct State {
        var result: Result<Int, any Error>?
        var waiters: [CheckedContinuation<Int, any Error>] = []
    }
    private let state = Mutex(State())

    func set(_ result: Result<Int, any Error>) {
        let waiters = state.withLock { state in
            guard state.result == nil else { return [CheckedContinuation<Int, any Error>]() }
            state.result = result
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    var value: Int {
        get async throws {
            try await withCheckedThrowingContinuation { waiter in
                let result = state.withLock { state in
                    if state.result == nil { state.waiters.append(waiter) }
                    return state.result
                }
                if let result { waiter.resume(with: result) }
            }
        }
    }
}
