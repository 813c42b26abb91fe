import ConnectorPort
import Contracts
import Flow
import Vocabulary

/// Runs one leased branch from where it stands to its end. Steps that wait for nothing run beside each other.
struct BranchRunner: Sendable {
    let plan: StepPlan
    let route: BranchRoute
    let reporter: Reporter
    let clock: any WallClock
    let hold: LeaseHold

    private var key: BranchKey { plan.branch.key }
    var definition: JobDefinition { plan.execution.definition }

    /// The most steps of one branch at the same time; servers allow about ten channels for each connection.
    private static let mostAtOnce = 8

    /// How far a branch came.
    enum Outcome {
        case ended(BranchEnd)
        /// Nothing is left to do until somebody has decided about the step with this number.
        case parked(Int)
        /// The lease was over before a step could begin.
        case givenUp
    }

    /// What came of a branch.
    enum Leaving: Sendable {
        /// How it stands was reported.
        case reported
        /// The lease was over before a step could begin, so nothing more is told.
        case givenUp
    }

    /// Runs the branch. Cancelling the task ends what runs, with proof. Everything is reported on the way; the end too.
    func run() async -> Leaving {
        var results = Self.complete(plan.branch.results, definition)
        var outcome = await steps(&results)
        await leaveCalls(outcome, &results)
        if case .ended(let end) = outcome, end.state == .failed { outcome = await rollBack(results, after: end) }
        await route.release()
        // Another one has the branch, and tells what becomes of it.
        if hold.isLost { return .givenUp }
        switch outcome {
        case .ended(let end): await report { $0.ended = end }
        case .parked(let step):
            await report { ($0.ended, $0.parked) = (BranchEnd(state: .waiting, cause: "It waits for a decision at step \(step)."), step) }
        case .givenUp:
            guard hold.isHandedBack else { return .givenUp }
            await report { $0.ended = BranchEnd(state: .waiting) }
        }
        return .reported
    }

    private func steps(_ results: inout [StepResult]) async -> Outcome {
        let rules = plan.rules
        let began = results.filter(\.isSupervised).compactMap(\.startedAt).min() ?? clock.now()
        let deadline = definition.timeoutSeconds.map { began + .seconds($0) }
        return await withTaskGroup(of: StepEnd.self) { group in
            var (running, early, undecided, isGivenUp): (Int, BranchEnd?, Int?, Bool) = (0, nil, nil, false)
            // What runs without a worker is followed in any case, be it to end it.
            for position in results.indices where results[position].isSupervised {
                let before = results
                running += 1
                group.addTask { await run(position, before, until: deadline) }
            }
            while true {
                if early == nil { early = earlyEnd(deadline) }
                if early == nil, !isGivenUp {
                    switch BranchFlow.next(rules, results.map(Self.standing)) {
                    case .end(let succeeded): return .ended(succeeded ? BranchEnd(state: .succeeded) : Self.failure(results, rules))
                    case .wait: break
                    case .act(let decisions):
                        let settled = await settle(decisions, &results)
                        undecided = settled.undecided
                        if settled.hasProgress { continue }
                        let ready = settled.ready
                        if ready.count == 1, running == 0 {
                            let ended = await run(ready[0], results, until: deadline)
                            isGivenUp = ended.outcome.isGivenUp
                            early = apply(ended, to: &results, early)
                            continue
                        }
                        for position in ready.prefix(Self.mostAtOnce - running) {
                            let before = results
                            results[position].state = .running
                            running += 1
                            group.addTask { await run(position, before, until: deadline) }
                        }
                    }
                }
                guard let ended = await group.next() else {
                    if isGivenUp { return .givenUp }
                    if let early { return .ended(early) }
                    return undecided.map { .parked($0 + 1) } ?? .ended(BranchEnd(state: .failed))
                }
                running -= 1
                isGivenUp = isGivenUp || ended.outcome.isGivenUp
                early = apply(ended, to: &results, early)
            }
        }
    }

