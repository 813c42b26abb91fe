import Contracts
import Store
import Vocabulary

/// Explains why things wait, were refused or came to nothing, and shows what waits and who works.
package struct WhyOperations: Sendable {
    let room: ExecutionsRoom

    /// A worker that was not heard of for so long is taken to be gone: an idle one asks every 20 s.
    private static let silence = Duration.seconds(45)
    private static let day = Duration.seconds(86_400)

    /// Why an execution, or one of its branches, stands as it does.
    /// - Throws: `ExecutionError.noExecution`, `.noBranch`.
    package func why(_ name: String, _ ask: AskWhy) async throws -> Explanation {
        try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            let alive = try await workers(in: transaction).filter(\.alive)
            let position = stored.isReady ? try await room.executions.position(of: stored, in: transaction) : nil
            let held = try await room.branches.held(stored.key, after: stored.execution.released, in: transaction)
            let slots =
                stored.hasSlots
                ? try await SQLSlots.waits(stored.key, upTo: stored.execution.released, branch: ask.branch, in: transaction) : ([], 0)
            let whole = Reasons(
                stored: stored, slotWaits: slots.0, slotCount: slots.1, parked: held.parked, aliveWorkers: alive.count,
                freeSlots: alive.reduce(0) { $0 + max(0, $1.slots - $1.running) },
                position: position)
            guard let number = ask.branch else { return Explanation(why: whole.ofExecution, position: position) }
            guard let branch = try await room.branches.find(stored.key, numbers: [number], in: transaction).first else {
                throw ExecutionError.noBranch(number)
            }
            let steps = try await room.branches.steps(stored.key, branches: [number], in: transaction)[number] ?? []
            return Explanation(why: whole.of(branch, steps), position: branch.state == .waiting ? position : nil)
        }
    }

    /// What waits for workers, in order; what is held up stands last.
    package func queue(_ query: PageQuery) async throws -> Page<QueuePlace> {
        let limit = query.limit ?? 50
        return try await room.database.read { transaction in
            let found = try await room.executions.waiting(limit: limit, in: transaction)
            var position = 0
            return Page(
                items: found.map { stored in
                    if stored.isReady { position += 1 }
                    return QueuePlace(
                        position: stored.isReady ? position : nil, execution: stored.execution,
                        ready: max(0, stored.execution.counts.waiting - stored.held))
                }, nextCursor: nil)
        }
    }

    /// The workers that were heard of in the last day.
    package func workers(_ query: PageQuery) async throws -> Page<WorkerState> {
        let all = try await room.database.read { transaction in try await workers(in: transaction) }
        return Page(items: Array(all.prefix(query.limit ?? 500)), nextCursor: nil)
    }

    private func workers(in transaction: any Transaction) async throws -> [WorkerState] {
        let now = room.clock.now()
        return try await room.workers.list(since: now + (.zero - Self.day), aliveSince: now + (.zero - Self.silence), in: transaction)
    }
}

/// The reasons of one execution: pure.
struct Reasons {
    let stored: StoredExecution
    /// Some of the branches that wait for a free slot on their target, and how many there are.
    let slotWaits: [SlotWait]
    let slotCount: Int
    let parked: Int
    let aliveWorkers: Int
    let freeSlots: Int
    let position: Int?

    private var run: Execution { stored.execution }
    private var counts: BranchCounts { run.counts }

    /// About the whole, the most important first.
    var ofExecution: [Why] {
        var why: [Why] = []
        if run.state.isFinal { why.append(end) }
        if !run.state.isFinal, stored.isCancelling {
            why.append(Why(.cancelling, run.cause ?? "It is being cancelled.", branches: counts.running))
        }
        if !run.state.isFinal { why += waiting }
        if !run.state.isFinal, counts.running > 0 {
            why.append(Why(.running, "\(Self.targets(counts.running)) at work.", branches: counts.running))
        }
        if counts.failed > 0 { why.append(Why(.failed, "\(Self.targets(counts.failed)) failed.", branches: counts.failed)) }
        if counts.unclear > 0 {
            why.append(Why(.unclear, "Of \(Self.targets(counts.unclear)) it is not known how they ended.", branches: counts.unclear))
        }
        return why
    }

