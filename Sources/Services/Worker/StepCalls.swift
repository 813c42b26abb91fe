import Contracts
import Flow
import Vocabulary

/// What the steps of called jobs see: the values that were passed, and nothing else of the job that calls.
extension StepPlan {
    /// The values of parameters that are not secret, for the steps of one job.
    func parameters(_ within: Int?, _ results: [StepResult]) -> [String: JSONValue] {
        guard let within else { return execution.parameters }
        // They were found good when the call began, and what they are made of does not change after that.
        do throws(StepMistake) { return try arguments(ofCall: within, results) } catch { return [:] }
    }

    /// The values of secret parameters, for the steps of one job.
    func secrets(_ within: Int?) -> [String: Secret] {
        guard let within else { return secrets }
        return (execution.definition.steps[within - 1].called?.secrets ?? [:]).compactMapValues { secrets[$0] }
    }

    /// The values that the call with a number passes, checked by the rules of the called job.
    func arguments(ofCall number: Int, _ results: [StepResult]) throws(StepMistake) -> [String: JSONValue] {
        let step = execution.definition.steps[number - 1]
        guard let called = step.called else { return [:] }
        let values = TemplateValues(names(results, within: step.within))
        let parameters = (called.parameters ?? []).filter { $0.type != .secret }.map { Parameter($0) }
        var given: [String: JSONValue] = [:]
        for parameter in parameters {
            guard let argument = step.parameters?[parameter.name] else { continue }
            do throws(TemplateError) {
                given[parameter.name] = try CallArgument(argument).value(for: parameter.kind, values)
            } catch {
                throw StepMistake(cause: "The value of \(parameter.name) cannot be made: \(error.description)")
            }
        }
        do {
            return try ParameterValues(given: given, for: parameters).plain
        } catch {
            let mistakes = error.all.map { "\($0.name) \($0.detail)" }.joined(separator: "; ")
            throw StepMistake(cause: "The job \(called.name) cannot be called: \(mistakes).")
        }
    }

    /// What can be read of a called job that has ended well.
    func outputs(ofCall number: Int, _ results: [StepResult]) throws(StepMistake) -> [String: JSONValue]? {
        guard let outputs = execution.definition.steps[number - 1].called?.outputs else { return nil }
        let values = ExpressionValues(names(results, within: number))
        var made: [String: JSONValue] = [:]
        for (name, text) in outputs {
            do throws(ExpressionError) {
                made[name] = try Expression(parsing: text).value(values)
            } catch {
                throw StepMistake(cause: "The output \(name) cannot be made: \(error.description)")
            }
        }
        return made
    }

    /// The name of a step in the job that it is of.
    func ownName(of step: StepDefinition) -> String {
        guard let within = step.within else { return step.name }
        return String(step.name.dropFirst(execution.definition.steps[within - 1].name.count + StepDefinition.callMark.count))
    }

    /// When the jobs must have ended that a step is of, by their own limits; with the name and the seconds of the first.
    func callDeadline(_ within: Int?, _ results: [StepResult]) -> (at: Timestamp, cause: String)? {
        guard let within else { return nil }
        let call = execution.definition.steps[within - 1]
        let outer = callDeadline(call.within, results)
        guard let called = call.called, let seconds = called.timeoutSeconds, let began = results[within - 1].startedAt else { return outer }
        let own = (at: began + .seconds(seconds), cause: "The job \(called.name) took longer than \(seconds) s.")
        return outer.map { $0.at < own.at ? $0 : own } ?? own
    }
}

extension Parameter {
    /// The same as the Flow kit knows it.
    fileprivate init(_ definition: ParameterDefinition) {
        self.init(
            name: definition.name, kind: Kind(rawValue: definition.type.rawValue) ?? .string, isRequired: definition.required ?? false,
            fallback: definition.default, choices: definition.choices ?? [], pattern: definition.pattern)
    }
}