    /// How the branch ends before its steps are done.
    private func earlyEnd(_ deadline: Timestamp?) -> BranchEnd? {
        if Task.isCancelled { return BranchEnd(state: .cancelled) }
        guard let deadline, clock.now() >= deadline else { return nil }
        return BranchEnd(state: .failed, cause: "The job took longer than \(definition.timeoutSeconds ?? 0) s.")
    }

    private func apply(_ ended: StepEnd, to results: inout [StepResult], _ early: BranchEnd?) -> BranchEnd? {
        results[ended.position] = ended.result
        guard let end = ended.outcome.branchEnd else { return early }
        // What is not proved outweighs what is.
        let weights: [BranchState] = [.failed, .cancelled, .lost, .cancelUnconfirmed]
        guard let early, (weights.firstIndex(of: early.state) ?? 0) >= (weights.firstIndex(of: end.state) ?? 0) else { return end }
        return early
    }

    /// What came of decisions.
    private struct Settled {
        /// The positions of steps to run now.
        var ready: [Int] = []
        /// Whether steps were settled, so that others may be ready.
        var hasProgress = false
        /// The position of a step that waits for a person's decision.
        var undecided: Int?
    }

    /// Settles what is decided without running anything, and says which steps are to run now.
    private func settle(_ decisions: [BranchFlow.Decision], _ results: inout [StepResult]) async -> Settled {
        var settled = Settled()
        for decision in decisions {
            switch decision {
            case .close(let position, let succeeded):
                await endCall(position, succeeded, &results)
                settled.hasProgress = true
            case .skip(let position, let reason):
                await end(position, .skipped, Self.text(reason, results), &results)
                settled.hasProgress = true
            case .run(let position):
                // Gone on with where another worker left off: its conditions held then.
                switch results[position].attempt > 0 ? .open : plan.gate(position, results) {
                case .open where definition.steps[position].called != nil:
                    await beginCall(position, &results)
                    settled.hasProgress = true
                case .open:
                    if let limit = plan.callDeadline(definition.steps[position].within, results), clock.now() >= limit.at {
                        await end(position, .failed, limit.cause, &results)
                        settled.hasProgress = true
                    } else {
                        settled.ready.append(position)
                    }
                case .undecided: settled.undecided = settled.undecided ?? position
                case .settled(let state, let cause):
                    await end(position, state, cause, &results)
                    settled.hasProgress = true
                }
            }
        }
        return settled
    }

    func end(_ position: Int, _ state: StepState, _ cause: String, _ results: inout [StepResult]) async {
        results[position].state = state
        results[position].cause = cause
        if state != .skipped { (results[position].startedAt, results[position].endedAt) = (clock.now(), clock.now()) }
        await report(step: results[position])
    }

    private static func text(_ reason: BranchFlow.SkipReason, _ results: [StepResult]) -> String {
        switch reason {
        case .blocked(let step): "Step \(step + 1) (\(results[step].name)) failed."
        case .nothingFailed: "Nothing failed that it would have to deal with."
        case .notCalled(let step): "Step \(step + 1) (\(results[step].name)) did not call its job."
        }
    }

    private func run(_ position: Int, _ results: [StepResult], until deadline: Timestamp?) async -> StepEnd {
        let limit = plan.callDeadline(definition.steps[position].within, results)
        let work = StepWork(
            step: definition.steps[position], plan: plan, route: route, clock: clock,
            deadline: [deadline, limit?.at].compactMap { $0 }.min(), context: results, hold: hold,
            begin: { await begin($0, definition.steps[position]) }, report: { entry in await report(entry) },
            discard: { await discard($0) })
        var (result, outcome) = await work.run(from: results[position])
        if let limit, result.state == .failed, result.exitCode == nil, clock.now() >= limit.at {
            result.cause = limit.cause
            await report(step: result)
        }
        return StepEnd(position: position, result: result, outcome: outcome)
    }

