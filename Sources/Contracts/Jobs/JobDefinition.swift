import Vocabulary

/// What a job says. The YAML has the same fields in snake_case.
package struct JobDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The name; unique without regard to case.
    package var name: String
    /// What it does.
    package var description: String?
    /// Launch parameters in order.
    package var parameters: [ParameterDefinition]?
    /// The filter of the usual targets; a run may give another.
    package var targets: String?
    /// Most branches at a time; 50 when absent.
    package var maxParallel: Int?
    /// Most seconds for one branch; no limit when absent.
    package var timeoutSeconds: Int?
    /// The steps in order; at least one.
    package var steps: [StepDefinition]
    /// Makes the value.
    package init(
        name: String, description: String? = nil, parameters: [ParameterDefinition]? = nil, targets: String? = nil,
        maxParallel: Int? = nil, timeoutSeconds: Int? = nil, steps: [StepDefinition]
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.targets = targets
        self.maxParallel = maxParallel
        self.timeoutSeconds = timeoutSeconds
        self.steps = steps
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._ -]{0,127}"), "description": .length(0...4000),
            "targets": .length(0...4000), "maxParallel": .range(1...10000), "timeoutSeconds": .range(1...604_800),
            "steps": .count(1...200), "parameters": .count(0...100),
        ]
    }
}

/// The types of launch parameters.
package enum ParameterType: String, WireEnum {
    case string
    case integer
    case boolean
    case choice
    case secret
}

/// A launch parameter.
package struct ParameterDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The name in templates: letters, digits and `_`.
    package var name: String
    /// The type.
    package var type: ParameterType
    /// What it is for.
    package var description: String?
    /// Whether a run must give it; false when absent.
    package var required: Bool?
    /// The value when a run gives none. A secret has no default.
    package var `default`: JSONValue?
    /// The allowed values of a choice.
    package var choices: [String]?
    /// A regular expression that a string must match as a whole.
    package var pattern: String?

    /// Makes the value.
    package init(
        name: String, type: ParameterType, description: String? = nil, required: Bool? = nil, default: JSONValue? = nil,
        choices: [String]? = nil, pattern: String? = nil
    ) {
        self.name = name
        self.type = type
        self.description = description
        self.required = required
        self.default = `default`
        self.choices = choices
        self.pattern = pattern
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["name": .pattern("[A-Za-z_][A-Za-z0-9_]{0,63}"), "choices": .count(1...1000), "pattern": .length(1...1000)]
    }
}

/// What happens to the branch when a step fails for good.
package enum FailurePolicy: String, WireEnum {
    /// No further step runs, except those that run always; the branch fails.
    case stop
    /// The next step runs; the branch still ends as failed.
    case `continue`
}

/// When a step runs.
package enum StepCondition: String, WireEnum {
    /// When no step before it stopped the branch.
    case success
    /// In any case, also after a failure, such as to clean up; not after a cancellation.
    case always
}

/// A step: exactly one of `command` and `script`.
package struct StepDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The name; unique in the job.
    package var name: String
    /// A line or lines for the login shell of the target account.
    package var command: String?
    /// A program text for an interpreter.
    package var script: ScriptDefinition?
    /// The text that the command or script reads.
    package var standardInput: String?
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
    /// The most bytes of output that are kept, stdout and stderr together; 10,000,000 when absent.
    package var outputLimitBytes: Int?
    /// Makes the value.
    package init(
        name: String, command: String? = nil, script: ScriptDefinition? = nil, standardInput: String? = nil,
        environment: [String: String]? = nil, workingDirectory: String? = nil, timeoutSeconds: Int? = nil,
        idleTimeoutSeconds: Int? = nil, retries: RetryDefinition? = nil, acceptedExitCodes: [Int]? = nil,
        onFailure: FailurePolicy? = nil, runs: StepCondition? = nil, repeatable: Bool? = nil, outputLimitBytes: Int? = nil
    ) {
        self.name = name
        self.command = command
        self.script = script
        self.standardInput = standardInput
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.timeoutSeconds = timeoutSeconds
        self.idleTimeoutSeconds = idleTimeoutSeconds
        self.retries = retries
        self.acceptedExitCodes = acceptedExitCodes
        self.onFailure = onFailure
        self.runs = runs
        self.repeatable = repeatable
        self.outputLimitBytes = outputLimitBytes
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .length(1...128), "command": .length(1...100_000), "standardInput": .length(0...1_000_000),
            "timeoutSeconds": .range(1...604_800), "idleTimeoutSeconds": .range(1...604_800),
            "acceptedExitCodes": .count(1...256), "outputLimitBytes": .range(1...1_000_000_000),
            "workingDirectory": .length(1...4096),
        ]
    }
}

/// A program text and what runs it.
package struct ScriptDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The program text.
    package var text: String
    /// The interpreter; `/bin/sh` when absent.
    package var interpreter: String?
    /// Arguments for the script.
    package var arguments: [String]?
    /// Makes the value.
    package init(text: String, interpreter: String? = nil, arguments: [String]? = nil) {
        self.text = text
        self.interpreter = interpreter
        self.arguments = arguments
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["text": .length(1...1_000_000), "interpreter": .length(1...1024), "arguments": .count(0...1000)]
    }
}

/// How a step is tried again.
package struct RetryDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// All attempts together, the first one too (1...100).
    package var attempts: Int
    /// Seconds before the second attempt; 1 when absent.
    package var delaySeconds: Int?
    /// Each further delay is so many times longer; 2 when absent.
    package var factor: Double?
    /// The longest delay in seconds; 300 when absent.
    package var maxDelaySeconds: Int?
    /// Makes the value.
    package init(attempts: Int, delaySeconds: Int? = nil, factor: Double? = nil, maxDelaySeconds: Int? = nil) {
        self.attempts = attempts
        self.delaySeconds = delaySeconds
        self.factor = factor
        self.maxDelaySeconds = maxDelaySeconds
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["attempts": .range(1...100), "delaySeconds": .range(0...86_400), "maxDelaySeconds": .range(0...86_400)]
    }
}
