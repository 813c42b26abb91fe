import ConnectorPort
import Contracts
import Flow
import Vocabulary

/// Does one step of a branch to its result: for each item, as often as it may be tried, with the values that it takes out of its output.
struct StepWork: Sendable {
    let step: StepDefinition
    let plan: StepPlan
    let route: BranchRoute
    let clock: any WallClock
    let deadline: Timestamp?
    /// The results of the branch when it began.
    let context: [StepResult]
    let hold: LeaseHold
    /// Stores that an attempt begins; false when it must not.
    let begin: @Sendable (StepResult) async -> Bool
    /// Tells what happens.
    let report: @Sendable ((inout ReportEntry) -> Void) async -> Void
    /// Lets the target throw away what it keeps of supervised attempts.
    let discard: @Sendable ([String]) async -> Void

    /// Runs the step from where it stands; everything is reported on the way, the result too.
    func run(from before: StepResult) async -> (StepResult, StepOutcome) {
        var result = before
        result.startedAt = result.startedAt ?? clock.now()
        let items: [JSONValue]?
        do throws(StepMistake) {
            items = try plan.items(of: step, context)
        } catch {
            return await ended(&result, StepOutcome(failed: error.cause))
        }
        guard items?.isEmpty != true else {
            return await ended(&result, StepOutcome(skipped: "There is nothing to do it for: the list is empty."))
        }
        let runner = StepRunner(
            step: step, number: result.number, plan: plan, route: route, clock: clock, deadline: deadline, context: context, hold: hold,
            send: { piece in await report { $0.output = piece } }, sendBegun: { await report { $0.begun = before.number } })
        result.items = items?.count
        var outcome = StepOutcome(failed: "not started")
        var spools: [String] = []
        for index in (result.itemsDone ?? 0)..<(items?.count ?? 1) {
            let item = items.map { StepItem(index: index, value: $0[index]) }
            outcome = await attempts(runner, item, &result, &spools)
            if outcome.isGivenUp { return (result, outcome) }
            guard outcome.state == .succeeded else { break }
            guard items != nil else { continue }
            result.itemsDone = index + 1
            result.attempt = 0
        }
        (result.outputBytes, result.truncated) = await runner.output()
        result.outputHash = await runner.outputHash()
        let end = await ended(&result, outcome)
        if !spools.isEmpty { await discard(spools) }
        return end
    }

    /// Tries once, and again as the step allows; an attempt that runs under a supervisor is gone on with first. What the target keeps of
    /// attempts that have ended goes to `spools`, and may go as soon as the next thing about the step is stored.
    private func attempts(
        _ runner: StepRunner, _ item: StepItem?, _ result: inout StepResult, _ spools: inout [String]
    ) async -> StepOutcome {
        let retry = StepPlan.retry(step)
        var outcome: StepOutcome
        var isLostAndRepeatable: Bool
        repeat {
            let end: AttemptEnd
            let isFollowed = result.isSupervised
            if isFollowed {
                end = await runner.follow(result, item) { await begin($0) }
            } else {
                result.attempt += 1
                result.state = .running
                result.supervision = nil
                let delay = Retry.delay(beforeAttempt: result.attempt, of: retry)
                if delay > .zero, (try? await clock.sleep(for: delay)) == nil {
                    result.attempt -= 1
                    return StepOutcome(.cancelled(.gone), of: step)
                }
                (result.outputBytes, result.truncated) = await runner.output()
                let over = spools
                end = await runner.attempt(result, item) { begun in
                    guard await begin(begun) else { return false }
                    if !over.isEmpty { await discard(over) }
                    return true
                }
                spools = []
            }
            (outcome, result.supervision) = (end.outcome, end.supervision)
            if outcome.isGivenUp { return outcome }
            if end.isOver, let spool = end.supervision?.spool { spools.append(spool) }
            result.state = outcome.state
            if outcome.state == .succeeded || item == nil {
                await take(from: runner, item, &result, &outcome)
            }
            isLostAndRepeatable = isFollowed && outcome.state == .lost && step.repeatable == true
        } while isLostAndRepeatable || mayTryAgain(outcome) && retry.allowsAttempt(after: result.attempt)
        if let item, outcome.state == .failed {
            outcome.cause =
                "Item \(item.index + 1) (\(item.text)): \(outcome.cause ?? outcome.exitCode.map { "exit code \($0)" } ?? "failed")"
        }
        return outcome
    }

    /// A failed attempt may be repeated; a lost one only if the step says that it may run twice.
    private func mayTryAgain(_ outcome: StepOutcome) -> Bool {
        outcome.state == .failed || (outcome.state == .lost && step.repeatable == true)
    }

    /// Takes the values out of the output. One that is not there makes a step fail that would have succeeded, unless it is optional.
    private func take(from runner: StepRunner, _ item: StepItem?, _ result: inout StepResult, _ outcome: inout StepOutcome) async {
        guard let output = await runner.captured() else { return }
        var values: [String: JSONValue] = [:]
        if plan.capturesOutput(of: step) { values[StepPlan.wholeOutput] = .string(output.beginning) }
        for (name, definition) in (step.outputs ?? [:]).sorted(by: { $0.key < $1.key }) {
            do throws(CaptureError) {
                guard
                    let way = Capture.Way(
                        pattern: definition.pattern, json: definition.json, form: definition.take?.rawValue)
                else { continue }
                values[name] = try Capture(way).value(of: output.text)
            } catch {
                values[name] = .null
                if outcome.state == .succeeded, definition.optional != true {
                    outcome = StepOutcome(failed: "The output \(name) could not be taken: \(error.description)", exitCode: outcome.exitCode)
                }
            }
        }
        guard item != nil else {
            result.outputs = values
            return
        }
        for (name, value) in values {
            guard case .array(let before)? = result.outputs?[name] else {
                result.outputs = (result.outputs ?? [:]).merging([name: .array([value])]) { $1 }
                continue
            }
            result.outputs?[name] = .array(before + [value])
        }
    }

    private func ended(_ result: inout StepResult, _ outcome: StepOutcome) async -> (StepResult, StepOutcome) {
        result.state = outcome.state
        result.exitCode = outcome.exitCode
        result.cause = outcome.cause
        result.endedAt = clock.now()
        await tell(result)
        return (result, outcome)
    }

    private func tell(_ result: StepResult) async { await report { $0.step = result } }
}

/// One of the values that a step is done for.
struct StepItem: Sendable {
    /// Its position, from 0.
    let index: Int
    let value: JSONValue

    /// Short, for messages.
    var text: String { String((value.text ?? "\(index + 1)").prefix(60)) }
}

/// Why a step cannot begin.
struct StepMistake: Error {
    let cause: String
}
