import Contracts
import Executions
import Testing
import Vocabulary
import Web

@Suite("A run is closed by force", .timeLimit(.minutes(1)))
struct CloseTests {
    private func close(_ fixture: ExecutionsFixture, _ serial: String) async throws -> Execution {
        try await fixture.peer.call(
            ExecutionsAPI.close, ["execution": serial], CloseExecution(reason: "the worker hangs"), as: ExecutionsFixture.operatorCaller)
    }

    @Test("what waits is cancelled, what runs is lost with the reason, and its worker may tell nothing more")
    func closed() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let receipt = try await fixture.start(maxParallel: 2)
        let branches = try await fixture.lease(slots: 2).branches
        try await fixture.report([branches[0].entry(step: .sample(1, .running))])

        let run = try await close(fixture, receipt.serial)
        let late = try await fixture.report(branches.map { $0.entry(ended: .succeeded) })
        let beat = try await fixture.peer.call(
            ExecutionsAPI.heartbeat, [:],
            Heartbeat(worker: "w1", held: branches.map { HeldBranch(key: $0.key, fence: $0.fence) }), as: .worker("w1"))
        let after = try await fixture.branches(receipt.serial)

        #expect(run.state == .lost)
        #expect(run.cause == "Closed by olga: the worker hangs")
        #expect(after.map(\.state) == [.lost, .lost, .cancelled])
        #expect(after[0].steps.first?.state == .lost)
        #expect(after.allSatisfy { $0.cause == "Closed by olga: the worker hangs" })
        #expect(Set(late.revoked) == Set(branches.map(\.key)))
        #expect(Set(beat.revoked) == Set(branches.map(\.key)))
        let again = await #expect(throws: Problem.self) { try await close(fixture, receipt.serial) }
        #expect(again?.status == 409)
    }

    @Test("a cancellation that does not come to its end is closed as one that nobody has proved")
    func unconfirmed() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start()
        let branches = try await fixture.lease(slots: 1).branches
        try await fixture.report([branches[0].entry(step: .sample(1, .running))])
        _ = try await fixture.cancel(receipt.serial)

        let run = try await close(fixture, receipt.serial)

        #expect(run.state == .cancelUnconfirmed)
        let steps = try await fixture.branches(receipt.serial).flatMap(\.steps)
        #expect(steps.map(\.state) == [.cancelUnconfirmed])
    }
}
