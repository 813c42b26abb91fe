import Contracts
import Flow
import Vocabulary

/// What must hold for the order of a job's steps, their conditions, loops, outputs and rollbacks.
struct JobFlow {
    private let steps: [StepDefinition]
    private let parameters: [ParameterDefinition]
    private let graph: StepGraph
    private let secrets: Set<String>
    /// The names of the outputs of called jobs, by the name of the step that calls; a step that is not in it may have any.
    private let called: [String: [String]]

    init(steps: [StepDefinition], parameters: [ParameterDefinition], called: [String: [String]] = [:]) {
        self.steps = steps
        self.parameters = parameters
        self.called = called
        graph = StepGraph(names: steps.map(\.name), needs: steps.map(\.needs))
        secrets = Set(parameters.filter { $0.type == .secret }.map(\.name))
    }

    /// The check of a step's placeholders.
    func templates(of step: Int) -> JobTemplates { JobTemplates(scope: scope(of: step), secrets: secrets) }

    /// The check of the placeholders of what undoes a step; its own results are there by then.
    func templatesOfRollback(of step: Int) -> JobTemplates {
        var scope = scope(of: step)
        scope.steps[steps[step].name] = outputs(of: steps[step])
        scope.hasItem = false
        return JobTemplates(scope: scope, secrets: secrets)
    }

    /// Everything that is wrong, step by step.
    var mistakes: [JobMistake] {
        graph.mistakes.map { place in
            let field = steps[place.step].needs == nil ? "" : "/needs" + (place.need.map { "/\($0)" } ?? "")
            return JobMistake("/steps/\(place.step)\(field)", place.mistake.detail)
        } + steps.indices.flatMap { mistakes(in: $0, at: "/steps/\($0)") }
    }

    private func mistakes(in index: Int, at pointer: String) -> [JobMistake] {
        let step = steps[index]
        var mistakes: [JobMistake] = []
        if step.runs == .failure, !graph.ancestors(of: index).contains(where: { steps[$0].onFailure != .ignore }) {
            mistakes.append(
                JobMistake(
                    "\(pointer)/runs",
                    "This step runs after a failure, but no step that it waits for can fail, so it can never run; add steps to needs."))
        }
        var scope = scope(of: index)
        scope.hasItem = false
        if let when = step.when { mistakes += check(when, scope, "\(pointer)/when") }
        if let filter = step.onlyOn { mistakes += check(filter: filter, "\(pointer)/only_on") }
        mistakes += check(items: step.forEach, scope, "\(pointer)/for_each")
        mistakes += check(outputs: step.outputs ?? [:], "\(pointer)/outputs")
        return mistakes
    }

    private func scope(of step: Int) -> NameScope {
        scope(after: graph.ancestors(of: step).map { steps[$0] }, hasItem: steps[step].forEach != nil)
    }

    private func scope(after before: [StepDefinition], hasItem: Bool = false) -> NameScope {
        NameScope(
            parameters: parameters.map(\.name), steps: Dictionary(before.map { ($0.name, outputs(of: $0)) }) { first, _ in first },
            open: Set(before.filter { $0.job != nil && called[$0.name] == nil }.map(\.name)), hasItem: hasItem)
    }

    private func outputs(of step: StepDefinition) -> [String] { (step.outputs ?? [:]).keys.sorted() + (called[step.name] ?? []) }

    /// Everything that is wrong with what a job that calls this one can read.
    func mistakes(inOutputs outputs: [String: String]) -> [JobMistake] {
        outputs.sorted { $0.key < $1.key }.flatMap { name, text in
            let place = "/outputs/\(YAMLReader.escaped(name))"
            guard JobRules.isVariable(name) else { return [Self.notAName(name, place)] }
            return check(text, scope(after: steps), place)
        } + (outputs.count > 50 ? [JobMistake("/outputs", "A job has at most 50 outputs.")] : [])
    }

    private static func notAName(_ name: String, _ place: String) -> JobMistake {
        JobMistake(place, "\(name.prefix(60)) cannot be the name of an output: letters, digits and _, and no digit first.")
    }

    private func check(_ text: String, _ scope: NameScope, _ pointer: String) -> [JobMistake] {
        do throws(ExpressionError) {
            let expression = try Expression(parsing: text)
            // A name that is computed ends in the middle; what it comes to is seen when it runs.
            let known = { (path: [String]) in scope.knows(path) || Self.isBeginning(path) }
            if let error = expression.firstUnknown(among: scope.names, isKnown: known) { throw error }
            return expression.references.compactMap { reference in
                guard reference.path.count == 2, reference.path[0] == "parameters", secrets.contains(reference.path[1]) else { return nil }
                return JobMistake(
                    pointer, "The secret \(reference.path[1]) cannot be part of an expression, because its value is not kept with the run.",
                    inside: JobMistake.Position(line: reference.line, column: reference.column))
            }
        } catch {
            return [JobMistake(pointer, error.description, inside: JobMistake.Position(line: error.line, column: error.column))]
        }
    }

    private static func isBeginning(_ path: [String]) -> Bool {
        path.count == 1 && ["parameters", "target", "steps"].contains(path[0]) || path == ["target", "facts"]
    }

    private func check(filter: String, _ pointer: String) -> [JobMistake] {
        do throws(FilterError) {
            let expression = try FilterExpression.parse(filter)
            guard let group = expression.groups.min() else { return [] }
            return [
                JobMistake(
                    pointer, "The saved group \(group) cannot stand here; write its filter, because a run keeps what it was started with.")
            ]
        } catch {
            let inside = error.column.map { JobMistake.Position(line: 1, column: $0) }
            return [JobMistake(pointer, "The filter cannot be read: \(error.message)", inside: inside)]
        }
    }

    private func check(items: JSONValue?, _ scope: NameScope, _ pointer: String) -> [JobMistake] {
        switch items {
        case nil: return []
        case .string(let text): return check(text, scope, pointer)
        case .array(let values):
            guard (1...Self.mostItems).contains(values.count) else {
                return [JobMistake(pointer, "for_each must have between 1 and \(Self.mostItems) elements.")]
            }
            let odd = values.firstIndex { value in
                if case .object = value { true } else if case .array = value { true } else { false }
            }
            return odd.map { [JobMistake("\(pointer)/\($0)", "This must be a single value.")] } ?? []
        default: return [JobMistake(pointer, "for_each must be a list, or an expression that gives one.")]
        }
    }

    /// The most values that a step is done for, when they are listed.
    private static let mostItems = 1000

    private func check(outputs: [String: CaptureDefinition], _ pointer: String) -> [JobMistake] {
        var mistakes: [JobMistake] = []
        if outputs.count > 50 { mistakes.append(JobMistake(pointer, "A step has at most 50 outputs.")) }
        for (name, capture) in outputs.sorted(by: { $0.key < $1.key }) {
            let place = "\(pointer)/\(YAMLReader.escaped(name))"
            if !JobRules.isVariable(name) { mistakes.append(Self.notAName(name, place)) }
            guard let way = Capture.Way(pattern: capture.pattern, json: capture.json, form: capture.take?.rawValue) else {
                mistakes.append(JobMistake(place, "An output needs exactly one of pattern, json and take."))
                continue
            }
            do throws(CaptureError) {
                _ = try Capture(way)
            } catch {
                mistakes.append(JobMistake("\(place)/\(capture.pattern == nil ? "json" : "pattern")", error.description))
            }
        }
        return mistakes
    }
}
