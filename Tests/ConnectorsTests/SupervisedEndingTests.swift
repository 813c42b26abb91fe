import ConnectorPort
import Foundation
import Support
import Testing

@Suite("The end of commands under a supervisor")
struct SupervisedEndingTests {
    /// Starts a command that prints its process id and waits, and goes away from it.
    private func begun(_ place: SupervisedPlace, timeout: Duration? = nil, _ line: String = "exec sleep 60") async throws -> Int {
        let (connection, leave) = (try await place.open(), SpoolLeave())
        let run = Task {
            try await place.supervise("echo $$ ready; \(line)", over: connection, place.request(leave: leave)) { $0.timeout = timeout }
        }
        await place.log.contains("ready")
        leave.leave()
        #expect(try await run.value == .left)
        await connection.close()
        return try #require(place.log.text().split(separator: " ").first.flatMap { Int($0) })
    }

    @Test("cancelling ends all of its processes at once and proves it, also by somebody who came later", arguments: [false, true])
    func cancelling(later: Bool) async throws {
        let place = try SupervisedPlace()
        let pid = later ? try await begun(place, "sleep 60 & sleep 61") : 0
        let connection = try await place.open()

        let run = Task {
            try await place.supervise("echo $$ ready; sleep 60 & sleep 61", over: connection, place.request(later ? .attach : .start))
        }
        if later { try await place.until { place.files.contains("\(place.id).alone") } } else { await place.log.contains("ready") }
        run.cancel()

        #expect(try await run.value == .ended(.cancelled(.gone), nil))
        #expect(pid == 0 || !ProcessList.isAlive(pid))
        await connection.discard(spool: place.id)
        #expect(place.files.isEmpty)
        await connection.close()
    }

    @Test("a command that ignores TERM is ended all the same")
    func stubborn() async throws {
        let place = try SupervisedPlace()
        let connection = try await place.open()

        let run = Task {
            try await place.supervise("trap '' TERM; echo ready; while :; do sleep 1; done", over: connection) {
                $0.killAfter = .milliseconds(200)
            }
        }
        await place.log.contains("ready")
        run.cancel()

        #expect(try await run.value == .ended(.cancelled(.gone), nil))
        await connection.close()
    }

    @Test("its time limit ends it for whoever follows it then")
    func timeLimit() async throws {
        let place = try SupervisedPlace()
        let pid = try await begun(place, timeout: .seconds(4))
        let connection = try await place.open()

        let end = try await place.supervise("", over: connection, place.request(.attach)) { $0.timeout = .seconds(4) }

        guard case .ended(.timedOut(.total, .gone), nil) = end else {
            Issue.record("\(end)")
            return
        }
        #expect(!ProcessList.isAlive(pid))
        await connection.close()
    }

    @Test("without anybody it ends itself when its time is over, and says so to whoever comes")
    func alone() async throws {
        let place = try SupervisedPlace()
        let pid = try await begun(place, timeout: .seconds(1), "trap '' TERM; while :; do sleep 1; done")

        try await place.until { !ProcessList.isAlive(pid) }
        let connection = try await place.open()
        let end = try await place.supervise("", over: connection, place.request(.attach)) { $0.timeout = .seconds(1) }

        #expect(end == .ended(.timedOut(.total, .gone), nil))
        await connection.close()
    }

    @Test("silence for too long ends it")
    func idle() async throws {
        let place = try SupervisedPlace()
        let connection = try await place.open()

        let end = try await place.supervise("echo x; exec sleep 60", over: connection) { $0.idleTimeout = .milliseconds(300) }

        #expect(end == .ended(.timedOut(.idle, .gone), nil))
        await connection.close()
    }

    @Test("a target that was started anew meanwhile has lost it, and so has one that knows nothing of it")
    func rebooted() async throws {
        let place = try SupervisedPlace()
        let pid = try await begun(place)
        let words = place.text("run").split(separator: " ").map(String.init)
        try place.write("run", (words[..<2] + ["another-boot"] + words[3...]).joined(separator: " "))

        let connection = try await place.open()
        #expect(try await place.supervise("", over: connection, place.request(.attach)) == .lost("the target was started anew meanwhile"))
        kill(pid_t(pid), SIGKILL)
        await connection.discard(spool: place.id)
        let missing = try await place.supervise("echo again", over: connection, place.request(.attach))
        #expect(missing == .lost("its record is gone from the target"))
        let soon = try await place.supervise(
            "echo again", over: connection, place.request(.startUnlessRebooted(since: .seconds(1_000_000_000))))
        #expect(soon == .lost("its record is gone from the target"))
        #expect(!place.log.text().contains("again"))
        await connection.close()
    }

    @Test("another process with the number of the supervisor does not pass for it")
    func numberReused() async throws {
        let place = try SupervisedPlace()
        let pid = try await begun(place)
        let words = place.text("run").split(separator: " ").map(String.init)
        try place.write("run", (["\(getpid())", "1"] + words[2...]).joined(separator: " "))

        let connection = try await place.open()
        #expect(try await place.supervise("", over: connection, place.request(.attach)) == .lost("its supervisor on the target was killed"))
        kill(pid_t(pid), SIGKILL)
        await connection.close()
    }

    @Test("what was never started is started once by those who ask for it at the same time")
    func once() async throws {
        let place = try SupervisedPlace()

        let ends = try await withThrowingTaskGroup(of: SpoolEnd.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let connection = try await place.open()
                    let request = place.request(.startUnlessRebooted(since: .zero))
                    let end = try await place.supervise("echo ran >>\"$HOME/effects\"; sleep 0.3; exit 9", over: connection, request)
                    await connection.close()
                    return end
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }

        #expect(ends.contains(.ended(.exited(9), nil)))
        #expect(try String(contentsOfFile: place.server.folder + "/effects", encoding: .utf8) == "ran\n")
    }
}
