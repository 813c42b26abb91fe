import Contracts
import Vocabulary

/// What can be wrong with a wish about executions.
package enum ExecutionError: ProblemConvertible, Hashable {
    /// There is no execution of this id or serial.
    case noExecution(String)
    /// The execution has no such branch or step.
    case noBranch(Int)
    /// No active target matches.
    case noTargets(filter: String, leftOut: [String])
    /// The guard allows fewer targets.
    case tooManyTargets(Int, most: Int)
    /// The run touches these environments, which are production, and was not confirmed.
    case unconfirmed(environments: [String], targets: Int, job: String?)
    /// The name of the environment at this position (from 0) cannot be one.
    case badEnvironment(Int)
    /// Somebody else changed the guard meanwhile.
    case staleGuard(sent: Int, current: Int)
    /// The idempotency key was used for something else.
    case keyReused(String)
    /// The execution has ended.
    case alreadyEnded(serial: String, state: ExecutionState)
    /// The execution still runs.
    case stillRunning(serial: String)
    /// Every branch succeeded.
    case nothingFailed(serial: String)
    /// Only targets that failed can go on where they failed.
    case resumesFailedOnly
    /// The job allows one execution at a time, and this one has not ended.
    case jobIsBusy(job: String, serial: String)
    /// The lock at this position (from 0) has a name that cannot be.
    case badLock(Int)
    /// It is held up already, for this reason.
    case alreadyHeld(serial: String, String)
    /// The execution waits for no decision at this step.
    case noApproval(serial: String, step: String)
    /// It was decided before.
    case alreadyDecided(serial: String, String)
    /// This person may not decide it, and why.
    case mayNotDecide(String)
    /// What the run would do is not what was planned.
    case planChanged
    /// What would run after a decision is not what was looked at; with the hash that is right now.
    case approvalDrifted(serial: String, plan: String)
    /// It is not paused.
    case notPaused(serial: String)
    /// There is no earlier execution of the same job that succeeded.
    case nothingToCompare(serial: String)
    /// The other execution did not run on the target.
    case notComparable(serial: String, target: String)
    /// The output was removed by retention.
    case outputRemoved(serial: String, Timestamp?)
    /// A range of bytes is in the output of one step.
    case rangeNeedsStep
    /// A cursor that this list did not give.
    case badCursor
    /// No worker did it in time.
    case noWorker
    /// Somebody ended the errand.
    case errandEnded
    /// A report came before the one after which it is to be stored.
    case reportTooEarly(Int, after: Int)

    /// How it looks from outside.
    package var problem: Problem {
        switch self {
        case .noExecution(let name): .notFound("execution \(name)")
        case .noBranch(let number): .notFound("branch or step \(number) in this execution")
        case .noTargets(let filter, let leftOut):
            .invalid(
                leftOut.isEmpty
                    ? "No target matches \"\(filter)\"; nothing was started."
                    : "All targets that match \"\(filter)\" are in maintenance or retired (\(leftOut.prefix(5).joined(separator: ", "))); "
                        + "nothing was started.",
                [ProblemPlace("matches no active target", pointer: "#/targets")])
        case .tooManyTargets(let count, let most):
            .invalid(
                "A run may have at most \(most) targets here, and this one would have \(count); nothing was started. Choose fewer targets, or ask "
                    + "an administrator to change the guard.",
                [ProblemPlace("matches \(count) targets, more than \(most)", pointer: "#/targets")])
        case .unconfirmed(let environments, let count, let job):
            Problem(
                "confirmation-needed", "Confirmation needed", status: 409,
                "This run touches production (\(environments.joined(separator: ", "))) and has \(count == 1 ? "1 target" : "\(count) targets"). "
                    + "Confirm it with the number of targets, \(count)\(job.map { ", or the name of the job, \($0)" } ?? ""); nothing was started."
            )
        case .badEnvironment(let position):
            .invalid(
                "The name of an environment has 1 to 200 characters.",
                [ProblemPlace("cannot be the name of an environment", pointer: "#/production/\(position)")])
        case .staleGuard(let sent, let current): .staleRevision(sent: sent, current: current)
        case .keyReused(let key):
            .conflict("The idempotency key \(key) was used for another request; use a new key for a new request.")
        case .alreadyEnded(let serial, let state):
            .conflict("Execution \(serial) has already ended (\(state.rawValue)); there is nothing to cancel.")
        case .stillRunning(let serial):
            .conflict("Execution \(serial) has not ended yet; wait for its end or cancel it first.")
        case .nothingFailed(let serial):
            .conflict("Every target of execution \(serial) succeeded; there is nothing to run again.")
        case .resumesFailedOnly:
            .invalid(
                "Only targets that did not succeed can go on where they failed; say scope \"failed\" or leave resume out.",
                [ProblemPlace("goes with scope failed only", pointer: "#/resume")])
        case .jobIsBusy(let job, let serial):
            .conflict("The job \(job) allows one execution at a time, and \(serial) has not ended; wait for its end or cancel it.")
        case .badLock(let position):
            .invalid(
                LockName.rule, [ProblemPlace("cannot be the name of a lock", pointer: "#/locks/\(position)")])
        case .alreadyHeld(let serial, let why): .conflict("Execution \(serial) does not go on already. \(why)")
        case .noApproval(let serial, let step): .notFound("decision at step \(step.prefix(20)) of execution \(serial)")
        case .alreadyDecided(let serial, let how): .conflict("Execution \(serial) does not wait for this decision any more. \(how)")
        case .mayNotDecide(let why): Problem("forbidden", "Not allowed", status: 403, why)
        case .planChanged:
            .conflict("The job, its values or its targets have changed since this plan was made; nothing was started. Look at a new plan.")
        case .approvalDrifted(let serial, let plan):
            .conflict(
                "What would run in \(serial) has changed since you looked, so nothing was approved. Look again; the plan is now \(plan).")
        case .notPaused(let serial): .conflict("Execution \(serial) is not paused; there is nothing to continue.")
        case .nothingToCompare(let serial):
            .invalid("There is no earlier run of the same job that succeeded before \(serial); say which run to compare it with.")
        case .notComparable(let serial, let target): .invalid("Execution \(serial) did not run on \(target); there is nothing to compare.")
        case .outputRemoved(let serial, let time):
            Problem(
                "output-removed", "Output was removed", status: 410,
                "The output of execution \(serial) was removed by retention\(time.map { " at \($0)" } ?? ""); its results are still there.")
        case .rangeNeedsStep:
            .invalid(
                "A range of bytes is in the output of one step: say branch and step.",
                [ProblemPlace("goes with branch and step", pointer: "#/from")])
        case .badCursor: .invalid("The cursor does not belong to this list; start again without one.")
        case .reportTooEarly(let number, let previous):
            .conflict(
                "Report \(number) is to be stored after report \(previous), which is not stored yet; send it again when that one is answered."
            )
        case .errandEnded: .conflict("It was ended before a worker had done it.")
        case .noWorker: .unavailable("No worker did it in time; see whether a worker is running.")
        }
    }
}
