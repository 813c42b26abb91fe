import ConnectorPort
import Support
import Testing

@Suite("SSH host keys")
struct SSHHostKeyTests {
    @Test("a changed key is refused in either mode and no credential is offered", arguments: [false, true])
    func changed(pins: Bool) async throws {
        let server = try SSHServer.start()
        let other = try SSHKeyPair.make().hostKey
        var plan = server.plan()
        plan.hostTrust = pins ? .pinOnFirstUse([other]) : .strict([other])

        let (error, stages) = await SSHOpeningTests.failure(plan)

        #expect(error?.cause == .hostKeyChanged && error?.allowsFallback == false)
        #expect(error?.presentedHostKey == server.hostKeys[0].hostKey)
        #expect(stages.last?.name == .hostKey && stages.last?.succeeded == false)
        #expect(server.log.contains("Connection from"))
        #expect(!server.log.contains("userauth-request"))
        _ = try await Stage.ssh.test(server.plan()) { _ in }
        #expect(server.log.contains("userauth-request"), "the proof above would see an offer")
        server.stop()
    }

    @Test("an unknown key is refused by strict trust and shown, to be accepted")
    func unknown() async throws {
        let server = try Stage.server()
        var plan = server.plan()
        plan.hostTrust = .strict([])

        let error = await SSHOpeningTests.failure(plan).error

        #expect(error?.cause == .hostKeyUnknown)
        #expect(error?.message.contains("ssh-ed25519 SHA256:") == true)
        let shown = try #require(error?.presentedHostKey)
        plan.hostTrust = .strict([shown])
        #expect(try await Stage.ssh.test(plan) { _ in } == nil)
    }

    @Test("pin on first use accepts the first key and reports it once")
    func pinning() async throws {
        let server = try Stage.server()
        var plan = server.plan()
        plan.hostTrust = .pinOnFirstUse([])

        let first = try await Stage.ssh.test(plan) { _ in }
        plan.hostTrust = .pinOnFirstUse(first.map { [$0] } ?? [])
        let second = try await Stage.ssh.test(plan) { _ in }

        #expect(first == server.hostKeys[0].hostKey)
        #expect(second == nil)
    }

    @Test("a host with several keys shows the pinned one")
    func several() async throws {
        let server = try SSHServer.start(hostKeys: ["ed25519", "ecdsa", "rsa"])

        for key in server.hostKeys {
            var plan = server.plan()
            plan.hostTrust = .strict([key.hostKey])
            #expect(try await Stage.ssh.test(plan) { _ in } == nil, "\(key.algorithm)")
        }
        server.stop()
    }
}
