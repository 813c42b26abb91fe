import Vocabulary

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

/// A value that a step takes out of its standard output: exactly one of `pattern`, `json` and `take`.
package struct CaptureDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// A regular expression; the value is its first group, or the whole match, where it matches first.
    package var pattern: String?
    /// A path into the output as JSON, for example `items[0].name`; `.` is all of it.
    package var json: String?
    /// The output as a whole.
    package var take: CaptureForm?
    /// Whether the step succeeds without the value, which then is null; false when absent.
    package var optional: Bool?
    /// Makes the value.
    package init(pattern: String? = nil, json: String? = nil, take: CaptureForm? = nil, optional: Bool? = nil) {
        self.pattern = pattern
        self.json = json
        self.take = take
        self.optional = optional
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["pattern": .length(1...1000), "json": .length(1...1000)] }
}

/// How an output is taken as a whole.
package enum CaptureForm: String, WireEnum {
    /// As a text, without the line breaks at its end.
    case text
    /// As a list of its lines that are not empty.
    case lines
}

/// A person's decision that a run waits for.
package struct ApprovalDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// What is to be decided, for whoever decides.
    package var message: String?
    /// Who may decide: names of users or roles; everybody who may approve when absent.
    package var approvers: [String]?
    /// Whether somebody else than who started the run must decide; false when absent.
    package var otherPerson: Bool?
    /// Most seconds to wait; no limit when absent.
    package var timeoutSeconds: Int?
    /// What happens when nobody decided in time; it fails when absent.
    package var onTimeout: ApprovalTimeout?
    /// Makes the value.
    package init(
        message: String? = nil, approvers: [String]? = nil, otherPerson: Bool? = nil, timeoutSeconds: Int? = nil,
        onTimeout: ApprovalTimeout? = nil
    ) {
        self.message = message
        self.approvers = approvers
        self.otherPerson = otherPerson
        self.timeoutSeconds = timeoutSeconds
        self.onTimeout = onTimeout
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["message": .length(1...4000), "approvers": .count(0...50), "timeoutSeconds": .range(1...2_592_000)]
    }
}

/// What happens when nobody decided in time.
package enum ApprovalTimeout: String, WireEnum {
    case fail
    case approve
}

/// How a step is undone: exactly one of `command` and `script`.
package struct RollbackDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// A line or lines for the login shell of the target account.
    package var command: String?
    /// A program text for an interpreter.
    package var script: ScriptDefinition?
    /// The text that the command or script reads.
    package var standardInput: String?
    /// Most seconds; as long as the step when absent.
    package var timeoutSeconds: Int?
    /// Makes the value.
    package init(
        command: String? = nil, script: ScriptDefinition? = nil, standardInput: String? = nil, timeoutSeconds: Int? = nil
    ) {
        self.command = command
        self.script = script
        self.standardInput = standardInput
        self.timeoutSeconds = timeoutSeconds
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["command": .length(1...100_000), "standardInput": .length(0...1_000_000), "timeoutSeconds": .range(1...604_800)]
    }
}

extension StepDefinition {
    /// The step that undoes this one, in the same environment; nil when nothing does.
    package var rollbackStep: StepDefinition? {
        guard let rollback else { return nil }
        return StepDefinition(
            name: "\(name) (rollback)", command: rollback.command, script: rollback.script, standardInput: rollback.standardInput,
            environment: environment, workingDirectory: workingDirectory, timeoutSeconds: rollback.timeoutSeconds ?? timeoutSeconds,
            onFailure: .continue, repeatable: repeatable, survives: survives, outputLimitBytes: outputLimitBytes,
            within: within)
    }

    /// Seconds above which a timeout that is said makes a step survive its worker.
    package static let survivesAboveSeconds = 60

    /// Whether it is to go on without its worker, where the target can have a supervisor.
    package var isToSurvive: Bool {
        switch survives ?? .auto {
        case .always: true
        case .never: false
        case .auto: (timeoutSeconds ?? 0) > Self.survivesAboveSeconds
        }
    }
}

extension JobDefinition {
    /// The step with the number of a result: a step (from 1), or, beyond those, what undoes one; nil when there is none.
    package func step(_ number: Int) -> StepDefinition? {
        if steps.indices.contains(number - 1) { return steps[number - 1] }
        let undone = number - 1 - steps.count
        return steps.indices.contains(undone) ? steps[undone].rollbackStep : nil
    }
}
