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
    /// The idempotency key was used for something else.
    case keyReused(String)
    /// The execution has ended.
    case alreadyEnded(serial: String, state: ExecutionState)
    /// The execution still runs.
    case stillRunning(serial: String)
    /// Every branch succeeded.
    case nothingFailed(serial: String)
    /// A cursor that this list did not give.
    case badCursor
    /// No worker took the connection test in time.
    case noWorker

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
        case .keyReused(let key):
            .conflict("The idempotency key \(key) was used for another request; use a new key for a new request.")
        case .alreadyEnded(let serial, let state):
            .conflict("Execution \(serial) has already ended (\(state.rawValue)); there is nothing to cancel.")
        case .stillRunning(let serial):
            .conflict("Execution \(serial) has not ended yet; wait for its end or cancel it first.")
        case .nothingFailed(let serial):
            .conflict("Every target of execution \(serial) succeeded; there is nothing to run again.")
        case .badCursor: .invalid("The cursor does not belong to this list; start again without one.")
        case .noWorker: .unavailable("No worker took the connection test in time; see whether a worker is running.")
        }
    }
}
