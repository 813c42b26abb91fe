import Contracts
import Vocabulary
import Yams

/// Reads a job's definition out of YAML. What is missing or wrong is replaced by something harmless, so that the rest can be checked too.
struct JobReader {
    private var yaml: YAMLReader

    init(text: YAMLText) { yaml = YAMLReader(text: text) }

    /// What is wrong so far.
    var mistakes: [JobMistake] { yaml.mistakes }

    /// The definition; nil if the document is not an object.
    mutating func definition(_ node: Node) -> JobDefinition? {
        guard let fields = yaml.object(node, at: "", known: JobOutline.jobFields, what: "A job") else { return nil }
        let definition = JobDefinition(
            name: yaml.requiredText("name", in: fields),
            description: yaml.text("description", in: fields),
            parameters: yaml.list("parameters", in: fields) { Self.parameter(&$0, $1, $2) },
            targets: yaml.text("targets", in: fields),
            maxParallel: yaml.integer("max_parallel", in: fields),
            timeoutSeconds: yaml.integer("timeout_seconds", in: fields),
            concurrency: yaml.word("concurrency", in: fields),
            locks: yaml.list("locks", in: fields) { $0.writtenText($1, at: $2) },
            priority: yaml.word("priority", in: fields),
            rollout: rollout(fields),
            confirmedForProduction: yaml.flag("confirmed_for_production", in: fields),
            outputs: yaml.texts("outputs", in: fields),
            steps: yaml.list("steps", in: fields) { Self.step(&$0, $1, $2) } ?? [])
        if !fields.has("steps") { yaml.missing("steps", in: fields) }
        return definition
    }

    private mutating func rollout(_ job: YAMLReader.Fields) -> RolloutDefinition? {
        guard let node = job.value("rollout"),
            let fields = yaml.object(node, at: job.pointer(to: "rollout"), known: JobOutline.rolloutFields, what: "A rollout")
        else { return nil }
        return RolloutDefinition(
            canary: yaml.written("canary", in: fields), batch: yaml.written("batch", in: fields),
            maxFailures: yaml.written("max_failures", in: fields),
            onTooManyFailures: yaml.word("on_too_many_failures", in: fields))
    }

    private static func parameter(_ yaml: inout YAMLReader, _ node: Node, _ pointer: String) -> ParameterDefinition? {
        guard let fields = yaml.object(node, at: pointer, known: JobOutline.parameterFields, what: "A parameter") else { return nil }
        if !fields.has("type") { yaml.missing("type", in: fields) }
        return ParameterDefinition(
            name: yaml.requiredText("name", in: fields),
            type: yaml.word("type", in: fields) ?? .string,
            description: yaml.text("description", in: fields),
            required: yaml.flag("required", in: fields),
            default: yaml.value("default", in: fields),
            choices: yaml.list("choices", in: fields) { $0.writtenText($1, at: $2) },
            pattern: yaml.text("pattern", in: fields))
    }

    private static func step(_ yaml: inout YAMLReader, _ node: Node, _ pointer: String) -> StepDefinition? {
        guard let fields = yaml.object(node, at: pointer, known: JobOutline.stepFields, what: "A step") else {
            return StepDefinition(name: "")
        }
        let command = yaml.text("command", in: fields)
        return StepDefinition(
            name: yaml.requiredText("name", in: fields),
            command: command ?? (fields.has("command") ? "" : nil),
            script: script(&yaml, fields),
            approval: approval(&yaml, fields),
            job: yaml.text("job", in: fields),
            parameters: yaml.named("parameters", in: fields) { $0.element($1, at: $2) },
            standardInput: yaml.text("standard_input", in: fields),
            needs: yaml.list("needs", in: fields) { $0.writtenText($1, at: $2) },
            join: yaml.word("join", in: fields),
            when: yaml.text("when", in: fields),
            onlyOn: yaml.text("only_on", in: fields),
            forEach: yaml.listOrText("for_each", in: fields),
            outputs: yaml.named("outputs", in: fields) { Self.capture(&$0, $1, $2) },
            rollback: rollback(&yaml, fields),
            environment: yaml.texts("environment", in: fields),
            workingDirectory: yaml.text("working_directory", in: fields),
            timeoutSeconds: yaml.integer("timeout_seconds", in: fields),
            idleTimeoutSeconds: yaml.integer("idle_timeout_seconds", in: fields),
            retries: retries(&yaml, fields),
            acceptedExitCodes: yaml.list("accepted_exit_codes", in: fields) { $0.wholeNumber($1, at: $2) },
            onFailure: yaml.word("on_failure", in: fields),
            runs: yaml.word("runs", in: fields),
            repeatable: yaml.flag("repeatable", in: fields),
            survives: yaml.word("survives", in: fields),
            outputLimitBytes: yaml.integer("output_limit_bytes", in: fields))
    }

