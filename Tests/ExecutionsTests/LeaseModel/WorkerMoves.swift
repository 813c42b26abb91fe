import Contracts

/// What workers do.
extension LeaseModel {
    func workerMoves(_ index: Int, _ state: LeaseState, _ found: (LeaseMove, LeaseState) -> Void) {
        let worker = state.workers[index]
        switch worker.life {
        case .gone: return
        case .off:
            let before = (0..<index).map { state.workers[$0].life }
            guard !before.contains(.off), before.count(where: { $0 == .up }) < 2, !isEnd(state) else { return }
            found(.starts(index), state.with { $0.workers[index].life = .up })
        case .up:
            guard !worker.isStopped else {
                found(.goesOn(index), state.with { $0.workers[index].isStopped = false })
                return
            }
            taskMoves(index, worker, state, found)
            callMoves(index, worker, state, found)
        }
    }

    private func taskMoves(_ index: Int, _ worker: WorkerState, _ state: LeaseState, _ found: (LeaseMove, LeaseState) -> Void) {
        let task = worker.task
        switch task.phase {
        case .ready where !task.isCancelled: found(.decides(index), state.with { decide(index, &$0) })
        case .cleared where !task.isCancelled: found(.begins(index), state.with { begin(index, &$0) })
        case .running:
            for isSuccess in mayFail ? [true, false] : [true] {
                found(.stepEnds(index, isSuccess: isSuccess), state.with { endStep(index, isSuccess, &$0) })
            }
        default: break
        }
        guard task.isCancelled, [.ready, .cleared, .running].contains(task.phase) else { return }
        found(.ends(index, isProved: true), state.with { tell(.over(.cancelled), .told, index, &$0) })
        if task.phase == .running {
            found(.ends(index, isProved: false), state.with { tell(.over(.cancelUnconfirmed), .told, index, &$0) })
        }
    }

    private func callMoves(_ index: Int, _ worker: WorkerState, _ state: LeaseState, _ found: (LeaseMove, LeaseState) -> Void) {
        if worker.reporting == .nothing, !worker.outbox.isEmpty { found(.reports(index), state.with { report(&$0.workers[index]) }) }
        if worker.reporting == .failed { found(.sendsAgain(index), state.with { $0.workers[index].reporting = .sent }) }
        if !worker.isCutOff {
            if worker.call.isAnswered { found(.leaseComes(index), state.with { take(&$0.workers[index]) }) }
            if worker.reporting == .answered { found(.answerComes(index), state.with { readAnswer(index, &$0) }) }
            if isBeatWorth(index, state) { found(.beats(index), state.with { beat(index, &$0) }) }
        }
        guard worker.isDraining else {
            if state.drains > 0 {
                found(.drains(index), state.with { ($0.workers[index].isDraining, $0.drains) = (true, $0.drains - 1) })
            }
            return
        }
        if worker.task.phase == .none, worker.outbox.isEmpty, worker.reporting == .nothing {
            found(.leaves(index), state.with { die(&$0.workers[index]) })
        } else {
            found(.drainIsOver(index), state.with { die(&$0.workers[index]) })
        }
    }

    /// See `BranchRunner.begin` and `StepWork.attempts`.
    private func decide(_ index: Int, _ state: inout LeaseState) {
        let task = state.workers[index].task
        switch verdicts.next(task.steps) {
        case .never: return
        case .end(let end): tell(.over(end), .told, index, &state)
        case .run(let step):
            if guards.contains(.looksAtClock), task.hold == 0 {
                state.workers[index].task = TaskState()
                return
            }
            let attempt = min(task.steps.attempt(step) + 1, 4)
            state.workers[index].task.steps.set(step, attempt: attempt)
            let waits = !steps[step] && guards.contains(.storesBegin)
            tell(.begins(step: step, attempt: attempt), waits ? .storing : .cleared, index, &state)
            if !waits { letBegin(index, &state) }
        }
    }

    /// What must hold at the moment in which a worker decides that a step begins.
    private func letBegin(_ index: Int, _ state: inout LeaseState) {
        let task = state.workers[index].task
        if task.hold == 0 { state.breach = LeaseBreach.afterLease.rawValue }
        if skew == 0, state.branches[Int(task.branch)].fence != task.fence { state.breach = LeaseBreach.othersBranch.rawValue }
    }

