import Foundation
import Testing
import Vocabulary
import Web

@Suite("WebServer over HTTP", .timeLimit(.minutes(1)))
struct ServerTests {
    @Test("an endpoint answers with JSON, its status and the headers of every answer")
    func success() async throws {
        try await PaintShop.open { client, _ in
            let answer = try await client.send(
                try HTTPClient.Request("POST", "/api/paints", json: Paint.sample, headers: [asOperator, ("X-Request-Id", "abc-1")]))

            #expect(answer.status == 201)
            #expect(answer.header("content-type") == "application/json")
            #expect(answer.header("cache-control") == "no-store")
            #expect(answer.header("x-content-type-options") == "nosniff")
            #expect(answer.header("referrer-policy") == "no-referrer")
            #expect(answer.header("x-request-id") == "abc-1")
            #expect(answer.header("content-security-policy")?.hasPrefix("default-src 'none'; script-src 'self';") == true)
            let body = try await answer.body()
            #expect(try JSONCodec.decode(Paint.self, from: body) == .sample)
        }
    }

    @Test("a handler gets path, caller, idempotency key, address and request id")
    func call() async throws {
        try await PaintShop.open { client, _ in
            let answer = try await client.post(
                "/api/paints/a%2Fb%20c/dry/", "", [asOperator, ("Idempotency-Key", "k1"), ("X-Request-Id", "not sane")])
            let echo = try JSONCodec.decode(Echo.self, from: await answer.body())

            #expect(answer.status == 202)
            #expect(echo.path == ["paint": "a/b c"])
            #expect(echo.caller == "olga")
            #expect(echo.idempotencyKey == "k1")
            #expect(echo.address == "127.0.0.1")
            #expect(echo.requestId.count == 36)
        }
    }

    @Test("literal segments win over parameters")
    func precedence() async throws {
        try await PaintShop.open { client, _ async throws in
            #expect(try await client.get("/api/paints/recent").text() == "\"dark_blue\"")
            #expect(try await client.get("/api/paints/recently").text().contains("\"paint\":\"recently\""))
        }
    }

    @Test(
        "bad requests get a problem with the right status and slug",
        arguments: [
            ("POST", "/api/paints", "{", 400, "malformed-json"), ("POST", "/api/paints", "{}", 422, "invalid-input"),
            ("POST", "/api/paints", String(repeating: "[", count: 200_000), 400, "malformed-json"),
            ("POST", "/api/paints?x=1", "{}", 422, "invalid-input"), ("GET", "/api/paints?limit=x", "", 422, "invalid-input"),
            ("GET", "/api/paints?limt=1", "", 422, "invalid-input"), ("GET", "/api/paints?text=%00", "", 422, "invalid-input"),
            ("GET", "/api/paints?limit=1&limit=2", "", 422, "invalid-input"),
            ("GET", "/api/paints?limit=99999999999999999999", "", 422, "invalid-input"),
            ("GET", "/api/paints?text=%ff", "", 400, "malformed-query"), ("GET", "/api/nowhere", "", 404, "not-found"),
            ("GET", "/api/paints/%ff", "", 404, "not-found"), ("GET", "/api/paints/%zz", "", 404, "not-found"),
            ("GET", "/elsewhere", "", 404, "not-found"), ("PATCH", "/api/paints", "", 405, "method-not-allowed"),
            ("POST", "/api/internal/sync", "", 404, "not-found"), ("POST", "/api/worker/lease", "", 404, "not-found"),
            ("GET", "/ws/echo", "", 426, "upgrade-required"), ("GET", "/api/missing", "", 404, "not-found"),
        ])
    func problems(method: String, target: String, body: String, status: Int, slug: String) async throws {
        try await PaintShop.open { client, _ in
            let answer = try await client.send(
                .init(method, target, headers: [asOperator, ("Content-Type", "application/json")], body: Array(body.utf8)))

            #expect(answer.status == status)
            #expect(answer.header("content-type") == "application/problem+json")
            let problem = try await answer.problem()
            #expect(problem.slug == slug)
            #expect(problem.requestId == answer.header("x-request-id"))
            #expect(problem.instance != nil)
            #expect(problem.detail.hasSuffix("."))
        }
    }

    @Test("a wrong method names the right ones")
    func allow() async throws {
        try await PaintShop.open { client, _ async throws in
            #expect(try await client.send(.init("PUT", "/api/paints/1")).header("allow") == "DELETE, GET, HEAD")
        }
    }

