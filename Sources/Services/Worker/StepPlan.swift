import ConnectorPort
import Contracts
import Flow
import Vocabulary

/// Renders a step for one branch: templates become a command plan.
struct StepPlan: Sendable {
    let branch: LeasedBranch
    let execution: LeasedExecution
    let secrets: [String: Secret]

    /// The values that templates may use, with or without the secret parameters.
    private func values(step: StepDefinition, attempt: Int, withSecrets: Bool) -> TemplateValues {
        let target = branch.target
        var parameters = execution.parameters
        if withSecrets { for (name, secret) in secrets { parameters[name] = .string(secret.reveal()) } }
        return TemplateValues([
            "parameters": .object(parameters),
            "target": .object([
                "name": .string(target.name), "host": .string(target.host), "serial": .string(target.serial),
                "type": .string(target.type.rawValue), "os": .string(target.os),
                "environment": .string(target.environment), "location": .string(target.location),
                "tags": .array(target.tags.map { .string($0) }), "facts": .object(target.facts.mapValues { .string($0) }),
            ]),
            "execution": .object([
                "id": .string(branch.key.execution.text), "serial": .string(execution.serial),
                "started_by": .string(execution.startedBy),
            ]),
            "branch": .object(["serial": .string(branch.serial)]),
            "step": .object(["name": .string(step.name), "attempt": .integer(Int64(attempt))]),
        ])
    }

    /// The plan for one attempt. Secrets reach only standard input and the private file of a script.
    /// - Throws: `TemplateError`.
    func command(_ step: StepDefinition, attempt: Int, timeout: Duration) throws -> CommandPlan {
        let open = values(step: step, attempt: attempt, withSecrets: false)
        let full = values(step: step, attempt: attempt, withSecrets: true)
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
