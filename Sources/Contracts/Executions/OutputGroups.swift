import Vocabulary

/// Which outputs to group.
package struct OutputQuery: Codable, Sendable, WireConstrained {
    /// The number of the step, from 1; the last step when absent.
    package var step: Int?
    /// At most so many groups (1...100; default 20).
    package var limit: Int?
    /// Makes the value.
    package init(step: Int? = nil, limit: Int? = nil) {
        self.step = step
        self.limit = limit
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["step": .range(1...1000), "limit": .range(1...100)] }
}

/// What one step printed on all targets, the same outputs together.
package struct OutputGroups: Codable, Sendable, Hashable {
    /// The number of the step, from 1.
    package var step: Int
    /// The step's name.
    package var name: String
    /// The groups, largest first.
    package var groups: [OutputGroup]
    /// How many more groups there are.
    package var moreGroups: Int
    /// How many branches are in the groups that are not shown.
    package var moreBranches: Int
    /// How many branches are in no group: they have not ended this step, or never came to it.
    package var open: Int
    /// Makes the value.
    package init(step: Int, name: String, groups: [OutputGroup], moreGroups: Int, moreBranches: Int, open: Int) {
        self.step = step
        self.name = name
        self.groups = groups
        self.moreGroups = moreGroups
        self.moreBranches = moreBranches
        self.open = open
    }
}

/// Branches in which a step ended in the same way and printed the same.
package struct OutputGroup: Codable, Sendable, Hashable {
    /// The step's state.
    package var state: StepState
    /// The exit code; absent when there was none.
    package var exitCode: Int?
    /// The SHA-256 of standard output in the last attempt, in hexadecimal.
    package var outputHash: String
    /// How many branches.
    package var count: Int
    /// Some of them, lowest numbers first.
    package var branches: [OutputMember]
    /// How standard output differs from that of the largest group, line by line; absent for the largest group and where it cannot be told.
    package var difference: [DifferenceLine]?
    /// Why the difference cannot be told.
    package var differenceNote: String?
    /// Makes the value.
    package init(
        state: StepState, exitCode: Int? = nil, outputHash: String, count: Int, branches: [OutputMember],
        difference: [DifferenceLine]? = nil, differenceNote: String? = nil
    ) {
        self.state = state
        self.exitCode = exitCode
        self.outputHash = outputHash
        self.count = count
        self.branches = branches
        self.difference = difference
        self.differenceNote = differenceNote
    }
}

/// A branch in a group.
package struct OutputMember: Codable, Sendable, Hashable {
    /// Its number, from 1.
    package var branch: Int
    /// The target's name at the start of the run.
    package var targetName: String
    /// Makes the value.
    package init(branch: Int, targetName: String) {
        self.branch = branch
        self.targetName = targetName
    }
}

/// What became of a line.
package enum DifferenceKind: String, WireEnum {
    case same
    case added
    case removed
    /// Lines that are the same and are left out.
    case gap
}

/// One line of a comparison.
package struct DifferenceLine: Codable, Sendable, Hashable {
    /// What became of it.
    package var kind: DifferenceKind
    /// The line without its end; empty for a gap.
    package var text: String
    /// Its number in the first text, from 1.
    package var before: Int?
    /// Its number in the second text, from 1.
    package var after: Int?
    /// How many lines are left out here, for a gap.
    package var count: Int?
    /// Makes the value.
    package init(kind: DifferenceKind, text: String, before: Int? = nil, after: Int? = nil, count: Int? = nil) {
        self.kind = kind
        self.text = text
        self.before = before
        self.after = after
        self.count = count
    }
}
