import Crypto
import Logging
import Support
import Synchronization
import Testing
import Vocabulary

@testable import Web

@Suite("Calls between services", .timeLimit(.minutes(1)))
struct ServiceCallTests {
    private let clock = ManualClock()
    private let service = SymmetricKey(size: .bits256)
    private let worker = SymmetricKey(size: .bits256)

    private var identity: ServiceIdentity { ServiceIdentity(services: [service], workers: [worker], clock: clock) }

    /// A peer for a service, whose pauses pass by themselves.
    private func peer(_ port: Int, clock: (any WallClock)? = nil) throws -> ServicePeer {
        let identity = ServiceIdentity(services: [service], workers: [worker], clock: SystemClock())
        return try ServicePeer(
            "paints", at: "http://127.0.0.1:\(port)", identity: identity, clock: clock ?? SystemClock(), logger: PaintShop.logger)
    }

    private func shop(_ body: @Sendable @escaping (HTTPClient, Int) async throws -> Void) async throws {
        let identity = ServiceIdentity(services: [service], workers: [worker], clock: SystemClock())
        try await PaintShop.open(identity: identity, body)
    }

    private func token(_ caller: Caller, _ endpoint: String) throws -> String {
        String(try identity.authorization(caller, for: endpoint).dropFirst("Service ".count))
    }

    private func refusal(_ token: String, _ endpoint: String) -> Problem? {
        #expect(throws: Problem.self) { try identity.caller(token, for: endpoint) }
    }

    @Test("an identity says who calls and is good for one endpoint and half a minute")
    func identityOfAService() throws {
        let token = try token(.service("jobs"), "POST /api/a")

        #expect(try identity.caller(token, for: "POST /api/a") == .service("jobs"))
        #expect(refusal(token, "POST /api/b")?.slug == "service-identity")
        clock.advance(by: .seconds(31))
        #expect(refusal(token, "POST /api/a")?.detail.contains("31 s old") == true)
    }

    @Test("an identity of another installation, a changed name and a stolen kind are refused")
    func forged() throws {
        let other = ServiceIdentity(services: [SymmetricKey(size: .bits256)], workers: [], clock: clock)
        let foreign = String(try other.authorization(.service("jobs"), for: "GET /x").dropFirst(8))
        let own = try token(.worker("w1"), "GET /x").split(separator: ".").map(String.init)

        #expect(refusal(foreign, "GET /x")?.status == 401)
        for (place, value) in [(1, "service"), (2, Base64.encode(Array("w2".utf8))), (3, "1"), (4, Base64.encode([1, 2]))] {
            var parts = own
            parts[place] = value
            #expect(refusal(parts.joined(separator: "."), "GET /x")?.status == 401)
        }
        #expect(refusal("", "GET /x")?.status == 401)
        #expect(refusal("1.user.bmFtZQ==.1.x", "GET /x")?.status == 401)
    }

