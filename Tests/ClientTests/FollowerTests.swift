import Contracts
import Support
import Testing
import Vocabulary
import Web

@testable import Client

@Suite("Following a run", .timeLimit(.minutes(1)))
struct FollowerTests {
    @Test("takes up a broken connection where it broke, takes nothing twice and ends with the run")
    func resumes() async throws {
        let house = RunningHouse()
        try await house.open { server in
            let connection = try ServerConnection(
                option: server, environment: ["OPSCONDUCTOR_CONFIG_DIR": "/nonexistent", "OPSCONDUCTOR_TOKEN": "access-0"])
            var printer = FollowPrinter(branches: [], showsOutput: false)

            let final = try await Follower(connection, .sample).follow(with: &printer)

            #expect((final.state, printer.progress.lastSequence) == (.succeeded, 6))
            #expect(house.seen.follows == [0, 2, 4])
        }
    }

    @Test("a connection that ended with its access token is opened again at once, and it is no failure")
    func renews() async throws {
        let house = RunningHouse(farewell: (1008, "unauthenticated"))
        try await house.open { server in
            let connection = try ServerConnection(
                option: server, environment: ["OPSCONDUCTOR_CONFIG_DIR": "/nonexistent", "OPSCONDUCTOR_TOKEN": "access-0"])
            var printer = FollowPrinter(branches: [], showsOutput: false)

            // Nobody moves this clock: whoever waits before the next attempt waits for ever.
            let final = try await Follower(connection, .sample, clock: ManualClock()).follow(with: &printer)

            #expect(final.state == .succeeded)
            #expect(house.seen.follows == [0, 2, 4])
        }
    }

    @Test("counts branches by what it hears and draws no wider than the terminal")
    func drawsProgress() {
        var progress = RunProgress(total: 4)
        let states: [(Int, BranchState)] = [(1, .running), (2, .running), (1, .succeeded), (3, .running), (2, .failed), (2, .failed)]

        for (index, state) in states.enumerated() {
            let isNew = progress.add(
                FeedEntry(sequence: index + 1, at: .sample, kind: .branch, branch: state.0, branchState: state.1))
            #expect(isNew)
        }

        let isOldNew = progress.add(FeedEntry(sequence: 3, at: .sample, kind: .branch, branch: 4, branchState: .running))

        #expect(!isOldNew)
        #expect((progress.done, progress.running, progress.failed) == (2, 1, 1))
        #expect(progress.bar(width: 80) == "[####################--------------------] 2/4 done, 1 running, 1 failed")
        for width in 0..<100 { #expect(progress.bar(width: width).count <= max(0, width)) }
        #expect(RunProgress().bar(width: 60).contains("0/0 done"))
    }

    @Test("puts pieces together to lines, whatever the pieces")
    func splitsLines() {
        var lines = OutputLines()

        let found = ["one\ntw", "o\r", "\n", "\n", "th", "ree"].flatMap { lines.add($0.utf8) }.map { String(decoding: $0, as: UTF8.self) }

        #expect(found == ["one", "two", ""])
        #expect(lines.finish().map { String(decoding: $0, as: UTF8.self) } == "three")
        #expect(lines.finish() == nil)
        let long = lines.add([UInt8](repeating: 97, count: 3 * OutputLines.limit + 1))
        #expect(long.map(\.count) == [OutputLines.limit, OutputLines.limit, OutputLines.limit])
    }
}
