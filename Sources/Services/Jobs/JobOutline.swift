import Contracts
import Vocabulary

/// A job's definition as a tree of fields in the order in which they are written.
enum JobOutline {
    static let jobFields = [
        "name", "description", "targets", "max_parallel", "timeout_seconds", "concurrency", "locks", "priority", "rollout",
        "confirmed_for_production",
        "parameters", "outputs", "steps",
    ]
    static let rolloutFields = ["canary", "batch", "max_failures", "on_too_many_failures"]
    static let parameterFields = ["name", "type", "description", "required", "default", "choices", "pattern"]
    static let stepFields = [
        "name", "needs", "join", "when", "only_on", "for_each", "command", "script", "approval", "job",
        "parameters", "standard_input", "environment",
        "working_directory",
        "timeout_seconds", "idle_timeout_seconds", "retries", "accepted_exit_codes", "outputs", "on_failure", "runs", "repeatable",
        "survives", "output_limit_bytes", "rollback",
    ]
    static let approvalFields = ["message", "approvers", "other_person", "timeout_seconds", "on_timeout"]
    static let captureFields = ["pattern", "json", "take", "optional"]
    static let rollbackFields = ["command", "script", "standard_input", "timeout_seconds"]
    static let scriptFields = ["text", "interpreter", "arguments"]
    static let retryFields = ["attempts", "delay_seconds", "factor", "max_delay_seconds"]

    /// The whole definition.
    static func tree(of job: JobDefinition) -> OutlineNode {
        .fields([
            ("name", .text(job.name)), ("description", .text(job.description)), ("targets", .text(job.targets)),
            ("max_parallel", .integer(job.maxParallel)), ("timeout_seconds", .integer(job.timeoutSeconds)),
            ("concurrency", .text(job.concurrency?.rawValue)), ("locks", .texts(job.locks)), ("priority", .text(job.priority?.rawValue)),
            ("rollout", job.rollout.map(tree)),
            ("confirmed_for_production", job.confirmedForProduction.map { .value(.boolean($0)) }),
            ("parameters", job.parameters.map { .list($0.map(tree)) }),
            ("outputs", job.outputs.map { .fields($0.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) }) }),
            ("steps", .list(job.steps.map(tree))),
        ])
    }

    /// How a run goes through its targets.
    static func tree(of rollout: RolloutDefinition) -> OutlineNode {
        .fields([
            ("canary", .text(rollout.canary)), ("batch", .text(rollout.batch)), ("max_failures", .text(rollout.maxFailures)),
            ("on_too_many_failures", .text(rollout.onTooManyFailures?.rawValue)),
        ])
    }

    /// One parameter.
    static func tree(of parameter: ParameterDefinition) -> OutlineNode {
        .fields([
            ("name", .text(parameter.name)), ("type", .text(parameter.type.rawValue)), ("description", .text(parameter.description)),
            ("required", parameter.required.map { .value(.boolean($0)) }), ("default", parameter.default.map { .value($0) }),
            ("choices", .texts(parameter.choices)), ("pattern", .text(parameter.pattern)),
        ])
    }

    /// One step.
    static func tree(of step: StepDefinition) -> OutlineNode {
        .fields([
            ("name", .text(step.name)), ("needs", .texts(step.needs)), ("join", .text(step.join?.rawValue)), ("when", .text(step.when)),
            ("only_on", .text(step.onlyOn)), ("for_each", step.forEach.map(tree)), ("command", .text(step.command)),
            ("script", step.script.map(tree)), ("approval", step.approval.map(tree)),
            ("job", .text(step.job)),
            ("parameters", step.parameters.map { .fields($0.sorted { $0.key < $1.key }.map { ($0.key, .value($0.value)) }) }),
            ("standard_input", .text(step.standardInput)),
            (
                "environment",
                step.environment.map { variables in
                    .fields(variables.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })
                }
            ),
            ("working_directory", .text(step.workingDirectory)), ("timeout_seconds", .integer(step.timeoutSeconds)),
            ("idle_timeout_seconds", .integer(step.idleTimeoutSeconds)), ("retries", step.retries.map(tree)),
            ("accepted_exit_codes", step.acceptedExitCodes.map { .list($0.map { .value(.integer(Int64($0))) }) }),
            (
                "outputs",
                step.outputs.map { captures in .fields(captures.sorted { $0.key < $1.key }.map { ($0.key, tree(of: $0.value)) }) }
            ),
            ("on_failure", .text(step.onFailure?.rawValue)), ("runs", .text(step.runs?.rawValue)),
            ("repeatable", step.repeatable.map { .value(.boolean($0)) }),
            ("survives", .text(step.survives?.rawValue)), ("output_limit_bytes", .integer(step.outputLimitBytes)),
            ("rollback", step.rollback.map(tree)),
        ])
    }

    /// A decision that a run waits for.
    static func tree(of approval: ApprovalDefinition) -> OutlineNode {
        .fields([
            ("message", .text(approval.message)), ("approvers", .texts(approval.approvers)),
            ("other_person", approval.otherPerson.map { .value(.boolean($0)) }), ("timeout_seconds", .integer(approval.timeoutSeconds)),
            ("on_timeout", .text(approval.onTimeout?.rawValue)),
        ])
    }

    /// A value that a step takes out of its output.
    static func tree(of capture: CaptureDefinition) -> OutlineNode {
        .fields([
            ("pattern", .text(capture.pattern)), ("json", .text(capture.json)), ("take", .text(capture.take?.rawValue)),
            ("optional", capture.optional.map { .value(.boolean($0)) }),
        ])
    }

    /// How a step is undone.
    static func tree(of rollback: RollbackDefinition) -> OutlineNode {
        .fields([
            ("command", .text(rollback.command)), ("script", rollback.script.map(tree)),
            ("standard_input", .text(rollback.standardInput)), ("timeout_seconds", .integer(rollback.timeoutSeconds)),
        ])
    }

    /// What a step is done for: a list, or an expression.
    private static func tree(of items: JSONValue) -> OutlineNode {
        if case .array(let values) = items { .list(values.map { .value($0) }) } else { .value(items) }
    }

    /// A script.
    static func tree(of script: ScriptDefinition) -> OutlineNode {
        .fields([
            ("text", .text(script.text)), ("interpreter", .text(script.interpreter)), ("arguments", .texts(script.arguments)),
        ])
    }

    /// How a step is tried again.
    static func tree(of retries: RetryDefinition) -> OutlineNode {
        .fields([
            ("attempts", .integer(retries.attempts)), ("delay_seconds", .integer(retries.delaySeconds)),
            ("factor", retries.factor.map { .value(.number($0)) }), ("max_delay_seconds", .integer(retries.maxDelaySeconds)),
        ])
    }
}

