import Contracts
import Flow
import Vocabulary

/// What must hold for a job's definition beyond its types.
struct JobRules {
    private var mistakes: [JobMistake] = []

    /// Everything that is wrong with a definition, in the order of its fields.
    static func mistakes(in job: JobDefinition) -> [JobMistake] {
        var rules = JobRules()
        rules.check(job)
        return rules.mistakes
    }

    private mutating func refuse(_ pointer: String, _ detail: String) { mistakes.append(JobMistake(pointer, detail)) }

    private mutating func check(_ job: JobDefinition) {
        mistakes += JobLimits.mistakes(in: job)
        if let targets = job.targets {
            do throws(FilterError) {
                _ = try FilterExpression.parse(targets)
            } catch {
                let inside = error.column.map { JobMistake.Position(line: 1, column: $0) }
                mistakes.append(JobMistake("/targets", "The filter cannot be read: \(error.message)", inside: inside))
            }
        }
        if let description = job.description, Self.beginsWithMark(description) { refuse("/description", Self.mark) }
        if let rollout = job.rollout { check(rollout) }
        let parameters = Array((job.parameters ?? []).prefix(JobLimits.parameterLimit))
        let steps = job.steps.prefix(JobLimits.stepLimit)
        checkUnique(parameters.map(\.name), "/parameters", "parameters")
        for (index, parameter) in parameters.enumerated() { check(parameter, at: "/parameters/\(index)") }
        checkUnique(steps.map(\.name), "/steps", "steps")
        check(locks: job.locks ?? [], parameters)
        let flow = JobFlow(steps: Array(steps), parameters: parameters)
        mistakes += flow.mistakes(inOutputs: job.outputs ?? [:])
        for (index, step) in steps.enumerated() {
            check(step, at: "/steps/\(index)")
            mistakes += flow.templates(of: index).mistakes(in: step, at: "/steps/\(index)")
            guard let rollback = step.rollbackStep else { continue }
            // What it shares with the step is checked there.
            var own = rollback
            (own.environment, own.workingDirectory) = (nil, nil)
            checkWork(own, at: "/steps/\(index)/rollback", what: "A rollback")
            mistakes += flow.templatesOfRollback(of: index).mistakes(in: own, at: "/steps/\(index)/rollback")
        }
        mistakes += flow.mistakes
    }

    private mutating func check(_ rollout: RolloutDefinition) {
        for (field, amount) in [("canary", rollout.canary), ("batch", rollout.batch), ("max_failures", rollout.maxFailures)] {
            guard let amount, let number = Int(amount.filter(\.isNumber)) else { continue }
            if amount.hasSuffix("%"), number > 100 { refuse("/rollout/\(field)", "A share is at most 100%.") }
            if number == 0, field != "max_failures" { refuse("/rollout/\(field)", "\(field) must be at least 1, or a share such as 10%.") }
        }
    }

    private mutating func check(locks: [String], _ parameters: [ParameterDefinition]) {
        let names = parameters.filter { $0.type != .secret }.map { "parameters.\($0.name)" }
        for (index, text) in locks.enumerated() {
            let pointer = "/locks/\(index)"
            do throws(TemplateError) {
                let template = try Template(parsing: text)
                if !template.hasPlaceholders, !LockName.isValid(text) { refuse(pointer, LockName.rule) }
                for reference in template.references where !names.contains(reference.name) {
                    let error = reference.error(.unknown(reference.name, suggestion: Likeness.nearest(to: reference.name, among: names)))
                    refuse(pointer, error.description + " Only parameters that are not secret may stand in the name of a lock.")
                }
            } catch {
                refuse(pointer, error.description)
            }
        }
    }

    private mutating func checkUnique(_ names: [String], _ pointer: String, _ what: String) {
        var seen: Set<String> = []
        for (index, name) in names.enumerated() where !name.isEmpty && !seen.insert(name).inserted {
            refuse("\(pointer)/\(index)/name", "There are two \(what) named \(name); each needs a name of its own.")
        }
    }

    private mutating func check(_ parameter: ParameterDefinition, at pointer: String) {
        let choices = parameter.choices ?? []
        if parameter.type == .choice, choices.isEmpty { refuse("\(pointer)/choices", "A choice needs a list of choices.") }
        if parameter.type != .choice, parameter.choices != nil {
            refuse("\(pointer)/choices", "Only a parameter of type choice has choices; this one is of type \(parameter.type.rawValue).")
        }
        if Set(choices).count != choices.count { refuse("\(pointer)/choices", "A choice is there twice.") }
        if let pattern = parameter.pattern {
            if parameter.type != .string, parameter.type != .secret {
                refuse("\(pointer)/pattern", "Only a parameter of type string or secret has a pattern.")
            }
            do throws(PatternError) {
                _ = try ParameterPattern(pattern)
            } catch {
                refuse("\(pointer)/pattern", "The pattern is not valid at character \(error.position): \(error.detail).")
                return
            }
        }
        guard let value = parameter.default else { return }
        if parameter.type == .secret {
            refuse("\(pointer)/default", "A secret has no default, because everybody who may see the job would see it.")
        } else if let detail = Parameter(parameter).error(in: value) {
            refuse("\(pointer)/default", "The default \(detail).")
        }
    }

