import Contracts
import Vocabulary

/// What one start needs, whoever asks for it.
struct StartWish: Sendable {
    var kind: ExecutionKind
    var job: (id: JobID, serial: String, version: Int)?
    var name: String
    var definition: JobDefinition
    var parameters: [String: JSONValue]
    var secrets: [String: Secret]
    var filter: String
    var maxParallel: Int
    var priority: RunPriority
    var locks: [String]
    var concurrency = ConcurrencyPolicy.allow
    var startedBy: String
    var trigger: RunTrigger?
    var rerunOf: String?
    /// The results that stay, by target; nil when nothing is resumed.
    var kept: [TargetID: [StepResult]]?
    var plan: String?
    var confirm: String?
    var order: StartExecution?
    var key: String?
    var fingerprint: String
}

extension StartWish {
    /// What Jobs asks for.
    init(_ order: StartExecution, fingerprint: String) {
        self.init(
            kind: .job, job: (order.job, order.jobSerial, order.jobVersion), name: order.definition.name,
            definition: order.definition, parameters: order.parameters, secrets: order.secretParameters,
            filter: order.targets, maxParallel: order.maxParallel, priority: order.priority, locks: order.locks,
            concurrency: order.definition.concurrency ?? .allow, startedBy: order.startedBy, trigger: order.trigger,
            plan: order.plan, confirm: order.confirm, order: order, key: order.idempotencyKey, fingerprint: fingerprint)
    }

    /// What is started on behalf of somebody. The key alone says whether it is the same.
    init(_ order: StartExecutions.Order, _ definition: JobDefinition) {
        self.init(
            kind: .job, job: (order.job, order.jobSerial, order.jobVersion), name: definition.name, definition: definition,
            parameters: order.parameters, secrets: order.secretParameters, filter: order.targets, maxParallel: order.maxParallel,
            priority: order.priority, locks: order.locks, concurrency: definition.concurrency ?? .allow,
            startedBy: order.trigger.starter, trigger: order.trigger, key: order.idempotencyKey, fingerprint: "launch")
    }

    /// The locks of the run; a job of which one execution runs at a time is a lock too, also when it is called.
    var allLocks: [String] {
        var exclusive = Set(definition.steps.compactMap(\.called).filter { $0.exclusive == true }.map(\.serial))
        if let job, concurrency != .allow { exclusive.insert(job.serial) }
        return locks + exclusive.sorted().map(HoldOperations.lock)
    }

    /// The execution as it begins.
    func execution(_ id: ExecutionID, _ serial: String, _ sealed: String?, _ selected: SelectedTargets, at now: Timestamp) -> NewExecution {
        let allLocks = allLocks
        return NewExecution(
            execution: Execution(
                id: id, serial: serial, kind: kind, job: job?.id, jobSerial: job?.serial, name: name,
                jobVersion: job?.version, state: .waiting, counts: .waiting(selected.targets.count),
                targets: filter, maxParallel: maxParallel, priority: priority,
                hold: allLocks.isEmpty ? nil : .locks(since: now),
                released: definition.rollout.map { Rollout($0, total: selected.targets.count).first }, startedBy: startedBy,
                trigger: trigger, createdAt: now, rerunOf: rerunOf, resumed: kept == nil ? nil : true, lastSequence: 0),
            definition: definition, parameters: parameters, sealedSecrets: sealed, leftOut: selected.leftOut,
            idempotencyKey: key, fingerprint: key == nil ? nil : fingerprint,
            rollout: definition.rollout, hasLocks: !allLocks.isEmpty,
            hasApprovals: definition.steps.contains { $0.approval != nil },
            hasSlots: selected.targets.contains { $0.slots != nil }, locks: locks)
    }
}
