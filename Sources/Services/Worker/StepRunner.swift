import ConnectorPort
import Contracts
import Vocabulary

/// Runs the attempts of one step on one target.
struct StepRunner: Sendable {
    let step: StepDefinition
    let plan: StepPlan
    let route: BranchRoute
    let clock: any WallClock
    let deadline: Timestamp?
    private let collector: OutputCollector

    init(
        step: StepDefinition, number: Int, plan: StepPlan, route: BranchRoute, clock: any WallClock, deadline: Timestamp?,
        send: @escaping @Sendable (OutputPiece) async -> Void
    ) {
        self.step = step
        self.plan = plan
        self.route = route
        self.clock = clock
        self.deadline = deadline
        collector = OutputCollector(step: number, limit: step.outputLimitBytes ?? 10_000_000, send: send)
    }

    /// Runs one attempt to its end; never throws, whatever happens becomes an outcome.
    func attempt(_ number: Int) async -> StepOutcome {
        await collector.begin(attempt: number)
        do {
            let command = try plan.command(step, attempt: number, timeout: timeout())
            let end = try await route.run(command) { [collector] stream, bytes in await collector.take(stream, bytes) }
            await collector.finish()
            return StepOutcome(end, of: step)
        } catch let error as ConnectorError {
            await collector.finish()
            return Task.isCancelled ? StepOutcome(.cancelled(.gone), of: step) : StepOutcome(failed: error.message)
        } catch is CancellationError {
            return StepOutcome(.cancelled(.gone), of: step)
        } catch {
            await collector.finish()
            return StepOutcome(failed: "\(error)")
        }
    }

    /// Bytes that were kept, and whether some were not.
    func output() async -> (Int, Bool) { (await collector.kept, await collector.isTruncated) }

    private func timeout() -> Duration {
        let own = Duration.seconds(step.timeoutSeconds ?? 3600)
        guard let deadline else { return own }
        return max(.milliseconds(1), min(own, deadline - clock.now()))
    }
}
