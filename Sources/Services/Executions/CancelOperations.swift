import Contracts
import Store
import Vocabulary

/// Cancels executions.
package struct CancelOperations: Sendable {
    let room: ExecutionsRoom

    /// Cancels an execution or some of its branches: what waits ends at once, what runs is ended by its worker, which proves it.
    /// - Throws: `ExecutionError.noExecution`, `.alreadyEnded`, `.noBranch`.
    package func cancel(_ name: String, _ wish: CancelExecution, by caller: Caller) async throws -> Execution {
        try await cancel(name, branches: wish.branches, cause: Self.cause(wish.reason, by: caller))
    }

    /// The same with a cause in words.
    @discardableResult
    func cancel(_ name: String, branches numbers: [Int]? = nil, cause: String) async throws -> Execution {
        let execution = try await room.change { transaction, writer, now in
            let found = try await room.require(name, in: transaction)
            guard !found.execution.state.isFinal else {
                throw ExecutionError.alreadyEnded(serial: found.execution.serial, state: found.execution.state)
            }
            guard var stored = try await writer.execution(found.key, in: transaction) else {
                throw ExecutionError.noExecution(name)
            }
            writer.notes.append(
                ExecutionNotes.done(
                    "cancelled", stored.execution, before: ["state": .string(stored.execution.state.rawValue)],
                    after: numbers.map { ["branches": .array($0.prefix(1000).map { .integer(Int64($0)) })] }, detail: cause, at: now))
            if numbers == nil {
                stored.isCancelling = true
                stored.execution.cause = cause
                writer.change(stored)
            }
            let wanted = try await wanted(numbers, of: stored.key, in: transaction)
            let adrift = try await room.adrift(wanted, of: stored.key, in: transaction)
            for branch in wanted {
                if branch.state == .waiting, !adrift.contains(branch.number) {
                    try await writer.move(branch, to: .cancelled, cause: cause, at: now, in: transaction)
                } else {
                    try await writer.move(branch, to: .cancelling, cause: cause, at: now, in: transaction)
                }
            }
            stored = try await writer.execution(stored.key, in: transaction) ?? stored
            stored.execution.state = ExecutionRules.state(of: stored.execution.counts, isCancelling: stored.isCancelling)
            return stored.execution
        }
        await room.ringForWork()
        return execution
    }

    private func wanted(
        _ numbers: [Int]?, of execution: Int, in transaction: any Transaction
    ) async throws -> [StoredBranch] {
        guard let numbers else {
            return try await room.branches.all(execution, states: [.waiting, .running], in: transaction)
        }
        let found = try await room.branches.find(execution, numbers: numbers, in: transaction)
        if let missing = numbers.first(where: { number in !found.contains { $0.number == number } }) {
            throw ExecutionError.noBranch(missing)
        }
        return found
    }

    private static func cause(_ reason: String?, by caller: Caller) -> String {
        let reason = reason?.trimmingPrefix { $0.isWhitespace } ?? ""
        return reason.isEmpty ? "Cancelled by \(caller.name)." : "Cancelled by \(caller.name): \(reason)"
    }
}
