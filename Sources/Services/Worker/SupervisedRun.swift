import ConnectorPort
import Synchronization
import Vocabulary

/// Follows one supervised command over as many connections as it takes.
struct SupervisedRun: Sendable {
    let route: BranchRoute
    let hold: LeaseHold
    let clock: any WallClock
    let command: CommandPlan

    /// A target that cannot be reached for so long is given up.
    static let patience = Duration.seconds(600)
    private static let (firstDelay, longestDelay, triesToCancel) = (Duration.milliseconds(100), Duration.seconds(2), 3)

    /// Counts the bytes that the sink has kept.
    private final class Kept: Sendable {
        private let counts = Mutex([0, 0])
        var both: [Int] { counts.withLock { $0 } }
        func add(_ count: Int, _ stream: OutputStream) { counts.withLock { $0[stream == .stdout ? 0 : 1] += count } }
    }

    /// Follows it to its end. A lost connection is made again; that a command was not begun twice is the target's to decide.
    /// Never `.broken`.
    /// - Throws: `ConnectorError` when nothing was started; errors of `sink`.
    func follow(_ wish: SpoolRequest, sink: @escaping OutputSink) async throws -> SpoolEnd {
        let (kept, began) = (Kept(), ContinuousClock.now)
        var (request, since, delay, tries, cause) = (wish, ContinuousClock.now, Self.firstDelay, 0, "")
        var hasFailed = false
        while true {
            if hold.leave.isLeft { return .left }
            let before = kept.both
            do {
                // Also a cancelled command is reached, to be ended.
                let way = try await Task { try await route.way() }.value
                let end = try await route.follow(command, request, over: way) { stream, bytes in
                    try await sink(stream, bytes)
                    kept.add(bytes.count, stream)
                }
                guard case .broken(let reason, let hasBegun) = end else { return end }
                cause = reason
                request.beginning = hasBegun ? .attach : Self.again(wish.beginning, after: ContinuousClock.now - began)
            } catch let error as ConnectorError {
                // Nothing has begun yet: a connection that had died while it waited is replaced once.
                if request.beginning == .start, error.cause != .connectionLost || hasFailed { throw error }
                (cause, hasFailed) = (error.message, true)
            }
            if hold.leave.isLeft || !hold.isHeld { return .left }
            if kept.both != before { (since, delay) = (ContinuousClock.now, Self.firstDelay) }
            (request.stdoutKept, request.stderrKept) = (kept.both[0], kept.both[1])
            tries += Task.isCancelled ? 1 : 0
            if tries > Self.triesToCancel { return .ended(.cancelled(.unconfirmed(cause)), nil) }
            if ContinuousClock.now - since > Self.patience { return .lost("the target could not be reached again: \(cause)") }
            try? await clock.sleep(for: delay)
            delay = min(delay * 2, Self.longestDelay)
        }
    }

    private static func again(_ beginning: SpoolRequest.Beginning, after passed: Duration) -> SpoolRequest.Beginning {
        switch beginning {
        case .start: .startUnlessRebooted(since: passed)
        case .startUnlessRebooted(let before): .startUnlessRebooted(since: before + passed)
        case .attach: .attach
        }
    }
}
