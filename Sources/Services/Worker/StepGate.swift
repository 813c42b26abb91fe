import Contracts
import Flow
import Vocabulary

/// Whether a step runs on this target.
enum StepGate: Sendable, Hashable {
    case open
    /// It ends so without anything being run, and why.
    case settled(StepState, String)
    /// A person has to decide.
    case undecided

    static func skipped(_ cause: String) -> StepGate { .settled(.skipped, cause) }
    static func failed(_ cause: String) -> StepGate { .settled(.failed, cause) }
}

extension StepPlan {
    /// Whether the step at a position (from 0) runs on this target, given the results so far.
    func gate(_ position: Int, _ results: [StepResult]) -> StepGate {
        let step = execution.definition.steps[position]
        if let filter = step.onlyOn {
            do throws(FilterError) {
                guard try FilterExpression.parse(filter).matches(subject) else {
                    return .skipped("It runs only on targets that match \(filter).")
                }
            } catch {
                return .failed("only_on: \(error.description)")
            }
        }
        guard let condition = step.when else { return approval(of: position) }
        do throws(ExpressionError) {
            let holds = try Expression(parsing: condition).isTrue(ExpressionValues(names(results, within: step.within)))
            return holds ? approval(of: position) : .skipped("Its condition does not hold: \(condition.prefix(200))")
        } catch {
            return .failed("when: \(error.description)")
        }
    }

    /// What a person decided, for a step that needs it.
    private func approval(of position: Int) -> StepGate {
        guard execution.definition.steps[position].approval != nil else { return .open }
        guard let decided = execution.approvals?.first(where: { $0.step == position + 1 }) else { return .undecided }
        if let drifted = branch.drifted?.first(where: { $0.step == position + 1 }) { return .failed(drifted.text) }
        return .settled(decided.isGranted ? .succeeded : .failed, decided.text)
    }

    /// The values that a step is done for; nil when it is done once.
    func items(of step: StepDefinition, _ results: [StepResult]) throws(StepMistake) -> [JSONValue]? {
        switch step.forEach {
        case nil: return nil
        case .array(let values): return values
        case .string(let text):
            let value: JSONValue
            do throws(ExpressionError) {
                value = try Expression(parsing: text).value(ExpressionValues(names(results, within: step.within)))
            } catch {
                throw StepMistake(cause: "for_each: \(error.description)")
            }
            guard case .array(let values) = value else {
                throw StepMistake(cause: "for_each: \(text.prefix(200)) gives \(value.kindName), not a list.")
            }
            return values
        default: throw StepMistake(cause: "for_each is neither a list nor an expression.")
        }
    }

    private var subject: FilterSubject {
        let target = branch.target
        return FilterSubject(
            name: target.name, serial: target.serial, environment: target.environment, os: target.os, type: target.type.rawValue,
            status: TargetStatus.active.rawValue, location: target.location, tags: target.tags, facts: target.facts)
    }
}

extension StepRule {
    /// The flow's view of a definition's steps.
    static func rules(of steps: [StepDefinition]) -> [StepRule] {
        let graph = StepGraph(names: steps.map(\.name), needs: steps.map(\.needs))
        return zip(steps, graph.needs).map { step, needs in
            let call = step.within.map { $0 - 1 }
            return StepRule(
                needs: needs.filter { $0 != call }, joinsAny: step.join == .any, failure: Failure(step.onFailure),
                occasion: Occasion(step.runs), call: call, isCall: step.called != nil)
        }
    }
}

extension StepRule.Failure {
    fileprivate init(_ policy: FailurePolicy?) {
        switch policy {
        case nil, .stop: self = .stops
        case .continue: self = .goesOn
        case .ignore: self = .isIgnored
        }
    }
}

extension StepRule.Occasion {
    fileprivate init(_ condition: StepCondition?) {
        switch condition {
        case nil, .success: self = .success
        case .failure: self = .failure
        case .always: self = .always
        }
    }
}

/// Which results of other steps the texts of steps name.
enum StepReferences {
    /// The names of the steps whose whole output (`steps.NAME.stdout`) is used somewhere.
    static func outputs(in steps: [StepDefinition]) -> Set<String> {
        Set(
            steps.flatMap { step in
                let mark = step.within.map { steps[$0 - 1].name + StepDefinition.callMark } ?? ""
                let called = (step.called?.outputs ?? [:]).values.flatMap(expression)
                return named(in: paths(step)).map { mark + $0 } + named(in: called).map { step.name + StepDefinition.callMark + $0 }
            })
    }

    private static func named(in paths: [[String]]) -> [String] {
        paths.filter { $0.count >= 3 && $0[0] == "steps" && $0[2] == StepPlan.wholeOutput }.map { $0[1] }
    }

    private static func expression(_ text: String) -> [[String]] { (try? Expression(parsing: text))?.references.map(\.path) ?? [] }

    private static func paths(_ step: StepDefinition) -> [[String]] {
        let works = [step] + (step.rollbackStep.map { [$0] } ?? [])
        let texts = works.flatMap { work -> [String] in
            let single = [work.command, work.script?.text, work.standardInput, work.workingDirectory].compactMap { $0 }
            return single + (work.script?.arguments ?? []) + (work.environment ?? [:]).values
                + (work.parameters ?? [:]).values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        }
        var expressions = [step.when].compactMap { $0 }
        if case .string(let text)? = step.forEach { expressions.append(text) }
        let placeholders = texts.filter { $0.contains(StepPlan.wholeOutput) }.flatMap { text in
            (try? Template(parsing: text))?.references.map(\.path) ?? []
        }
        return placeholders + expressions.flatMap(expression)
    }
}
