import Vocabulary

/// What would run after a decision, as things stand now.
package struct ApprovalPlan: Codable, Sendable {
    /// Stands for the steps of the run, its values, and how its targets are described and reached. Who approves with it approves exactly that.
    package var hash: String
    /// The serial of the execution.
    package var serial: String
    /// The number of the step that is decided.
    package var step: Int
    /// The targets of the run in order; the first 100.
    package var targets: [ApprovalTarget]
    /// How many targets the run has.
    package var total: Int
    /// Makes the value.
    package init(hash: String, serial: String, step: Int, targets: [ApprovalTarget], total: Int) {
        self.hash = hash
        self.serial = serial
        self.step = step
        self.targets = targets
        self.total = total
    }
}

/// A target of a run that waits for a decision.
package struct ApprovalTarget: Codable, Sendable, Hashable {
    /// The number of its branch.
    package var number: Int
    /// Its serial.
    package var serial: String
    /// Its name when the run started.
    package var name: String
    /// How its branch stands.
    package var state: BranchState
    /// How it would be reached, in the order of its methods: kind, account, host, port and credential.
    package var way: String
    /// What is different from when the run started, in words; empty when nothing is.
    package var changes: [String]
    /// The steps that have not ended, as they would run.
    package var steps: [PlannedStep]
    /// Makes the value.
    package init(number: Int, serial: String, name: String, state: BranchState, way: String, changes: [String], steps: [PlannedStep]) {
        self.number = number
        self.serial = serial
        self.name = name
        self.state = state
        self.way = way
        self.changes = changes
        self.steps = steps
    }
}
