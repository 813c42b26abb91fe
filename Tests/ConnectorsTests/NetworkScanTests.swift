import ConnectorPort
import Foundation
import NIOCore
import NIOPosix
import Support
import Synchronization
import Testing
import Vocabulary

@testable import NetworkConnector

/// One after the other: they count what arrives at their servers.
@Suite("Scanning networks", .serialized, .timeLimit(.minutes(2)))
struct NetworkScanTests {
    private func scan(
        _ addresses: [String], ports: [Int], rate: Int = 500, snmp: [SNMPIdentity] = [], snmpPort: Int = 161
    ) async throws -> [ScannedHost] {
        try await SocketScanner(ssh: Stage.ssh, snmpPort: snmpPort).scan(
            ScanPlan(addresses: addresses, ports: ports, ratePerSecond: rate, concurrency: 8, timeout: .milliseconds(700), snmp: snmp))
    }

    @Test("an SSH server is found with its banner and its host key, and nobody tries to log in")
    func ssh() async throws {
        let server = try SSHServer.start(addresses: ["127.0.41.2"])
        let closed = try LoopbackPort.free()

        let host = try #require(try await scan(["127.0.41.2"], ports: [closed, server.port]).first)

        #expect(host.ports.map(\.port) == [server.port])
        #expect(host.ports[0].service == "ssh")
        #expect(host.ports[0].banner?.hasPrefix("SSH-2.0-OpenSSH") == true)
        #expect(host.hostKeys == [ScannedHostKey(port: server.port, key: server.hostKeys[0].hostKey)])
        #expect(!server.log.contains("userauth-request"))
        #expect(!host.answersEverything)
    }

    @Test("web servers say their name and title, with TLS also the names in the certificate")
    func web() async throws {
        let (plain, encrypted) = (try LoopbackPort.free(), try LoopbackPort.free())
        let page = "<html><head><TITLE lang=en>\n Router &amp; more </TITLE></head></html>"
        let http = try ServerProcess(
            "python3", ["-u", "-m", "http.server", "--bind", "127.0.41.3", String(plain)], files: ["index.html": page]
        ) { $0.contains("Serving HTTP") }
        let https = try ServerProcess(
            "/bin/sh",
            [
                "-c",
                """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -days 2 -subj /CN=plain-name \
                    -addext subjectAltName=DNS:web.example.org,DNS:www.example.org && exec openssl s_server -accept 127.0.41.3:\(encrypted) \
                    -cert cert -key key -WWW
                """,
            ], files: ["index.html": page]
        ) { $0.contains("ACCEPT") }

        let host = try #require(try await scan(["127.0.41.3"], ports: [plain, encrypted]).first)

        #expect(host.ports[0].service == "http")
        #expect(host.ports[0].banner?.hasPrefix("SimpleHTTP") == true)
        #expect(host.ports[0].title == "Router &amp; more")
        #expect(host.ports[1].certificateNames == ["web.example.org", "www.example.org"])
        #expect(["tls", "https"].contains(host.ports[1].service))
        http.stop()
        https.stop()
    }

    @Test("a mail server and one that says nothing are told apart")
    func greetings() async throws {
        let mail = try LoopbackPort.answering("220 mail.example.org ESMTP Postfix\r\n", connections: 10)
        let (socket, silent) = try LoopbackPort.silent()

        let host = try #require(try await scan(["127.0.0.1"], ports: [mail, silent]).first)

        #expect(host.ports.map(\.service) == ["smtp", nil])
        #expect(host.ports[0].banner == "220 mail.example.org ESMTP Postfix")
        close(socket)
    }

    @Test("who greets and hangs up at once is heard, even by one who listens later")
    func hangingUp() async throws {
        let mail = try LoopbackPort.answering("220 mail.example.org ESMTP Postfix\r\n")
        let talk = Talk(group: MultiThreadedEventLoopGroup.singleton, timeout: .seconds(30))
        guard case .open(let conversation) = await talk.connect("127.0.0.1", mail) else {
            Issue.record("the port is not open")
            return
        }
        try await conversation.channel.closeFuture.get()
        #expect(await talk.ask(conversation) { _ in true } == Array("220 mail.example.org ESMTP Postfix\r\n".utf8))
        #expect(await talk.ask(conversation) { _ in true } == [])
    }

