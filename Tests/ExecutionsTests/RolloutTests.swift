import Contracts
import Executions
import Testing

@Suite("The rollout of a run")
struct RolloutTests {
    private static func counts(_ total: Int, waiting: Int, running: Int = 0, failed: Int = 0, unclear: Int = 0) -> BranchCounts {
        BranchCounts(
            total: total, waiting: waiting, running: running, succeeded: total - waiting - running - failed - unclear, failed: failed,
            cancelled: 0, unclear: unclear)
    }

    @Test("goes on to the next part only when all of the one before have ended")
    func parts() {
        let rollout = Rollout(RolloutDefinition(canary: "1", batch: "25%"), total: 10)

        #expect(rollout.first == 1)
        #expect(rollout.next(released: 1, counts: Self.counts(10, waiting: 9, running: 1), accepted: 0, restIsOver: false) == .goOn)
        #expect(rollout.next(released: 1, counts: Self.counts(10, waiting: 9), accepted: 0, restIsOver: true) == .release(4))
        #expect(rollout.next(released: 4, counts: Self.counts(10, waiting: 6), accepted: 0, restIsOver: true) == .release(7))
        #expect(rollout.next(released: 7, counts: Self.counts(10, waiting: 3), accepted: 0, restIsOver: true) == .release(10))
        #expect(rollout.next(released: 10, counts: Self.counts(10, waiting: 0), accepted: 0, restIsOver: true) == .goOn)
    }

    @Test("a canary that fails stops it, however many failures the rest may have")
    func canary() {
        let rollout = Rollout(RolloutDefinition(canary: "2", maxFailures: "50%"), total: 10)

        #expect(
            rollout.next(released: 2, counts: Self.counts(10, waiting: 8, failed: 1), accepted: 0, restIsOver: true)
                == .stop("1 of the first 2 targets failed, and none of these may."))
        #expect(rollout.next(released: 10, counts: Self.counts(10, waiting: 2, failed: 5), accepted: 0, restIsOver: false) == .goOn)
        #expect(
            rollout.next(released: 10, counts: Self.counts(10, waiting: 2, failed: 5, unclear: 1), accepted: 0, restIsOver: false)
                == .stop("6 of 8 targets failed, and at most 50% of 10 may."))
    }

    @Test("failures that a person accepted no longer count")
    func accepted() {
        let rollout = Rollout(RolloutDefinition(batch: "2", onTooManyFailures: .pause), total: 6)

        #expect(
            rollout.next(released: 2, counts: Self.counts(6, waiting: 4, failed: 1), accepted: 0, restIsOver: true)
                == .pause("1 of 2 targets failed, and at most 0 may."))
        #expect(rollout.next(released: 2, counts: Self.counts(6, waiting: 4, failed: 1), accepted: 1, restIsOver: true) == .release(4))
    }
}

@Suite("Who gets which lock")
struct AdmissionTests {
    private static func claim(_ execution: Int, _ lock: String, held: Bool = false) -> Admission.Claim {
        Admission.Claim(execution: execution, serial: "E\(execution)", lock: lock, isHeld: held)
    }

    @Test("all locks at once or none, in order, and nobody overtakes one that waits for the same lock")
    func order() {
        let (admitted, waits) = Admission.decide([
            Self.claim(1, "a", held: true), Self.claim(2, "a"), Self.claim(2, "b"), Self.claim(3, "b"), Self.claim(4, "c"),
        ])

        #expect(admitted == [4])
        #expect(
            waits == [
                Admission.Wait(execution: 2, lock: "a", holder: "E1"), Admission.Wait(execution: 3, lock: "b", holder: "E2"),
            ])
    }

    @Test("of several that want a free lock the first gets it")
    func first() {
        let (admitted, waits) = Admission.decide([Self.claim(5, "a"), Self.claim(6, "a")])

        #expect(admitted == [5])
        #expect(waits == [Admission.Wait(execution: 6, lock: "a", holder: "E5")])
    }
}
