import Contracts

/// How far a run has come, by what its feed tells.
package struct RunProgress: Sendable {
    /// All branches.
    package private(set) var total: Int
    /// The last state of the execution that was heard of.
    package private(set) var execution: Execution?
    /// The last number that was heard of.
    package private(set) var lastSequence = 0
    private var states: [Int: BranchState] = [:]

    /// Starts before the first entry.
    package init(total: Int = 0) { self.total = total }

    /// Takes an entry; answers false for one that was heard of before.
    package mutating func add(_ entry: FeedEntry) -> Bool {
        guard entry.sequence > lastSequence else { return false }
        lastSequence = entry.sequence
        if let execution = entry.execution {
            self.execution = execution
            total = execution.counts.total
        }
        if let branch = entry.branch, let state = entry.branchState { states[branch] = state }
        return true
    }

    /// Whether nothing more will happen.
    package var isFinal: Bool { execution?.state.isFinal ?? false }
    /// Branches that have ended.
    package var done: Int { states.values.count { $0.isFinal } }
    /// Branches that are at work.
    package var running: Int { states.values.count { $0 == .running || $0 == .cancelling } }
    /// Branches that ended, and not well.
    package var failed: Int { states.values.count { $0.isFinal && $0 != .succeeded } }

    /// For example `[#####-----] 12/24 done, 8 running, 1 failed`, at most `width` columns.
    package func bar(width: Int) -> String {
        let numbers = "\(done)/\(total) done, \(running) running, \(failed) failed"
        let room = min(40, width - numbers.count - 4)
        guard room >= 4 else { return String(numbers.prefix(max(0, width - 1))) }
        let filled = total > 0 ? room * done / total : 0
        return "[\(String(repeating: "#", count: filled))\(String(repeating: "-", count: room - filled))] \(numbers)"
    }
}
