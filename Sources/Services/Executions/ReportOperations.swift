import Contracts
import Store
import Vocabulary

/// Stores what workers report.
package struct ReportOperations: Sendable {
    let room: ExecutionsRoom

    /// What one report led to.
    private struct Outcome: Sendable {
        var revoked: Set<BranchKey> = []
        var taken = LeaseOperations.Taken()
        /// Whether branches wait that could run now.
        var isWorkLeft = false
    }

    /// Stores output and results in order, in one transaction, once for each number. Entries under an old fencing token are refused and
    /// change nothing.
    /// Where branches ended, the same transaction leases others in their place.
    package func report(_ report: WorkerReport) async throws -> ReportReceipt {
        let leases = LeaseOperations(room: room)
        let outcome = try await room.reportOrder.store(report) { try await store(report, leases) }
        // Before the tests' waiters wake: who tests again at once must find the key pinned.
        for key in report.entries.compactMap(\.firstSeenKey) + report.probes.compactMap(\.firstSeenKey) {
            _ = try await room.peer.call(TargetsAPI.reportHostKey, [:], key, as: ExecutionsRoom.caller)
        }
        if !report.probes.isEmpty || outcome.isWorkLeft { await room.ringForWork() }
        return ReportReceipt(revoked: Array(outcome.revoked), lease: await refill(outcome.taken, report.refill, leases))
    }

    private func store(_ report: WorkerReport, _ leases: LeaseOperations) async throws -> Outcome {
        try await room.change { transaction, writer, now in
            var outcome = Outcome()
            let isNew = try await room.reports.note(report.number, after: report.previous, of: report.worker, at: now, in: transaction)
            guard isNew else {
                outcome.revoked = try await foreign(report, in: transaction)
                return outcome
            }
            try await store(report, &outcome.revoked, &writer, at: now, in: transaction)
            for probe in report.probes { try await room.probes.finish(probe, in: transaction) }
            if let ask = report.refill { try await leases.claim(ask, &outcome.taken, &writer, at: now, in: transaction) }
            outcome.isWorkLeft = writer.executions.values.contains(where: \.isReady)
            return outcome
        }
    }

    /// What stands in the report is stored by now, so a failure here is told in the log only; the branches wait again.
    private func refill(
        _ taken: LeaseOperations.Taken, _ ask: AskLease?, _ leases: LeaseOperations
    ) async -> Lease? {
        guard let ask, !taken.branches.isEmpty else { return nil }
        do {
            return try await leases.furnish(taken, for: ask)
        } catch {
            room.logger.warning("Branches could not be given to a worker", metadata: ["error": "\(error)"])
            await room.ringForWork()
            return nil
        }
    }

    private func store(
        _ report: WorkerReport, _ revoked: inout Set<BranchKey>, _ writer: inout FeedWriter, at now: Timestamp,
        in transaction: any Transaction
    ) async throws {
        let keys = try await writer.load(Set(report.entries.map(\.key.execution)), in: transaction).mapValues(\.key)
        var branches = try await branches(of: report, keys, in: transaction)
        // However much happened to a branch or a step in this report, it is stored once, as it ended.
        var (changed, steps): (Set<BranchPlace>, [StepPlace: StepResult]) = ([], [:])
        var supervised = SupervisedNotes()
        for entry in report.entries {
            let place = BranchPlace(execution: keys[entry.key.execution] ?? 0, number: entry.key.number)
            let execution = place.execution
            guard var branch = branches[place], Self.accepts(entry, from: report.worker, of: branch) else {
                revoked.insert(entry.key)
                continue
            }
            if let connection = entry.connected {
                branch.connection = connection
                changed.insert(place)
            }
            if let piece = entry.output { writer.add(.output(branch: branch.number, piece), to: execution) }
            supervised.take(entry, at: place)
            if let step = entry.step {
                steps[StepPlace(branch: place, step: step.number)] = step
                writer.add(.step(branch: branch.number, step), to: execution)
            }
            if let step = entry.parked, entry.ended != nil {
                let isOpen = try await ApprovalOperations(room: room).ask(
                    step, of: execution, &writer, at: now, in: transaction)
                branch.parked = isOpen ? step : nil
            }
            // A branch that was cancelled while it was given back has nothing left that runs, unless its steps run without a worker.
            let isCancelled = branch.state == .cancelling && entry.ended?.state == .waiting && entry.parked != nil
            if branch.state == .cancelling, entry.ended?.state == .waiting, entry.parked == nil {
                try await room.branches.letGo(branch, in: transaction)
            }
            if let end = isCancelled ? BranchEnd(state: .cancelled) : entry.ended,
                try await writer.turn(&branch, to: end.state, cause: end.cause ?? branch.cause, at: now, in: transaction)
            {
                changed.insert(place)
            }
            branches[place] = branch
        }
        let order = changed.sorted { ($0.execution, $0.number) < ($1.execution, $1.number) }
        try await room.branches.update(order.compactMap { branches[$0] }, in: transaction)
        try await room.branches.save(steps.map { StoredStep(at: $0.key.branch, $0.value) }, in: transaction)
        try await room.branches.note(supervised.totals, in: transaction)
        try await room.branches.noteBegun(supervised.begun.map { ($0.branch, $0.step) }, in: transaction)
    }

    /// The branches of a report that was stored before which are not the worker's now, without those whose end it tells: what was refused the
    /// first time is refused again, or a step would begin that nobody has stored.
    private func foreign(_ report: WorkerReport, in transaction: any Transaction) async throws -> Set<BranchKey> {
        var keys: [ExecutionID: Int] = [:]
        for execution in Set(report.entries.map(\.key.execution)) {
            keys[execution] = try await room.executions.find(execution.text, in: transaction)?.key
        }
        let branches = try await branches(of: report, keys, in: transaction)
        let refused = report.entries.filter { entry in
            let place = BranchPlace(execution: keys[entry.key.execution] ?? 0, number: entry.key.number)
            return !(branches[place].map { Self.accepts(entry, from: report.worker, of: $0) } ?? false)
        }
        return Set(refused.map(\.key)).subtracting(report.entries.filter { $0.ended != nil }.map(\.key))
    }

    /// The branches that a report tells of, with the keys of their executions at hand; those that do not exist are left out.
    private func branches(
        of report: WorkerReport, _ keys: [ExecutionID: Int], in transaction: any Transaction
    ) async throws -> [BranchPlace: StoredBranch] {
        let numbers = Dictionary(grouping: report.entries) { keys[$0.key.execution] ?? 0 }.filter { $0.key != 0 }
        return try await room.branches.find(numbers.mapValues { Set($0.map(\.key.number)).sorted() }, in: transaction)
    }

    private static func accepts(_ entry: ReportEntry, from worker: String, of branch: StoredBranch) -> Bool {
        ExecutionFlow.accepts(fence: entry.fence, from: worker, in: branch.state, heldBy: branch.worker, under: branch.fence)
    }

    private struct StepPlace: Hashable {
        var branch: BranchPlace
        var step: Int
    }

    /// What is noted of supervised steps that the report does not tell the result of: a result says it all.
    private struct SupervisedNotes {
        var totals: [OutputTotal: Int] = [:]
        var begun: Set<StepPlace> = []

        mutating func take(_ entry: ReportEntry, at place: BranchPlace) {
            if let step = entry.step {
                begun.remove(StepPlace(branch: place, step: step.number))
                for stream in OutputStreamName.allCases { totals[OutputTotal(place: place, step: step.number, stream: stream)] = nil }
                // What stands beside a beginning came after it, what stands beside an end is in it.
                if step.state != .running { return }
            }
            if let piece = entry.output, let total = piece.total {
                totals[OutputTotal(place: place, step: piece.step, stream: piece.stream)] = total
            }
            if let step = entry.begun { begun.insert(StepPlace(branch: place, step: step)) }
        }
    }
}
