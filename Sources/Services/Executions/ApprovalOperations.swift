import Contracts
import Store
import Vocabulary

/// Lets people decide whether runs go on.
package struct ApprovalOperations: Sendable {
    let room: ExecutionsRoom

    /// Asks for a decision, if nobody has asked yet. True while it is open.
    func ask(
        _ step: Int, of execution: Int, _ writer: inout FeedWriter, at now: Timestamp, in transaction: any Transaction
    ) async throws -> Bool {
        let found = try await room.executions.content(execution, in: transaction)?.definition.step(step)
        guard let found, let definition = found.approval else { return false }
        let deadline = definition.timeoutSeconds.map { now + .seconds($0) }
        let new = StoredApproval(execution: execution, step: step, state: .pending, askedAt: now, deadline: deadline)
        if try await room.approvals.ask(new, in: transaction) {
            writer.asked.append(Asked(execution: execution, step: step, name: found.name, until: deadline))
        }
        return try await room.approvals.find(execution, step: step, in: transaction)?.state == .pending
    }

    /// Decisions that runs wait for, or that were made.
    package func list(_ query: ApprovalQuery, for caller: Caller) async throws -> Page<Approval> {
        try await room.database.read { transaction in
            let key = query.execution == nil ? nil : try await room.require(query.execution ?? "", in: transaction).key
            let found = try await room.approvals.list(query.state ?? .pending, execution: key, limit: query.limit ?? 50, in: transaction)
            var items: [Approval] = []
            for (approval, waiting) in found {
                guard let stored = try await room.executions.find(key: approval.execution, in: transaction),
                    let definition = try await room.executions.content(stored.key, in: transaction)?.definition
                else { continue }
                items.append(Self.wire(approval, stored, definition, waiting: waiting, for: caller))
            }
            return Page(items: items, nextCursor: nil)
        }
    }

    /// Approves or rejects.
    /// - Throws: `ExecutionError.noExecution`, `.noApproval`, `.alreadyDecided`, `.mayNotDecide`, `.approvalDrifted`.
    package func decide(_ name: String, step text: String, _ wish: DecideApproval, by caller: Caller) async throws -> Approval {
        let outlook = wish.decision == .approve ? try await ApprovalPlanOperations(room: room).outlook(name, step: text) : nil
        let approval = try await room.change { transaction, writer, now in
            let found = try await room.require(name, in: transaction)
            guard let stored = try await writer.execution(found.key, in: transaction), let step = Int(text),
                let definition = try await room.executions.content(stored.key, in: transaction)?.definition,
                var approval = try await room.approvals.find(stored.key, step: step, in: transaction)
            else { throw ExecutionError.noApproval(serial: found.execution.serial, step: text) }
            guard approval.state == .pending, !stored.execution.state.isFinal else {
                let how = approval.state == .pending ? "It has ended." : approval.text
                throw ExecutionError.alreadyDecided(serial: stored.execution.serial, how)
            }
            if let refusal = Self.refusal(definition.step(step)?.approval, stored.execution, caller) {
                throw ExecutionError.mayNotDecide(refusal)
            }
            if let plan = wish.plan, let outlook, outlook.hash != plan {
                throw ExecutionError.approvalDrifted(serial: stored.execution.serial, plan: outlook.hash)
            }
            if let outlook {
                approval.plan = outlook.hash
                try await room.approvals.keep(ways: outlook.ways, of: approval, in: transaction)
            }
            approval.state = wish.decision == .approve ? .approved : .rejected
            (approval.decidedAt, approval.decidedBy, approval.comment) = (now, caller.name, wish.comment)
            let waiting = try await settle(approval, stored, &writer, in: transaction)
            writer.notes.append(
                ExecutionNotes.decided(approval, definition.step(step)?.name ?? "", stored.execution, byItself: false, at: now))
            return Self.wire(approval, stored, definition, waiting: waiting, for: caller)
        }
        await room.ringForWork()
        return approval
    }

    /// Ends the approvals whose time is over.
    package func expire() async throws {
        let overdue = try await room.database.read { transaction in
            try await room.approvals.overdue(at: room.clock.now(), limit: 100, in: transaction)
        }
        for approval in overdue {
            try await room.change { transaction, writer, now in
                guard let stored = try await writer.execution(approval.execution, in: transaction),
                    var current = try await room.approvals.find(approval.execution, step: approval.step, in: transaction),
                    current.state == .pending
                else { return }
                let step = try await room.executions.content(stored.key, in: transaction)?.definition.step(approval.step)
                if step?.approval?.onTimeout == .approve {
                    (current.state, current.decidedBy) = (.approved, "the time limit")
                } else {
                    current.state = .expired
                }
                current.decidedAt = now
                _ = try await settle(current, stored, &writer, in: transaction)
                writer.notes.append(ExecutionNotes.decided(current, step?.name ?? "", stored.execution, byItself: true, at: now))
            }
        }
        if !overdue.isEmpty { await room.ringForWork() }
    }

    /// Keeps a decision and lets the branches go on that wait for it. How many there were.
    private func settle(
        _ approval: StoredApproval, _ stored: StoredExecution, _ writer: inout FeedWriter, in transaction: any Transaction
    ) async throws -> Int {
        try await room.approvals.decide(approval, in: transaction)
        let waiting = try await room.branches.unpark(stored.key, step: approval.step, in: transaction)
        writer.tell(stored)
        return waiting
    }

    /// Why somebody may not decide; nil when they may.
    private static func refusal(_ definition: ApprovalDefinition?, _ run: Execution, _ caller: Caller) -> String? {
        guard caller.holds(.executionsApprove) else { return "Your role, or the scope of your token, does not let you approve." }
        if definition?.otherPerson == true, caller.name == run.startedBy {
            return "You started \(run.serial), and the job says that somebody else must decide."
        }
        let approvers = definition?.approvers ?? []
        let own = [caller.name.lowercased(), caller.role?.rawValue].compactMap { $0 }
        if !approvers.isEmpty, !approvers.contains(where: { own.contains($0.lowercased()) }) {
            return "The job says that \(approvers.joined(separator: ", ")) decide."
        }
        return nil
    }

    private static func wire(
        _ approval: StoredApproval, _ stored: StoredExecution, _ definition: JobDefinition, waiting: Int, for caller: Caller
    ) -> Approval {
        let (run, step) = (stored.execution, definition.step(approval.step))
        return Approval(
            execution: run.id, serial: run.serial, name: run.name, startedBy: run.startedBy, step: approval.step,
            stepName: step?.name ?? "",
            message: step?.approval?.message, approvers: step?.approval?.approvers ?? [], state: approval.state, askedAt: approval.askedAt,
            deadline: approval.deadline, decidedAt: approval.decidedAt, decidedBy: approval.decidedBy, comment: approval.comment,
            waiting: waiting, mayDecide: approval.state == .pending && refusal(step?.approval, run, caller) == nil, plan: approval.plan)
    }
}
