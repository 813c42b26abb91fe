import Contracts
import Executions
import Store
import Testing
import Vocabulary

@Suite("Slots of targets")
struct SlotTests {
    /// A room whose first target has one slot.
    private static func fixture(targets: Int = 1, slots: Int = 1) async throws -> ExecutionsFixture {
        let fixture = try await ExecutionsFixture(targets: targets)
        var target = ExecutionsFixture.target(1)
        target.slots = slots
        fixture.described.withLock { [target] in $0[target.id] = target }
        return fixture
    }

    private static func why(_ name: String, branch: Int? = nil, in fixture: ExecutionsFixture) async throws -> [Why] {
        try await fixture.peer.call(
            ExecutionsAPI.why, ["execution": name], AskWhy(branch: branch), as: ExecutionsFixture.operatorCaller
        ).why
    }

    private static func names(_ lease: Lease) -> [String] { lease.branches.map(\.serial) }

    @Test("no more runs work on a target than it has slots, whether of jobs or commands, and who waits is told who works there")
    func oneAtATime() async throws {
        let fixture = try await Self.fixture()
        let first = try await fixture.start()
        let second = try await fixture.peer.call(
            ExecutionsAPI.runCommand, [:], RunCommand(command: "true", targets: "all"), as: ExecutionsFixture.operatorCaller)

        let lease = try await fixture.lease()
        #expect(Self.names(lease) == [first.serial + ".0001"])
        let none = try await fixture.lease("w2")
        #expect(none.branches.isEmpty)
        let why = try await Self.why(second.serial, in: fixture)
        #expect(why.map(\.code) == [.slot])
        #expect(why[0].detail == "It waits for a free slot on web-1, taken by \(first.serial).")
        #expect(why[0].execution == first.serial)
        let ofBranch = try await Self.why(second.serial, branch: 1, in: fixture)
        #expect(ofBranch.map(\.code) == [.slot])

        let receipt = try await fixture.report(lease.branches.map { $0.entry(ended: .succeeded) }, refill: 5)
        #expect(receipt.lease.map(Self.names) == [second.serial + ".0001"])
    }

    @Test("what does not need the slot goes on beside it, also in the same run and behind many that wait")
    func besides() async throws {
        let fixture = try await Self.fixture(targets: 2)
        let first = try await fixture.start()
        _ = try await fixture.lease(slots: 1)
        for _ in 1...60 { _ = try await fixture.start(maxParallel: 1) }
        let last = try await fixture.start(priority: .low)

        let next = try await fixture.lease("w2")

        #expect(next.branches.allSatisfy { $0.target.name == "web-2" })
        #expect(Self.names(next).contains(first.serial + ".0002"))
        #expect(next.branches.count == 62)
        let why = try await Self.why(last.serial, in: fixture)
        #expect(why.map(\.code) == [.slot, .running])
        let branch = try await Self.why(last.serial, branch: 2, in: fixture)
        #expect(branch.map(\.code) == [.running])
        let busy = try await fixture.lease("w3")
        #expect(busy.branches.isEmpty)
    }

    @Test("a target with two slots has two runs at work, and one whose worker died gives its slot back")
    func two() async throws {
        let fixture = try await Self.fixture(slots: 2)
        for _ in 1...3 { _ = try await fixture.start() }

        let lease = try await fixture.lease("dead")
        #expect(lease.branches.count == 2)
        try await fixture.report(lease.branches.map { $0.entry(step: .sample(1, .running)) }, "dead")
        _ = try await fixture.service.rescue(workerPrefix: "dead")
        let next = try await fixture.lease("w2")
        #expect(next.branches.count == 1)
    }
}