    private mutating func check(_ step: StepDefinition, at pointer: String) {
        if step.name.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            refuse("\(pointer)/name", "The name must be one line without control characters.")
        }
        for name in (step.environment ?? [:]).keys.sorted() where !Self.isVariable(name) {
            refuse(
                "\(pointer)/environment/\(YAMLReader.escaped(name))",
                "\(name.prefix(60)) cannot be the name of a variable: letters, digits and _, and no digit first.")
        }
        mistakes += CallRules.mistakes(in: step, at: pointer)
        if let approval = step.approval {
            check(approval, of: step, at: pointer)
        } else if step.job == nil {
            checkWork(step, at: pointer, what: "A step")
        }
        let codes = step.acceptedExitCodes ?? []
        for (index, code) in codes.enumerated() where !(0...255).contains(code) {
            refuse("\(pointer)/accepted_exit_codes/\(index)", "An exit code is a number from 0 to 255.")
        }
        if Set(codes).count != codes.count { refuse("\(pointer)/accepted_exit_codes", "An exit code is there twice.") }
        if let factor = step.retries?.factor, !(1...100).contains(factor) {
            refuse("\(pointer)/retries/factor", "factor must be between 1 and 100.")
        }
    }

    /// A decision is for all targets of a run: nothing runs on them for it.
    private mutating func check(_ approval: ApprovalDefinition, of step: StepDefinition, at pointer: String) {
        let others: [(String, Bool)] = [
            ("command", step.command != nil), ("script", step.script != nil), ("standard_input", step.standardInput != nil),
            ("for_each", step.forEach != nil), ("outputs", step.outputs != nil), ("rollback", step.rollback != nil),
            ("retries", step.retries != nil), ("environment", step.environment != nil), ("working_directory", step.workingDirectory != nil),
            ("timeout_seconds", step.timeoutSeconds != nil), ("idle_timeout_seconds", step.idleTimeoutSeconds != nil),
            ("accepted_exit_codes", step.acceptedExitCodes != nil), ("output_limit_bytes", step.outputLimitBytes != nil),
            ("survives", step.survives != nil),
        ]
        for (field, isThere) in others where isThere {
            refuse("\(pointer)/\(field)", "A step with an approval has no \(field): it does nothing on the targets.")
        }
        if approval.onTimeout != nil, approval.timeoutSeconds == nil {
            refuse("\(pointer)/approval/on_timeout", "This needs timeout_seconds: without it the decision is waited for without end.")
        }
    }

    /// What a target is to do.
    private mutating func checkWork(_ step: StepDefinition, at pointer: String, what: String) {
        switch (step.command, step.script) {
        case (nil, nil): refuse(pointer, "\(what) needs a command or a script\(what == "A step" ? ", an approval, or a job to call" : "").")
        case (.some, .some): refuse("\(pointer)/script", "\(what) has a command or a script, not both.")
        default: break
        }
        for (field, text) in Self.texts(of: step) {
            if text.utf8.contains(0) { refuse("\(pointer)/\(field)", "A NUL character cannot be passed on.") }
            if Self.beginsWithMark(text) { refuse("\(pointer)/\(field)", Self.mark) }
        }
        if let interpreter = step.script?.interpreter, interpreter.hasPrefix("-") || interpreter.contains(where: \.isNewline) {
            refuse("\(pointer)/script/interpreter", "The interpreter must be a program such as /bin/bash or /usr/bin/env python3.")
        }
    }

    /// Every text that reaches a target, with its field.
    private static func texts(of step: StepDefinition) -> [(String, String)] {
        var texts: [(String, String?)] = [
            ("command", step.command), ("script/text", step.script?.text), ("script/interpreter", step.script?.interpreter),
            ("standard_input", step.standardInput), ("working_directory", step.workingDirectory),
        ]
        texts += (step.script?.arguments ?? []).enumerated().map { ("script/arguments/\($0)", $1) }
        texts += (step.environment ?? [:]).map { ("environment/\(YAMLReader.escaped($0))", $1) }
        return texts.compactMap { field, text in text.map { (field, $0) } }
    }

    /// A text in YAML loses a byte order mark at its beginning, where it never means anything.
    private static func beginsWithMark(_ text: String) -> Bool { text.unicodeScalars.first == "\u{FEFF}" }

    private static let mark = "The text begins with a byte order mark (U+FEFF), which cannot be seen; remove it."

    /// Whether a text can be the name of a variable: letters, digits and _, and no digit first.
    static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first), name.utf8.count <= 256 else { return false }
        return name.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95 }
    }
}

extension Parameter {
    /// The same as the Flow kit knows it.
    init(_ definition: ParameterDefinition) {
        let kind: Kind =
            switch definition.type {
            case .string: .string
            case .integer: .integer
            case .boolean: .boolean
            case .choice: .choice
            case .secret: .secret
            }
        self.init(
            name: definition.name, kind: kind, isRequired: definition.required ?? false, fallback: definition.default,
            choices: definition.choices ?? [], pattern: definition.pattern)
    }
}
