import ConnectorPort
import Foundation
import Testing

@Suite("Promises about ending commands")
struct EndingPromisesTests {
    @Test("cancelling ends every process of the command and proves it", arguments: ConnectorUnderTest.allCases)
    func cancelTree(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let log = OutputLog()
        let line = "sleep 60 & (sleep 60 & echo $!; wait) & echo $$ $!; sleep 0.1; echo ready; wait"

        let run = Task { try await connection.run(CommandPlan(.shell(line)), sink: log.sink) }
        await log.contains("ready")
        run.cancel()
        let end = try await run.value

        #expect(end == .cancelled(.gone))
        let pids = log.text().split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        #expect(pids.count == 3)
        #expect(pids.filter(ProcessList.isAlive) == [])
        await connection.close()
    }

    @Test("what ignores TERM is killed, and so are its children in groups of their own", arguments: ConnectorUnderTest.allCases)
    func stubborn(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let log = OutputLog()
        let line = "trap '' TERM; set -m; sleep 60 & echo $$ $!; echo ready; while :; do sleep 1; done"
        let plan = CommandPlan(.shell(line), killAfter: .milliseconds(100))

        let run = Task { try await connection.run(plan, sink: log.sink) }
        await log.contains("ready")
        run.cancel()
        let end = try await run.value

        #expect(end == .cancelled(.gone))
        let pids = log.text().split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        #expect(pids.count == 2 && pids.filter(ProcessList.isAlive) == [])
        await connection.close()
    }

    @Test("what cleans up on TERM may still say so", arguments: ConnectorUnderTest.allCases)
    func lastWords(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let line = "trap 'echo cleaned; exit 3' TERM; echo ready; while :; do sleep 0.05; done"

        let (end, log) = try await connection.run(line) { $0.timeout = .milliseconds(300) }

        #expect(end == .timedOut(.total, .gone))
        #expect(log.text() == "ready\ncleaned\n")
        await connection.close()
    }

    @Test("silence beyond the limit ends a command, output keeps it alive", arguments: ConnectorUnderTest.allCases)
    func idle(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()

        let silent = try await connection.run("echo x; exec sleep 30") { $0.idleTimeout = .milliseconds(200) }
        let talking = try await connection.run("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i; sleep 0.1; done") {
            $0.idleTimeout = .milliseconds(900)
        }

        #expect(silent.end == .timedOut(.idle, .gone))
        #expect(talking.end == .exited(0))
        await connection.close()
    }

    @Test("a flood into a slow sink is held back, and cancelling still works", arguments: ConnectorUnderTest.allCases)
    func flood(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let count = Counter()
        let pieces = Counter()
        let log = OutputLog()
        let before = ProcessList.residentMemory()

        let run = Task {
            try await connection.run(CommandPlan(.shell("exec yes"))) { stream, bytes in
                count.add(bytes.count)
                pieces.add(1)
                for _ in 0..<200 { await Task.yield() }
                if pieces.total == 100 { try await log.sink(stream, Array("enough".utf8)) }
            }
        }
        await log.contains("enough")
        let growth = ProcessList.residentMemory() - before
        run.cancel()

        #expect(try await run.value == .cancelled(.gone))
        #expect(count.total > 0)
        #expect(growth < 64_000_000, "grew by \(growth) bytes")
        await connection.close()
    }

    @Test("a command cancelled before it began is never started", arguments: ConnectorUnderTest.allCases)
    func early(connector: ConnectorUnderTest) async throws {
        let connection = try await connector.open()
        let file = NSTemporaryDirectory() + "early-\(connector)-\(Int.random(in: 0..<1_000_000_000))"

        let run = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await connection.run("touch \(file)").end
        }

        #expect(try await run.value == .cancelled(.gone))
        #expect(!FileManager.default.fileExists(atPath: file))
        await connection.close()
    }
}