    private func begin(_ index: Int, _ state: inout LeaseState) {
        state.workers[index].task.phase = .running
        let task = state.workers[index].task
        guard case .run(let step) = verdicts.next(task.steps), !steps[step] else { return }
        let attempt = task.steps.attempt(step)
        state.branches[Int(task.branch)].begun[step * 2 + min(attempt, attempts) - 1] += 1
        if state.branches[Int(task.branch)].steps.attempt(step) < attempt { state.breach = LeaseBreach.notStored.rawValue }
    }

    private func endStep(_ index: Int, _ isSuccess: Bool, _ state: inout LeaseState) {
        let task = state.workers[index].task
        guard case .run(let step) = verdicts.next(task.steps) else { return }
        guard isSuccess || task.steps.attempt(step) >= attempts else {
            state.workers[index].task.phase = .ready
            return
        }
        let end = isSuccess ? StepState.succeeded : .failed
        state.workers[index].task.steps.set(step, state: LeaseVerdicts.code(end))
        tell(.ends(step: step, end), .ready, index, &state)
    }

    private func tell(_ news: Entry.News, _ phase: TaskState.Phase, _ index: Int, _ state: inout LeaseState) {
        state.workers[index].outbox.append(Entry(state.workers[index].task, news))
        state.workers[index].task.phase = phase
    }

    /// See `Reporter.worthOneReport`.
    private func report(_ worker: inout WorkerState) {
        let entries = worker.outbox.list
        let first = entries.first?.fence
        let cut = guards.contains(.cutsReports) ? entries.firstIndex { $0.fence != first } ?? entries.count : entries.count
        (worker.report, worker.outbox) = (Entries(entries[..<cut]), Entries(entries[cut...]))
        (worker.reporting, worker.number) = (.sent, worker.number + 1)
    }

    /// See `WorkerLoop.begin`: what was over when it came is left; another lease of the same branch takes the place of the one before.
    private func take(_ worker: inout WorkerState) {
        let call = worker.call
        worker.call = CallState()
        let hold = guards.contains(.countsFromAsking) ? lease - call.age : lease
        guard hold > 0 else { return }
        worker.task = TaskState(
            phase: .ready, branch: call.branch, fence: call.fence, hold: hold, steps: verdicts.taken(call.steps))
    }

    /// See `Reporter.send`.
    private func readAnswer(_ index: Int, _ state: inout LeaseState) {
        let worker = state.workers[index]
        let task = worker.task
        let own = worker.report.list.filter { $0.branch == Int(task.branch) }
        state.workers[index].report = Entries()
        (state.workers[index].reporting, state.workers[index].revoked) = (.nothing, 0)
        state.workers[index].forgetNumbers()
        guard task.phase != .none, own.contains(where: { $0.fence == task.fence }) else { return }
        let newest = own.last.map { $0.fence == task.fence ? $0.news : nil } ?? nil
        // Of a branch that was leased again meanwhile the older leases are meant.
        let others = Set(own.map(\.fence)).count > 1 && own.map(\.fence).max() == task.fence
        if worker.revoked & (1 << task.branch) != 0, !others {
            state.workers[index].task = TaskState()
        } else if case .over = newest {
            state.workers[index].task = TaskState()
        } else if task.phase == .storing, case .begins(let step, let attempt) = newest, task.steps.attempt(step) == attempt, !steps[step] {
            if guards.contains(.looksAtClock), task.hold == 0 {
                state.workers[index].task = TaskState()
                return
            }
            state.workers[index].task.phase = .cleared
            letBegin(index, &state)
        }
    }

    func die(_ worker: inout WorkerState) {
        let before = worker
        worker = WorkerState()
        (worker.life, worker.noted) = (.gone, before.noted)
        (worker.copy, worker.copyNumber) = (before.copy, before.copyNumber)
        if before.reporting == .sent, before.copy.isEmpty { (worker.copy, worker.copyNumber) = (before.report, before.number) }
        worker.forgetNumbers()
    }
}

extension WorkerState {
    /// When no report is in the network, what the last one's number was makes no difference any more.
    mutating func forgetNumbers() { if reporting == .nothing, copy.isEmpty { (number, noted) = (0, 0) } }
}

extension LeaseState {
    /// The state after a change.
    func with(_ change: (inout LeaseState) -> Void) -> LeaseState {
        var after = self
        change(&after)
        return after
    }
}
