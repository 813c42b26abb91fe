import Vocabulary

/// What a run would do, without doing it.
package struct JobPlan: Codable, Sendable {
    /// Stands for everything that the run depends on: the version, the values, the targets as they are now. A run that is started with it is refused when
    /// anything has changed.
    package var hash: String
    /// The name of the job.
    package var job: String
    /// Its version.
    package var version: Int
    /// The targets, in the order in which they begin.
    package var targets: [PlannedTarget]
    /// How many targets there are; `targets` holds the first 100.
    package var total: Int
    /// Names of matching targets that are left out because of their status.
    package var leftOut: [String]
    /// How many targets each part of the rollout has; one part when there is none.
    package var parts: [Int]
    /// Most targets at a time.
    package var maxParallel: Int
    /// The locks that it holds while it runs.
    package var locks: [String]
    /// What it would have to wait for, or what it would be refused for, if it was started now.
    package var obstacles: [PlanObstacle]
    /// Makes the value.
    package init(
        hash: String, job: String, version: Int, targets: [PlannedTarget], total: Int, leftOut: [String], parts: [Int], maxParallel: Int,
        locks: [String], obstacles: [PlanObstacle]
    ) {
        self.hash = hash
        self.job = job
        self.version = version
        self.targets = targets
        self.total = total
        self.leftOut = leftOut
        self.parts = parts
        self.maxParallel = maxParallel
        self.locks = locks
        self.obstacles = obstacles
    }
}

/// What stands in the way of a run.
package struct PlanObstacle: Codable, Sendable, Hashable {
    /// Whether the start would be refused; else the run would wait.
    package var refuses: Bool
    /// One sentence.
    package var detail: String
    /// Makes the value.
    package init(refuses: Bool, detail: String) {
        self.refuses = refuses
        self.detail = detail
    }
}

/// A target of a plan.
package struct PlannedTarget: Codable, Sendable, Hashable {
    /// The number of its branch.
    package var number: Int
    /// Its serial.
    package var serial: String
    /// Its name.
    package var name: String
    /// What would happen on it, step by step.
    package var steps: [PlannedStep]
    /// Makes the value.
    package init(number: Int, serial: String, name: String, steps: [PlannedStep]) {
        self.number = number
        self.serial = serial
        self.name = name
        self.steps = steps
    }
}

/// Whether a step would run.
package enum PlannedFate: String, WireEnum {
    case runs
    case skipped
    /// It depends on what steps before it come to.
    case depends
    /// A person decides.
    case approval
}

/// A step of a plan on one target.
package struct PlannedStep: Codable, Sendable, Hashable {
    /// The number.
    package var number: Int
    /// The name.
    package var name: String
    /// Whether it would run.
    package var fate: PlannedFate
    /// Why not, or what it depends on.
    package var why: String?
    /// The command or the script as the target would get it; secrets read `•••`, and values that later steps bring stand in braces.
    package var text: String?
    /// The name and the version of the job that the step calls; its steps follow.
    package var job: String?
    /// Makes the value.
    package init(number: Int, name: String, fate: PlannedFate, why: String? = nil, text: String? = nil, job: String? = nil) {
        self.number = number
        self.name = name
        self.fate = fate
        self.why = why
        self.text = text
        self.job = job
    }
}
