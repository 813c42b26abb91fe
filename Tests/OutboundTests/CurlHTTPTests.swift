import CurlDriver
import Foundation
import Outbound
import Support
import Testing

@Suite("HTTP to the outside")
struct CurlHTTPTests {
    let world: OutsideWorld
    let outbound: CurlOutbound
    private let base: String

    init() throws {
        world = try OutsideWorld(addresses: ["127.0.3.1"])
        let rules = try #require(AddressRules(allowing: ["127.0.0.1", "127.0.3.0/24"]))
        outbound = CurlOutbound(CurlSettings(rules: rules, trustedCertificates: world.places.ca))
        base = "http://127.0.0.1:\(world.places.http)"
    }

    /// The kind of error of a request; nil when it is answered.
    private func failure(_ outbound: CurlOutbound, _ request: OutboundRequest) async throws -> OutboundError.Kind? {
        do {
            _ = try await outbound.send(request)
            return nil
        } catch let error as OutboundError {
            return error.kind
        }
    }

    @Test("a request arrives as it was sent, and the answer comes back")
    func sends() async throws {
        let request = OutboundRequest(
            "PUT", "\(base)/ok?x=1", headers: [(name: "X-One", value: "1"), (name: "X-Empty", value: "")], body: Array("héllo".utf8))
        let answer = try await outbound.send(request)
        let got = try #require(try world.requests().first)

        #expect((answer.status, String(decoding: answer.body, as: UTF8.self)) == (200, "ok"))
        #expect((got.method, got.path, got.body) == ("PUT", "/ok?x=1", "héllo"))
        #expect((got.headers["x-one"], got.headers["x-empty"], got.headers["expect"]) == ("1", "", nil))
        await outbound.stop()
    }

    @Test("requests go over connections that are open already")
    func reuses() async throws {
        let first = try await outbound.send(OutboundRequest("GET", "\(base)/ok"))
        let second = try await outbound.send(OutboundRequest("POST", "\(base)/ok", body: [1]))

        #expect((first.newConnections, second.newConnections) == (1, 0))
        await outbound.stop()
    }

    @Test("a connection that is reset before anybody can see where it leads is one that broke, and nothing that is forbidden")
    func resets() async throws {
        let server = try #require(ResettingServer())
        let thread = Thread { server.serve() }
        thread.start()

        var kinds: [OutboundError.Kind?: Int] = [:]
        for _ in 0..<400 {
            kinds[try await failure(outbound, OutboundRequest("POST", "http://127.0.0.1:\(server.port)/x", body: [1])), default: 0] += 1
        }

        #expect(kinds == [.unreachable: 400])
        server.stop()
        await outbound.stop()
    }

