import Contracts
import Foundation
import Testing
import Vocabulary

@Suite("A worker runs executions", .timeLimit(.minutes(2)))
struct WorkerTests {
    @Test("a live reader sees an execution from its start to its end, each thing once, as the store has it")
    func startToEnd() async throws {
        try await WorkingHouse.open(targets: 2) { house in
            let receipt = try await house.fixture.start([
                StepDefinition(name: "one", command: "echo out {{ target.name }}; echo err >&2"),
                StepDefinition(name: "two", command: "cat", standardInput: "{{ execution.serial }}"),
            ])
            let reader = try LiveReader(house.fixture.service, receipt.id)

            let live = try await reader.toTheEnd()

            try await reader.leave()
            let stored = try await house.fixture.peer.call(
                ExecutionsAPI.feed, ["execution": receipt.serial], FeedQuery(), as: ExecutionsFixture.operatorCaller)
            #expect(live == stored.entries)
            #expect(live.map(\.sequence) == Array(1...live.count))
            #expect(live.last?.execution?.state == .succeeded)
            for branch in 1...2 {
                #expect(live.text(branch: branch) == "out web-\(branch)\n\(receipt.serial)")
                #expect(live.text(.stderr, branch: branch) == "err\n")
                #expect(live.filter { $0.branch == branch }.compactMap(\.branchState) == [.running, .succeeded])
                let steps = live.filter { $0.branch == branch }.compactMap(\.stepResult)
                #expect(steps.map(\.state) == [.running, .succeeded, .running, .succeeded])
                #expect(steps.map(\.number) == [1, 1, 2, 2])
            }
            let branches = try await house.fixture.branches(receipt.serial)
            #expect(branches.map(\.worker) == ["w1", "w1"])
            #expect(branches.allSatisfy { $0.steps.map(\.exitCode) == [0, 0] })
        }
    }

