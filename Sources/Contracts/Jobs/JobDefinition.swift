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
    /// What happens when it is started while another execution of it has not ended; allow when absent.
    package var concurrency: ConcurrencyPolicy?
    /// Names that only one run at a time may hold, in whatever job; they may have placeholders of parameters.
    package var locks: [String]?
    /// How urgent it is; normal when absent.
    package var priority: RunPriority?
    /// How it goes through its targets; through all at once when absent.
    package var rollout: RolloutDefinition?
    /// Whether runs on production need no confirmation, for jobs that nobody starts by hand; false when absent. Saving such a job needs
    /// `guard.write`.
    package var confirmedForProduction: Bool?
    /// What a job that calls this one can read when it has ended, by name: expressions over its parameters and the results of its steps.
    package var outputs: [String: String]?
    /// The steps in order; at least one. In what a run keeps the steps of called jobs stand behind the step that calls.
    package var steps: [StepDefinition]
    /// Makes the value.
    package init(
        name: String, description: String? = nil, parameters: [ParameterDefinition]? = nil, targets: String? = nil,
        maxParallel: Int? = nil, timeoutSeconds: Int? = nil, concurrency: ConcurrencyPolicy? = nil, locks: [String]? = nil,
        priority: RunPriority? = nil, rollout: RolloutDefinition? = nil, confirmedForProduction: Bool? = nil,
        outputs: [String: String]? = nil, steps: [StepDefinition]
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.targets = targets
        self.maxParallel = maxParallel
        self.timeoutSeconds = timeoutSeconds
        self.concurrency = concurrency
        self.locks = locks
        self.priority = priority
        self.rollout = rollout
        self.confirmedForProduction = confirmedForProduction
        self.outputs = outputs
        self.steps = steps
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._ -]{0,127}"), "description": .length(0...4000),
            "targets": .length(0...4000), "maxParallel": .range(1...10000), "timeoutSeconds": .range(1...604_800),
            "steps": .count(1...1000), "parameters": .count(0...100), "locks": .count(0...20),
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
