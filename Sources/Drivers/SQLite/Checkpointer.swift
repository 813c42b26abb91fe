import Store
import Synchronization

/// Moves what has gathered in the log of a database into its file, beside the writer: otherwise every so often a commit would do that too and
/// wait for two more flushes of the disk. Where the log grows faster than this, SQLite does it inside a commit (`wal_autocheckpoint`).
final class Checkpointer: Sendable {
    /// So many commits, of some ten pages each, between two rounds.
    static let commitsBetween = 64

    private struct State {
        var commits = 0
        var isAtWork = false
        var connection: Connection?
    }
    private let state = Mutex(State())
    private let path: String
    /// All databases of the process take turns: they share the disk too.
    private static let thread = PinnedThread(name: "store-checkpoint")

    /// For the database file at `path`.
    init(path: String) { self.path = path }

    /// Counts a commit; when it is time, a round starts and the caller does not wait for it.
    func noteCommit() {
        let isDue = state.withLock { state in
            state.commits += 1
            guard state.commits >= Self.commitsBetween, !state.isAtWork else { return false }
            state.commits = 0
            state.isAtWork = true
            return true
        }
        if isDue { Task(executorPreference: Self.thread) { self.work() } }
    }

    /// A round that fails is made up for by the next one or by SQLite itself.
    private func work() {
        if let connection = state.withLock({ $0.connection }) ?? (try? Connection(path: path, isReadOnly: false)) {
            state.withLock { $0.connection = connection }
            try? connection.checkpoint()
        }
        state.withLock { $0.isAtWork = false }
    }

    /// Closes its connection after the round that is under way.
    func close() async {
        await Task(executorPreference: Self.thread) {
            let connection = self.state.withLock { state in
                state.isAtWork = true
                defer { state.connection = nil }
                return state.connection
            }
            connection?.close()
        }.value
    }
}
