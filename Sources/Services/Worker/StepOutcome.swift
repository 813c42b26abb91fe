import ConnectorPort
import Contracts

/// What one attempt of a step came to.
struct StepOutcome: Sendable {
    var state: StepState
    var exitCode: Int?
    var cause: String?
    /// Whether the step did not begin because the lease was over: nothing more is told of the branch.
    var isGivenUp = false

    /// Reads the end of a command.
    init(_ end: CommandEnd, of step: StepDefinition) {
        switch end {
        case .exited(let code):
            let accepted = step.acceptedExitCodes ?? [0]
            state = accepted.contains(code) ? .succeeded : .failed
            exitCode = code
        case .signalled(let signal):
            state = .failed
            cause = "Ended by the signal \(signal)."
        case .timedOut(let limit, let proof):
            state = .failed
            let seconds = limit == .total ? step.timeoutSeconds ?? 3600 : step.idleTimeoutSeconds ?? 0
            cause =
                (limit == .total ? "Took longer than \(seconds) s" : "Printed nothing for \(seconds) s")
                + Self.after(proof)
        case .cancelled(.gone): state = .cancelled
        case .cancelled(.unconfirmed(let reason)):
            state = .cancelUnconfirmed
            cause = "Cancelled, but it is not proved that its processes are gone: \(reason)"
        case .connectionLost(let reason):
            state = .lost
            cause = "The connection broke while it ran; whether it finished on the target is not known: \(reason)"
        }
    }

    /// A step that could not be started, or whose end does not count.
    init(failed cause: String, exitCode: Int? = nil) {
        state = .failed
        self.exitCode = exitCode
        self.cause = cause
    }

    /// A supervised step whose end nobody will know.
    init(lost reason: String, isCancelled: Bool) {
        state = isCancelled ? .cancelUnconfirmed : .lost
        cause =
            isCancelled
            ? "Cancelled, but it is not proved that its processes are gone: \(reason)" : "What became of it is not known: \(reason)."
    }

    /// A supervised step that ended while nobody could keep what it printed.
    static func fullDisk(_ code: Int) -> StepOutcome {
        StepOutcome(
            failed:
                "It ended with exit code \(code), but the disk of the target was full while no worker read what it printed: the rest is missing.",
            exitCode: code)
    }

    /// A step that did not begin because the lease was over.
    static var givenUp: StepOutcome {
        var outcome = StepOutcome(failed: "the lease was over")
        outcome.isGivenUp = true
        return outcome
    }

    /// A step that has nothing to do.
    init(skipped cause: String) {
        state = .skipped
        self.cause = cause
    }

    private static func after(_ proof: KillProof) -> String {
        switch proof {
        case .gone: "; it was ended and its processes are gone."
        case .unconfirmed(let reason): "; ending it is not confirmed: \(reason)"
        }
    }

    /// How a branch ends that ends with this step; nil when the flow decides.
    var branchEnd: BranchEnd? {
        if isGivenUp { return nil }
        return switch state {
        case .cancelled: BranchEnd(state: .cancelled)
        case .cancelUnconfirmed: BranchEnd(state: .cancelUnconfirmed, cause: cause)
        case .lost: BranchEnd(state: .lost, cause: cause)
        default: nil
        }
    }
}
