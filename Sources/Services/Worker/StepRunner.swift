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
    let hold: LeaseHold
    private let limit: Int
    private let sendBegun: @Sendable () async -> Void
    private let collector: OutputCollector
    private let tap: OutputTap?

    init(
        step: StepDefinition, number: Int, plan: StepPlan, route: BranchRoute, clock: any WallClock, deadline: Timestamp?,
        context: [StepResult], hold: LeaseHold, send: @escaping @Sendable (OutputPiece) async -> Void,
        sendBegun: @escaping @Sendable () async -> Void
    ) {
        self.step = step
        self.plan = plan
        self.route = route
        self.clock = clock
        self.deadline = deadline
        self.context = context
        let tap = step.outputs?.isEmpty == false || plan.capturesOutput(of: step) ? OutputTap() : nil
        self.tap = tap
        self.hold = hold
        self.sendBegun = sendBegun
        limit = step.outputLimitBytes ?? 10_000_000
        collector = OutputCollector(step: number, limit: limit, redaction: plan.redaction, tap: tap, send: send)
    }

    /// Runs one attempt to its end; never throws, whatever happens becomes an outcome. When all is ready `begin` is asked, which stores that
    /// the attempt begins, and says whether it may.
    func attempt(_ result: StepResult, _ item: StepItem?, begin: (StepResult) async -> Bool) async -> AttemptEnd {
        await tap?.begin()
        var begun = result
        return await guarded(&begun) { begun in
            let command = try command(begun, item, timeout(after: .zero))
            try await route.prepare()
            begun.supervision = try await supervision(begun.attempt, begun.number, item)
            await collector.begin(attempt: begun.attempt, isSupervised: begun.supervision?.spool != nil)
            guard let spool = begun.supervision?.spool else {
                guard await begin(begun) else { return .givenUp }
                try Task.checkCancellation()
                return try await plainly(command)
            }
            hold.beginSupervising()
            defer { hold.endSupervising() }
            guard await begin(begun) else { return .givenUp }
            try Task.checkCancellation()
            return try await supervised(command, spool, .start, &begun, begin)
        }
    }

    /// Goes on with an attempt that runs under a supervisor, to its end.
    func follow(_ result: StepResult, _ item: StepItem?, begin: (StepResult) async -> Bool) async -> AttemptEnd {
        await tap?.begin()
        var begun = result
        hold.beginSupervising()
        defer { hold.endSupervising() }
        return await guarded(&begun) { begun in
            guard let supervision = begun.supervision, let spool = supervision.spool else { return .givenUp }
            await collector.resume(
                attempt: begun.attempt, stdout: supervision.stdoutBytes, stderr: supervision.stderrBytes, kept: begun.outputBytes)
            let passed = clock.now() - (begun.startedAt ?? clock.now())
            let command = try command(begun, item, timeout(after: passed))
            let mayStart = !supervision.isBegun && supervision.stdoutBytes + supervision.stderrBytes == 0
            return try await supervised(
                command, spool, mayStart ? .startUnlessRebooted(since: max(.zero, passed)) : .attach, &begun, begin)
        }
    }

    /// What came of one go at a command.
    private enum Go {
        case ended(StepOutcome, isOver: Bool)
        case givenUp
    }

    private func guarded(_ begun: inout StepResult, _ go: (inout StepResult) async throws -> Go) async -> AttemptEnd {
        var (outcome, isOver): (StepOutcome, Bool) = (.givenUp, false)
        do {
            if case .ended(let end, let over) = try await go(&begun) { (outcome, isOver) = (end, over) }
        } catch let error as ConnectorError where error.cause == .withdrawn {
            outcome = .givenUp
        } catch let error as ConnectorError {
            await collector.finish()
            outcome = Task.isCancelled ? StepOutcome(.cancelled(.gone), of: step) : StepOutcome(failed: error.message)
        } catch is CancellationError {
            outcome = StepOutcome(.cancelled(.gone), of: step)
        } catch {
            await collector.finish()
            outcome = StepOutcome(failed: "\(error)")
        }
        if begun.supervision?.spool != nil {
            let totals = await collector.streamTotals
            begun.supervision?.isBegun = true
            begun.supervision?.stdoutBytes = totals.stdout
            begun.supervision?.stderrBytes = totals.stderr
        }
        return AttemptEnd(outcome: outcome, supervision: begun.supervision, isOver: isOver)
    }

    /// What to run, which nothing begins once the lease is over.
    private func command(_ begun: StepResult, _ item: StepItem?, _ timeout: Duration) throws -> CommandPlan {
        var command = try plan.command(step, attempt: begun.attempt, item: item, context: context, timeout: timeout)
        command.mayBegin = { [hold] in hold.isHeld }
        return command
    }

    private func plainly(_ command: CommandPlan) async throws -> Go {
        let end = try await route.run(command) { [collector] stream, bytes in await collector.take(stream, bytes) }
        await collector.finish()
        return .ended(StepOutcome(end, of: step), isOver: false)
    }

    private func supervised(
        _ command: CommandPlan, _ spool: String, _ beginning: SpoolRequest.Beginning, _ begun: inout StepResult,
        _ begin: (StepResult) async -> Bool
    ) async throws -> Go {
        let request = SpoolRequest(
            id: spool, beginning: beginning, quota: limit, day: Int(clock.now().milliseconds / 86_400_000), leave: hold.leave,
            onBegin: sendBegun)
        let run = SupervisedRun(route: route, hold: hold, clock: clock, command: command)
        let end = try await run.follow(request) { [collector] stream, bytes in await collector.take(stream, bytes) }
        switch end {
        case .left, .broken: return .givenUp
        case .unable(let reason):
            begun.supervision = Self.plain(because: reason)
            guard await begin(begun) else { return .givenUp }
            try Task.checkCancellation()
            await collector.begin(attempt: begun.attempt)
            return try await plainly(command)
        case .lost(let reason):
            await collector.finish()
            return .ended(StepOutcome(lost: reason, isCancelled: Task.isCancelled), isOver: false)
        case .ended(let end, let gap):
            await collector.finish()
            if gap == .beyondQuota { await collector.noteGap() }
            var outcome = StepOutcome(end, of: step)
            if gap == .diskFull, case .exited(let code) = end { outcome = .fullDisk(code) }
            return .ended(outcome, isOver: outcome.state != .lost && outcome.state != .cancelUnconfirmed)
        }
    }

    /// How an attempt is to survive this worker; nil when it is not to.
    private func supervision(_ attempt: Int, _ number: Int, _ item: StepItem?) async throws -> StepSupervision? {
        guard step.isToSurvive else { return nil }
        if let obstacle = try await route.spoolObstacle() { return Self.plain(because: obstacle) }
        let key = plan.branch.key
        let execution = key.execution.text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return StepSupervision(spool: "\(execution)-\(key.number)-\(number)-\(item?.index ?? 0)-\(attempt)")
    }

    private static func plain(because reason: String) -> StepSupervision {
        StepSupervision(note: "It does not survive its worker: \(reason).")
    }

    /// Bytes that were kept, and whether some were not.
    func output() async -> (Int, Bool) { (await collector.kept, await collector.isTruncated) }

    /// The standard output of the last attempt, if somebody wants values out of it.
    func captured() async -> CapturedOutput? { await tap?.output }

    /// What the last attempt printed on standard output, as a hash.
    func outputHash() async -> String { await collector.hash }

    /// The most time that an attempt may take which began so long ago.
    private func timeout(after passed: Duration) -> Duration {
        let own = Duration.seconds(step.timeoutSeconds ?? 3600)
        guard let deadline else { return own }
        return max(.milliseconds(1), min(own, deadline - clock.now() + passed))
    }
}

/// What one attempt came to.
struct AttemptEnd: Sendable {
    var outcome: StepOutcome
    /// How it ran, if it was to survive its worker.
    var supervision: StepSupervision?
    /// Whether what the target keeps of it is of no more use.
    var isOver: Bool
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
actor OutputTap {
    private var bytes: [UInt8] = []

    func begin() { bytes = [] }

    func take(_ piece: OutputPiece) {
        if piece.stream == .stdout { bytes += piece.bytes.prefix(1_000_000 - bytes.count) }
    }

    var output: CapturedOutput { CapturedOutput(text: String(decoding: bytes, as: UTF8.self)) }
}
