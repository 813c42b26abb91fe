import ConnectorPort
import Foundation
import SSHConnector
import Support
import Synchronization
import Testing
import Vocabulary

@Suite("Opening SSH connections")
struct SSHOpeningTests {
    /// The error of an opening that must fail, and the stages it reported.
    static func failure(_ plan: ConnectionPlan) async -> (error: ConnectorError?, stages: [TraceStage]) {
        let stages = Mutex<[TraceStage]>([])
        let error = await #expect(throws: ConnectorError.self) {
            _ = try await Stage.ssh.open(plan) { stage in stages.withLock { $0.append(stage) } }
        }
        return (error, stages.withLock { $0 })
    }

    private func works(_ plan: ConnectionPlan) async throws -> Bool {
        let connection = try await Stage.ssh.open(plan) { _ in }
        let text = try await connection.run("echo fine").log.text()
        await connection.close()
        return text == "fine\n"
    }

    @Test("the stages come in their order with what was found")
    func stages() async throws {
        let stages = Mutex<[TraceStage]>([])
        var plan = try Stage.server().plan()
        plan.keyExchange = "curve25519-sha256"

        _ = try await Stage.ssh.test(plan) { stage in stages.withLock { $0.append(stage) } }

        let seen = stages.withLock { $0 }
        #expect(seen.map(\.name) == [.dns, .tcp, .keyExchange, .hostKey, .authentication, .shell])
        #expect(seen.allSatisfy { $0.succeeded })
        #expect(seen[2].detail.hasPrefix("curve25519-sha256, "))
        #expect(seen[3].detail.hasPrefix("ssh-ed25519 SHA256:"))
        #expect(seen[4].detail.hasPrefix("root by key SHA256:"))
    }

    @Test("a host that nobody knows is named")
    func unknownHost() async throws {
        var plan = try Stage.server().plan()
        plan.host = "no-such-host.invalid"

        let (error, stages) = await Self.failure(plan)

        #expect(error?.cause == .unknownHost)
        #expect(error?.message.contains("no-such-host.invalid is not known") == true)
        #expect(stages.map(\.name) == [.dns] && stages.last?.succeeded == false)
    }

    @Test("a name is resolved and its addresses are tried in turn")
    func name() async throws {
        var plan = try Stage.server().plan()
        plan.host = "localhost"

        #expect(try await works(plan))
    }

    @Test("a closed port is refused")
    func closedPort() async throws {
        var plan = try Stage.server().plan()
        plan.port = try LoopbackPort.free()

        let (error, stages) = await Self.failure(plan)

        #expect(error?.cause == .refused)
        #expect(stages.map(\.name) == [.dns, .tcp])
    }

    @Test("a host that accepts and never answers runs into the time limit")
    func silentHost() async throws {
        let (socket, port) = try LoopbackPort.silent()
        defer { close(socket) }
        var plan = try Stage.server().plan()
        plan.port = port
        plan.connectTimeout = .milliseconds(200)

        let (error, stages) = await Self.failure(plan)

        #expect(error?.cause == .timedOut)
        #expect(error?.message.contains("did not answer within 200 ms") == true)
        #expect(stages.map(\.name) == [.dns, .tcp, .keyExchange])
    }

    @Test("a server of another kind is told from SSH")
    func otherServer() async throws {
        var plan = try Stage.server().plan()
        plan.port = try LoopbackPort.answering("HTTP/1.1 400 Bad Request\r\n\r\n")
        let web = await Self.failure(plan).error
        plan.port = try LoopbackPort.answering("")
        let mute = await Self.failure(plan).error

        #expect(web?.cause == .protocolError && web?.message.contains("HTTP/1.1 400 Bad Request") == true)
        #expect(mute?.cause == .protocolError && mute?.message.contains("closed it at once") == true)
    }

    @Test("cancelling ends the attempt at once and leaves no descriptor")
    func cancellation() async throws {
        let (socket, port) = try LoopbackPort.silent()
        defer { close(socket) }
        var plan = try Stage.server().plan()
        plan.port = port
        let silent = plan
        func descriptors() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
        let before = descriptors()

        for _ in 0..<400 {
            let (started, start) = AsyncStream<Void>.makeStream()
            let attempt = Task {
                _ = try await Stage.ssh.open(silent) { stage in if stage.name == .tcp { start.yield() } }
            }
            for await _ in started { break }
            attempt.cancel()
            await #expect(throws: CancellationError.self) { try await attempt.value }
        }

        #expect(descriptors() < before + 300)
    }

    @Test("a key exchange that nobody knows is refused before the first byte")
    func badKeyExchange() async throws {
        var plan = try Stage.server().plan()
        plan.keyExchange = "no-such-method"

        #expect(await Self.failure(plan).error?.cause == .protocolError)
    }

    @Test("the right password logs in, the wrong one does not", arguments: [SSHServer.plainAccount, SSHServer.bashAccount])
    func password(account: String) async throws {
        let server = try SSHServer.start(settings: ["PasswordAuthentication yes"], withAccounts: true)

        #expect(try await works(server.plan(account: account)))
        let (error, stages) = await Self.failure(server.plan(account: account, password: "wrong"))

        #expect(error?.cause == .authenticationRefused)
        #expect(error?.message.contains("refused the password of \(account)") == true)
        #expect(stages.last?.name == .authentication)
        server.stop()
    }

    @Test("a password also answers keyboard-interactive prompts")
    func keyboardInteractive() async throws {
        let settings = ["UsePAM yes", "KbdInteractiveAuthentication yes", "PasswordAuthentication no"]
        let server = try SSHServer.start(settings: settings, withAccounts: true)

        #expect(try await works(server.plan(account: SSHServer.plainAccount)))
        let error = await Self.failure(server.plan(account: SSHServer.plainAccount, password: "wrong")).error

        #expect(error?.cause == .authenticationRefused)
        server.stop()
    }

    @Test("a key that the host does not accept is named by its fingerprint")
    func wrongKey() async throws {
        var plan = try Stage.server().plan()
        plan.credential = try SSHKeyPair.make().credential

        let error = await Self.failure(plan).error

        #expect(error?.cause == .authenticationRefused)
        #expect(error?.message.contains("refused the key SHA256:") == true)
        #expect(error?.message.contains("it accepts: publickey") == true)
    }

    @Test("an encrypted key opens with its passphrase only", arguments: ["ed25519", "rsa", "ecdsa"])
    func passphrase(kind: String) async throws {
        let pair = try SSHKeyPair.make(kind, passphrase: "open sesame")
        let server = try SSHServer.start(authorized: [pair])
        func plan(_ passphrase: String?) -> ConnectionPlan {
            var plan = server.plan()
            plan.credential = .privateKey(Secret(pair.privateText), passphrase: passphrase.map(Secret.init), certificate: nil)
            return plan
        }

        #expect(try await works(plan("open sesame")))
        let wrong = await Self.failure(plan("wrong")).error
        let missing = await Self.failure(plan(nil)).error

        #expect(wrong?.cause == .credentialUnusable && wrong?.message.contains("does not open the private key") == true)
        #expect(missing?.cause == .credentialUnusable && missing?.message.contains("none was given") == true)
        server.stop()
    }

    @Test("a credential that is no key is told so")
    func noKey() async throws {
        var plan = try Stage.server().plan()
        plan.credential = .privateKey(Secret("hello"), passphrase: nil, certificate: nil)
        let garbage = await Self.failure(plan).error
        plan.credential = nil
        let nothing = await Self.failure(plan).error

        #expect(garbage?.cause == .credentialUnusable && garbage?.message.contains("holds no private key") == true)
        #expect(nothing?.cause == .credentialUnusable)
    }

    @Test("a key with a user certificate logs in where only its authority is trusted")
    func certificate() async throws {
        let authority = try SSHKeyPair.make()
        let file = NSTemporaryDirectory() + "authority-\(UUID().uuidString).pub"
        try authority.publicLine.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let server = try SSHServer.start(settings: ["TrustedUserCAKeys \(file)"])
        let pair = try SSHKeyPair.make().certified(by: authority, for: "root")
        var plan = server.plan()
        plan.credential = pair.credential

        #expect(try await works(plan))
        plan.credential = .privateKey(Secret(pair.privateText), passphrase: nil, certificate: nil)
        #expect(await Self.failure(plan).error?.cause == .authenticationRefused)
        server.stop()
    }
}
