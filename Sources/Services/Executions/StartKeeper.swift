import Contracts
import Store
import Vocabulary

/// An execution that is ready to be kept: everything about it was checked.
struct PreparedStart: Sendable {
    let wish: StartWish
    let selected: SelectedTargets
    let sealed: String?
    let id: ExecutionID
    /// What it does as JSON, where it is at hand.
    var definitionText: String?
    /// For whom it is; others may be kept by the same task.
    let origin = Origin.current

    /// Whether it may be kept together with others: it decides nothing by what else there is, and is soon kept.
    var isSociable: Bool { wish.concurrency != .forbid && wish.kept == nil && selected.targets.count <= Self.few }

    private static let few = 16

    /// What the audit log is told.
    func note(_ new: NewExecution, at now: Timestamp) -> AuditNote {
        var note = ExecutionNotes.started(new, secrets: wish.secrets.keys.sorted(), plan: wish.plan, at: now)
        if let origin { note.origin = origin }
        return note
    }
}

/// Keeps prepared starts, and leases for a worker that waits in the same transaction.
struct StartKeeper: Sendable {
    let room: ExecutionsRoom

    /// Keeps starts in one transaction and returns a receipt for each; nil where the idempotency key was there already.
    /// - Throws: `ExecutionError.jobIsBusy`, `StoreError`.
    func keep(_ starts: [PreparedStart]) async throws -> [RunReceipt?] {
        let hasLocks = starts.contains { !$0.wish.allLocks.isEmpty }
        let call = hasLocks ? nil : room.bell.takeCall()
        var isAnswered = false
        defer { if !isAnswered { call?.answer(nil) } }
        let year = room.clock.now().year
        let early = try await earlyNumber(starts, year)
        let (receipts, leased, isWorkLeft) = try await room.change { transaction, writer, now in
            try await refuseBusy(starts, in: transaction)
            let numbers = if let early { [early] } else { try await numbers(starts, year, in: transaction) }
            let new = zip(starts, numbers).map { start, number in
                let serial = ExecutionRules.serial(jobSerial: start.wish.job?.serial, number: number, year: year)
                var new = start.wish.execution(start.id, serial, start.sealed, start.selected, at: now)
                new.definitionText = start.definitionText
                return new
            }
            let keys = try await room.executions.insert(new, in: transaction)
            try await keepParts(of: starts, under: keys, in: transaction)
            let begun = zip(new, keys).compactMap { new, key in key.map { (new, $0) } }
            for (new, key) in begun { writer.begin(new.stored(under: key)) }
            writer.notes += zip(zip(starts, new), keys).filter { $1 != nil }.map { each, _ in each.0.note(each.1, at: now) }
            var leased = LeaseOperations.Taken()
            if let call { try await LeaseOperations(room: room).claim(begun, for: call.ask, &leased, &writer, at: now, in: transaction) }
            let receipts = zip(zip(starts, new), keys).map { each, key in
                key.map { _ in
                    RunReceipt(
                        id: each.0.id, serial: each.1.execution.serial, targets: each.0.selected.targets.count,
                        leftOut: each.0.selected.leftOut)
                }
            }
            return (receipts, leased, writer.executions.values.contains(where: \.isReady))
        }
        call?.answer(leased)
        isAnswered = true
        if isWorkLeft { await room.ringForWork() }
        if hasLocks { try await HoldOperations(room: room).admit() }
        return receipts
    }

    /// One execution of a job that forbids a second one is kept only while there is none.
    private func refuseBusy(_ starts: [PreparedStart], in transaction: any Transaction) async throws {
        for start in starts where start.wish.concurrency == .forbid {
            guard let job = start.wish.job, let open = try await room.executions.open(job.id, in: transaction) else { continue }
            throw ExecutionError.jobIsBusy(job: start.wish.name, serial: open.execution.serial)
        }
    }

    /// What takes long to keep takes its number before, so that nobody waits for the counter meanwhile; a gap is left if it fails.
    private func earlyNumber(_ starts: [PreparedStart], _ year: Int) async throws -> Int? {
        guard starts.count == 1, !starts[0].isSociable else { return nil }
        let counter = Self.counter(starts[0], year)
        return try await room.database.transact(.lockingRows) { try await room.executions.next(counter, 1, in: $0) }
    }

    /// A number for each, of their counters, which are locked in one order everywhere.
    private func numbers(_ starts: [PreparedStart], _ year: Int, in transaction: any Transaction) async throws -> [Int] {
        let counters = starts.map { Self.counter($0, year) }
        var next: [String: Int] = [:]
        for (counter, count) in Dictionary(grouping: counters, by: { $0 }).mapValues(\.count).sorted(by: { $0.key < $1.key }) {
            next[counter] = try await room.executions.next(counter, count, in: transaction) - count + 1
        }
        return counters.map { counter in
            defer { next[counter, default: 1] += 1 }
            return next[counter] ?? 1
        }
    }

    private static func counter(_ start: PreparedStart, _ year: Int) -> String { start.wish.job?.serial ?? "commands \(year)" }

    private func keepParts(of starts: [PreparedStart], under keys: [Int?], in transaction: any Transaction) async throws {
        var branches: [(execution: Int, targets: [TargetSnapshot])] = []
        var kept: [StoredStep] = []
        for (start, key) in zip(starts, keys) {
            guard let key else { continue }
            let locks = start.wish.allLocks
            if !locks.isEmpty { try await room.locks.want(locks, key, isHeld: false, in: transaction) }
            branches.append((key, start.selected.targets))
            guard let results = start.wish.kept else { continue }
            for (offset, target) in start.selected.targets.enumerated() {
                kept += (results[target.id] ?? []).map { StoredStep(at: BranchPlace(execution: key, number: offset + 1), $0) }
            }
        }
        try await room.branches.insert(branches, in: transaction)
        try await room.branches.save(kept, in: transaction)
    }
}