    private static func targets(_ number: Int) -> String { number == 1 ? "1 target" : "\(number) targets" }

    private var end: Why {
        Why(.ended, run.cause ?? "It ended as \(run.state.rawValue).", branches: nil)
    }

    /// Why branches wait.
    private var waiting: [Why] {
        guard counts.waiting > 0 else { return [] }
        if let hold = run.hold {
            let code: WhyCode = hold.isForLock ? .held : .paused
            return [Why(code, hold.detail, branches: counts.waiting, execution: hold.execution)]
        }
        var why: [Why] = []
        let ready = counts.waiting - stored.held - slotCount
        if let wait = slotWaits.first { why.append(whyNoSlot(wait)) }
        if ready > 0 { why.append(whyNotBegun(ready)) }
        if parked > 0 {
            why.append(
                Why(
                    .approval, "\(Self.targets(parked)) \(parked == 1 ? "waits" : "wait") for a decision; see the approvals.",
                    branches: parked))
        }
        let later = stored.held - parked
        if later > 0 {
            why.append(
                Why(
                    .batch,
                    "The rollout lets \(Self.targets(later)) begin when the first \(run.released ?? counts.total) have ended.",
                    branches: later))
        }
        return why
    }

    private func whyNoSlot(_ wait: SlotWait) -> Why {
        let taken = wait.holders.isEmpty ? "" : ", taken by \(wait.holders.joined(separator: " and "))"
        let detail =
            slotCount == 1
            ? "It waits for a free slot on \(wait.target)\(taken)."
            : "\(Self.targets(slotCount)) wait for a free slot, for example on \(wait.target)\(taken)."
        return Why(.slot, detail, branches: slotCount, execution: wait.holders.first)
    }

    private func whyNotBegun(_ ready: Int) -> Why {
        if counts.running >= run.maxParallel {
            return Why(.parallelLimit, "At most \(run.maxParallel) targets at a time, and as many are at work.", branches: ready)
        }
        if aliveWorkers == 0 { return Why(.noWorker, "No worker was heard of lately; start one.", branches: ready) }
        let place = position.map { " It is number \($0) in the queue." } ?? ""
        return Why(
            .queued, freeSlots > 0 ? "A worker is about to take it.\(place)" : "All slots of the workers are taken.\(place)",
            branches: ready)
    }

    /// About one branch.
    func of(_ branch: StoredBranch, _ steps: [StepResult]) -> [Why] {
        var why: [Why] = []
        switch branch.state {
        case .waiting:
            if let step = branch.parked {
                why.append(Why(.approval, "It waits for a decision at step \(step)."))
            } else {
                let isHeldBack = run.hold == nil && run.released.map { branch.number > $0 } ?? false
                let own = waiting.filter { $0.code != .approval && ($0.code == .batch) == isHeldBack }
                let isForSlot = !isHeldBack && slotWaits.contains { $0.branch == branch.number }
                why += own.filter { isForSlot ? $0.code == .slot || run.hold != nil : $0.code != .slot }
            }
        case .running:
            let step = steps.first { $0.state == .running }
            let doing =
                step.map { "runs step \($0.number) (\($0.name))" + ($0.attempt > 1 ? ", attempt \($0.attempt)" : "") } ?? "is at work"
            why.append(Why(.running, "The worker \(branch.worker ?? "?") \(doing)."))
        case .cancelling: why.append(Why(.cancelling, branch.cause ?? "It is being cancelled."))
        case .lost, .cancelUnconfirmed: why.append(Why(.unclear, branch.cause ?? "It is not known how it ended."))
        case .failed: why.append(Why(.failed, branch.cause ?? "It failed."))
        case .succeeded, .cancelled: why.append(Why(.ended, branch.cause ?? "It ended as \(branch.state.rawValue)."))
        }
        for step in steps where step.state == .skipped {
            why.append(Why(.skipped, "Step \(step.number) (\(step.name)) was skipped: \(step.cause ?? "no reason is known.")"))
        }
        return why.map { reason in
            var reason = reason
            (reason.branch, reason.branches) = (branch.number, nil)
            return reason
        }
    }
}
