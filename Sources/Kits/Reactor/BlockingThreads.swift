import Glibc
import Synchronization

/// A handful of threads for calls that block, such as name resolution and the key derivation of encrypted keys.
/// They start when there is work and end when there is none.
package final class BlockingThreads: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        var running = 0
    }
    private let state = Mutex(State())
    private let limit: Int

    /// At most `limit` threads at a time; more work waits in line.
    package init(limit: Int) { self.limit = max(1, limit) }

    /// Runs a closure on one of the threads. It tells its result itself, usually by `Reactor.submit`.
    package func submit(_ body: @escaping @Sendable () -> Void) {
        let needsThread = state.withLock { state in
            state.work.append(body)
            guard state.running < limit else { return false }
            state.running += 1
            return true
        }
        if needsThread { startThread() }
    }

    private func startThread() {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let me = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<BlockingThreads>.fromOpaque(argument).takeRetainedValue().live()
                return nil
            }, me.toOpaque())
        pthread_attr_destroy(&attributes)
        if code != 0 {
            me.release()
            live()
        }
    }

    private func live() {
        while let body = next() { body() }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.work.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.work.removeFirst()
        }
    }
}
