import Contracts
import Store
import Vocabulary

/// Ends executions in the books, whatever their workers do: the last resort where nothing else helps, so that no execution stays open for ever.
package struct CloseOperations: Sendable {
    let room: ExecutionsRoom

    /// Takes all branches of an execution away from their workers. What waits is cancelled. What runs is `lost`, or `cancel_unconfirmed` where it was to be
    /// cancelled, because nobody can tell any more how it ends; a worker that lives hears of it with its next call and ends the processes.
    /// - Throws: `ExecutionError.noExecution`, `.alreadyEnded`.
    package func close(_ name: String, _ wish: CloseExecution, by caller: Caller) async throws -> Execution {
        let cause = "Closed by \(caller.name): \(wish.reason)"
        let execution = try await room.change { transaction, writer, now in
            let found = try await room.require(name, in: transaction)
            guard var stored = try await writer.execution(found.key, in: transaction) else { throw ExecutionError.noExecution(name) }
            guard !stored.execution.state.isFinal else {
                throw ExecutionError.alreadyEnded(serial: stored.execution.serial, state: stored.execution.state)
            }
            writer.notes.append(
                ExecutionNotes.done(
                    "closed", stored.execution, before: ["state": .string(stored.execution.state.rawValue)], detail: cause, at: now))
            (stored.execution.cause, stored.execution.hold) = (cause, nil)
            writer.change(stored)
            try await close(stored.key, cause, &writer, at: now, in: transaction)
            stored = try await writer.execution(stored.key, in: transaction) ?? stored
            stored.execution.state = ExecutionRules.state(of: stored.execution.counts, isCancelling: stored.isCancelling)
            return stored.execution
        }
        await room.ringForWork()
        return execution
    }

    private func close(
        _ execution: Int, _ cause: String, _ writer: inout FeedWriter, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        let open = try await room.branches.all(execution, states: [.waiting, .running, .cancelling], in: transaction)
        let held = open.filter { $0.state != .waiting }
        let steps = try await room.branches.steps(execution, branches: held.map(\.number), in: transaction)
        var begun: [StoredStep] = []
        for branch in open {
            let state: BranchState =
                switch branch.state {
                case .waiting: .cancelled
                case .cancelling: .cancelUnconfirmed
                default: .lost
                }
            for var step in steps[branch.number] ?? [] where step.state == .running {
                step.state = state == .lost ? .lost : .cancelUnconfirmed
                (step.cause, step.endedAt) = (cause, now)
                begun.append(StoredStep(at: BranchPlace(execution: execution, number: branch.number), step))
                writer.add(.step(branch: branch.number, step), to: execution)
            }
            try await writer.move(branch, to: state, cause: cause, at: now, in: transaction)
        }
        try await room.branches.save(begun, in: transaction)
    }
}