    private static func script(_ yaml: inout YAMLReader, _ step: YAMLReader.Fields) -> ScriptDefinition? {
        guard let node = step.value("script") else { return nil }
        guard let fields = yaml.object(node, at: step.pointer(to: "script"), known: JobOutline.scriptFields, what: "A script") else {
            return ScriptDefinition(text: "")
        }
        return ScriptDefinition(
            text: yaml.requiredText("text", in: fields),
            interpreter: yaml.text("interpreter", in: fields),
            arguments: yaml.list("arguments", in: fields) { $0.writtenText($1, at: $2) })
    }

    private static func approval(_ yaml: inout YAMLReader, _ step: YAMLReader.Fields) -> ApprovalDefinition? {
        guard let node = step.value("approval") else { return nil }
        guard let fields = yaml.object(node, at: step.pointer(to: "approval"), known: JobOutline.approvalFields, what: "An approval")
        else { return ApprovalDefinition() }
        return ApprovalDefinition(
            message: yaml.text("message", in: fields),
            approvers: yaml.list("approvers", in: fields) { $0.writtenText($1, at: $2) },
            otherPerson: yaml.flag("other_person", in: fields),
            timeoutSeconds: yaml.integer("timeout_seconds", in: fields),
            onTimeout: yaml.word("on_timeout", in: fields))
    }

    private static func capture(_ yaml: inout YAMLReader, _ node: Node, _ pointer: String) -> CaptureDefinition? {
        guard let fields = yaml.object(node, at: pointer, known: JobOutline.captureFields, what: "An output") else { return nil }
        return CaptureDefinition(
            pattern: yaml.text("pattern", in: fields), json: yaml.text("json", in: fields), take: yaml.word("take", in: fields),
            optional: yaml.flag("optional", in: fields))
    }

    private static func rollback(_ yaml: inout YAMLReader, _ step: YAMLReader.Fields) -> RollbackDefinition? {
        guard let node = step.value("rollback") else { return nil }
        guard let fields = yaml.object(node, at: step.pointer(to: "rollback"), known: JobOutline.rollbackFields, what: "A rollback")
        else { return RollbackDefinition() }
        return RollbackDefinition(
            command: yaml.text("command", in: fields),
            script: script(&yaml, fields),
            standardInput: yaml.text("standard_input", in: fields),
            timeoutSeconds: yaml.integer("timeout_seconds", in: fields))
    }

    private static func retries(_ yaml: inout YAMLReader, _ step: YAMLReader.Fields) -> RetryDefinition? {
        guard let node = step.value("retries") else { return nil }
        guard let fields = yaml.object(node, at: step.pointer(to: "retries"), known: JobOutline.retryFields, what: "Retries") else {
            return nil
        }
        if !fields.has("attempts") { yaml.missing("attempts", in: fields) }
        return RetryDefinition(
            attempts: yaml.integer("attempts", in: fields) ?? 1,
            delaySeconds: yaml.integer("delay_seconds", in: fields),
            factor: yaml.number("factor", in: fields),
            maxDelaySeconds: yaml.integer("max_delay_seconds", in: fields))
    }

    /// Where a mistake that the rules found stands in the whole text: inside the value, at it, or at what it is part of.
    func position(of mistake: JobMistake) -> JobMistake.Position? {
        var pointer = mistake.pointer
        while yaml.nodes[pointer] == nil, let slash = pointer.lastIndex(of: "/") { pointer = String(pointer[..<slash]) }
        guard let node = yaml.nodes[pointer], let mark = node.mark else { return nil }
        if pointer == mistake.pointer, let inside = mistake.inside, let place = Self.place(inside, node, mark, yaml.text) {
            return JobMistake.Position(line: place.line + yaml.text.linesBefore, column: place.column)
        }
        return yaml.text.position(mark)
    }

    /// Where a place inside a scalar's text stands in the document, if that can be told.
    private static func place(
        _ inside: JobMistake.Position, _ node: Node, _ mark: Mark, _ text: YAMLText
    ) -> JobMistake.Position? {
        guard case .scalar(let scalar) = node else { return nil }
        switch scalar.style {
        case .plain where inside.line == 1:
            return JobMistake.Position(line: mark.line, column: mark.column + inside.column - 1)
        case .singleQuoted where inside.line == 1, .doubleQuoted where inside.line == 1:
            return JobMistake.Position(line: mark.line, column: mark.column + inside.column)
        case .literal:
            let body = text.lines.dropFirst(mark.line)
            let first = body.first { !$0.allSatisfy { $0 == " " } } ?? ""
            let indentation = first.prefix { $0 == " " }.count
            return JobMistake.Position(line: mark.line + inside.line, column: indentation + inside.column)
        default: return nil
        }
    }
}
