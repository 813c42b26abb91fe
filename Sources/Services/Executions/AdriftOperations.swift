import Contracts
import Store
import Vocabulary

extension LeaseOperations {
    /// Leases branches that are to be ended and whose steps go on on the target without a worker: only a worker can end those. It may
    /// take them beyond its slots, since they end at once.
    func claimAdrift(
        _ worker: String, _ taken: inout Taken, _ writer: inout FeedWriter, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        let found = try await room.branches.adrift(limit: 50, in: transaction)
        let byExecution = Dictionary(grouping: found, by: \.execution)
        // What others change just now is taken next time: this transaction may hold what they wait for.
        try await writer.load(byExecution.keys.sorted(), unlessLocked: !writer.executions.isEmpty, in: transaction)
        for (key, numbers) in byExecution.sorted(by: { $0.key < $1.key }) {
            guard let stored = writer.executions[key] else { continue }
            let claimed = try await room.branches.claimAdrift(
                key, numbers: numbers.map(\.number), worker: worker, until: now + room.settings.lease, in: transaction)
            taken.branches += claimed
            taken.executions[key] = stored
            taken.contents[key] = try await room.executions.content(key, in: transaction)
            if stored.hasApprovals { taken.approvals[key] = try await room.approvals.decided(key, in: transaction) }
            let steps = try await room.branches.steps(key, branches: claimed.map(\.number), in: transaction)
            taken.steps[key] = (taken.steps[key] ?? [:]).merging(steps) { $1 }
        }
    }
}

extension ExecutionsRoom {
    /// Which of these branches wait while a step of theirs runs on under its supervisor: where such a branch is to end, a worker has to end the step.
    func adrift(_ branches: [StoredBranch], of execution: Int, in transaction: any Transaction) async throws -> Set<Int> {
        let begun = branches.filter { $0.state == .waiting && $0.fence > 0 }.map(\.number)
        if begun.isEmpty { return [] }
        let steps = try await self.branches.steps(execution, branches: begun, in: transaction)
        return Set(begun.filter { (steps[$0] ?? []).contains(where: \.isSupervised) })
    }
}
