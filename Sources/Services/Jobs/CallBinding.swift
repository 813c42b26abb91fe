import Contracts
import Flow
import Vocabulary

/// What is wrong with a value that is passed to a called job.
struct CallMistake: Error, Sendable, Hashable {
    /// The parameter of the called job.
    let parameter: String?
    /// One sentence.
    let detail: String
}

/// What a step passes to the job that it calls, checked by that job's own rules as far as it is known.
struct CallBinding {
    let step: StepDefinition
    let caller: CallFrame
    let called: JobDefinition

    /// Fills in what is known of the called job's values.
    func bind(_ frame: inout CallFrame) throws(CallMistake) {
        let (given, parameters) = (step.parameters ?? [:], called.parameters ?? [])
        let names = parameters.map(\.name)
        if let stranger = given.keys.sorted().first(where: { !names.contains($0) }) {
            let near = Likeness.nearest(to: stranger, among: names)
            throw CallMistake(
                parameter: stranger,
                detail: "\(stranger.prefix(64)) is not a parameter of it" + (near.map { "; did you mean \($0)?" } ?? "."))
        }
        for definition in parameters {
            let parameter = Parameter(definition)
            guard let argument = given[definition.name], argument != .null else {
                try bindNothing(parameter, &frame)
                continue
            }
            if parameter.kind == .secret { try bindSecret(argument, parameter, &frame) } else { try bindPlain(argument, parameter, &frame) }
        }
    }

    private func bindNothing(_ parameter: Parameter, _ frame: inout CallFrame) throws(CallMistake) {
        if parameter.isRequired, parameter.fallback == nil {
            throw CallMistake(parameter: nil, detail: "its parameter \(parameter.name) is required; pass it in parameters.")
        }
        if parameter.kind != .secret { frame.known[parameter.name] = parameter.fallback ?? .string("") }
    }

    private func read(_ argument: JSONValue, _ name: String) throws(CallMistake) -> CallArgument {
        do throws(TemplateError) { return try CallArgument(argument) } catch {
            throw CallMistake(parameter: name, detail: "the value of \(name) cannot be read: \(error.description)")
        }
    }

    /// A secret is passed on as it is, so that its value is known to be one wherever it appears.
    private func bindSecret(_ argument: JSONValue, _ parameter: Parameter, _ frame: inout CallFrame) throws(CallMistake) {
        guard let passed = try read(argument, parameter.name).passedOn, let origin = caller.secretNames[passed] else {
            throw CallMistake(
                parameter: parameter.name,
                detail:
                    "its parameter \(parameter.name) is secret; pass a secret parameter on, as {{ parameters.NAME }} with nothing around it."
            )
        }
        frame.secretNames[parameter.name] = origin
        guard let value = caller.secrets[passed] else { return }
        frame.secrets[parameter.name] = value
        let text = value.reveal()
        if !(text.isEmpty && !parameter.isRequired), let detail = parameter.error(in: .string(text)) {
            throw CallMistake(parameter: parameter.name, detail: "its parameter \(parameter.name) \(detail).")
        }
    }

    private func bindPlain(_ argument: JSONValue, _ parameter: Parameter, _ frame: inout CallFrame) throws(CallMistake) {
        let argument = try read(argument, parameter.name)
        let secret = argument.references.compactMap(\.parameter).first { name in
            caller.definition.parameters?.contains { $0.name == name && $0.type == .secret } == true
        }
        if let secret {
            throw CallMistake(
                parameter: parameter.name,
                detail:
                    "the secret \(secret) cannot be passed as \(parameter.name), which is not secret there; let that parameter be of type secret."
            )
        }
        guard argument.references.allSatisfy({ $0.parameter.map { caller.known[$0] != nil } ?? false }) else { return }
        let value: JSONValue
        do throws(TemplateError) {
            value = try argument.value(for: parameter.kind, TemplateValues(["parameters": .object(caller.known)]))
        } catch {
            throw CallMistake(parameter: parameter.name, detail: "the value of \(parameter.name) cannot be made: \(error.description)")
        }
        if value == .null { return try bindNothing(parameter, &frame) }
        if let detail = parameter.error(in: value) {
            throw CallMistake(parameter: parameter.name, detail: "its parameter \(parameter.name) \(detail).")
        }
        frame.known[parameter.name] = value
    }
}
