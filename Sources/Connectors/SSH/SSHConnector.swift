import ConnectorPort
import Reactor
import Vocabulary

/// Reaches targets over SSH with libssh: hundreds of sessions share the threads of the reactors.
package struct SSHConnector: Connector {
    private let reactors: ReactorPool
    private let tools: OpeningTools

    /// Sessions live on these reactors: on the caller's, if it is one of them, else by turns.
    package init(reactors: ReactorPool) {
        self.reactors = reactors
        let threads = BlockingThreads(limit: 4)
        tools = OpeningTools(threads: threads, keys: KeyRing(threads))
    }

    /// `ssh`
    package var kind: String { "ssh" }

    /// Opens a connection through all hops of the plan, see `Connector.open`. The stages end with the login; `shell` is reported by
    /// `Connector.test`.
    package func open(_ plan: ConnectionPlan, trace: @escaping Trace) async throws -> any Connection {
        let reactor = reactors.nearest()
        return try await withTaskExecutorPreference(reactor) {
            var hops: [SSHSession] = []
            do {
                for hop in plan.jumps + [plan] {
                    let place = Place(target: hop.target, host: hop.host, port: hop.port)
                    let session = SSHSession(reactor, place)
                    try await session.open(hop, through: hops.last, tools, trace)
                    hops.append(session)
                }
            } catch {
                for session in hops.reversed() { await session.close() }
                throw error
            }
            return try await SSHConnection(reactor, hops)
        }
    }
}

/// An open SSH connection, with the jump hosts that carry it.
package final class SSHConnection: Connection {
    private let reactor: Reactor
    private let session: SSHSession
    private let jumps: [SSHSession]
    /// See `Connection.firstSeenHostKey`; the key of the target, not of a jump host.
    package let firstSeenHostKey: HostKey?

    /// Takes the sessions of all hops, the target's last.
    init(_ reactor: Reactor, _ hops: [SSHSession]) async throws {
        var jumps = hops
        guard let session = jumps.popLast() else { throw CancellationError() }
        self.reactor = reactor
        self.session = session
        self.jumps = jumps
        firstSeenHostKey = await session.firstSeenHostKey
        var jumpKeys: [String: HostKey] = [:]
        for jump in jumps { jumpKeys[jump.place.target] = await jump.firstSeenHostKey }
        firstSeenJumpKeys = jumpKeys
    }

    /// See `Connection.firstSeenJumpKeys`.
    package let firstSeenJumpKeys: [String: HostKey]

    /// See `Connection.isAlive`.
    package func isAlive() async -> Bool { await session.isAlive }

    /// See `Connection.run`. The sink runs on the reactor's thread unless it goes elsewhere itself: it must not block.
    package func run(_ command: CommandPlan, sink: @escaping OutputSink) async throws -> CommandEnd {
        try await withTaskExecutorPreference(reactor) {
            try await session.run(command, sink)
        }
    }

    /// See `Connection.spoolObstacle`: whether the target can have a supervisor is found out when one is to start.
    package var spoolObstacle: String? { nil }

    /// See `Connection.supervise`; the sink as in `run`.
    package func supervise(_ command: CommandPlan, _ spool: SpoolRequest, sink: @escaping OutputSink) async throws -> SpoolEnd {
        try await withTaskExecutorPreference(reactor) {
            try await session.supervise(command, spool, sink)
        }
    }

    /// See `Connection.discard`.
    package func discard(spool id: String) async {
        await withTaskExecutorPreference(reactor) { await session.discard(spool: id) }
    }

    /// See `Connection.close`.
    package func close() async {
        await session.close()
        for jump in jumps.reversed() { await jump.close() }
    }
}