    @Test("certificates are trusted of the system's authorities and the given one, for the right name")
    func trusts() async throws {
        let good = try await outbound.send(OutboundRequest("GET", "https://localhost:\(world.places.https)/ok"))
        let untrusted = try await failure(outbound, OutboundRequest("GET", "https://localhost:\(world.places.untrusted)/ok"))
        let plain = CurlOutbound(CurlSettings(rules: try #require(AddressRules(allowing: ["127.0.0.1"]))))
        let unknown = try await failure(plain, OutboundRequest("GET", "https://localhost:\(world.places.https)/ok"))
        let rules = try #require(AddressRules(allowing: ["127.0.0.0/8"]))
        let wide = CurlOutbound(CurlSettings(rules: rules, trustedCertificates: world.places.ca))
        let wrongName = try await failure(wide, OutboundRequest("GET", "https://127.0.0.2:\(world.places.https)/ok"))

        #expect(good.status == 200)
        #expect((untrusted, unknown) == (.tls, .tls))
        #expect(wrongName != nil)
        for one in [outbound, plain, wide] { await one.stop() }
    }

    @Test("a long answer is cut or refused, and no more of it is read than may be")
    func cuts() async throws {
        let cut = try await outbound.send(OutboundRequest("GET", "\(base)/huge", mostBytes: 1000, cutsLongAnswers: true))
        let refused = try await failure(outbound, OutboundRequest("GET", "\(base)/huge", mostBytes: 1000))

        #expect((cut.status, cut.body.count, cut.isCut) == (200, 1000, true))
        #expect(refused == .tooLong)
        await outbound.stop()
    }

    @Test("who does not answer in time is left, and so is whoever a cancelled task waits for")
    func givesUp() async throws {
        let slow = try await failure(outbound, OutboundRequest("GET", "\(base)/slow", timeout: .milliseconds(300)))
        let outbound = outbound
        let url = "\(base)/slow"
        let task = Task { try await outbound.send(OutboundRequest("GET", url)) }
        while try world.requests().count < 2 { await Task.yield() }
        task.cancel()
        let ended = await task.result

        #expect(slow == .timeout)
        #expect(throws: CancellationError.self) { try ended.get() }
        await outbound.stop()
    }

    @Test("who waits for an answer holds up nobody else who asks the same host")
    func waitsAlone() async throws {
        let (outbound, base, secure) = (outbound, base, "https://localhost:\(world.places.https)")
        let waiting = ["\(base)/slow", "\(secure)/slow"].map { url in Task { try await outbound.send(OutboundRequest("GET", url)) } }
        while try world.requests().count < 2 { await Task.yield() }
        for base in [base, secure] {
            let answer = try await outbound.send(OutboundRequest("GET", "\(base)/ok", timeout: .seconds(10)))
            #expect(answer.status == 200)
        }
        for task in waiting {
            task.cancel()
            _ = await task.result
        }
        await outbound.stop()
    }

    @Test("nothing listens, no such name, no such scheme: each says what it is")
    func tells() async throws {
        let closed = try await failure(outbound, OutboundRequest("GET", "http://127.0.0.1:1/"))
        let nobody = try await failure(outbound, OutboundRequest("GET", "http://nobody.invalid/"))
        let file = try await failure(outbound, OutboundRequest("GET", "file:///etc/passwd"))
        let gopher = try await failure(outbound, OutboundRequest("GET", "gopher://127.0.0.1/"))
        let header = try await failure(outbound, OutboundRequest("GET", base, headers: [(name: "A", value: "b\r\nC: d")]))

        #expect((closed, nobody) == (.unreachable, .unknownHost))
        #expect([file, gopher, header].allSatisfy { $0 == .malformed })
        await outbound.stop()
    }

    @Test(
        "addresses of this machine are refused in every spelling, and hear nothing",
        arguments: [
            "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
            "127.0.0.1.", "0", "0.0.0.0", "[::]", "169.254.169.254", "[fe80::1]", "10.0.0.1",
        ])
    func refusesOwnAddresses(host: String) async throws {
        let guarded = CurlOutbound(CurlSettings())
        let found = try await failure(
            guarded, OutboundRequest("GET", "http://\(host):\(world.places.http)/ok", timeout: .seconds(5), connectTimeout: .seconds(5)))
        let heard = try world.requests()

        #expect(found == .forbiddenAddress || found == .malformed || found == .unknownHost, "\(host): \(String(describing: found))")
        #expect(heard.isEmpty)
        await guarded.stop()
    }

    @Test("a redirect to an address that is not allowed is not followed, one to another is")
    func guardsRedirects() async throws {
        let narrow = CurlOutbound(CurlSettings(rules: try #require(AddressRules(allowing: ["127.0.3.1"]))))
        let port = world.places.http
        let start = "http://127.0.3.1:\(port)/redirect?to="
        let out = try await failure(narrow, OutboundRequest("POST", start + "http://127.0.0.1:\(port)/secret", body: [1], redirects: 3))
        let own = try await narrow.send(OutboundRequest("POST", start + "http://127.0.3.1:\(port)/fine", body: [1], redirects: 3))
        let none = try await narrow.send(OutboundRequest("POST", start + "http://127.0.3.1:\(port)/fine", body: [1]))
        let paths = try world.requests().map { $0.path.prefix(7) }

        #expect(out == .forbiddenAddress)
        #expect((own.status, none.status) == (200, 307))
        #expect(!paths.contains("/secret"))
        await narrow.stop()
    }
}