    @Test("who has only the key of workers cannot pass for a service")
    func workersOnly() throws {
        let worker = ServiceIdentity(services: [], workers: [worker], clock: clock)

        #expect(
            try identity.caller(String(worker.authorization(.worker("w1"), for: "GET /x").dropFirst(8)), for: "GET /x") == .worker("w1"))
        let problem = #expect(throws: Problem.self) { try worker.authorization(.service("jobs"), for: "GET /x") }
        #expect(problem?.status == 403)
        #expect(throws: Problem.self) { try worker.authorization(Doorman.operatorCaller, for: "GET /x") }
    }

    @Test("a key that was replaced is still recognised")
    func rotated() throws {
        let new = ServiceIdentity(services: [SymmetricKey(size: .bits256), service], workers: [], clock: clock)

        #expect(try new.caller(token(.service("jobs"), "GET /x"), for: "GET /x") == .service("jobs"))
    }

    @Test("endpoints between services open to services, those of workers to both, and do not exist for anybody else")
    func doors() async throws {
        try await shop { client, port in
            let peer = try peer(port)
            _ = try await peer.call(PaintAPI.secret, as: .service("jobs"))
            _ = try await peer.call(PaintAPI.lease, as: .service("jobs"))
            _ = try await peer.call(PaintAPI.lease, as: .worker("w1"))
            let worker = await #expect(throws: Problem.self) { try await peer.call(PaintAPI.secret, as: .worker("w1")) }
            #expect(worker?.status == 403)

            for headers in [[], [("Authorization", "Bearer operator")], [("Authorization", "Bearer services")]] {
                #expect(try await client.post("/api/internal/sync", "", headers).status == 404)
            }
            #expect(try await client.post("/api/internal/sync", "", [("Authorization", "Service x")]).status == 401)
        }
    }

    @Test("an identity opens nothing that is meant for people")
    func noWayAround() async throws {
        try await shop { client, _ in
            let identity = ServiceIdentity(services: [service], workers: [worker], clock: SystemClock())
            let field = try identity.authorization(.service("jobs"), for: PaintAPI.create.key)
            #expect(try await client.post("/api/paints", "{}", [("Authorization", field)]).status == 401)
        }
    }

    @Test("a call that cannot have arrived is made again, one that may have arrived only if that does no harm")
    func again() async throws {
        let answered = Mutex(0)
        let server = try RawServer { connection in
            guard connection.request() != nil else { return }
            // The first two connections break off after the request.
            if connection.number <= 2 { return }
            answered.withLock { $0 += 1 }
            connection.answer("\"red\"", "Content-Type: application/json\r\n")
        }
        let peer = try peer(server.port)

        #expect(try await peer.call(PaintAPI.recent, as: .service("jobs")) == .red)
        #expect(server.connections == 3)

        let breaking = try RawServer { connection in _ = connection.request() }
        let other = try self.peer(breaking.port)
        await #expect(throws: Problem.self) { try await other.call(PaintAPI.secret, as: .service("jobs")) }
        #expect(breaking.connections == 1)
    }

    @Test("a service that does not answer is left alone for a while and then tried again")
    func breaker() {
        let breaker = CircuitBreaker(clock: clock)
        for _ in 0..<5 {
            #expect(breaker.allows())
            breaker.failed()
        }
        #expect(!breaker.allows())

        clock.advance(by: .seconds(1))
        #expect(breaker.allows())
        #expect(!breaker.allows())
        breaker.failed()
        clock.advance(by: .seconds(1))
        #expect(!breaker.allows())
        clock.advance(by: .seconds(1))
        #expect(breaker.allows())
        breaker.succeeded()
        #expect(breaker.allows())
        #expect(breaker.allows())
    }

    @Test("after five calls without an answer a service is not asked for a while")
    func brokenService() async throws {
        let port = try RawListener.freePort()
        let peer = try peer(port)

        let details = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    let problem = await #expect(throws: Problem.self) { try await peer.call(PaintAPI.secret, as: .service("jobs")) }
                    return problem?.detail
                }
            }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        let sixth = await #expect(throws: Problem.self) { try await peer.call(PaintAPI.secret, as: .service("jobs")) }

        #expect(details.allSatisfy { $0?.contains("Connection refused") == true })
        #expect(sixth?.detail == "The service paints does not answer; it is tried again every few seconds.")
    }

    @Test("a call ends when whoever asked gives up, and tells the next service how long that is")
    func deadline() async throws {
        let server = try RawServer { connection in
            guard let request = connection.request(), let mark = request.range(of: "X-Patience-Milliseconds: ") else { return }
            let patience = request[mark.upperBound...].prefix { $0.isNumber }
            connection.answer("\(patience)", "Content-Type: application/json\r\n")
        }
        let peer = try peer(server.port)
        let number = Endpoint<Nothing, Int>(.get, "/api/number", needs: .service, patience: .seconds(20), "Tells the patience.")

        #expect(try await peer.call(number, as: .service("jobs")) > 19_000)
        let deadline = SystemClock().now() + .seconds(5)
        let left = try await CurrentRequest.$deadline.withValue(deadline) { try await peer.call(number, as: .service("jobs")) }
        #expect((1...5000).contains(left))

        let silent = try RawServer { connection in while connection.request() != nil {} }
        let late = try self.peer(silent.port)
        let over = SystemClock().now() + .milliseconds(50)
        let problem = await #expect(throws: Problem.self) {
            try await CurrentRequest.$deadline.withValue(over) { try await late.call(PaintAPI.secret, as: .service("jobs")) }
        }
        #expect(problem?.status == 503)
    }

    @Test("request id and trace go along, with a span of their own for each call")
    func trace() async throws {
        let seen = Mutex("")
        let server = try RawServer { connection in
            guard let request = connection.request() else { return }
            seen.withLock { $0 = request.lowercased() }
            connection.answer("\"red\"", "Content-Type: application/json\r\n")
        }
        let peer = try peer(server.port)
        let trace = try #require(TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", state: "a=1"))

        _ = try await CurrentRequest.$id.withValue("outer") {
            try await CurrentRequest.$trace.withValue(trace) { try await peer.call(PaintAPI.recent, as: .service("jobs")) }
        }

        let request = seen.withLock { $0 }
        #expect(request.contains("x-request-id: outer"))
        #expect(request.contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-"))
        #expect(!request.contains("b7ad6b7169203331"))
        #expect(request.contains("tracestate: a=1"))
    }

    @Test(
        "a trace field that is not one begins a new trace",
        arguments: [
            nil, "", "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        ])
    func wrongTrace(field: String?) {
        #expect(TraceContext(field, state: nil) == nil)
        #expect(TraceContext(TraceContext().field, state: nil) != nil)
    }
}
