import ConnectorPort
import Foundation
import Testing

@Suite("Connector promises")
struct ConnectorPromisesTests {
    @Test("a command's output and exit code come back", arguments: ConnectorUnderTest.allCases)
    func simple(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()

        let hello = try await connection.run("echo hello")
        let silent = try await connection.run(":")

        #expect(hello.end == .exited(0))
        #expect(hello.log.text() == "hello\n")
        #expect(silent.end == .exited(0) && silent.log.bytes().isEmpty)
        await connection.close()
    }

    @Test("every exit code is told as it is", arguments: ConnectorUnderTest.allCases, [1, 42, 127, 255])
    func exitCodes(connector: ConnectorUnderTest, code: Int) async throws {
        let connection = try await connector.open()

        #expect(try await connection.run("exit \(code)").end == .exited(code))
        await connection.close()
    }

    @Test("a signal from elsewhere is told by its name", arguments: ConnectorUnderTest.allCases, ["SEGV", "KILL"])
    func signals(connector: ConnectorUnderTest, signal: String) async throws {
        let connection = try await connector.open()

        #expect(try await connection.run("kill -\(signal) $$").end == .signalled(signal))
        await connection.close()
    }

    @Test("standard output and standard error stay apart", arguments: ConnectorUnderTest.allCases)
    func streams(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()

        let log = try await connection.run("echo out; echo err >&2; echo out2").log

        #expect(log.text(.stdout) == "out\nout2\n")
        #expect(log.text(.stderr) == "err\n")
        await connection.close()
    }

    @Test("five megabytes of binary input come back byte by byte", arguments: ConnectorUnderTest.allCases)
    func binary(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }

        let (end, log) = try await connection.run("cat") { $0.standardInput = bytes }

        #expect(end == .exited(0))
        #expect(log.bytes() == bytes)
        await connection.close()
    }

    @Test("input that nobody reads does no harm", arguments: ConnectorUnderTest.allCases)
    func unreadInput(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()

        let (end, log) = try await connection.run("exec 0<&-; echo done") {
            $0.standardInput = [UInt8](repeating: 1, count: 3_000_000)
        }

        #expect(end == .exited(0))
        #expect(log.text() == "done\n")
        await connection.close()
    }

    @Test("a line of fifty megabytes arrives whole", arguments: ConnectorUnderTest.allCases)
    func longLine(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let count = Counter()

        let end = try await connection.run(CommandPlan(.shell("head -c 50000000 /dev/zero | tr '\\0' x"))) { _, bytes in
            count.add(bytes.count, allAre: UInt8(ascii: "x"), bytes)
        }

        #expect(end == .exited(0))
        #expect(count.total == 50_000_000 && count.areAllEqual)
        await connection.close()
    }

    @Test("environment and directory are taken literally", arguments: ConnectorUnderTest.allCases)
    func environment(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let value = "it's \"$HOME\" `id` \\n $(id)\nsecond line ü"

        let (end, log) = try await connection.run("printf '%s|%s' \"$ODD\" \"$PWD\"") {
            $0.environment = [("ODD", value)]
            $0.workingDirectory = "/usr/lib"
        }

        #expect(end == .exited(0))
        #expect(log.text() == value + "|/usr/lib")
        await connection.close()
    }

    @Test("what cannot be started is refused with a reason", arguments: ConnectorUnderTest.allCases)
    func refusals(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()

        for change: @Sendable (inout CommandPlan) -> Void in [
            { $0.environment = [("A-B", "1")] }, { $0.workingDirectory = "/no/such/place" }, { $0.work = .shell("a\0b") },
            { $0.work = .script(text: [], interpreter: " ", arguments: []) },
        ] {
            let error = await #expect(throws: ConnectorError.self) { try await connection.run("echo x", change) }
            #expect(error?.cause == .couldNotStart)
        }
        #expect(try await connection.run("echo still alive").log.text() == "still alive\n")
        await connection.close()
    }

    @Test("what may no longer begin when all is ready does not begin", arguments: ConnectorUnderTest.allCases)
    func withdrawn(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let effect = NSTemporaryDirectory() + UUID().uuidString

        let error = await #expect(throws: ConnectorError.self) {
            try await connection.run("echo begun > \(effect)") { $0.mayBegin = { false } }
        }

        #expect(error?.cause == .withdrawn)
        #expect(try await connection.run("ls \(effect) 2>/dev/null; echo after").log.text() == "after\n")
        await connection.close()
    }

    @Test("the error of a sink ends the command and is thrown", arguments: ConnectorUnderTest.allCases)
    func failingSink(connector: ConnectorUnderTest) async throws {
        struct Full: Error {}
        let connection = try await connector.open()
        let log = OutputLog()

        await #expect(throws: Full.self) {
            _ = try await connection.run(CommandPlan(.shell("echo $$; exec yes"))) { stream, bytes in
                try await log.sink(stream, bytes)
                throw Full()
            }
        }

        let pid = Int(log.text().prefix { $0.isNumber })
        #expect(pid.map(ProcessList.isAlive) == false)
        await connection.close()
    }

    @Test("fifty commands at once keep their outputs apart", arguments: ConnectorUnderTest.allCases)
    func together(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()

        let texts = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<50 {
                group.addTask { (number, try await connection.run("echo \(number); exit 0").log.text()) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }

        #expect(texts == Dictionary(uniqueKeysWithValues: (0..<50).map { ($0, "\($0)\n") }))
        await connection.close()
    }

    @Test("closing the connection ends running commands as lost", arguments: ConnectorUnderTest.allCases)
    func closing(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let log = OutputLog()
        let sink = log.sink

        async let end = connection.run(CommandPlan(.shell("echo ready; exec sleep 20")), sink: sink)
        await log.contains("ready")
        await connection.close()

        guard case .connectionLost = try await end else {
            Issue.record("ended as \(try await end)")
            return
        }
        #expect(await connection.isAlive() == false)
        await #expect(throws: ConnectorError.self) { try await connection.run("echo x") }
    }
}