/// A value in an outline.
indirect enum OutlineNode: Sendable {
    case value(JSONValue)
    case list([OutlineNode])
    case object([(name: String, value: OutlineNode)])

    /// The fields that have a value.
    static func fields(_ fields: [(String, OutlineNode?)]) -> OutlineNode {
        .object(fields.compactMap { name, value in value.map { (name, $0) } })
    }

    /// A text, if there is one.
    static func text(_ text: String?) -> OutlineNode? { text.map { .value(.string($0)) } }

    /// A whole number, if there is one.
    static func integer(_ number: Int?) -> OutlineNode? { number.map { .value(.integer(Int64($0))) } }

    /// A list of texts, if there is one.
    static func texts(_ texts: [String]?) -> OutlineNode? { texts.map { .list($0.map { .value(.string($0)) }) } }

    /// The paths at which two outlines differ, for example `steps[1].command`, in the order of the fields.
    static func differences(_ old: OutlineNode?, _ new: OutlineNode?, at path: String = "") -> [String] {
        switch (old, new) {
        case (.value(let left), .value(let right)): return left == right ? [] : [path]
        case (.list(let left), .list(let right)):
            return (0..<max(left.count, right.count)).flatMap { index in
                differences(
                    index < left.count ? left[index] : nil, index < right.count ? right[index] : nil, at: "\(path)[\(index)]")
            }
        case (.object(let left), .object(let right)):
            let names = right.map(\.name) + left.map(\.name).filter { name in !right.contains { $0.name == name } }
            return names.flatMap { name in
                differences(
                    left.first { $0.name == name }?.value, right.first { $0.name == name }?.value,
                    at: path.isEmpty ? name : "\(path).\(name)")
            }
        case (nil, nil): return []
        default: return [path]
        }
    }
}
