import Synchronization

/// The commands of one connection.
final class RunningCommands: Sendable {
    private struct State {
        var commands: [ObjectIdentifier: LocalCommand] = [:]
        var isClosed = false
    }
    private let state = Mutex(State())

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Takes note of a command; false when the connection is closed.
    func insert(_ command: LocalCommand) -> Bool {
        state.withLock { state in
            if state.isClosed { return false }
            state.commands[ObjectIdentifier(command)] = command
            return true
        }
    }

    func remove(_ command: LocalCommand) {
        state.withLock { $0.commands[ObjectIdentifier(command)] = nil }
    }

    /// Closes; returns what still runs.
    func close() -> [LocalCommand] {
        state.withLock { state in
            state.isClosed = true
            return Array(state.commands.values)
        }
    }
}
