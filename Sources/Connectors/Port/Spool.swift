import Synchronization

/// A command that is to outlive its connection: who comes later finds it by its id and reads on from where others got to.
package struct SpoolRequest: Sendable {
    /// What may happen when the target does not know the id.
    package enum Beginning: Sendable, Hashable {
        /// It is started.
        case start
        /// It is started only if the target has been up for longer than this, so that it cannot have lost what was started before.
        case startUnlessRebooted(since: Duration)
        /// It is lost.
        case attach
    }

    /// The id, the same for everybody who asks for this command: letters, digits and `-`.
    package var id: String
    /// What may happen when the target does not know it.
    package var beginning: Beginning
    /// How many bytes of standard output were kept already; only later ones come.
    package var stdoutKept: Int
    /// How many bytes of standard error were kept already.
    package var stderrKept: Int
    /// The most bytes of each stream that the target keeps.
    package var quota: Int
    /// A number that changes every day: with each new one the target throws away what nobody has fetched for two weeks.
    package var day: Int
    /// Tells when whoever asks goes away while the command goes on.
    package var leave: SpoolLeave
    /// Told, before any output, that the target knows the command: from then on it has begun.
    package var onBegin: @Sendable () async -> Void

    /// Makes a request.
    package init(
        id: String, beginning: Beginning = .start, stdoutKept: Int = 0, stderrKept: Int = 0, quota: Int, day: Int = 0,
        leave: SpoolLeave = SpoolLeave(), onBegin: @escaping @Sendable () async -> Void = {}
    ) {
        self.onBegin = onBegin
        self.id = id
        self.beginning = beginning
        self.stdoutKept = stdoutKept
        self.stderrKept = stderrKept
        self.quota = quota
        self.day = day
        self.leave = leave
    }
}

/// How following a supervised command ended.
package enum SpoolEnd: Sendable, Hashable {
    /// The command ended; never as `.connectionLost`.
    case ended(CommandEnd, SpoolGap?)
    /// The connection broke, which leaves the command as it is, and whether it is known to have begun.
    case broken(String, hasBegun: Bool)
    /// Nothing was started: the target cannot have a supervisor, for this reason.
    case unable(String)
    /// Nobody will ever know how it ended, for this reason.
    case lost(String)
    /// Whoever asked went away; the command goes on.
    case left
}

/// Output that was not kept on the target and that nobody had read before.
package enum SpoolGap: Sendable, Hashable {
    /// There was more of it than the quota.
    case beyondQuota
    /// The disk of the target was full.
    case diskFull
}

/// Tells those who follow supervised commands to go away from them, once.
package final class SpoolLeave: Sendable {
    private struct State {
        var isLeft = false
        var next = 0
        var waiting: [Int: @Sendable () -> Void] = [:]
    }
    private let state = Mutex(State())

    /// Nobody goes away yet.
    package init() {}

    /// Whether it was told.
    package var isLeft: Bool { state.withLock { $0.isLeft } }

    /// Tells it.
    package func leave() {
        let waiting = state.withLock { state in
            state.isLeft = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for tell in waiting { tell() }
    }

    /// Calls back when it is told, or at once; the number is for `forget`.
    package func onLeave(_ tell: @escaping @Sendable () -> Void) -> Int {
        let (number, isLeft) = state.withLock { state in
            state.next += 1
            if !state.isLeft { state.waiting[state.next] = tell }
            return (state.next, state.isLeft)
        }
        if isLeft { tell() }
        return number
    }

    /// Calls that one back no more.
    package func forget(_ number: Int) { state.withLock { $0.waiting[number] = nil } }
}

extension Connection {
    /// A connection of a kind that cannot have commands supervised.
    package var spoolObstacle: String? { "what runs on the worker's own machine ends with the worker" }

    /// See `Connection.supervise`: says that it cannot be done.
    package func supervise(_ command: CommandPlan, _ spool: SpoolRequest, sink: @escaping OutputSink) async throws -> SpoolEnd {
        .unable(spoolObstacle ?? "this kind of connection has no supervisor")
    }

    /// See `Connection.discard`: there is nothing.
    package func discard(spool id: String) async {}
}
