import Contracts
import Executions
import Testing

@Suite("The states of executions")
struct StateTableTests {
    struct Case: Sendable {
        let counts: BranchCounts
        let isCancelling: Bool
        let state: ExecutionState
    }

    private static func counts(
        waiting: Int = 0, running: Int = 0, succeeded: Int = 0, failed: Int = 0, cancelled: Int = 0, unclear: Int = 0
    ) -> BranchCounts {
        BranchCounts(
            total: waiting + running + succeeded + failed + cancelled + unclear, waiting: waiting, running: running,
            succeeded: succeeded, failed: failed, cancelled: cancelled, unclear: unclear)
    }

    /// The table of `docs/states.md`.
    static let table: [Case] = [
        Case(counts: counts(waiting: 3), isCancelling: false, state: .waiting),
        Case(counts: counts(waiting: 2, running: 1), isCancelling: false, state: .running),
        Case(counts: counts(waiting: 2, succeeded: 1), isCancelling: false, state: .running),
        Case(counts: counts(running: 1, failed: 2), isCancelling: false, state: .running),
        Case(counts: counts(running: 1, cancelled: 2), isCancelling: true, state: .cancelling),
        Case(counts: counts(succeeded: 3), isCancelling: false, state: .succeeded),
        Case(counts: counts(succeeded: 2, failed: 1), isCancelling: false, state: .failed),
        Case(counts: counts(succeeded: 2, cancelled: 1), isCancelling: true, state: .cancelled),
        Case(counts: counts(succeeded: 2, failed: 1, cancelled: 1), isCancelling: false, state: .cancelled),
        Case(counts: counts(cancelled: 2, unclear: 1), isCancelling: true, state: .cancelUnconfirmed),
        Case(counts: counts(succeeded: 2, unclear: 1), isCancelling: false, state: .lost),
    ]

    @Test("the state of an execution follows from its branches", arguments: table)
    func executionState(row: Case) {
        #expect(ExecutionRules.state(of: row.counts, isCancelling: row.isCancelling) == row.state)
    }

    @Test("a branch that has ended never moves again", arguments: BranchState.allCases.filter(\.isFinal))
    func finalStates(state: BranchState) {
        for other in BranchState.allCases { #expect(!ExecutionRules.allows(state, other)) }
    }

    @Test("a branch that waits can only be leased or cancelled")
    func waitingMoves() {
        let reachable = BranchState.allCases.filter { ExecutionRules.allows(.waiting, $0) }

        #expect(Set(reachable) == [.running, .cancelled])
    }

    @Test("counts stay complete whatever move is made")
    func countsStayComplete() {
        var counts = BranchCounts.waiting(5)
        for (from, to) in [(BranchState.waiting, BranchState.running), (.running, .cancelling), (.cancelling, .lost)] {
            counts.move(from: from, to: to)
        }

        let sum = counts.waiting + counts.running + counts.succeeded + counts.failed + counts.cancelled + counts.unclear
        #expect(sum == 5)
        #expect(counts.unclear == 1)
    }
}