    @Test("another media type is refused with 415, JSON variants are taken")
    func mediaType() async throws {
        try await PaintShop.open { client, _ in
            let body = String(decoding: try JSONCodec.encode(Paint.sample), as: UTF8.self)
            for (type, status) in [
                ("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("application/json; charset=utf-8", 201),
                ("application/merge-patch+json", 201),
            ] {
                #expect(try await client.post("/api/paints", body, [asOperator, ("Content-Type", type)]).status == status)
            }
        }
    }

    @Test(
        "permissions are checked before the body is looked at",
        arguments: [(nil, 401), ("Bearer viewer", 403), ("Bearer wrong", 401), ("Basic b3BlcmF0b3I=", 401)])
    func permission(authorization: String?, status: Int) async throws {
        try await PaintShop.open { client, _ in
            let answer = try await client.post("/api/paints", "{broken", authorization.map { [("Authorization", $0)] } ?? [])

            #expect(answer.status == status)
            #expect((answer.header("www-authenticate") != nil) == (status == 401))
        }
    }

    @Test("credentials that are no longer valid do not keep anybody from signing in")
    func login() async throws {
        try await PaintShop.open { client, port in
            let answer = try await client.post(
                "/api/auth/login", "", [("Cookie", "a=b; session=old"), ("Origin", "http://127.0.0.1:\(port)")])

            #expect(answer.status == 200)
            #expect(answer.header("set-cookie") == "session=operator; HttpOnly")
        }
    }

    @Test("an unexpected error is a plain 500 without its text")
    func unexpected() async throws {
        try await PaintShop.open { client, _ in
            let answer = try await client.get("/api/fail")
            let text = try await answer.text()

            #expect(answer.status == 500)
            #expect(!text.contains("Spill"))
            #expect(text.contains(answer.header("x-request-id") ?? "-"))
        }
    }

    @Test("HEAD answers like GET without a body, 204 has none")
    func head() async throws {
        try await PaintShop.open { client, _ in
            let head = try await client.send(.init("HEAD", "/api/paints/1"))
            let removed = try await client.send(.init("DELETE", "/api/paints/1", headers: [asOperator]))

            #expect(head.status == 200)
            #expect(Int(head.header("content-length") ?? "") ?? 0 > 10)
            #expect(try await head.body().isEmpty)
            #expect(removed.status == 204)
            #expect(try await removed.body().isEmpty)
        }
    }

    @Test("a download is streamed with its name")
    func download() async throws {
        try await PaintShop.open { client, _ in
            let answer = try await client.get("/api/paints/20000/log")
            let text = try await answer.text()

            #expect(answer.header("content-type") == "text/plain; charset=utf-8")
            #expect(answer.header("content-disposition") == "attachment; filename=\"l_g.txt\"; filename*=UTF-8''l%C3%B6g.txt")
            #expect(text.hasPrefix("line 0\n"))
            #expect(text.hasSuffix("line 19999\n"))
        }
    }

    @Test("health answers always, readiness names what is missing")
    func health() async throws {
        try await PaintShop.open(readiness: { ["the database of targets is not open"] }) { client, _ in
            #expect(try await client.get("/health").text() == #"{"status":"ok"}"#)
            let ready = try await client.get("/ready")
            #expect(ready.status == 503)
            let missing = try await ready.problem().errors?.map(\.detail)
            #expect(missing == ["the database of targets is not open"])
        }
        try await PaintShop.open { client, _ async throws in #expect(try await client.get("/ready").status == 200) }
    }

    @Test("a request to upgrade to another protocol is answered as if it did not ask, then the connection is closed")
    func foreignUpgrade() async throws {
        let upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\n"
        try await PaintShop.open { _, port in
            let raw = try RawSocket(port: port)
            raw.send("GET /health HTTP/1.1\r\nHost: x\r\n\(upgrade)\r\n")
            let first = raw.readAll()
            #expect(first.hasPrefix("HTTP/1.1 200"))
            #expect(first.lowercased().contains("connection: close"))
            #expect(first.contains("{\"status\":\"ok\"}"))

            let later = try RawSocket(port: port)
            later.send("GET /nope HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\(upgrade)\r\n")
            let text = later.readAll()
            #expect(text.hasPrefix("HTTP/1.1 404"))
            #expect(text.contains("HTTP/1.1 200"))
        }
    }

    @Test(
        "pipelined requests are answered in order, and the connection is closed when the client asks for it",
        arguments: [
            "HTTP/1.1\r\nHost: x\r\nConnection: close", "HTTP/1.1\r\nHost: x\r\nConnection: Close", "HTTP/1.0",
        ])
    func pipelined(last: String) async throws {
        try await PaintShop.open { _, port in
            let raw = try RawSocket(port: port)
            raw.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /nope \(last)\r\n\r\n")
            let text = raw.readAll()
            #expect(text.hasPrefix("HTTP/1.1 200"))
            #expect(text.contains(" 404"))
            #expect(text.lowercased().contains("connection: close"))
        }
    }

    @Test("a port that is taken is one clear sentence")
    func portTaken() async throws {
        try await PaintShop.open { _, port in
            await #expect(throws: WebServerError.portTaken(host: "127.0.0.1", port: port)) {
                try await PaintShop.serve(port: port)
            }
        }
        #expect(
            WebServerError.portTaken(host: "127.0.0.1", port: 80).description
                == "Port 80 on 127.0.0.1 is already in use; stop the other program or choose another port (HTTP_PORT).")
    }
}

extension PaintShop {
    /// Runs a server until it ends.
    static func serve(port: Int) async throws {
        try await WebServer(
            routes: routes(), authenticator: Doorman(), settings: WebSettings(host: "127.0.0.1", port: port),
            description: description, clock: SystemClock(), ids: SystemIDs(), logger: logger
        ).run()
    }
}
