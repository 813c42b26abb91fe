import ConnectorPort
import Reactor
import Vocabulary

/// Runs commands on this machine, as the account of this process.
package struct LocalConnector: Connector {
    private let reactors: ReactorPool

    /// Commands are served by these reactors: by the caller's, if it is one of them, else by turns.
    package init(reactors: ReactorPool) { self.reactors = reactors }

    /// `local`
    package var kind: String { "local" }

    /// There is nothing to connect to: always succeeds and reports no stage.
    package func open(_ plan: ConnectionPlan, trace: @escaping Trace) async throws -> any Connection {
        LocalConnection(reactors, target: plan.target)
    }
}

/// This machine, ready for commands.
package final class LocalConnection: Connection {
    private let reactors: ReactorPool
    private let target: String
    private let running = RunningCommands()

    init(_ reactors: ReactorPool, target: String) {
        self.reactors = reactors
        self.target = target
    }

    /// Nil: there is no host key.
    package var firstSeenHostKey: HostKey? { nil }
    /// Empty: there is no jump host.
    package var firstSeenJumpKeys: [String: HostKey] { [:] }

    /// Whether it was not closed.
    package func isAlive() async -> Bool { !running.isClosed }

    /// See `Connection.run`. The command gets PATH, HOME and LANG of this process, the plan's variables and nothing else.
    package func run(_ command: CommandPlan, sink: @escaping OutputSink) async throws -> CommandEnd {
        let reactor = reactors.nearest()
        let run = LocalCommand(command, target: target, reactor)
        guard running.insert(run) else {
            throw ConnectorError(.connectionLost, "The connection to \(target) is closed.")
        }
        defer { running.remove(run) }
        return try await withTaskExecutorPreference(reactor) {
            try await run.run(sink)
        }
    }

    /// Ends the commands that still run, as a broken connection.
    package func close() async {
        for run in running.close() { run.stop(.closed) }
    }
}
