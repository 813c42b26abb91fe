import Contracts
import Vocabulary

/// A run that has ended, with every branch.
package struct RunResult: Codable, Sendable {
    /// The run.
    package var execution: Execution
    /// Its branches by number.
    package var branches: [Branch]

    /// Makes the value.
    package init(execution: Execution, branches: [Branch]) {
        self.execution = execution
        self.branches = branches
    }

    /// One sentence, for example `J20260001.0001 failed: 3 succeeded, 1 failed.`
    package var sentence: String {
        let counts = execution.counts
        let parts = [
            (counts.succeeded, "succeeded"), (counts.failed, "failed"), (counts.cancelled, "cancelled"), (counts.unclear, "unclear"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        let state = execution.state.rawValue.replacing("_", with: " ")
        return "\(execution.serial) \(state): \(parts.isEmpty ? "no targets" : parts.joined(separator: ", "))."
    }

    /// The branches as a table.
    package var table: TextTable {
        var table = TextTable(["target", "state", "exit", "time", "cause"])
        for branch in branches {
            let last = branch.steps.last { $0.state != .waiting && $0.state != .skipped }
            let cause = branch.cause ?? branch.steps.compactMap { step in step.cause.map { "\(step.name): \($0)" } }.first ?? ""
            table.add([
                branch.targetName, branch.state.rawValue.replacing("_", with: " "), last?.exitCode.map { String($0) } ?? "",
                Self.duration(branch.startedAt, branch.endedAt), cause,
            ])
        }
        return table
    }

    /// The time between two instants, for example `3.2 s` or `4 min 10 s`; empty when one is missing.
    package static func duration(_ start: Timestamp?, _ end: Timestamp?) -> String {
        guard let start, let end else { return "" }
        let milliseconds = max(0, (end - start).milliseconds)
        if milliseconds < 60_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        return "\(milliseconds / 60_000) min \(milliseconds % 60_000 / 1000) s"
    }
}
