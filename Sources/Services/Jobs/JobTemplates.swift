import Contracts
import Flow

/// Checks the placeholders of a step: their syntax, their names, where values may stand, and where secrets may.
struct JobTemplates {
    /// The names that there are for the step.
    let scope: NameScope
    /// The names of secret parameters.
    let secrets: Set<String>

    /// How a text reaches the target.
    private enum Use {
        /// Read by a shell; others on the target can see it.
        case command
        /// Read by a shell from a private file.
        case script
        /// Read by another program from a private file.
        case otherScript(interpreter: String)
        /// Passed as it is; others on the target can see it.
        case visible(String)
        /// Passed as it is through a pipe.
        case input
        /// Passed to a job that is called. Which parameter of it a secret may be is looked at when that job is known.
        case argument
    }

    /// Everything that is wrong with the placeholders of a step.
    func mistakes(in step: StepDefinition, at pointer: String) -> [JobMistake] {
        var mistakes = check(step.command, .command, "\(pointer)/command")
        if let script = step.script {
            let interpreter = script.interpreter ?? "/bin/sh"
            let use: Use = ShellQuoting.isPOSIXShell(interpreter) ? .script : .otherScript(interpreter: interpreter)
            mistakes += check(script.text, use, "\(pointer)/script/text")
            for (index, argument) in (script.arguments ?? []).enumerated() {
                mistakes += check(argument, .visible("an argument"), "\(pointer)/script/arguments/\(index)")
            }
        }
        mistakes += check(step.standardInput, .input, "\(pointer)/standard_input")
        for (name, value) in (step.environment ?? [:]).sorted(by: { $0.key < $1.key }) {
            mistakes += check(value, .visible("an environment variable"), "\(pointer)/environment/\(YAMLReader.escaped(name))")
        }
        mistakes += check(step.workingDirectory, .visible("the working directory"), "\(pointer)/working_directory")
        for (name, value) in (step.parameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard case .string(let text) = value else { continue }
            mistakes += check(text, .argument, "\(pointer)/parameters/\(YAMLReader.escaped(name))")
        }
        return mistakes
    }

    private func check(_ text: String?, _ use: Use, _ pointer: String) -> [JobMistake] {
        guard let text, text.utf8.contains(UInt8(ascii: "{")) else { return [] }
        do throws(TemplateError) {
            let template = try Template(parsing: text)
            var errors = template.references.compactMap { $0.error(in: scope) }
            switch use {
            case .command, .script: errors += template.shellErrors
            case .otherScript, .visible, .input, .argument: break
            }
            return errors.map { mistake($0, pointer) } + template.references.compactMap { forbidden($0, use, pointer) }
        } catch {
            return [mistake(error, pointer)]
        }
    }

    private func forbidden(_ reference: TemplateReference, _ use: Use, _ pointer: String) -> JobMistake? {
        let inside = JobMistake.Position(line: reference.line, column: reference.column)
        if case .otherScript(let interpreter) = use {
            return JobMistake(
                pointer,
                "\(reference.name) cannot stand in the text of a script for \(interpreter), because only the quotes of POSIX shells are known. "
                    + "Use an argument, an environment variable or standard_input instead.", inside: inside)
        }
        guard let parameter = reference.parameter, secrets.contains(parameter) else { return nil }
        let place: String
        switch use {
        case .command: place = "a command"
        case .visible(let what): place = what
        case .script, .otherScript, .input, .argument: return nil
        }
        return JobMistake(
            pointer,
            "The secret \(parameter) cannot be part of \(place), which other users of the target can see. "
                + "Use standard_input or the text of a script instead.", inside: inside)
    }

    private func mistake(_ error: TemplateError, _ pointer: String) -> JobMistake {
        JobMistake(pointer, error.description, inside: JobMistake.Position(line: error.line, column: error.column))
    }
}
