import Vocabulary

/// One kind of reach: opens connections of its kind.
package protocol Connector: Sendable {
    /// The kind of connection method this serves, for example `ssh`.
    var kind: String { get }

    /// Opens a connection, reporting every stage to `trace` as it ends. Task cancellation ends the attempt at once and leaves nothing open.
    /// - Throws: `ConnectorError`, `CancellationError`.
    func open(_ plan: ConnectionPlan, trace: @escaping Trace) async throws -> any Connection
}

/// An open way to a target. Several commands may run at the same time where the connector allows it.
package protocol Connection: Sendable {
    /// The host key that a pin-on-first-use connection accepted for the first time, to be pinned now; nil otherwise.
    var firstSeenHostKey: HostKey? { get }

    /// The keys that pin-on-first-use jump hosts showed for the first time, by the names of their plans.
    var firstSeenJumpKeys: [String: HostKey] { get }

    /// Whether the connection is known to be usable; does not send anything.
    func isAlive() async -> Bool

    /// Runs a command to its end. `sink` gets the output in order and slows the target down by being slow.
    ///
    /// Cancelling the task (or a timeout) ends the whole process group on the target (TERM, then KILL after `killAfter`), checks that it
    /// is gone and returns `.cancelled` or `.timedOut` with that proof: it does not throw.
    /// - Throws: `ConnectorError` when the command could not be started; errors of `sink` after the command was ended.
    func run(_ command: CommandPlan, sink: @escaping OutputSink) async throws -> CommandEnd

    /// Why commands cannot be supervised here, as the end of a sentence; nil when they can as far as is known.
    var spoolObstacle: String? { get }

    /// Runs a command under a supervisor on the target, which keeps its output and its end until they are discarded, or follows one
    /// that runs already. The total time limit counts from its true start. Losing the connection, or leaving, does not end it;
    /// cancelling the task and reaching a limit do, as in `run`, also when the task was cancelled before the call.
    /// - Throws: `ConnectorError` when nothing was started or read; errors of `sink` after the command was ended.
    func supervise(_ command: CommandPlan, _ spool: SpoolRequest, sink: @escaping OutputSink) async throws -> SpoolEnd

    /// Removes what the target keeps of a supervised command that has ended. What cannot be removed now is removed some days later.
    func discard(spool id: String) async

    /// Closes it and everything it holds. Running commands end as `.connectionLost`.
    func close() async
}

/// Takes output as it arrives: the stream and a piece of any size.
package typealias OutputSink = @Sendable (OutputStream, [UInt8]) async throws -> Void

/// Takes the stages of opening a connection.
package typealias Trace = @Sendable (TraceStage) -> Void

/// The two output streams of a command.
package enum OutputStream: String, Sendable, Codable, Hashable, CaseIterable {
    case stdout
    case stderr
}

/// What to run.
package struct CommandPlan: Sendable {
    /// The two ways to say it.
    package enum Work: Sendable {
        /// A line (or lines) for the login shell of the target account.
        case shell(String)
        /// A program text handed to an interpreter through a private file that is removed afterwards. The text never appears in an argument list.
        case script(text: [UInt8], interpreter: String, arguments: [String])
    }

    /// The command or script.
    package var work: Work
    /// Environment variables, in order of name. They are visible on the target: never secrets.
    package var environment: [(name: String, value: String)]
    /// The directory to start in; nil is the login directory.
    package var workingDirectory: String?
    /// Standard input, closed after the last byte.
    package var standardInput: [UInt8]
    /// The most time the command may take; nil is no limit.
    package var timeout: Duration?
    /// The most time without any output; nil is no limit.
    package var idleTimeout: Duration?
    /// Time between TERM and KILL when the command is ended early.
    package var killAfter: Duration
    /// Asked at the last moment before the command goes to the target, however long connecting took and whatever stood still meanwhile; when
    /// false nothing begins, and the cause is `withdrawn`.
    package var mayBegin: @Sendable () -> Bool = { true }

    /// Makes a plan.
    package init(
        _ work: Work, environment: [(name: String, value: String)] = [], workingDirectory: String? = nil,
        standardInput: [UInt8] = [], timeout: Duration? = nil, idleTimeout: Duration? = nil,
        killAfter: Duration = .seconds(2)
    ) {
        self.work = work
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.standardInput = standardInput
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.killAfter = killAfter
    }
}

/// How a command ended.
package enum CommandEnd: Sendable, Hashable {
    /// By itself, with this exit code (0...255).
    case exited(Int)
    /// By a signal that we did not send, for example `SEGV`.
    case signalled(String)
    /// By us, because a limit was reached.
    case timedOut(TimeLimit, KillProof)
    /// By us, because the task was cancelled.
    case cancelled(KillProof)
    /// Not known: the connection broke while it ran.
    case connectionLost(String)
}

/// The limit that ended a command.
package enum TimeLimit: String, Sendable, Hashable, Codable {
    case total
    case idle
}

/// What is known after a command was ended by us.
package enum KillProof: Sendable, Hashable {
    /// No process of its group is left.
    case gone
    /// It could not be proved, for this reason.
    case unconfirmed(String)
}
