/// What happens between the workers and the service, and the mishaps.
extension LeaseModel {
    func networkMoves(_ index: Int, _ state: LeaseState, _ found: (LeaseMove, LeaseState) -> Void) {
        let worker = state.workers[index]
        guard !worker.isCutOff else {
            found(.isReachable(index), state.with { $0.workers[index].isCutOff = false })
            return
        }
        if worker.isThere, !worker.isDraining, !worker.call.isAnswered { leaseMoves(index, state, found) }
        if worker.reporting == .sent {
            found(
                .reportArrives(index),
                state.with { state in
                    let revoked = store(worker.report, number: worker.number, from: index, &state)
                    (state.workers[index].reporting, state.workers[index].revoked) = (.answered, revoked)
                })
        }
        guard !worker.copy.isEmpty else { return }
        found(
            .copyArrives(index),
            state.with { state in
                _ = store(worker.copy, number: worker.copyNumber, from: index, &state)
                (state.workers[index].copy, state.workers[index].copyNumber) = (Entries(), 0)
                state.workers[index].forgetNumbers()
            })
    }

    func mishapMoves(_ index: Int, _ state: LeaseState, _ found: (LeaseMove, LeaseState) -> Void) {
        guard state.mishaps > 0, !isEnd(state) else { return }
        let mishap = state.with { $0.mishaps -= 1 }
        if index == 0 { restart(mishap, found) }
        let worker = state.workers[index]
        guard worker.life == .up else { return }
        found(.dies(index), mishap.with { die(&$0.workers[index]) })
        if mayPause, !worker.isStopped { found(.stops(index), mishap.with { $0.workers[index].isStopped = true }) }
        if mayPause, !worker.isCutOff { found(.isCutOff(index), mishap.with { $0.workers[index].isCutOff = true }) }
        if worker.call.isAnswered { found(.leaseIsLost(index), mishap.with { $0.workers[index].call = CallState() }) }
        switch worker.reporting {
        case .sent:
            found(.reportIsLost(index), mishap.with { $0.workers[index].reporting = .failed })
            if worker.copy.isEmpty { found(.reportIsLate(index), mishap.with { delay(&$0.workers[index]) }) }
        case .answered: found(.answerIsLost(index), mishap.with { fail(&$0.workers[index]) })
        case .nothing, .failed: break
        }
        if worker.isReachable, isHeld(index, state), isBeatWorth(index, state) {
            found(.beatIsLost(index), mishap.with { $0.branches[Int(worker.task.branch)].left = lease })
        }
    }

    private func delay(_ worker: inout WorkerState) {
        (worker.copy, worker.copyNumber, worker.reporting) = (worker.report, worker.number, .failed)
    }

    private func fail(_ worker: inout WorkerState) { (worker.reporting, worker.revoked) = (.failed, 0) }

    /// What is stored stays; calls that wait or whose answers are under way fail.
    private func restart(_ state: LeaseState, _ found: (LeaseMove, LeaseState) -> Void) {
        let after = state.with { state in
            for index in 0..<workers {
                let worker = state.workers[index]
                if worker.call.isAnswered { state.workers[index].call = CallState() }
                if worker.reporting == .answered { fail(&state.workers[index]) }
            }
        }
        if after != state { found(.serviceRestarts, after) }
    }
}
