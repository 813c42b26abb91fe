import Contracts
import Vocabulary

/// A job's definition as a tree of fields in the order in which they are written.
enum JobOutline {
    static let jobFields = ["name", "description", "targets", "max_parallel", "timeout_seconds", "parameters", "steps"]
    static let parameterFields = ["name", "type", "description", "required", "default", "choices", "pattern"]
    static let stepFields = [
        "name", "command", "script", "standard_input", "environment", "working_directory", "timeout_seconds", "idle_timeout_seconds",
        "retries", "accepted_exit_codes", "on_failure", "runs", "repeatable", "output_limit_bytes",
    ]
    static let scriptFields = ["text", "interpreter", "arguments"]
    static let retryFields = ["attempts", "delay_seconds", "factor", "max_delay_seconds"]

    /// The whole definition.
    static func tree(of job: JobDefinition) -> OutlineNode {
        .fields([
            ("name", .text(job.name)), ("description", .text(job.description)), ("targets", .text(job.targets)),
            ("max_parallel", .integer(job.maxParallel)), ("timeout_seconds", .integer(job.timeoutSeconds)),
            ("parameters", job.parameters.map { .list($0.map(tree)) }), ("steps", .list(job.steps.map(tree))),
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
            ("name", .text(step.name)), ("command", .text(step.command)), ("script", step.script.map(tree)),
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
            ("on_failure", .text(step.onFailure?.rawValue)), ("runs", .text(step.runs?.rawValue)),
            ("repeatable", step.repeatable.map { .value(.boolean($0)) }), ("output_limit_bytes", .integer(step.outputLimitBytes)),
        ])
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
