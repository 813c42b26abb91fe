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
        let refusals = try await GuardOperations(room: room).refusals(
            selected.targets, job: order.definition.name, confirm: order.confirm,
            isConfirmed: order.definition.confirmedForProduction == true)
        obstacles += refusals.map { PlanObstacle(refuses: true, detail: $0.problem.detail) }
        let outlook = BranchOutlook(order)
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
        return (fields + target.tags + facts + (target.slots.map { ["slots \($0)"] } ?? [])).joined(separator: "\u{1f}")
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

extension FilterSubject {
    /// What filters see of a target that a run keeps.
    init(_ target: TargetSnapshot) {
        self.init(
            name: target.name, serial: target.serial, environment: target.environment, os: target.os, type: target.type.rawValue,
            status: TargetStatus.active.rawValue, location: target.location, tags: target.tags, facts: target.facts)
    }
}
