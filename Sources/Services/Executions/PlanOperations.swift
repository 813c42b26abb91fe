import Contracts
import Flow
import Store
import Vocabulary
import Web

/// Says what an execution would do.
package struct PlanOperations: Sendable {
    let room: ExecutionsRoom

    /// The most targets whose steps are shown.
    private static let mostTargets = 100

    /// What an execution would do if it was started now.
    /// - Throws: as a start.
    package func plan(_ order: StartExecution) async throws -> JobPlan {
        let selected = try await StartOperations(room: room).select(SelectTargets(filter: order.targets, exclude: order.exclude))
        let total = selected.targets.count
        var obstacles = try await obstacles(order)
        if total == 0 {
            let error = ExecutionError.noTargets(filter: order.targets, leftOut: selected.leftOut)
            obstacles.insert(PlanObstacle(refuses: true, detail: error.problem.detail), at: 0)
        }
        let outlook = BranchOutlook(order: order)
        let shown = selected.targets.prefix(Self.mostTargets).enumerated().map { offset, target in
            PlannedTarget(number: offset + 1, serial: target.serial, name: target.name, steps: outlook.steps(on: target))
        }
        return JobPlan(
            hash: try Self.hash(order, selected.targets), job: order.definition.name, version: order.jobVersion, targets: shown,
            total: total,
            leftOut: selected.leftOut, parts: order.definition.rollout.map { Rollout($0, total: total).parts } ?? [total],
            maxParallel: order.maxParallel, locks: order.locks, obstacles: obstacles)
    }

    /// Stands for all that a run depends on. Values of secrets are not in it, only that there are some.
    static func hash(_ order: StartExecution, _ targets: [TargetSnapshot]) throws -> String {
        var hash = PlanHash()
        hash.add(order.job.text)
        hash.add("\(order.jobVersion)")
        try hash.add(order.definition)
        try hash.add(order.parameters)
        for part in [order.secretParameters.keys.sorted(), order.locks] { hash.add(part.joined(separator: "\u{1f}")) }
        for part in ["\(order.maxParallel)", order.priority.rawValue] + targets.map(text) { hash.add(part) }
        return hash.text
    }

    /// A target as far as a run depends on it.
    static func text(_ target: TargetSnapshot) -> String {
        let facts = target.facts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let fields = [
            target.id.text, target.name, target.host, target.type.rawValue, target.os, target.environment, target.location,
        ]
        return (fields + target.tags + facts).joined(separator: "\u{1f}")
    }

    private func obstacles(_ order: StartExecution) async throws -> [PlanObstacle] {
        let (claims, open) = try await room.database.read { transaction in
            (try await room.locks.claims(in: transaction), try await room.executions.open(order.job, in: transaction)?.execution)
        }
        var obstacles: [PlanObstacle] = []
        switch (order.definition.concurrency, open) {
        case (.forbid, let open?):
            let error = ExecutionError.jobIsBusy(job: order.definition.name, serial: open.serial)
            obstacles.append(PlanObstacle(refuses: true, detail: error.problem.detail))
        case (.queue, let open?): obstacles.append(PlanObstacle(refuses: false, detail: "It would wait for the end of \(open.serial)."))
        case (.replace, let open?):
            obstacles.append(PlanObstacle(refuses: false, detail: "It would cancel \(open.serial) and wait for its end."))
        default: break
        }
        for lock in order.locks {
            guard let holder = claims.first(where: { $0.lock == lock }) else { continue }
            obstacles.append(
                PlanObstacle(
                    refuses: false, detail: "It would wait for the lock \(lock), which \(holder.serial) has or is next in line for."))
        }
        return obstacles
    }
}

/// What the steps of a job would do on a target: pure.
struct BranchOutlook {
    let order: StartExecution

    /// Step by step.
    func steps(on target: TargetSnapshot) -> [PlannedStep] {
        var planned: [PlannedStep] = []
        var scopes: [Int: [String: JSONValue]] = [:]
        let outer = names(on: target)
        for (index, step) in order.definition.steps.enumerated() {
            let names = step.within.flatMap { scopes[$0] } ?? outer
            var next = PlannedStep(number: index + 1, name: step.name, fate: .runs)
            (next.fate, next.why) = fate(of: step, on: target, names)
            if let call = step.within { next.follow(planned[call - 1]) }
            if let called = step.called {
                scopes[index + 1] = CallOutlook(step: step, called: called).names(from: names)
                next.job = "\(called.name), version \(called.version)"
            } else if next.fate != .skipped, step.approval == nil {
                next.text = Self.text(of: step, names)
            }
            planned.append(next)
        }
        return planned
    }

    private func names(on target: TargetSnapshot) -> [String: JSONValue] {
        var parameters = order.parameters
        for name in order.secretParameters.keys { parameters[name] = .string(Secret("").description) }
        return [
            "parameters": .object(parameters), "target": target.names, "execution": .object(["started_by": .string(order.startedBy)]),
        ]
    }

    private func fate(of step: StepDefinition, on target: TargetSnapshot, _ names: [String: JSONValue]) -> (PlannedFate, String?) {
        if let filter = step.onlyOn, (try? FilterExpression.parse(filter))?.matches(FilterSubject(target)) == false {
            return (.skipped, "It runs only on targets that match \(filter).")
        }
        if let text = step.when {
            do throws(ExpressionError) {
                let condition = try Expression(parsing: text)
                if condition.references.contains(where: { $0.path.first == "steps" }) { return (.depends, text) }
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

extension FilterSubject {
    /// What filters see of a target that a run keeps.
    init(_ target: TargetSnapshot) {
        self.init(
            name: target.name, serial: target.serial, environment: target.environment, os: target.os, type: target.type.rawValue,
            status: TargetStatus.active.rawValue, location: target.location, tags: target.tags, facts: target.facts)
    }
}
