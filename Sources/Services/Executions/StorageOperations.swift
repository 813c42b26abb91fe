import Contracts
import Store
import Vocabulary

/// Shows how much space runs and their output take, and sets how long they are kept.
package struct StorageOperations: Sendable {
    let room: ExecutionsRoom

    private static let (mostJobs, mostCounted) = (20, 100_000)

    /// The space by kind and job, and what the next clean-up removes.
    package func storage() async throws -> Storage {
        let now = room.clock.now()
        return try await room.database.read { transaction in
            let total = try await room.retention.total(in: transaction)
            let policy = try await room.retention.retention(in: transaction).policy
            return Storage(
                kinds: try await room.retention.kinds(stored: total.stored, in: transaction), outputBytes: total.bytes,
                storedBytes: total.stored, kept: try await room.retention.kept(in: transaction),
                jobs: try await room.retention.largestJobs(limit: Self.mostJobs, in: transaction),
                next: try await next(policy, total, at: now, in: transaction))
        }
    }

    private func next(
        _ policy: RetentionPolicy, _ total: ArchivedAmount, at now: Timestamp, in transaction: any Transaction
    ) async throws -> CleanUp {
        func due(_ days: Int?, withOutput: Bool) async throws -> (count: Int, stored: Int) {
            guard let days else { return (0, 0) }
            return try await room.retention.due(
                before: now + .seconds(-days * 86_400), withOutput: withOutput, most: Self.mostCounted, in: transaction)
        }
        let runs = try await due(policy.executionDays, withOutput: false)
        let outputs = try await due([policy.outputDays, policy.executionDays].compactMap { $0 }.min(), withOutput: true)
        let over = policy.outputBytes.map { max(0, total.stored - $0) } ?? 0
        return CleanUp(executions: runs.count, outputs: outputs.count, bytes: max(outputs.stored, over))
    }

    /// How long what is kept.
    package func retention() async throws -> Retention {
        try await room.database.read { try await room.retention.retention(in: $0) }
    }

    /// Sets how long what is kept.
    package func set(_ policy: RetentionPolicy, by caller: Caller) async throws -> Retention {
        let retention = Retention(policy: policy, changedBy: caller.name, changedAt: room.clock.now())
        try await room.database.transact(.lockingRows) { transaction in
            let present = try await room.retention.retention(in: transaction)
            try await room.retention.set(retention, in: transaction)
            try await room.news.note(
                ExecutionNotes.rule("retention.updated", "retention", from: present, to: retention, at: room.clock.now()), in: transaction)
            // What was passed over under the old one is looked at again.
            try await room.retention.move(.outputs, to: EndedPlace(at: Timestamp(milliseconds: 0), key: 0), in: transaction)
        }
        room.news.ring()
        return retention
    }

    /// Keeps an execution from retention, or lets it go.
    package func keep(_ name: String, _ wish: KeepExecution) async throws -> Execution {
        let execution = try await room.database.transact(.lockingRows) { transaction in
            let stored = try await room.require(name, in: transaction)
            try await room.retention.keep(stored.key, wish.keep, in: transaction)
            try await room.news.note(
                ExecutionNotes.done(
                    wish.keep ? "kept" : "let_go", stored.execution, before: ["kept": .boolean(stored.execution.kept ?? false)],
                    after: ["kept": .boolean(wish.keep)], at: room.clock.now()), in: transaction)
            if !wish.keep {
                try await room.retention.move(.outputs, to: EndedPlace(at: Timestamp(milliseconds: 0), key: 0), in: transaction)
            }
            var execution = stored.execution
            execution.kept = wish.keep ? true : nil
            return execution
        }
        room.news.ring()
        return execution
    }
}
