/// The two limits of something that runs and produces output: its whole time, and the time without output. Reached once, it is over.
/// Used on the reactor's thread only.
///
/// `@unchecked Sendable`: the reactor's thread owns it; `Reactor.timer` checks that.
package final class TimeLimits: @unchecked Sendable {
    /// The limit that was reached.
    package enum Limit: Sendable {
        case total
        case idle
    }
    private let reactor: Reactor
    private let idle: Duration?
    private var onReached: ((Limit) -> Void)?
    private var totalTimer: UInt64?
    private var idleTimer: UInt64?
    private var lastOutput: Moment
    /// While this is true, silence does not count: the output waits on our side.
    package var isSilenceOurs = false {
        didSet { if !isSilenceOurs { lastOutput = .now() } }
    }

    /// Starts both limits now; nil is no limit.
    package init(_ reactor: Reactor, total: Duration?, idle: Duration?, onReached: @escaping (Limit) -> Void) {
        self.reactor = reactor
        self.idle = idle
        self.onReached = onReached
        lastOutput = .now()
        if let total { totalTimer = reactor.timer(at: lastOutput + total) { [weak self] in self?.reach(.total) } }
        if idle != nil { awaitSilence() }
    }

    /// Ends both limits.
    package func end() {
        onReached = nil
        if let totalTimer { reactor.cancelTimer(totalTimer) }
        if let idleTimer { reactor.cancelTimer(idleTimer) }
    }

    private func awaitSilence() {
        guard let idle, onReached != nil else { return }
        let now = Moment.now()
        let due = isSilenceOurs ? now + idle : lastOutput + idle
        if due <= now { return reach(.idle) }
        idleTimer = reactor.timer(at: due) { [weak self] in self?.awaitSilence() }
    }

    private func reach(_ limit: Limit) {
        let tell = onReached
        end()
        tell?(limit)
    }
}
