import ConnectorPort
import Contracts
import Flow
import Vocabulary

/// What the steps of one branch come to: placeholders become command plans. Conditions and loops are in `StepGate.swift`.
struct StepPlan: Sendable {
    let branch: LeasedBranch
    let execution: LeasedExecution
    let secrets: [String: Secret]
    let redaction: Redaction

    /// The flow's view of the steps.
    let rules: [StepRule]
    /// The names of steps whose whole output other steps use.
    private let wanted: Set<String>

    /// The output whose name stands for all that a step printed.
    static let wholeOutput = "stdout"

    init(branch: LeasedBranch, execution: LeasedExecution, secrets: [String: Secret], redaction: Redaction) {
        self.branch = branch
        self.execution = execution
        self.secrets = secrets
        self.redaction = redaction
        let steps = execution.definition.steps
        rules = StepRule.rules(of: steps)
        wanted = steps.count > 1 || steps.contains { $0.rollback != nil } ? StepReferences.outputs(in: steps) : []
    }

    /// Whether other steps use all that a step printed.
    func capturesOutput(of step: StepDefinition) -> Bool { wanted.contains(step.name) }

    /// The names that placeholders and expressions of a step may use, without secrets: those of the job that it is of. `within` is the number of
    /// the step that calls that job, nil in the job that is run.
    func names(_ results: [StepResult], within: Int?) -> [String: JSONValue] {
        var names: [String: JSONValue] = [
            "parameters": .object(parameters(within, results)),
            "target": branch.target.names,
            "execution": .object([
                "id": .string(branch.key.execution.text), "serial": .string(execution.serial),
                "started_by": .string(execution.startedBy),
            ]),
            "branch": .object(["serial": .string(branch.serial)]),
        ]
        if results.count > 1 || rules.count > 1 {
            names["steps"] = .object(Dictionary(own(results, within), uniquingKeysWith: { first, _ in first }))
        }
        return names
    }

    /// The results of the steps of one job, by their names in it.
    private func own(_ results: [StepResult], _ within: Int?) -> [(String, JSONValue)] {
        let steps = execution.definition.steps
        return results.compactMap { result in
            let position = result.number - 1
            guard steps.indices.contains(position), steps[position].within == within else { return nil }
            return (within == nil ? result.name : steps.ownName(of: position), Self.names(of: result))
        }
    }

    private static func names(of result: StepResult) -> JSONValue {
        var outputs = result.outputs ?? [:]
        let whole = outputs.removeValue(forKey: wholeOutput)
        return .object([
            "state": .string(result.state.rawValue), "exit_code": result.exitCode.map { .integer(Int64($0)) } ?? .null,
            "attempts": .integer(Int64(result.attempt)), "stdout": whole ?? .null, "outputs": .object(outputs),
        ])
    }

    /// The plan for one attempt. Secrets reach only standard input and the private file of a script.
    /// - Throws: `TemplateError`.
    func command(
        _ step: StepDefinition, attempt: Int, item: StepItem?, context: [StepResult], timeout: Duration
    ) throws -> CommandPlan {
        var names = names(context, within: step.within)
        names["step"] = .object(["name": .string(ownName(of: step)), "attempt": .integer(Int64(attempt))])
        if let item { (names["item"], names["item_index"]) = (item.value, .integer(Int64(item.index))) }
        let open = TemplateValues(names)
        var parameters = parameters(step.within, context)
        for (name, secret) in secrets(step.within) { parameters[name] = .string(secret.reveal()) }
        names["parameters"] = .object(parameters)
        let full = TemplateValues(names)
        let plain = { (text: String) in try Template(parsing: text).render(for: .plain, values: open) }
        let work: CommandPlan.Work
        if let script = step.script {
            let interpreter = script.interpreter ?? "/bin/sh"
            let template = try Template(parsing: script.text)
            let text = try template.render(for: ShellQuoting.isPOSIXShell(interpreter) ? .shell : .plain, values: full)
            work = .script(
                text: Array(text.utf8), interpreter: interpreter, arguments: try (script.arguments ?? []).map(plain))
        } else {
            work = .shell(try Template(parsing: step.command ?? "").render(for: .shell, values: open))
        }
        let input = try step.standardInput.map { try Template(parsing: $0).render(for: .plain, values: full) } ?? ""
        return CommandPlan(
            work, environment: try (step.environment ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, try plain($0.value)) },
            workingDirectory: try step.workingDirectory.map(plain), standardInput: Array(input.utf8), timeout: timeout,
            idleTimeout: step.idleTimeoutSeconds.map { .seconds($0) })
    }

    /// How the step is tried again.
    static func retry(_ step: StepDefinition) -> Retry {
        guard let retries = step.retries else { return .never }
        return Retry(
            attempts: retries.attempts, delay: .seconds(retries.delaySeconds ?? 1), factor: retries.factor ?? 2,
            maxDelay: .seconds(retries.maxDelaySeconds ?? 300))
    }
}
