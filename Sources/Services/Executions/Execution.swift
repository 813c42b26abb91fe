import Contracts
import Vocabulary

/// The rules of executions: pure, time and ids are arguments.
package enum ExecutionRules {
    /// The state that follows from the branches. `isCancelling` is true from the moment somebody cancelled the whole execution, `isStopped` when
    /// too many branches failed and the others were not begun.
    package static func state(of counts: BranchCounts, isCancelling: Bool, isStopped: Bool = false) -> ExecutionState {
        let open = counts.waiting + counts.running
        if open > 0 {
            if isCancelling { return .cancelling }
            return counts.waiting == counts.total ? .waiting : .running
        }
        if counts.unclear > 0 { return isCancelling ? .cancelUnconfirmed : .lost }
        if counts.cancelled > 0, !(isStopped && counts.failed > 0) { return .cancelled }
        return counts.failed > 0 ? .failed : .succeeded
    }

    /// Whether a branch may go from one state to another; everything else is a programming error or a late report.
    package static func allows(_ from: BranchState, _ to: BranchState) -> Bool {
        switch (from, to) {
        case (.waiting, .running), (.waiting, .cancelled), (.running, .waiting), (.running, .cancelling): true
        case (.waiting, .cancelling): true
        case (.running, .succeeded), (.running, .failed), (.running, .lost), (.running, .cancelled): true
        case (.running, .cancelUnconfirmed): true
        case (.cancelling, .succeeded), (.cancelling, .failed), (.cancelling, .cancelled): true
        case (.cancelling, .cancelUnconfirmed), (.cancelling, .lost): true
        default: false
        }
    }

    /// A command as a definition of one step.
    package static func definition(of command: RunCommand) -> JobDefinition {
        JobDefinition(
            name: "command", targets: command.targets, maxParallel: command.maxParallel, locks: command.locks,
            priority: command.priority,
            steps: [
                StepDefinition(
                    name: "command", command: command.command, timeoutSeconds: command.timeoutSeconds, repeatable: command.repeatable)
            ])
    }

    /// The serial of the n-th execution of a job, or of the n-th command of a year.
    package static func serial(jobSerial: String?, number: Int, year: Int) -> String {
        if let jobSerial { return "\(jobSerial).\(padded(number))" }
        return "C\(year)\(padded(number))"
    }

    /// The serial of a branch.
    package static func serial(execution: String, branch: Int) -> String { "\(execution).\(padded(branch))" }

    private static func padded(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }
}

extension BranchCounts {
    /// Counts of branches that all wait.
    package static func waiting(_ total: Int) -> BranchCounts {
        BranchCounts(total: total, waiting: total, running: 0, succeeded: 0, failed: 0, cancelled: 0, unclear: 0)
    }

    /// Takes one branch out of one state and puts it into another.
    package mutating func move(from old: BranchState, to new: BranchState, _ branches: Int = 1) {
        self[keyPath: Self.counter(of: old)] -= branches
        self[keyPath: Self.counter(of: new)] += branches
    }

    private static func counter(of state: BranchState) -> WritableKeyPath<BranchCounts, Int> {
        switch state {
        case .waiting: \.waiting
        case .running, .cancelling: \.running
        case .succeeded: \.succeeded
        case .failed: \.failed
        case .cancelled: \.cancelled
        case .cancelUnconfirmed, .lost: \.unclear
        }
    }
}