    @Test("an SNMP agent tells its system group to a community, and to users with each hash, encrypted or not")
    func snmp() async throws {
        let port = try LoopbackPort.free()
        let agent = try SNMPAgent.start(address: "127.0.41.4", port: port, name: "core-sw-1", hashes: ["SHA", "SHA-256", "SHA-512"])
        func user(_ hash: SNMPHash, _ name: String, privacy: String?, password: String = SNMPAgent.password) -> SNMPIdentity {
            SNMPIdentity(
                credential: "c",
                proof: .user("\(SNMPAgent.user)-\(name)", hash: hash, password: Secret(password), privacy: privacy.map { Secret($0) }))
        }
        let identities = [
            SNMPIdentity(credential: "c", proof: .community(Secret(SNMPAgent.community))),
            user(.sha1, "SHA", privacy: nil), user(.sha1, "SHA", privacy: SNMPAgent.passphrase), user(.sha256, "SHA-256", privacy: nil),
            user(.sha256, "SHA-256", privacy: SNMPAgent.passphrase), user(.sha512, "SHA-512", privacy: SNMPAgent.passphrase),
        ]
        for identity in identities {
            let host = try #require(try await scan(["127.0.41.4"], ports: [1], snmp: [identity], snmpPort: port).first)
            #expect(host.snmp?.name == "core-sw-1", "\(identity)")
            #expect(host.snmp?.description == "Linux core-sw-1 6.1.0 Debian")
            #expect(host.snmp?.location == "Rack 7")
            #expect(host.snmp?.contact == "noc@example.org")
            #expect(host.snmp?.objectID.hasPrefix("1.3.6.1.4.1.8072") == true)
        }
        let wrong = [
            SNMPIdentity(credential: "c", proof: .community(Secret("wrong"))),
            user(.sha256, "SHA-256", privacy: SNMPAgent.passphrase, password: "not the password"), user(.sha256, "nobody", privacy: nil),
        ]
        #expect(try await scan(["127.0.41.4"], ports: [1], snmp: wrong, snmpPort: port).first?.snmp == nil)
        agent.stop()
    }

    @Test("no more packets are begun than the rate allows")
    func rate() async throws {
        let clock = CountingClock()
        let pacer = Pacer(perSecond: 20, clock: clock)

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { try await pacer.turn() } }
            try await group.waitForAll()
        }

        #expect(clock.longest == .milliseconds(4950), "the hundredth waits until 99 others have had their twentieth of a second")
    }

    @Test("a scan that is cancelled ends soon")
    func cancelled() async throws {
        let task = Task { try await scan((1...200).map { "127.0.42.\($0)" }, ports: Array(1...20), rate: 1) }
        task.cancel()
        await #expect(throws: (any Error).self) { _ = try await task.value }
    }
}

/// A clock that stands still and remembers the longest wait.
private final class CountingClock: WallClock {
    private let waits = Mutex<[Duration]>([])
    var longest: Duration { waits.withLock { $0.max() ?? .zero } }
    func now() -> Timestamp { Timestamp(milliseconds: 1_790_000_000_000) }
    func sleep(for duration: Duration) async throws { waits.withLock { $0.append(duration) } }
}

@Suite("SNMP messages")
struct SNMPMessageTests {
    @Test("a password's key for an engine is as RFC 3414 A.3.2 computes it")
    func key() {
        let engine = [UInt8](repeating: 0, count: 11) + [2]
        let key = SNMPHash.sha1.key(of: "maplesyrup", for: engine).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(key == "6695febc9288e36282235fc7151f128497b38f3f")
    }

    @Test(
        "numbers and object identifiers are written as X.690 says",
        arguments: [(0, [2, 1, 0]), (127, [2, 1, 127]), (128, [2, 2, 0, 128]), (-1, [2, 1, 255]), (65_507, [2, 3, 0, 255, 227])]
            as [(Int, [UInt8])])
    func integers(number: Int, bytes: [UInt8]) throws {
        #expect(BER.integer(number) == bytes)
        var reader = BERReader(bytes[...])
        let read = try reader.integer()
        #expect(read == number)
    }

    @Test("an object identifier comes back as it was")
    func objects() throws {
        let bytes = BER.object([1, 3, 6, 1, 4, 1, 8072, 3, 2, 10])
        var reader = BERReader(bytes[...])
        let content = try reader.content(BER.object)
        let text = try BERReader.objectText(content)
        #expect(text == "1.3.6.1.4.1.8072.3.2.10")
    }

    @Test("no bytes that an agent sends do any harm", arguments: [UInt64(1), 2, 3])
    func anything(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let good = SNMPMessage.community("public", number: 7)
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0...(random.next() % 4) { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next()) }
            bytes = Array(bytes.prefix(Int(random.next() % UInt64(bytes.count + 1))))
            _ = try? SNMPMessage.answer(toCommunity: bytes, number: 7)
            _ = try? SNMPUser.answer(bytes, number: 7, of: nil)
            _ = BannerText.clean(bytes)
            _ = BannerText.web(Array("HTTP/1.1 200\r\n\r\n<title>".utf8) + bytes + Array("</title>".utf8))
            _ = BannerText.commonName(bytes + [0x06, 0x03, 0x55, 0x04, 0x03] + bytes)
        }
    }
}
