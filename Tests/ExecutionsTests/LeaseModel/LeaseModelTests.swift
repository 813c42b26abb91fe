import Support
import Testing

@Suite("The model of the lease protocol", .timeLimit(.minutes(3)))
struct LeaseModelTests {
    /// A part of the protocol's world that is small enough to see all of it.
    struct View: Sendable, CustomTestStringConvertible {
        let name: String
        let change: @Sendable (inout LeaseModel) -> Void
        var testDescription: String { name }
        var model: LeaseModel { LeaseModel(change) }
    }

    static let views = [
        View(name: "two steps, one mishap") { $0.mishaps = 1 },
        View(name: "a step that may happen once, two mishaps") { ($0.steps, $0.mishaps) = ([false], 2) },
        View(name: "a step that is tried twice, one mishap") { ($0.steps, $0.attempts, $0.mayFail, $0.mishaps) = ([false], 2, true, 1) },
        View(name: "a step that may be repeated, one mishap") { ($0.steps, $0.mishaps) = ([true], 1) },
        View(name: "cancelled, one mishap") { ($0.steps, $0.mishaps, $0.cancels) = ([false], 1, 1) },
        View(name: "drained, one mishap") { ($0.steps, $0.mishaps, $0.drains) = ([false], 1, 1) },
        View(name: "two branches, one mishap") { ($0.steps, $0.mishaps, $0.branches, $0.workers) = ([false], 1, 2, 2) },
        View(name: "services whose clocks differ, two mishaps") {
            ($0.steps, $0.lease, $0.skew) = ([false], 3, 1)
        },
    ]

    @Test("whatever happens, no promise is broken, and from every state an end is reached", arguments: views)
    func holds(view: View) {
        var explorer = Explorer(view.model)
        let result = explorer.explore()

        print("lease model, \(view.name): \(result)")
        #expect(result.isComplete)
        #expect(result.counterexample == nil)
    }

    /// What goes wrong without a guard.
    struct Gap: Sendable, CustomTestStringConvertible {
        let name: String
        let guards: LeaseModel.Guards
        let reason: String
        let change: @Sendable (inout LeaseModel) -> Void
        var testDescription: String { name }
    }

    static let gaps = [
        Gap(name: "tokens are not looked at", guards: .fencing, reason: "A report was accepted under an old token.") {
            ($0.steps, $0.mishaps) = ([false], 2)
        },
        Gap(
            name: "a step begins before that is stored", guards: .storesBegin,
            reason: "A step that may happen once began although that was not stored."
        ) { ($0.steps, $0.mishaps) = ([false], 1) },
        Gap(
            name: "a lease counts from its answer", guards: .countsFromAsking,
            reason: "A step was let begin although the branch was another worker's."
        ) { ($0.steps, $0.mishaps) = ([true], 2) },
        Gap(
            name: "nobody looks at the clock", guards: .looksAtClock,
            reason: "A step was let begin after the lease was over by the worker's own clock."
        ) { ($0.steps, $0.mishaps) = ([true], 1) },
        Gap(
            name: "a branch is leased again whatever had begun", guards: .rescuesWithCare,
            reason: "A step that may happen once began twice at its target."
        ) { ($0.steps, $0.mishaps) = ([false], 2) },
        Gap(name: "a report is stored as often as it comes", guards: .storesOnce, reason: "The end of a step was counted twice.") {
            ($0.steps, $0.mishaps) = ([true, true], 2)
        },
        Gap(
            name: "a repeated report is answered as if all were well", guards: .answersAnew,
            reason: "A step that may happen once began although that was not stored."
        ) { ($0.steps, $0.lease, $0.skew) = ([false], 3, 1) },
        Gap(
            name: "a report mixes two leases of a branch", guards: .cutsReports,
            reason: "A step that may happen once began although that was not stored."
        ) { ($0.steps, $0.workers, $0.mishaps, $0.lease, $0.skew) = ([false], 1, 3, 3, 1) },
        Gap(name: "nobody looks for ended leases", guards: .rescues, reason: "From here no end can be reached.") {
            ($0.steps, $0.mishaps) = ([false], 1)
        },
    ]

    @Test("without any one of its guards the protocol breaks a promise, and the explorer shows how", arguments: gaps)
    func needsEveryGuard(gap: Gap) {
        var explorer = Explorer(
            LeaseModel {
                gap.change(&$0)
                $0.guards.remove(gap.guards)
            })
        let result = explorer.explore()

        print("lease model where \(gap.name): \(result)")
        #expect(result.counterexample?.reason == gap.reason)
    }
}
