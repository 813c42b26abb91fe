import Testing
import Vocabulary
import Web

@Suite("Requests from other sites", .timeLimit(.minutes(1)))
struct OriginTests {
    private static let session: (name: String, value: String) = ("Cookie", "session=operator")

    @Test(
        "a change with a session cookie must come from this site",
        arguments: [
            ("Origin", "http://HOST", 202), ("Origin", "https://HOST", 202), ("Sec-Fetch-Site", "same-origin", 202),
            ("Origin", "http://app.example", 202), ("X-Nothing", "x", 403), ("Origin", "http://evil.example", 403),
            ("Origin", "null", 403), ("Origin", "HOST", 403), ("Sec-Fetch-Site", "cross-site", 403),
            ("Sec-Fetch-Site", "same-site", 403), ("Sec-Fetch-Site", "none", 403), ("Origin", "http://HOST.evil.example", 403),
            ("Origin", "HTTP://APP.Example", 202), ("Origin", "ftp://HOST", 403), ("Origin", "wss://HOST", 403),
            ("Origin", "javascript://HOST", 403),
        ])
    func change(name: String, value: String, status: Int) async throws {
        try await PaintShop.open(change: { $0.allowedOrigins = ["http://app.example", "null"] }) { client, port in
            let value = value.replacing("HOST", with: "127.0.0.1:\(port)")
            let answer = try await client.post("/api/paints/1/dry", "", [Self.session, (name, value)])

            #expect(answer.status == status)
            if status == 403 { #expect(try await answer.problem().slug == "cross-origin") }
        }
    }

    @Test("reading with a cookie and changing with a token need no origin")
    func free() async throws {
        try await PaintShop.open { client, _ async throws in
            #expect(try await client.get("/api/paints?limit=1", [Self.session]).status == 200)
            #expect(try await client.post("/api/paints/1/dry", "", [asOperator]).status == 202)
            #expect(try await client.post("/api/paints/1/dry", "", [asOperator, ("Origin", "http://evil.example")]).status == 403)
        }
    }

    @Test("behind a trusted proxy the scheme must be the one that the browser used; nobody else is believed about it")
    func scheme() async throws {
        for (trusted, told, origin, status) in [
            (true, "https", "https", 202), (true, "https", "http", 403), (true, "http", "https", 403), (false, "https", "http", 202),
        ] {
            let proxies = trusted ? ["127.0.0.1"] : []
            try await PaintShop.open(change: { $0.trustedProxies = TrustedProxies(proxies) ?? TrustedProxies() }) { client, port in
                let answer = try await client.post(
                    "/api/paints/1/dry", "",
                    [Self.session, ("X-Forwarded-Proto", told), ("Origin", "\(origin)://127.0.0.1:\(port)")])
                #expect(answer.status == status)
            }
        }
    }

    @Test("letters that only look like ours in lower case make no listed origin, and a listed one is named as it is listed")
    func alike() async throws {
        try await PaintShop.open(change: { $0.allowedOrigins = ["https://desk.example"] }) { client, _ in
            for (origin, named) in [("HTTPS://Desk.Example", "https://desk.example"), ("https://des\u{212a}.example", nil)] {
                let answer = try await client.get("/api/filter", [("Origin", origin)])
                #expect(answer.header("access-control-allow-origin") == named)
            }
        }
    }

    @Test("CORS answers name listed origins only")
    func cors() async throws {
        try await PaintShop.open(change: { $0.allowedOrigins = ["http://app.example", "null"] }) { client, _ in
            let listed = try await client.get("/api/filter", [("Origin", "http://app.example")])
            #expect(listed.header("access-control-allow-origin") == "http://app.example")
            #expect(listed.header("vary") == "Origin")
            for origin in ["null", "http://evil.example"] {
                #expect(try await client.get("/api/filter", [("Origin", origin)]).header("access-control-allow-origin") == nil)
            }
            let ask: (name: String, value: String) = ("Access-Control-Request-Method", "POST")
            let preflight = try await client.send(.init("OPTIONS", "/api/paints", headers: [("Origin", "http://app.example"), ask]))
            #expect(preflight.status == 204)
            #expect(preflight.header("access-control-allow-methods") == "GET, HEAD, POST, OPTIONS")
            let strange = try await client.send(.init("OPTIONS", "/api/paints", headers: [("Origin", "http://evil.example"), ask]))
            #expect(strange.status == 403)
        }
    }

    @Test("forwarded addresses and hosts are believed only from trusted proxies")
    func proxies() async throws {
        let forwarded = [("X-Forwarded-For", "203.0.113.9, 198.51.100.7, 127.0.0.1"), ("X-Forwarded-Host", "ops.example")]
        let address = { @Sendable (client: HTTPClient) in
            try JSONCodec.decode(Echo.self, from: try await client.get("/api/paints/1", forwarded).body()).address
        }
        let change = { @Sendable (client: HTTPClient) in
            try await client.post("/api/paints/1/dry", "", forwarded + [Self.session, ("Origin", "https://ops.example")]).status
        }
        try await PaintShop.open { client, _ async throws in
            #expect(try await address(client) == "127.0.0.1")
            #expect(try await change(client) == 403)
        }
        let trusted = try #require(TrustedProxies(["127.0.0.0/8"]))
        try await PaintShop.open(change: { $0.trustedProxies = trusted }) { client, _ async throws in
            #expect(try await address(client) == "198.51.100.7")
            #expect(try await change(client) == 202)
        }
    }

    @Test(
        "networks of proxies are read and compared",
        arguments: [
            (["10.0.0.0/8"], "10.255.0.1", true), (["10.0.0.0/8"], "11.0.0.1", false), (["::1"], "::1", true),
            (["10.0.0.1"], "::ffff:10.0.0.1", true), (["fd00::/12"], "fd0f::1", true), (["fd00::/12"], "fd10::1", false),
            ([], "127.0.0.1", false),
        ])
    func networks(list: [String], address: String, isTrusted: Bool) {
        #expect(TrustedProxies(list)?.contains(address) == isTrusted)
    }

    @Test("what is no network is refused", arguments: ["x", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", ""])
    func noNetwork(text: String) {
        #expect(TrustedProxies([text]) == nil)
    }
}
