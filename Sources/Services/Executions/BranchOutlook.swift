import Contracts
import Flow
import Vocabulary

/// What the steps of a job would do on a target: pure.
struct BranchOutlook {
    let definition: JobDefinition
    let parameters: [String: JSONValue]
    /// The names of secret parameters, whose values are not shown.
    let secrets: [String]
    let startedBy: String

    /// Of a run that is to be started.
    init(_ order: StartExecution) {
        (definition, parameters, startedBy) = (order.definition, order.parameters, order.startedBy)
        secrets = Array(order.secretParameters.keys)
    }

    /// Of a run that was started.
    init(_ content: ExecutionContent, startedBy: String) {
        (definition, parameters, self.startedBy) = (content.definition, content.parameters, startedBy)
        secrets = (content.definition.parameters ?? []).filter { $0.type == .secret }.map(\.name)
    }

    /// Step by step; `results` are those of steps that have ended.
    func steps(on target: TargetSnapshot, _ results: [StepResult] = []) -> [PlannedStep] {
        var planned: [PlannedStep] = []
        var scopes: [Int: [String: JSONValue]] = [:]
        let known = results.filter { $0.state != .waiting && $0.state != .running }
        let outer = names(on: target, known)
        for (index, step) in definition.steps.enumerated() {
            let names = step.within.flatMap { scopes[$0] } ?? outer
            var next = PlannedStep(number: index + 1, name: step.name, fate: .runs)
            (next.fate, next.why) = fate(of: step, on: target, names)
            if let call = step.within { next.follow(planned[call - 1]) }
            if let called = step.called {
                var inner = CallOutlook(step: step, called: called).names(from: names)
                inner["steps"] = .object(named(known, within: index + 1))
                scopes[index + 1] = inner
                next.job = "\(called.name), version \(called.version)"
            } else if next.fate != .skipped, step.approval == nil {
                next.text = Self.text(of: step, names)
            }
            planned.append(next)
        }
        return planned
    }

    private func names(on target: TargetSnapshot, _ known: [StepResult]) -> [String: JSONValue] {
        var values = parameters
        for name in secrets { values[name] = .string(Secret("").description) }
        return [
            "parameters": .object(values), "target": target.names, "execution": .object(["started_by": .string(startedBy)]),
            "steps": .object(named(known, within: nil)),
        ]
    }

    /// The results of the steps of one job by their names in it.
    private func named(_ results: [StepResult], within: Int?) -> [String: JSONValue] {
        var named: [String: JSONValue] = [:]
        for result in results
        where definition.steps.indices.contains(result.number - 1) && definition.steps[result.number - 1].within == within {
            var outputs = result.outputs ?? [:]
            let whole = outputs.removeValue(forKey: "stdout")
            named[definition.steps.ownName(of: result.number - 1)] = .object([
                "state": .string(result.state.rawValue), "exit_code": result.exitCode.map { .integer(Int64($0)) } ?? .null,
                "attempts": .integer(Int64(result.attempt)), "stdout": whole ?? .null, "outputs": .object(outputs),
            ])
        }
        return named
    }

    private func fate(of step: StepDefinition, on target: TargetSnapshot, _ names: [String: JSONValue]) -> (PlannedFate, String?) {
        if let filter = step.onlyOn, (try? FilterExpression.parse(filter))?.matches(FilterSubject(target)) == false {
            return (.skipped, "It runs only on targets that match \(filter).")
        }
        if let text = step.when {
            do throws(ExpressionError) {
                let condition = try Expression(parsing: text)
                guard condition.references.allSatisfy({ Self.isKnown($0.path, in: names) }) else { return (.depends, text) }
                guard try condition.isTrue(ExpressionValues(names)) else { return (.skipped, "Its condition does not hold: \(text)") }
            } catch {
                return (.depends, error.description)
            }
        }
        if step.approval != nil { return (.approval, step.approval?.message) }
        switch step.runs {
        case .failure: return (.depends, "It runs after a failure.")
        default: return (.runs, nil)
        }
    }

    /// Whether what a name leads to is known before the step runs.
    private static func isKnown(_ path: [String], in names: [String: JSONValue]) -> Bool {
        guard path.count > 1, path[0] == "steps" || path[0] == "parameters" else { return path.first != "steps" }
        guard case .object(let fields)? = names[path[0]] else { return false }
        return fields[path[1]] != nil
    }

    private static func text(of step: StepDefinition, _ names: [String: JSONValue]) -> String {
        let values = TemplateValues(names)
        let (source, interpreter) = (step.script?.text ?? step.command ?? "", step.script?.interpreter ?? "/bin/sh")
        guard let template = try? Template(parsing: source) else { return source }
        return template.preview(for: ShellQuoting.isPOSIXShell(interpreter) ? .shell : .plain, values: values)
    }
}

extension PlannedStep {
    /// What becomes of the step of a called job when its call is not sure.
    fileprivate mutating func follow(_ call: PlannedStep) {
        switch call.fate {
        case .skipped: (fate, why) = (.skipped, "Step \(call.number) (\(call.name)) is skipped.")
        case .depends where fate == .runs: (fate, why) = (.depends, "It runs if step \(call.number) (\(call.name)) does.")
        default: break
        }
    }
}