    @Test("a step that fails is tried again, until it succeeds or has no attempt left")
    func retries() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, feed) = try await house.run([
                StepDefinition(
                    name: "third time lucky", command: "echo {{ step.attempt }}; test {{ step.attempt }} -ge 3",
                    retries: RetryDefinition(attempts: 5, delaySeconds: 0)),
                StepDefinition(name: "never", command: "exit 7", retries: RetryDefinition(attempts: 2, delaySeconds: 0)),
            ])

            #expect(execution.state == .failed)
            #expect(branch.steps.map(\.attempt) == [3, 2])
            #expect(branch.steps.map(\.state) == [.succeeded, .failed])
            #expect(branch.steps.map(\.exitCode) == [0, 7])
            #expect(feed.text() == "1\n2\n3\n")
            #expect(feed.filter { $0.kind == .output }.map(\.attempt) == [1, 2, 3])
        }
    }

    @Test("a branch goes on after a failure that it may pass, stops at others, and runs what always runs")
    func failures() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, feed) = try await house.run([
                StepDefinition(name: "may fail", command: "exit 3", onFailure: .continue),
                StepDefinition(name: "goes on", command: "echo on"),
                StepDefinition(name: "odd success", command: "exit 5", acceptedExitCodes: [0, 5]),
                StepDefinition(name: "must not fail", command: "exit 4"),
                StepDefinition(name: "left out", command: "echo never"),
                StepDefinition(name: "tidies up", command: "echo tidy", runs: .always),
            ])

            #expect(execution.state == .failed)
            #expect(branch.steps.map(\.state) == [.failed, .succeeded, .succeeded, .failed, .skipped, .succeeded])
            #expect(branch.steps.map(\.exitCode) == [3, 0, 5, 4, nil, 0])
            #expect(branch.steps[4].cause == "Step 4 (must not fail) failed.")
            #expect(branch.cause == "Step 4 (must not fail): exit code 4")
            #expect(feed.text() == "on\ntidy\n")
        }
    }

    @Test("a step keeps no more output than it may, and says so once, at the place")
    func truncates() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, feed) = try await house.run([
                StepDefinition(name: "talks", command: "yes 0123456789 | head -n 20000", outputLimitBytes: 1000),
                StepDefinition(name: "fits", command: "printf 1234567890", outputLimitBytes: 10),
            ])

            let marker = "\n[output limit of 1000 bytes reached: the rest was not kept]\n"
            let all = String(repeating: "0123456789\n", count: 100)
            #expect(execution.state == .succeeded)
            #expect(feed.text() == all.prefix(1000) + marker + "1234567890")
            #expect(branch.steps.map(\.truncated) == [true, false])
            #expect(branch.steps.map(\.outputBytes) == [1000, 10])
        }
    }

    @Test("output is cut into pieces only between characters, however it arrives")
    func cutsBetweenCharacters() async throws {
        try await WorkingHouse.open { house in
            let (_, _, feed) = try await house.run([
                StepDefinition(name: "slow", command: #"printf '\303'; sleep 0.3; printf '\244\360\237'; sleep 0.3; printf '\230\200\n'"#),
                StepDefinition(name: "long", command: "printf x; yes é | head -n 100000 | tr -d '\\n'"),
                StepDefinition(name: "binary", command: #"printf 'a\377'"#),
            ])

            let output = feed.filter { $0.kind == .output }
            #expect(output.filter { $0.step == 1 }.compactMap(\.text).joined() == "ä😀\n")
            #expect(output.filter { $0.step == 2 }.compactMap(\.text).joined() == "x" + String(repeating: "é", count: 100_000))
            #expect(output.filter { $0.step != 3 }.allSatisfy { $0.base64 == nil })
            let binary = output.filter { $0.step == 3 }.flatMap { entry in
                entry.text.map { Array($0.utf8) } ?? entry.base64.flatMap(Base64.decode) ?? []
            }
            #expect(binary == [UInt8(ascii: "a"), 0xff])
        }
    }

    @Test("a cancelled execution has ended only when its processes are gone")
    func cancels() async throws {
        try await WorkingHouse.open { house in
            let receipt = try await house.fixture.start([
                StepDefinition(name: "waits", command: "sleep 600 & echo $! $$; wait"), StepDefinition(name: "next", command: "echo no"),
            ])
            let reader = try LiveReader(house.fixture.service, receipt.id)
            let begin = try await reader.entries { $0.text().hasSuffix("\n") }
            let processes = begin.text().split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }

            let cancelling = try await house.fixture.cancel(receipt.serial)
            let end = try await reader.toTheEnd()

            try await reader.leave()
            #expect(processes.count == 2)
            #expect(processes.allSatisfy { !Self.lives($0) })
            #expect(cancelling.state == .cancelling)
            #expect(end.last?.execution?.state == .cancelled)
            let branch = try await house.fixture.branches(receipt.serial)[0]
            #expect(branch.state == .cancelled)
            #expect(branch.steps[0].state == .cancelled)
            #expect(!end.contains { $0.stepResult?.number == 2 && $0.stepResult?.state == .running })
        }
    }

    /// Whether a process does anything still; one that has ended and only waits to be collected does not.
    private static func lives(_ process: Int32) -> Bool {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        let state = line[(line.lastIndex(of: ")") ?? line.startIndex)...].dropFirst(2).first
        return state != "Z" && state != "X"
    }

    @Test("a step that takes too long, or prints nothing for too long, is ended and says why")
    func timeouts() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, _) = try await house.run([
                StepDefinition(name: "long", command: "sleep 600", timeoutSeconds: 1, onFailure: .continue),
                StepDefinition(name: "silent", command: "echo a; sleep 600", idleTimeoutSeconds: 1),
            ])

            #expect(execution.state == .failed)
            #expect(branch.steps[0].cause == "Took longer than 1 s; it was ended and its processes are gone.")
            #expect(branch.steps[1].cause == "Printed nothing for 1 s; it was ended and its processes are gone.")
        }
    }
}
