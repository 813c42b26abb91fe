import Contracts
import Executions
import Testing
import Vault
import Vocabulary
import Web

@Suite("Leases that come with something else")
struct CombinedLeaseTests {
    private static let oneStep = [StepDefinition(name: "one", command: "true")]

    @Test("a report of ended branches brings others in their place, no more than were asked for")
    func refill() async throws {
        let fixture = try await ExecutionsFixture(targets: 6)
        let receipt = try await fixture.start(Self.oneStep, maxParallel: 3)
        let lease = try await fixture.lease()

        let silent = try await fixture.report([lease.branches[0].entry(ended: .succeeded)])
        let full = try await fixture.report([lease.branches[1].entry(ended: .succeeded)], refill: 1)
        let rest = try await fixture.report([lease.branches[2].entry(ended: .succeeded)], refill: 9)

        #expect(silent.lease == nil)
        #expect(full.lease?.branches.map(\.key.number) == [4])
        #expect(full.lease?.branches.map(\.target.name) == ["web-4"])
        #expect(full.lease?.executions.keys.sorted() == [receipt.id.text])
        #expect(full.lease?.connections.targets.count == 1)
        #expect(rest.lease?.branches.map(\.key.number) == [5, 6])
        #expect(try await fixture.show(receipt.serial).counts.running == 3)
    }

    @Test("a worker that waits gets the branches of a new execution with the start itself")
    func leasedAtStart() async throws {
        let fixture = try await ExecutionsFixture(targets: 2, time: SystemClock())
        let ask = AskLease(worker: "w1", slots: 1, waitSeconds: 20, publicKey: WorkerKey().publicKey)
        async let waiting = fixture.peer.call(ExecutionsAPI.lease, [:], ask, as: .worker("w1"))
        while fixture.room.waitingCalls == 0 { await Task.yield() }

        let receipt = try await fixture.start(Self.oneStep)
        let begun = try await fixture.show(receipt.serial)
        let lease = try await waiting

        #expect(begun.counts.running == 1)
        #expect(begun.counts.waiting == 1)
        #expect(lease.branches.map(\.key) == [BranchKey(execution: receipt.id, number: 1)])
    }

    @Test("a start that fails leaves a waiting worker waiting for the next one")
    func failedStart() async throws {
        let fixture = try await ExecutionsFixture(targets: 1, time: SystemClock())
        let ask = AskLease(worker: "w1", slots: 1, waitSeconds: 20, publicKey: WorkerKey().publicKey)
        async let waiting = fixture.peer.call(ExecutionsAPI.lease, [:], ask, as: .worker("w1"))
        while fixture.room.waitingCalls == 0 { await Task.yield() }
        await #expect(throws: (any Error).self) {
            // JSON has no such number, so the transaction is given up.
            _ = try await fixture.start(Self.oneStep, parameters: ["limit": .number(.infinity)])
        }

        let receipt = try await fixture.start(Self.oneStep)

        #expect(try await waiting.branches.map(\.key.execution) == [receipt.id])
    }

    @Test("branches that could not be furnished for a refill wait again")
    func refillFails() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let receipt = try await fixture.start(Self.oneStep, maxParallel: 1)
        let lease = try await fixture.lease()
        let entry = lease.branches[0].entry(ended: .succeeded)
        let ask = AskLease(worker: "w1", slots: 1, waitSeconds: 0, publicKey: "no key")

        let answer = try await fixture.report([entry], number: nil, ask)

        #expect(answer.lease == nil)
        let counts = try await fixture.show(receipt.serial).counts
        #expect(counts.succeeded == 1)
        #expect(counts.waiting == 1)
    }

    @Test("a report that is sent before the answer to the one before is stored after that one, or not at all")
    func inOrder() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start(Self.oneStep)
        let branch = try await fixture.lease().branches[0]
        func printed(_ text: String) -> [ReportEntry] {
            [branch.entry(output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array(text.utf8)))]
        }

        try await fixture.report(printed("1"), number: 1)
        let early = await #expect(throws: Problem.self) { try await fixture.report(printed("3"), number: 3, after: 2) }
        let stranger = await #expect(throws: Problem.self) { try await fixture.report(printed("x"), "w2", number: 2, after: 1) }
        try await fixture.report(printed("2"), number: 2, after: 1)
        for _ in 1...2 { try await fixture.report(printed("3"), number: 3, after: 2) }

        #expect(early?.status == 409 && stranger?.status == 409)
        let feed = try await fixture.peer.call(
            ExecutionsAPI.feed, ["execution": receipt.serial], FeedQuery(), as: ExecutionsFixture.operatorCaller)
        #expect(feed.entries.compactMap(\.text) == ["1", "2", "3"])
    }

    @Test("of reports that come at the same time each waits for the one before")
    func sideBySide() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start(Self.oneStep)
        let branch = try await fixture.lease().branches[0]
        var stored = 0
        for number in 1...40 {
            let piece = OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array("\(number) ".utf8))
            async let behind = fixture.report([branch.entry(output: piece)], number: 2 * number, after: 2 * number - 1)
            _ = try await fixture.report([branch.entry(output: piece)], number: 2 * number - 1)
            // It may have come first; then it is refused, and sent again as a worker would.
            do { _ = try await behind } catch let problem as Problem where problem.status == 409 {
                try await fixture.report([branch.entry(output: piece)], number: 2 * number)
            }
            stored += 2
        }

        let feed = try await fixture.peer.call(
            ExecutionsAPI.feed, ["execution": receipt.serial], FeedQuery(limit: 1000), as: ExecutionsFixture.operatorCaller)
        let texts = feed.entries.compactMap(\.text)
        #expect(texts.count == stored)
        #expect(texts == (1...40).flatMap { ["\($0) ", "\($0) "] })
    }
}
