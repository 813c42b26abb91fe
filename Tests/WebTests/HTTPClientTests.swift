import Foundation
import Support
import Synchronization
import Testing
import Vocabulary
import Web

@Suite("HTTPClient", .timeLimit(.minutes(1)))
struct HTTPClientTests {
    private func client(
        _ port: Int, clock: any WallClock = ManualClock(), change: (inout HTTPClient.Patience) -> Void = { _ in }
    ) throws -> HTTPClient {
        var patience = HTTPClient.Patience()
        change(&patience)
        return try HTTPClient(base: "http://127.0.0.1:\(port)", patience: patience, clock: clock)
    }

    /// Answers every request with the number of the connection.
    private static let count: @Sendable (RawServer.Connection) -> Void = { connection in
        while connection.request() != nil { connection.answer("\(connection.number)") }
    }

    @Test("requests one after the other share a connection, with bodies and without, and so do copies of the client")
    func reuse() async throws {
        let server = try RawServer(Self.count)
        defer { server.stop() }
        let client = try client(server.port)
        let copy = client

        for _ in 0..<3 {
            #expect(try await client.get("/").text() == "1")
            #expect(try await copy.post("/", "{}").text() == "1")
        }
        #expect(server.connections == 1)
    }

    @Test("requests at the same time have connections of their own, of which only some are kept")
    func parallel() async throws {
        let server = try RawServer(Self.count)
        defer { server.stop() }
        let client = try client(server.port) { $0.idleConnections = 2 }

        // All heads are there before the first body is read, so no connection can serve two of them.
        var answers: [HTTPClient.Answer] = []
        for _ in 0..<5 { answers.append(try await client.get("/")) }
        for answer in answers { _ = try await answer.text() }
        #expect(server.connections == 5)

        var later: [HTTPClient.Answer] = []
        for _ in 0..<3 { later.append(try await client.get("/")) }
        #expect(server.connections == 6)
    }

    @Test("a connection that was idle for long, or that the server wants to close, is not used again")
    func notReused() async throws {
        let server = try RawServer { connection in
            while let request = connection.request() {
                connection.answer("\(connection.number)", request.hasPrefix("GET /last") ? "Connection: close\r\n" : "")
            }
        }
        defer { server.stop() }
        let clock = ManualClock()
        let client = try client(server.port, clock: clock) { $0.idle = .seconds(10) }

        #expect(try await client.get("/").text() == "1")
        clock.advance(by: .seconds(10))
        #expect(try await client.get("/").text() == "1")
        clock.advance(by: .seconds(11))
        #expect(try await client.get("/last").text() == "2")
        #expect(try await client.get("/").text() == "3")
    }

    @Test("an answer whose body nobody reads to its end costs the connection and nothing else")
    func leftOver() async throws {
        let server = try RawServer(Self.count)
        defer { server.stop() }
        let client = try client(server.port)

        #expect(try await client.get("/").status == 200)
        #expect(try await client.get("/").text() == "2")
    }

    @Test(
        "a request that meets a closing connection is sent again only if it may arrive twice",
        arguments: [("GET", nil, true), ("POST", nil, false), ("POST", "k1", true), ("DELETE", nil, false)])
    func closing(method: String, key: String?, isRepeated: Bool) async throws {
        // The first connection takes a second request and hangs up without a word, as a server does that closes idle connections.
        let server = try RawServer { connection in
            guard connection.request() != nil else { return }
            connection.answer("\(connection.number)")
            _ = connection.request()
        }
        defer { server.stop() }
        let client = try client(server.port)
        #expect(try await client.get("/").text() == "1")

        let request = HTTPClient.Request(method, "/", headers: key.map { [("Idempotency-Key", $0)] } ?? [])
        if isRepeated {
            #expect(try await client.send(request).text() == "2")
        } else {
            let problem = await #expect(throws: Problem.self) { try await client.send(request) }
            #expect(problem?.status == 503)
            #expect(problem?.detail.contains("broke off") == true)
            #expect(problem?.detail.hasSuffix("may have been done all the same.") == true)
            #expect(server.connections == 1)
        }
    }

    @Test("a request that fails on a fresh connection is not sent again")
    func freshFails() async throws {
        let server = try RawServer { _ = $0.request() }
        defer { server.stop() }
        let client = try client(server.port)

        let problem = await #expect(throws: Problem.self) { try await client.get("/") }

        #expect(problem?.status == 503)
        #expect(server.connections == 1)
    }

    @Test(
        "a server that says nothing is given up, before its answer and in the middle of it",
        arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
    func silence(beginning: String) async throws {
        let server = try RawServer { connection in
            _ = connection.request()
            connection.send(beginning)
            _ = connection.request()
        }
        defer { server.stop() }
        let client = try client(server.port) { $0.silence = .milliseconds(100) }

        let problem = await #expect(throws: Problem.self) { try await client.get("/").text() }

        #expect(problem?.status == 503)
        #expect(problem?.detail.contains("said nothing for") == true)
    }

    @Test("a WebSocket whose server is silent is given up, before it is open and later")
    func silentLive() async throws {
        let server = try RawServer { connection in
            _ = connection.request()
            _ = connection.request()
        }
        defer { server.stop() }
        let client = try client(server.port) { $0.silence = .milliseconds(100) }
        let problem = await #expect(throws: Problem.self) { try await LiveClient.connect(client, path: "/ws", token: nil) }
        #expect(problem?.status == 503)

        try await PaintShop.open { _, port in
            let live = try await LiveClient.connect(
                self.client(port) { $0.silence = .seconds(1) }, path: "/ws/echo", token: "operator")
            await #expect(throws: LiveFarewell(code: 1006, reason: "the server said nothing any more")) {
                for try await _ in live.messages {}
            }
        }
    }

    @Test("a body that breaks off is one clear sentence")
    func brokenBody() async throws {
        let server = try RawServer { connection in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        }
        defer { server.stop() }
        let client = try client(server.port)

        let problem = await #expect(throws: Problem.self) { try await client.get("/").text() }

        #expect(problem?.detail.hasPrefix("The connection to 127.0.0.1:\(server.port) broke off (") == true)
    }

    @Test("a server that does not take the connection is given up")
    func connectTimeout() async throws {
        // A listener that accepts nothing: once its queue is full the system leaves further connections without an answer.
        let (listener, port) = try RawListener.listen(backlog: 0)
        defer { close(listener) }
        let waiting = RawListener.fill(port: port, count: 4)
        defer { for descriptor in waiting { close(descriptor) } }
        let client = try client(port) { $0.connect = .milliseconds(100) }

        let problem = await #expect(throws: Problem.self) { try await client.get("/") }

        #expect(problem?.detail == "No server answers at 127.0.0.1:\(port) (no answer in time). Is it running?")
    }
}
