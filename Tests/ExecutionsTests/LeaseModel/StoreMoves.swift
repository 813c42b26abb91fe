import Contracts

/// What the service does in its transactions, and what time does.
extension LeaseModel {
    func storeMoves(_ index: Int, _ state: LeaseState, _ found: (LeaseMove, LeaseState) -> Void) {
        let branch = state.branches[index]
        if guards.contains(.rescues), verdicts.isLeased(branch.state), branch.left <= skew {
            found(.rescues(index), state.with { rescue(index, &$0) })
        }
        guard state.cancels > 0, !verdicts.isFinal(branch.state) else { return }
        let wish = LeaseVerdicts.code(verdicts.isLeased(branch.state) ? BranchState.cancelling : .cancelled)
        guard verdicts.allows(branch.state, wish) else { return }
        found(.cancels(index), state.with { ($0.branches[index].state, $0.cancels) = (wish, $0.cancels - 1) })
    }

    /// See `RescueLoop.rescue`.
    private func rescue(_ index: Int, _ state: inout LeaseState) {
        let before = state.branches[index]
        let outcome = verdicts.rescue(before)
        (state.branches[index].state, state.branches[index].steps.states, state.branches[index].left) = (outcome.state, outcome.steps, 0)
        guard outcome.state == LeaseVerdicts.code(BranchState.lost) else { return }
        let mayHaveHappened = steps.indices.contains { !steps[$0] && before.steps.state($0) == LeaseVerdicts.code(StepState.running) }
        if !mayHaveHappened { state.breach = LeaseBreach.lostForNothing.rawValue }
    }

    /// See `SQLBranchStore.claim`. The first branch that waits is given to a worker that asks for it, if it has a place for it. Whatever happens
    /// to the worker between its call and this could as well happen after this.
    func leaseMoves(_ worker: Int, _ state: LeaseState, _ found: (LeaseMove, LeaseState) -> Void) {
        let waiting = LeaseVerdicts.code(BranchState.waiting)
        guard let index = (0..<branches).first(where: { state.branches[$0].state == waiting }) else { return }
        let task = state.workers[worker].task
        guard task.phase == .none || Int(task.branch) == index, state.branches[index].fence < 7 else { return }
        let given = state.with { state in
            state.branches[index].state = LeaseVerdicts.code(BranchState.running)
            state.branches[index].fence += 1
            (state.branches[index].holder, state.branches[index].left) = (UInt8(worker + 1), lease)
            state.workers[worker].call = CallState(
                isAnswered: true, branch: UInt8(index), fence: state.branches[index].fence, steps: state.branches[index].steps)
        }
        for age in 0..<lease - skew {
            found(.leases(worker, branch: index, age: Int(age)), given.with { $0.workers[worker].call.age = age })
        }
    }

    /// See `ReportOperations.report`. Returns the branches that are not the worker's: the first is 1, the second 2.
    func store(_ entries: Entries, number: UInt8, from worker: Int, _ state: inout LeaseState) -> UInt8 {
        if guards.contains(.storesOnce), number <= state.workers[worker].noted {
            return guards.contains(.answersAnew) ? foreign(entries, from: worker, state) : 0
        }
        state.workers[worker].noted = max(number, state.workers[worker].noted)
        var revoked: UInt8 = 0
        for entry in entries.list {
            let branch = state.branches[entry.branch]
            let isOwn = verdicts.accepts(entry.fence, from: UInt8(worker + 1), branch)
            let isNewest = branch.fence == entry.fence && branch.holder == UInt8(worker + 1)
            guard isOwn || !guards.contains(.fencing) && verdicts.isLeased(branch.state) else {
                revoked |= 1 << entry.branch
                continue
            }
            if !isNewest { state.breach = LeaseBreach.oldToken.rawValue }
            store(entry.news, &state.branches[entry.branch])
        }
        return revoked
    }

    private func store(_ news: Entry.News, _ branch: inout BranchRecord) {
        switch news {
        case .begins(let step, let attempt):
            branch.steps.set(step, state: LeaseVerdicts.code(StepState.running))
            branch.steps.set(step, attempt: attempt)
        case .ends(let step, let end):
            branch.steps.set(step, state: LeaseVerdicts.code(end))
            branch.finished[step] += 1
        case .over(let end):
            guard verdicts.allows(branch.state, LeaseVerdicts.code(end)) else { return }
            (branch.state, branch.left) = (LeaseVerdicts.code(end), 0)
            branch.ended += 1
        }
    }

    /// The branches of a report that was stored before which are not the worker's now, without those whose end it tells.
    private func foreign(_ entries: Entries, from worker: Int, _ state: LeaseState) -> UInt8 {
        var (foreign, over): (UInt8, UInt8) = (0, 0)
        for entry in entries.list {
            if !verdicts.accepts(entry.fence, from: UInt8(worker + 1), state.branches[entry.branch]) { foreign |= 1 << entry.branch }
            if entry.isOver { over |= 1 << entry.branch }
        }
        return foreign & ~over
    }

    func isBeatWorth(_ index: Int, _ state: LeaseState) -> Bool {
        let task = state.workers[index].task
        guard task.phase != .none else { return false }
        let branch = state.branches[Int(task.branch)]
        let isCancelling = branch.state == LeaseVerdicts.code(BranchState.cancelling)
        return branch.left < lease || task.hold < lease || isCancelling && !task.isCancelled || !isHeld(index, state)
    }

    /// See `SQLBranchStore.extend`.
    func isHeld(_ index: Int, _ state: LeaseState) -> Bool {
        let task = state.workers[index].task
        let branch = state.branches[Int(task.branch)]
        return task.phase != .none && verdicts.isLeased(branch.state) && branch.fence == task.fence && branch.holder == UInt8(index + 1)
    }

    /// See `LeaseOperations.heartbeat` and `WorkerLoop.beat`.
    func beat(_ index: Int, _ state: inout LeaseState) {
        let task = state.workers[index].task
        guard isHeld(index, state) else {
            state.workers[index].task = TaskState()
            return
        }
        let branch = state.branches[Int(task.branch)]
        state.branches[Int(task.branch)].left = lease
        state.workers[index].task.hold = lease
        if branch.state == LeaseVerdicts.code(BranchState.cancelling) { state.workers[index].task.isCancelled = true }
    }

    /// The state after a tick; nil when nobody's time goes on, or when something has to happen first: a worker that can be reached beats
    /// in time, and a call that is not lost is answered in time.
    func afterTick(_ state: LeaseState) -> LeaseState? {
        guard !isEnd(state) else { return nil }
        var (after, isChanged) = (state, false)
        for index in 0..<branches where state.branches[index].left > 0 {
            after.branches[index].left -= 1
            isChanged = true
        }
        for index in 0..<workers {
            let worker = state.workers[index]
            let isTravelling = worker.call.isAnswered
            if worker.isReachable {
                if isTravelling, worker.call.age + 1 + skew >= lease { return nil }
                if isHeld(index, state), state.branches[Int(worker.task.branch)].left <= skew + 1 || worker.task.hold <= 1 { return nil }
            }
            if isTravelling, worker.call.age < lease { (after.workers[index].call.age, isChanged) = (worker.call.age + 1, true) }
            if worker.task.hold > 0 { (after.workers[index].task.hold, isChanged) = (worker.task.hold - 1, true) }
        }
        return isChanged ? after : nil
    }
}

extension Entry {
    /// Whether it tells the end of the branch.
    var isOver: Bool { if case .over = news { true } else { false } }
}
