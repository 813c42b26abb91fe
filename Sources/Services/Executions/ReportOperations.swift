import Contracts
import Store
import Vocabulary

/// Stores what workers report.
package struct ReportOperations: Sendable {
    let room: ExecutionsRoom

    /// Stores output and results in order, in one transaction. Entries under an old fencing token are refused and change nothing.
    package func report(_ report: WorkerReport) async throws -> ReportReceipt {
        let revoked = try await room.change { transaction, writer, now in
            var revoked: Set<BranchKey> = []
            for (execution, entries) in Dictionary(grouping: report.entries, by: \.key.execution) {
                guard let found = try await room.executions.find(execution.text, in: transaction),
                    let stored = try await writer.execution(found.key, in: transaction)
                else {
                    revoked.formUnion(entries.map(\.key))
                    continue
                }
                try await store(entries, of: stored.key, from: report.worker, &revoked, &writer, at: now, in: transaction)
            }
            for probe in report.probes { try await room.probes.finish(probe, in: transaction) }
            return revoked
        }
        // Before the tests' waiters wake: who tests again at once must find the key pinned.
        for key in report.entries.compactMap(\.firstSeenKey) + report.probes.compactMap(\.firstSeenKey) {
            _ = try await room.peer.call(TargetsAPI.reportHostKey, [:], key, as: ExecutionsRoom.caller)
        }
        if !report.probes.isEmpty || report.entries.contains(where: { $0.ended != nil }) { await room.ringForWork() }
        return ReportReceipt(revoked: Array(revoked))
    }

    private func store(
        _ entries: [ReportEntry], of execution: Int, from worker: String, _ revoked: inout Set<BranchKey>,
        _ writer: inout FeedWriter, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        let numbers = Set(entries.map(\.key.number)).sorted()
        let found = try await room.branches.find(execution, numbers: numbers, in: transaction)
        var branches = Dictionary(uniqueKeysWithValues: found.map { ($0.number, $0) })
        for entry in entries {
            guard var branch = branches[entry.key.number], branch.fence == entry.fence, branch.worker == worker,
                branch.state == .running || branch.state == .cancelling
            else {
                revoked.insert(entry.key)
                continue
            }
            if let connection = entry.connected {
                branch.connection = connection
                try await room.branches.update(branch, in: transaction)
            }
            if let piece = entry.output { writer.add(.output(branch: branch.number, piece), to: execution) }
            if let step = entry.step {
                try await room.branches.save(step, execution: execution, branch: branch.number, in: transaction)
                writer.add(.step(branch: branch.number, step), to: execution)
            }
            if let end = entry.ended {
                try await writer.move(
                    branch, to: end.state, cause: end.cause ?? branch.cause, at: now, in: transaction)
                branch.state = end.state
            }
            branches[entry.key.number] = branch
        }
    }
}
