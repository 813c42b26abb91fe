import Vocabulary

/// What happens to the branch when a step fails for good.
package enum FailurePolicy: String, WireEnum {
    /// No step that waits for it runs, except those that run always or on failure; the branch fails.
    case stop
    /// The steps after it run; the branch still ends as failed.
    case `continue`
    /// The steps after it run, and the failure does not count.
    case ignore
}

/// How many of the steps that a step waits for must have gone well.
package enum JoinRule: String, WireEnum {
    case all
    /// One is enough; the others are not waited for.
    case any
}

/// When a step runs.
package enum StepCondition: String, WireEnum {
    /// When no step that it waits for failed.
    case success
    /// When a step that it waits for, directly or not, failed: a handler.
    case failure
    /// In any case, also after a failure, such as to clean up; not after a cancellation.
    case always
}

/// Whether a step goes on on its target when the worker, or the connection to it, is gone.
package enum StepSurvival: String, WireEnum {
    /// When its timeout is said and longer than a minute.
    case auto
    /// In any case.
    case always
    /// It does not: it is ended, or not known to have ended.
    case never
}

/// A step: exactly one of `command`, `script`, `approval` and `job`.
package struct StepDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The name; unique in the job.
    package var name: String
    /// A line or lines for the login shell of the target account.
    package var command: String?
    /// A program text for an interpreter.
    package var script: ScriptDefinition?
    /// A person's decision that the run waits for; one decision is for all its targets.
    package var approval: ApprovalDefinition?
    /// The name or serial of a job whose steps are done here.
    package var job: String?
    /// The values of that job's parameters by name; texts may have placeholders.
    package var parameters: [String: JSONValue]?
    /// The text that the command or script reads.
    package var standardInput: String?
    /// The names of the steps that it waits for; the one before it when absent, none when empty.
    package var needs: [String]?
    /// How many of those must have gone well; all when absent.
    package var join: JoinRule?
    /// An expression; the step is skipped when it is false.
    package var when: String?
    /// A filter; the step is skipped on other targets.
    package var onlyOn: String?
    /// A list of values, or an expression that gives one: the step is done once for each, in order.
    package var forEach: JSONValue?
    /// Values that later steps may use, by name.
    package var outputs: [String: CaptureDefinition]?
    /// How it is undone when the branch fails after it succeeded.
    package var rollback: RollbackDefinition?
    /// Environment variables. They are visible on the target: never secrets.
    package var environment: [String: String]?
    /// The directory to start in.
    package var workingDirectory: String?
    /// Most seconds for one attempt; 3600 when absent.
    package var timeoutSeconds: Int?
    /// Most seconds without output; no limit when absent.
    package var idleTimeoutSeconds: Int?
    /// How to try again.
    package var retries: RetryDefinition?
    /// The exit codes that mean success; only 0 when absent.
    package var acceptedExitCodes: [Int]?
    /// What happens when it fails for good; stop when absent.
    package var onFailure: FailurePolicy?
    /// When it runs; after success when absent.
    package var runs: StepCondition?
    /// Whether it may be started again after a worker died in the middle of it; false when absent.
    package var repeatable: Bool?
    /// Whether it goes on without its worker, over SSH, under a supervisor on the target; auto when absent.
    package var survives: StepSurvival?
    /// The most bytes of output that are kept, stdout and stderr together; 10,000,000 when absent.
    package var outputLimitBytes: Int?
    /// The job that is called as it was when the run started; only in what a run keeps.
    package var called: CalledJob?
    /// The number of the step (from 1) that calls the job which this step is of; only in what a run keeps.
    package var within: Int?
    /// Makes the value.
    package init(
        name: String, command: String? = nil, script: ScriptDefinition? = nil, approval: ApprovalDefinition? = nil,
        job: String? = nil, parameters: [String: JSONValue]? = nil,
        standardInput: String? = nil, needs: [String]? = nil, join: JoinRule? = nil, when: String? = nil, onlyOn: String? = nil,
        forEach: JSONValue? = nil,
        outputs: [String: CaptureDefinition]? = nil, rollback: RollbackDefinition? = nil, environment: [String: String]? = nil,
        workingDirectory: String? = nil, timeoutSeconds: Int? = nil,
        idleTimeoutSeconds: Int? = nil, retries: RetryDefinition? = nil, acceptedExitCodes: [Int]? = nil,
        onFailure: FailurePolicy? = nil, runs: StepCondition? = nil, repeatable: Bool? = nil, survives: StepSurvival? = nil,
        outputLimitBytes: Int? = nil, called: CalledJob? = nil, within: Int? = nil
    ) {
        self.name = name
        self.command = command
        self.script = script
        self.approval = approval
        self.job = job
        self.parameters = parameters
        self.standardInput = standardInput
        self.needs = needs
        self.join = join
        self.when = when
        self.onlyOn = onlyOn
        self.forEach = forEach
        self.outputs = outputs
        self.rollback = rollback
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.timeoutSeconds = timeoutSeconds
        self.idleTimeoutSeconds = idleTimeoutSeconds
        self.retries = retries
        self.acceptedExitCodes = acceptedExitCodes
        self.onFailure = onFailure
        self.runs = runs
        self.repeatable = repeatable
        self.survives = survives
        self.outputLimitBytes = outputLimitBytes
        self.called = called
        self.within = within
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .length(1...2000), "job": .length(1...128), "command": .length(1...100_000), "standardInput": .length(0...1_000_000),
            "timeoutSeconds": .range(1...604_800), "idleTimeoutSeconds": .range(1...604_800),
            "acceptedExitCodes": .count(1...256), "outputLimitBytes": .range(1...1_000_000_000),
            "workingDirectory": .length(1...4096), "needs": .count(0...200), "when": .length(1...4000),
            "onlyOn": .length(1...4000),
        ]
    }
}