    /// Undoes the steps that succeeded and say how, the last one first. What did not work stands in the cause.
    private func rollBack(_ results: [StepResult], after end: BranchEnd) async -> Outcome {
        let count = definition.steps.count
        let done = definition.steps.indices.filter { definition.steps[$0].rollback != nil && results[$0].state == .succeeded }
        let order = done.sorted { (results[$0].endedAt ?? clock.now(), $0) > (results[$1].endedAt ?? clock.now(), $1) }
        var causes = [end.cause].compactMap { $0 }
        for position in order {
            guard let step = definition.steps[position].rollbackStep else { continue }
            let number = count + position + 1
            let before = plan.branch.results.first { $0.number == number } ?? .waiting(number, step.name)
            if Self.standing(before).isSettled { continue }
            let work = StepWork(
                step: step, plan: plan, route: route, clock: clock, deadline: nil, context: results,
                hold: hold, begin: { await begin($0, step) }, report: { entry in await report(entry) }, discard: { await discard($0) })
            let (result, outcome) = await work.run(from: before)
            if outcome.isGivenUp { return .givenUp }
            if let early = outcome.branchEnd { return .ended(early) }
            if result.state == .failed { causes.append("Undoing step \(position + 1) failed: \(Self.why(result)).") }
        }
        return .ended(BranchEnd(state: .failed, cause: causes.isEmpty ? nil : causes.joined(separator: " ")))
    }

    /// Tells that an attempt begins. Where it may happen once only that is stored before, so that whatever dies meanwhile, nobody begins it again.
    private func begin(_ result: StepResult, _ step: StepDefinition) async -> Bool {
        guard hold.isHeld, !hold.isHandedBack else { return false }
        if step.repeatable == true {
            await report(step: result)
            return hold.isHeld
        }
        var entry = ReportEntry(key: key, fence: plan.branch.fence)
        entry.step = result
        entry.redact(plan.redaction)
        return await reporter.store(entry) && hold.isHeld
    }

    /// Lets the target throw away what it keeps of supervised attempts, as soon as all that was told is stored.
    private func discard(_ spools: [String]) async {
        await reporter.afterwards(HeldBranch(key: key, fence: plan.branch.fence)) {
            for spool in spools { await route.discard(spool: spool) }
        }
    }

    func report(step: StepResult) async { await report { $0.step = step } }

    private func report(_ fill: (inout ReportEntry) -> Void) async {
        var entry = ReportEntry(key: key, fence: plan.branch.fence)
        fill(&entry)
        entry.redact(plan.redaction)
        await reporter.add([entry])
    }

    private static func failure(_ results: [StepResult], _ rules: [StepRule]) -> BranchEnd {
        let counted = zip(results, rules).filter { $0.state == .failed && $1.failure != .isIgnored }
        guard let (failed, _) = counted.first(where: { $1.failure == .stops }) ?? counted.first else { return BranchEnd(state: .failed) }
        return BranchEnd(state: .failed, cause: "Step \(failed.number) (\(failed.name)): \(why(failed))")
    }

    private static func why(_ failed: StepResult) -> String {
        failed.cause ?? failed.exitCode.map { "exit code \($0)" } ?? "failed"
    }

    /// A step that had begun at another worker and runs no more may be repeated, or this branch would not have been leased again.
    static func complete(_ stored: [StepResult], _ definition: JobDefinition) -> [StepResult] {
        definition.steps.enumerated().map { index, step in
            var result = stored.first { $0.number == index + 1 } ?? .waiting(index + 1, step.name)
            if result.state == .running, !result.isSupervised { result.state = .waiting }
            return result
        }
    }

    static func standing(_ result: StepResult) -> StepStanding {
        switch result.state {
        case .waiting: .notReached
        case .running: .begun
        case .succeeded: .succeeded
        case .skipped: .skipped
        case .failed, .cancelled, .cancelUnconfirmed, .lost: .failed
        }
    }
}

/// How a step of a branch ended.
private struct StepEnd: Sendable {
    let position: Int
    let result: StepResult
    let outcome: StepOutcome
}
