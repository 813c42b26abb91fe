import ConnectorPort
import Reactor

/// The state of one command: why it is to end, and what is known about its end.
///
/// `@unchecked Sendable`: used on the session's reactor only.
final class CommandRun: @unchecked Sendable {
    /// Why a command is ended by us.
    enum Reason {
        case cancelled
        case limit(TimeLimit)
        case sinkFailed(any Error)
        /// Whoever follows it goes away, and it goes on.
        case left
    }

    let plan: CommandPlan
    let command: RemoteCommand
    private let reactor: Reactor
    private let activity: Signal
    /// The channel, once the command was started.
    var channel: SSHChannel?
    /// Finds the process id in the output.
    var marker: PidMarker
    /// How much of the input is sent.
    var sent = 0
    /// Whether the end of the input was sent.
    var inputEnded = false
    /// Whether the input stays open behind its last byte.
    let keepsInputOpen: Bool
    /// The path of the spool without its endings, once it is known.
    var spool: String?
    /// Whether the output is thrown away because the sink has failed.
    var discards = false
    /// Why it is to end; nil while it may go on.
    private(set) var reason: Reason?
    /// What came of ending it.
    private(set) var proof: KillProof?
    /// Whether waiting for the host has lasted long enough.
    private(set) var isGivenUp = false
    private var giveUpTimer: UInt64?

    init(_ plan: CommandPlan, _ command: RemoteCommand, _ reactor: Reactor, _ activity: Signal, keepsInputOpen: Bool = false) {
        self.keepsInputOpen = keepsInputOpen
        self.plan = plan
        self.command = command
        self.reactor = reactor
        self.activity = activity
        marker = PidMarker(command.marker, dropsGreeting: keepsInputOpen)
    }

    /// Asks the command to end; only the first reason counts.
    func stop(_ why: Reason) {
        guard reason == nil else { return }
        reason = why
        giveUpTimer = reactor.timer(at: .now() + plan.killAfter + .seconds(10)) { [weak self] in
            self?.isGivenUp = true
            self?.wake()
        }
        wake()
    }

    /// Tells what came of ending it.
    func settle(_ proof: KillProof) {
        if self.proof == nil { self.proof = proof }
        wake()
    }

    /// Forgets the timer.
    func finish() {
        if let giveUpTimer { reactor.cancelTimer(giveUpTimer) }
    }

    /// How the command ended, by our doing.
    func end(_ reason: Reason, _ proof: KillProof) throws -> CommandEnd {
        switch reason {
        case .cancelled: return .cancelled(proof)
        case .limit(let limit): return .timedOut(limit, proof)
        case .sinkFailed(let error): throw error
        case .left: return .connectionLost("it was left")
        }
    }

    /// Where its supervisor is told that it is ended by us, and why.
    var note: (file: String, word: String)? {
        guard let spool else { return nil }
        let word =
            switch reason {
            case .limit(.total): "total"
            case .limit(.idle): "idle"
            default: "cancel"
            }
        return (spool + ".why", word)
    }

    private func wake() {
        activity.fire()
        channel?.changed.fire()
    }
}
