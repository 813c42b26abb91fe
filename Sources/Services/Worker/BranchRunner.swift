import ConnectorPort
import Contracts
import Flow
import Vocabulary

/// Runs one leased branch from its first unfinished step to its end.
struct BranchRunner: Sendable {
    let plan: StepPlan
    let route: BranchRoute
    let reporter: Reporter
    let clock: any WallClock

    private var key: BranchKey { plan.branch.key }
    private var definition: JobDefinition { plan.execution.definition }

    /// Runs the branch. Cancelling the task ends what runs, with proof. Everything is reported on the way; the end too.
    func run() async {
        let end = await steps()
        await route.release()
        await report { $0.ended = end }
    }

    private func steps() async -> BranchEnd {
        var results = Self.complete(plan.branch.results, definition)
        let rules = definition.steps.map {
            StepRule(stopsOnFailure: ($0.onFailure ?? .stop) == .stop, runsAlways: $0.runs == .always)
        }
        let deadline = definition.timeoutSeconds.map { clock.now() + .seconds($0) }
        while true {
            switch BranchFlow.next(rules, results.map(Self.standing)) {
            case .end(let succeeded): return succeeded ? BranchEnd(state: .succeeded) : Self.failure(results)
            case .skip(let position):
                results[position].state = .skipped
                results[position].cause = "An earlier step failed."
                await report(step: results[position])
            case .run(let position):
                if Task.isCancelled { return BranchEnd(state: .cancelled) }
                if let deadline, clock.now() >= deadline {
                    return BranchEnd(state: .failed, cause: "The job took longer than \(definition.timeoutSeconds ?? 0) s.")
                }
                let outcome = await run(position, &results, until: deadline)
                if let end = outcome.branchEnd { return end }
            }
        }
    }

    /// Runs one step with all its attempts and reports its result.
    private func run(_ position: Int, _ results: inout [StepResult], until deadline: Timestamp?) async -> StepOutcome {
        let step = definition.steps[position]
        let runner = StepRunner(
            step: step, number: position + 1, plan: plan, route: route, clock: clock, deadline: deadline,
            send: { piece in await report { $0.output = piece } })
        var result = results[position]
        result.startedAt = result.startedAt ?? clock.now()
        var outcome = StepOutcome(failed: "not started")
        let retry = StepPlan.retry(step)
        repeat {
            result.attempt += 1
            result.state = .running
            let delay = Retry.delay(beforeAttempt: result.attempt, of: retry)
            if delay > .zero, (try? await clock.sleep(for: delay)) == nil {
                result.attempt -= 1
                outcome = StepOutcome(.cancelled(.gone), of: step)
                break
            }
            await report(step: result)
            outcome = await runner.attempt(result.attempt)
        } while mayTryAgain(outcome, step) && retry.allowsAttempt(after: result.attempt)
        result.state = outcome.state
        result.exitCode = outcome.exitCode
        result.cause = outcome.cause
        result.endedAt = clock.now()
        (result.outputBytes, result.truncated) = await runner.output()
        results[position] = result
        await report(step: result)
        return outcome
    }

    /// A failed attempt may be repeated; a lost one only if the step says that it may run twice.
    private func mayTryAgain(_ outcome: StepOutcome, _ step: StepDefinition) -> Bool {
        outcome.state == .failed || (outcome.state == .lost && step.repeatable == true)
    }

    private func report(step: StepResult) async { await report { $0.step = step } }

    private func report(_ fill: (inout ReportEntry) -> Void) async {
        var entry = ReportEntry(key: key, fence: plan.branch.fence)
        fill(&entry)
        await reporter.add([entry])
    }

    private static func failure(_ results: [StepResult]) -> BranchEnd {
        guard let failed = results.first(where: { $0.state == .failed }) else { return BranchEnd(state: .failed) }
        let what = failed.cause ?? failed.exitCode.map { "exit code \($0)" } ?? "failed"
        return BranchEnd(state: .failed, cause: "Step \(failed.number) (\(failed.name)): \(what)")
    }

    private static func complete(_ stored: [StepResult], _ definition: JobDefinition) -> [StepResult] {
        definition.steps.enumerated().map { index, step in
            stored.first { $0.number == index + 1 }
                ?? StepResult(
                    number: index + 1, name: step.name, state: .waiting, attempt: 0, outputBytes: 0, truncated: false)
        }
    }

    private static func standing(_ result: StepResult) -> StepStanding {
        switch result.state {
        case .waiting: .notReached
        case .running: .begun
        case .succeeded: .succeeded
        case .skipped: .skipped
        case .failed, .cancelled, .cancelUnconfirmed, .lost: .failed
        }
    }
}
