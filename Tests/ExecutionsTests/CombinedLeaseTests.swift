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
}
