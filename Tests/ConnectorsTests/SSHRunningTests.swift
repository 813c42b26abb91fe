import ConnectorPort
import Foundation
import Support
import Testing

@Suite("Running commands over SSH")
struct SSHRunningTests {
    @Test("a connection cut in the middle of the output ends as lost, and what came is kept")
    func cut() async throws {
        let server = try SSHServer.start()
        let connection = try await Stage.ssh.open(server.plan()) { _ in }
        let log = OutputLog()

        let run = Task { try await connection.run(CommandPlan(.shell("echo before; exec sleep 5")), sink: log.sink) }
        await log.contains("before")
        for pid in server.sessions() { kill(pid_t(pid), SIGKILL) }

        guard case .connectionLost(let reason) = try await run.value else {
            Issue.record("not lost")
            return
        }
        #expect(reason.contains("broke while the command ran"))
        #expect(log.text() == "before\n")
        #expect(await connection.isAlive() == false)
        await connection.close()
        server.stop()
    }

    @Test("a host that falls silent is noticed by the missing sign of life")
    func silence() async throws {
        let server = try SSHServer.start()
        var plan = server.plan()
        plan.keepAlive = .milliseconds(150)
        let connection = try await Stage.ssh.open(plan) { _ in }
        let log = OutputLog()

        let run = Task { try await connection.run(CommandPlan(.shell("echo ready; exec sleep 5")), sink: log.sink) }
        await log.contains("ready")
        let sessions = server.sessions()
        for pid in sessions { kill(pid_t(pid), SIGSTOP) }

        guard case .connectionLost(let reason) = try await run.value else {
            Issue.record("not lost")
            return
        }
        #expect(reason.contains("silent"))
        for pid in sessions { kill(pid_t(pid), SIGKILL) }
        await connection.close()
        server.stop()
    }

    @Test("a connection that died without a word while it waited is given up by the next command, which has not begun then")
    func deadWhileWaiting() async throws {
        let server = try SSHServer.start()
        var plan = server.plan()
        plan.connectTimeout = .seconds(3)
        let connection = try await Stage.ssh.open(plan) { _ in }
        #expect(try await connection.run("echo one").log.text() == "one\n")
        let sessions = server.sessions()
        for pid in sessions { kill(pid_t(pid), SIGSTOP) }

        let dead = await #expect(throws: ConnectorError.self) { try await connection.run("echo two") }

        #expect(dead?.cause == .connectionLost && dead?.message.contains("did not answer") == true)
        #expect(await connection.isAlive() == false)
        for pid in sessions { kill(pid_t(pid), SIGKILL) }
        await connection.close()
        server.stop()
    }

    @Test("a quiet command outlives many signs of life")
    func quiet() async throws {
        var plan = try Stage.server().plan()
        plan.keepAlive = .milliseconds(800)
        let connection = try await Stage.ssh.open(plan) { _ in }

        #expect(try await connection.run("sleep 4; echo done").log.text() == "done\n")
        await connection.close()
    }

    @Test("without a second channel a cancelled command is unconfirmed, with the reason")
    func noSecondChannel() async throws {
        let server = try SSHServer.start(settings: ["MaxSessions 1"])
        let connection = try await Stage.ssh.open(server.plan()) { _ in }
        let log = OutputLog()

        let run = Task { try await connection.run(CommandPlan(.shell("echo ready; exec sleep 2")), sink: log.sink) }
        await log.contains("ready")
        let second = await #expect(throws: ConnectorError.self) { try await connection.run("echo x") }
        run.cancel()

        #expect(second?.cause == .couldNotStart)
        guard case .cancelled(.unconfirmed(let reason)) = try await run.value else {
            Issue.record("not unconfirmed")
            return
        }
        #expect(reason.contains("MaxSessions"))
        await connection.close()
        server.stop()
    }

    @Test("an account without rights cancels too, whatever its shell", arguments: [SSHServer.plainAccount, SSHServer.bashAccount])
    func accounts(account: String) async throws {
        let server = try SSHServer.start(settings: ["PasswordAuthentication yes"], withAccounts: true)
        let connection = try await Stage.ssh.open(server.plan(account: account)) { _ in }
        let log = OutputLog()
        let plan = CommandPlan(.shell("trap '' TERM; echo $$; echo ready; while :; do sleep 1; done"), killAfter: .milliseconds(50))

        let run = Task { try await connection.run(plan, sink: log.sink) }
        await log.contains("ready")
        run.cancel()

        #expect(try await run.value == .cancelled(.gone))
        #expect(Int(log.text().prefix { $0.isNumber }).map(ProcessList.isAlive) == false)
        await connection.close()
        server.stop()
    }

    @Test("a process that left the session does not keep a cancelled command waiting")
    func detached() async throws {
        let connection = try await ConnectorUnderTest.ssh.open()
        let log = OutputLog()

        let run = Task {
            try await connection.run(CommandPlan(.shell("setsid sleep 3 & echo ready; exec sleep 60")), sink: log.sink)
        }
        await log.contains("ready")
        run.cancel()

        #expect(try await run.value == .cancelled(.gone))
        await connection.close()
    }

    @Test("a command reaches its target through two jump hosts, and a cut in between is noticed")
    func jumps() async throws {
        let (first, second, last) = (try SSHServer.start(), try SSHServer.start(), try SSHServer.start())
        var plan = last.plan()
        plan.jumps = [first.plan(), second.plan()]
        let connection = try await Stage.ssh.open(plan) { _ in }
        let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9) }

        let (end, log) = try await connection.run("cat") { $0.standardInput = bytes }
        let tail = OutputLog()
        let run = Task { try await connection.run(CommandPlan(.shell("echo ready; exec sleep 5")), sink: tail.sink) }
        await tail.contains("ready")
        for pid in first.sessions() { kill(pid_t(pid), SIGKILL) }

        #expect(end == .exited(0) && log.bytes() == bytes)
        guard case .connectionLost = try await run.value else {
            Issue.record("not lost")
            return
        }
        await connection.close()
        for server in [first, second, last] { server.stop() }
    }

    @Test("a target that the jump host cannot reach is told so, and a jump host's own failure names it")
    func jumpFailures() async throws {
        let server = try Stage.server()
        var plan = server.plan()
        plan.jumps = [server.plan()]
        plan.port = try LoopbackPort.free()
        let closed = await SSHOpeningTests.failure(plan).error
        plan.port = server.port
        plan.jumps[0].credential = try SSHKeyPair.make().credential
        plan.jumps[0].target = "gate"
        let refused = await SSHOpeningTests.failure(plan).error

        #expect(closed?.cause == .unreachable && closed?.message.contains("jump host") == true)
        #expect(refused?.cause == .authenticationRefused && refused?.message.contains("gate") == true)
    }

    @Test("two hundred connections at once each give their own answer")
    func many() async throws {
        let addresses = (1...200).map { "127.0.0.\($0)" }
        let server = try SSHServer.start(addresses: addresses, settings: ["LogLevel ERROR"])

        let answers = try await withThrowingTaskGroup(of: (String, String).self) { group in
            for address in addresses {
                group.addTask {
                    var plan = server.plan(address)
                    plan.connectTimeout = .seconds(60)
                    let connection = try await Stage.ssh.open(plan) { _ in }
                    let text = try await connection.run("set -- $SSH_CONNECTION; echo $3").log.text()
                    await connection.close()
                    return (address, text)
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }

        #expect(answers == Dictionary(uniqueKeysWithValues: addresses.map { ($0, $0 + "\n") }))
        server.stop()
    }
}
