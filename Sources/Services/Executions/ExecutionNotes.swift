import Contracts
import Store
import Vocabulary
import Web

/// What the audit log is told of executions.
enum ExecutionNotes {
    private static let service = "executions"
    /// What this service does by itself, whoever's report or command led to it.
    private static let itself = Origin(caller: ExecutionsRoom.caller)

    static func object(_ run: Execution) -> AuditNote.Object { .init("execution", run.id.text, run.serial) }

    /// An execution was started; of secret parameters the names.
    static func started(_ new: NewExecution, secrets: [String], plan: String?, at now: Timestamp) -> AuditNote {
        let run = new.execution
        var after: [String: JSONValue] = [
            "name": .string(run.name), "kind": .string(run.kind.rawValue), "started_by": .string(run.startedBy),
            "targets": .string(run.targets), "target_count": .integer(Int64(run.counts.total)), "priority": .string(run.priority.rawValue),
        ]
        after["job"] = run.job.map { .string($0.text) }
        after["job_version"] = run.jobVersion.map { .integer(Int64($0)) }
        after["rerun_of"] = run.rerunOf.map { .string($0) }
        after["resumed"] = run.resumed.map { .boolean($0) }
        after["plan"] = plan.map { .string($0) }
        if run.kind == .command { after["command"] = new.definition.steps.first?.command.map { .string($0) } }
        var parameters = new.parameters
        for name in secrets { parameters[name] = .string(Secret("").description) }
        if !parameters.isEmpty { after["parameters"] = .object(parameters) }
        return AuditNote("execution.started", object(run), after: .object(after), by: service, at: now)
    }

    /// An execution ended, however it came to that.
    static func ended(_ run: Execution, at now: Timestamp) -> AuditNote {
        let counts = run.counts
        var after: [String: JSONValue] = [
            "state": .string(run.state.rawValue), "total": .integer(Int64(counts.total)), "succeeded": .integer(Int64(counts.succeeded)),
            "failed": .integer(Int64(counts.failed)), "cancelled": .integer(Int64(counts.cancelled)),
            "unclear": .integer(Int64(counts.unclear)),
        ]
        after["cause"] = run.cause.map { .string($0) }
        return AuditNote("execution.ended", object(run), after: .object(after), origin: itself, by: service, at: now)
    }

    /// Something was done with an execution.
    static func done(
        _ action: String, _ run: Execution, before: [String: JSONValue]? = nil, after: [String: JSONValue]? = nil, detail: String? = nil,
        byItself: Bool = false, at now: Timestamp
    ) -> AuditNote {
        AuditNote(
            "execution.\(action)", object(run), before: before.map { .object($0) }, after: after.map { .object($0) }, detail: detail,
            origin: byItself ? itself : nil, by: service, at: now)
    }

    /// A step was approved or rejected, by somebody or by the time limit.
    static func decided(_ approval: StoredApproval, _ step: String, _ run: Execution, byItself: Bool, at now: Timestamp) -> AuditNote {
        var after: [String: JSONValue] = [
            "step": .integer(Int64(approval.step)), "step_name": .string(step), "state": .string(approval.state.rawValue),
        ]
        after["decided_by"] = approval.decidedBy.map { .string($0) }
        after["comment"] = approval.comment.map { .string($0) }
        after["plan"] = approval.plan.map { .string($0) }
        return AuditNote(
            "approval.\(approval.state.rawValue)", object(run), before: .object(["state": .string(ApprovalState.pending.rawValue)]),
            after: .object(after), origin: byItself ? itself : nil, by: service, at: now)
    }

    /// A rule for all executions was changed.
    static func rule(_ action: String, _ what: String, from before: some Encodable, to after: some Encodable, at now: Timestamp)
        -> AuditNote
    {
        AuditNote(
            action, .init(what, what, what), before: AuditNote.state(of: before), after: AuditNote.state(of: after), by: service, at: now)
    }

    /// A credential was handed to a worker for an execution, or was not after all.
    static func credential(
        _ action: String, _ credential: KnownCredential, for run: Execution, to worker: String, at now: Timestamp
    ) -> AuditNote {
        AuditNote(
            action, .init("credential", credential.id.text, credential.name),
            after: .object(["execution": .string(run.id.text), "serial": .string(run.serial), "worker": .string(worker)]),
            origin: origin(of: worker), by: service, at: now)
    }

    /// A worker as the origin. What it gets may be handed over by the task of somebody else, whose request it is not.
    static func origin(of worker: String) -> Origin {
        if let current = Origin.current, current.caller == .worker(worker) { return current }
        return Origin(caller: .worker(worker))
    }

    /// Output was read.
    static func read(_ action: String, _ object: AuditNote.Object, detail: String? = nil, at now: Timestamp) -> AuditNote {
        AuditNote(action, object, detail: detail, by: service, at: now)
    }
}
