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
    let context: [StepResult]
    private let collector: OutputCollector
    private let tap: OutputTap?

    init(
        step: StepDefinition, number: Int, plan: StepPlan, route: BranchRoute, clock: any WallClock, deadline: Timestamp?,
        context: [StepResult], send: @escaping @Sendable (OutputPiece) async -> Void
    ) {
        self.step = step
        self.plan = plan
        self.route = route
        self.clock = clock
        self.deadline = deadline
        self.context = context
        let tap = step.outputs?.isEmpty == false || plan.capturesOutput(of: step) ? OutputTap() : nil
        self.tap = tap
        collector = OutputCollector(step: number, limit: step.outputLimitBytes ?? 10_000_000, redaction: plan.redaction) { piece in
            await tap?.take(piece)
            await send(piece)
        }
    }

    /// Runs one attempt to its end; never throws, whatever happens becomes an outcome. When all is ready `begin` is asked, which stores that
    /// the attempt begins, and says whether it may.
    func attempt(_ number: Int, _ item: StepItem?, begin: () async -> Bool) async -> StepOutcome {
        await collector.begin(attempt: number)
        await tap?.begin()
        do {
            let command = try plan.command(step, attempt: number, item: item, context: context, timeout: timeout())
            try await route.prepare()
            guard await begin() else { return .givenUp }
            try Task.checkCancellation()
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

    /// The standard output of the last attempt, if somebody wants values out of it.
    func captured() async -> CapturedOutput? { await tap?.output }

    /// What the last attempt printed on standard output, as a hash.
    func outputHash() async -> String { await collector.hash }

    private func timeout() -> Duration {
        let own = Duration.seconds(step.timeoutSeconds ?? 3600)
        guard let deadline else { return own }
        return max(.milliseconds(1), min(own, deadline - clock.now()))
    }
}

/// The standard output of an attempt, as far as values are taken out of it.
struct CapturedOutput: Sendable {
    /// Up to 1 MB of it.
    let text: String

    /// Up to 64 kB of it, without the line breaks at its end.
    var beginning: String {
        var bytes = Array(text.utf8.prefix(65_536))
        while bytes.last == UInt8(ascii: "\n") || bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Keeps the beginning of what an attempt prints, as it is stored: without secrets.
private actor OutputTap {
    private var bytes: [UInt8] = []

    func begin() { bytes = [] }

    func take(_ piece: OutputPiece) {
        if piece.stream == .stdout { bytes += piece.bytes.prefix(1_000_000 - bytes.count) }
    }

    var output: CapturedOutput { CapturedOutput(text: String(decoding: bytes, as: UTF8.self)) }
}
