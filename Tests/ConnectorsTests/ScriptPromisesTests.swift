import ConnectorPort
import Foundation
import Testing

@Suite("Script promises")
struct ScriptPromisesTests {
    private func script(_ text: String, _ interpreter: String = "sh", _ arguments: [String] = []) -> CommandPlan {
        CommandPlan(.script(text: Array(text.utf8), interpreter: interpreter, arguments: arguments))
    }

    @Test("a script gets its arguments, its input and keeps its exit code", arguments: ConnectorUnderTest.allCases)
    func arguments(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        var plan = script("printf '%s|' \"$#\" \"$1\" \"$2\"; cat; exit 7", "sh -e", ["it's; $(id)", "b c"])
        plan.standardInput = Array("the input".utf8)

        let (end, log) = try await connection.run(plan)

        #expect(end == .exited(7))
        #expect(log.text() == "2|it's; $(id)|b c|the input")
        #expect(log.text(.stderr) == "")
        await connection.close()
    }

    @Test("a script without input finds its input at the end", arguments: ConnectorUnderTest.allCases)
    func noInput(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()

        let (end, log) = try await connection.run(script("cat; echo over; umask"))

        #expect(end == .exited(0))
        #expect(log.text() == "over\n0022\n")
        await connection.close()
    }

    @Test("any interpreter works", arguments: ConnectorUnderTest.allCases)
    func python(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let text = "import sys\nprint(sys.argv[1:], sys.stdin.read())\nsys.exit(3)\n"
        var plan = script(text, "/usr/bin/env python3", ["x"])
        plan.standardInput = Array("in".utf8)

        let (end, log) = try await connection.run(plan)

        #expect(end == .exited(3))
        #expect(log.text() == "['x'] in\n")
        await connection.close()
    }

    @Test("a large script with zero bytes of input after it arrives whole", arguments: ConnectorUnderTest.allCases)
    func large(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let filler = String(repeating: "# a line of comment, nothing else\n", count: 60_000)
        var plan = script(filler + "wc -c\n")
        plan.standardInput = [UInt8](repeating: 0, count: 1_000_000)

        let (end, log) = try await connection.run(plan)

        #expect(end == .exited(0))
        #expect(log.text().trimmingCharacters(in: .whitespacesAndNewlines) == "1000000")
        await connection.close()
    }

    @Test("no process shows the text or input of a script while it runs", arguments: ConnectorUnderTest.allCases)
    func secrecy(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let secret = "hush-\(connector)-\(Int.random(in: 0..<1_000_000_000))"
        var plan = script("# \(secret)\ncat; echo ready; exec sleep 30")
        plan.standardInput = Array(secret.utf8)
        let log = OutputLog()
        let started = plan

        let run = Task { try await connection.run(started, sink: log.sink) }
        await log.contains("ready")
        let showing = ProcessList.showing(secret)
        run.cancel()

        #expect(showing == [])
        #expect(log.text().hasPrefix(secret))
        #expect(try await run.value == .cancelled(.gone))
        await connection.close()
    }

    @Test("the private file is gone after the script, also after a kill", arguments: [false, true])
    func cleanUp(isKilled: Bool) async throws {
        let connection = try await ConnectorUnderTest.ssh.open()
        var plan = script(isKilled ? "trap '' TERM; echo $0; echo ready; while :; do sleep 1; done" : "echo $0; ls -l $0 >&2")
        plan.killAfter = .milliseconds(50)
        let log = OutputLog()
        let started = plan

        let run = Task { try await connection.run(started, sink: log.sink) }
        if isKilled {
            await log.contains("ready")
            run.cancel()
        }

        #expect(try await run.value == (isKilled ? .cancelled(.gone) : .exited(0)))
        let file = String(log.text().prefix { $0 != "\n" })
        #expect(file.hasPrefix("/tmp/.run-pid") && !FileManager.default.fileExists(atPath: file))
        if !isKilled { #expect(log.text(.stderr).hasPrefix("-rw-------")) }
        await connection.close()
    }
}
