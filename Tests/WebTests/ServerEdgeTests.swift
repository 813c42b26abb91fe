import Testing
import Vocabulary
import Web

@Suite("WebServer at the edges of HTTP", .timeLimit(.minutes(1)))
struct ServerEdgeTests {
    private static let post = "POST /api/paints HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer operator\r\nContent-Type: application/json\r\n"

    @Test(
        "what is not HTTP gets a problem, and the connection is closed",
        arguments: [
            "GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n", "GET /\u{0} HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        ])
    func malformed(text: String) async throws {
        try await PaintShop.open { client, port in
            let raw = try RawSocket(port: port)
            raw.send(text)

            let answer = raw.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.lowercased().contains("content-type: application/problem+json\r\n"))
            #expect(answer.lowercased().contains("connection: close\r\n"))
            #expect(answer.contains("/problems/malformed-request"))
            #expect(try await client.get("/health").status == 200)
        }
    }

    @Test("what is not HTTP behind good requests is refused after these were answered")
    func malformedLater() async throws {
        try await PaintShop.open { _, port in
            let raw = try RawSocket(port: port)
            raw.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /nope HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n")

            let statuses = raw.readAll().split(separator: "HTTP/1.1 ").map { $0.prefix(3) }.filter { Int($0) != nil }
            #expect(statuses == ["200", "404", "400"])
        }
    }

    @Test("a body that breaks in the middle is a problem of its own kind")
    func brokenBody() async throws {
        try await PaintShop.open { _, port in
            let chunked = try RawSocket(port: port)
            chunked.send("\(Self.post)Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n")
            let malformed = chunked.readAll()
            #expect(malformed.hasPrefix("HTTP/1.1 400"))
            #expect(malformed.contains("/problems/malformed-request"))

            let cut = try RawSocket(port: port)
            cut.send("\(Self.post)Content-Length: 10\r\n\r\nhello")
            cut.finish()
            let incomplete = cut.readAll()
            #expect(incomplete.hasPrefix("HTTP/1.1 400"))
            #expect(incomplete.contains("/problems/incomplete-body"))
        }
    }

    @Test("a body above the limit is refused with 413 at once, announced or not, and hardly more of it is taken in")
    func bodyLimit() async throws {
        try await PaintShop.open(change: { $0.bodyLimitBytes = 1000 }) { client, port in
            let answer = try await client.post("/api/paints", String(repeating: " ", count: 5000), [asOperator])
            #expect(answer.status == 413)
            #expect(try await answer.problem().slug == "body-too-large")

            let piece = [UInt8](repeating: 32, count: 65_536)
            let announced = "Content-Length: 1000000000000\r\n\r\n"
            for start in [announced, "Transfer-Encoding: chunked\r\n\r\n7d0\r\n\(String(repeating: " ", count: 2000))\r\nE8D4A51000\r\n"] {
                let raw = try RawSocket(port: port)
                raw.send(Self.post + start)
                let refusal = raw.read(until: "body-too-large")
                #expect(refusal.hasPrefix("HTTP/1.1 413"))
                #expect(refusal.lowercased().contains("connection: close\r\n"))

                var sent = 0
                while sent < 1000, raw.send(piece) { sent += 1 }
                #expect(sent < 1000)
            }
        }
    }

    @Test("a connection survives an answer that came before a small body")
    func smallRest() async throws {
        try await PaintShop.open { _, port in
            let raw = try RawSocket(port: port)
            raw.send("POST /nope HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
            #expect(raw.read(until: "not-found").hasPrefix("HTTP/1.1 404"))

            raw.send("0123456789GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(raw.readAll().contains("{\"status\":\"ok\"}"))
        }
    }

    @Test("a client that waits for leave to send its body gets it, and one that does not wait needs none")
    func expectation() async throws {
        let body = String(decoding: try JSONCodec.encode(Paint.sample), as: UTF8.self)
        let head = "\(Self.post)Content-Length: \(body.utf8.count)\r\nExpect: 100-Continue\r\n\r\n"
        try await PaintShop.open { _, port in
            let raw = try RawSocket(port: port)
            for _ in 0..<2 {
                raw.send(head)
                #expect(raw.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                raw.send(body)
                #expect(raw.read(until: "dark_blue").hasPrefix("HTTP/1.1 201"))
            }
            raw.send(head + body)
            #expect(raw.read(until: "dark_blue").hasPrefix("HTTP/1.1 201"))

            let old = try RawSocket(port: port)
            old.send(head.replacing("HTTP/1.1", with: "HTTP/1.0") + body)
            let answer = old.readAll()
            #expect(answer.contains(" 201 ") && !answer.contains(" 100 "))
        }
    }

    @Test(
        "a client that waits for leave hears a refusal at once and nothing else",
        arguments: [
            ("POST /api/paints HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n", 401),
            (post + "Content-Length: 100000\r\n", 413), ("POST /nope HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n", 404),
        ])
    func expectationRefused(head: String, status: Int) async throws {
        try await PaintShop.open(change: { $0.bodyLimitBytes = 1000 }) { _, port in
            let raw = try RawSocket(port: port)
            raw.send("\(head)Expect: 100-continue\r\n\r\n")

            let answer = raw.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
            #expect(answer.lowercased().contains("connection: close\r\n"))
        }
    }
}
