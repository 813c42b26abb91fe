import Synchronization
import Vocabulary

/// Wakes the calls in this process that wait for work. A generation closes the gap between looking and waiting.
final class WorkBell: Sendable {
    private struct State {
        var generation = 0
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<Int> = []
    }
    private let state = Mutex(State())

    /// Read it before looking for work; `wait` returns at once if it has changed since.
    var generation: Int { state.withLock { $0.generation } }

    /// Wakes everybody.
    func ring() {
        let waiters = state.withLock { state in
            state.generation += 1
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits for a ring after `seen`, for the time to pass, or for the task's cancellation.
    func wait(since seen: Int, atMost longest: Duration, _ clock: any WallClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(since: seen) }
            group.addTask { try? await clock.sleep(for: longest) }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait(since seen: Int) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state in
                    if state.cancelled.remove(id) != nil || state.generation != seen { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if now { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.resume()
        }
        _ = state.withLock { $0.cancelled.remove(id) }
    }
}
