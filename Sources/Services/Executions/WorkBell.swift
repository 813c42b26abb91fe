import Contracts
import Synchronization
import Vocabulary

/// Wakes the calls in this process that wait for work. A generation closes the gap between looking and waiting.
///
/// Whoever makes work in this process may take a waiting call off the bell, lease for it in the same transaction and hand that over:
/// the work then is on its way as soon as it is stored.
final class WorkBell: Sendable {
    /// A call that was taken off the bell. It must be answered.
    struct WaitingCall: Sendable {
        /// What the caller can take.
        let ask: AskLease
        fileprivate let continuation: CheckedContinuation<LeaseOperations.Taken?, Never>

        /// Hands over what was leased for the call; nil lets it look for itself.
        func answer(_ taken: LeaseOperations.Taken?) { continuation.resume(returning: taken) }
    }
    private struct Waiter {
        let ask: AskLease?
        let continuation: CheckedContinuation<LeaseOperations.Taken?, Never>
    }
    private struct State {
        var generation = 0
        var nextWaiter = 0
        var waiters: [Int: Waiter] = [:]
        var cancelled: Set<Int> = []
    }
    private let state = Mutex(State())

    /// Read it before looking for work; `wait` returns at once if it has changed since.
    var generation: Int { state.withLock { $0.generation } }

    /// How many calls wait for branches.
    var waitingCalls: Int { state.withLock { state in state.waiters.values.count { ($0.ask?.slots ?? 0) > 0 } } }

    /// Wakes everybody.
    func ring() {
        let waiters = state.withLock { state in
            state.generation += 1
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }

    /// Takes the call that has waited longest for branches off the bell; nil when there is none.
    func takeCall() -> WaitingCall? {
        state.withLock { state in
            let calls = state.waiters.compactMapValues { waiter in
                waiter.ask.flatMap { $0.slots > 0 ? WaitingCall(ask: $0, continuation: waiter.continuation) : nil }
            }
            guard let first = calls.min(by: { $0.key < $1.key }) else { return nil }
            state.waiters[first.key] = nil
            return first.value
        }
    }

    /// Waits for a ring after `seen`, for the time to pass, or for the task's cancellation. A call with an `ask` may come back with
    /// branches that were leased for it.
    @discardableResult
    func wait(
        since seen: Int, for ask: AskLease? = nil, atMost longest: Duration, _ clock: any WallClock
    ) async -> LeaseOperations.Taken? {
        await withTaskGroup(of: LeaseOperations.Taken?.self) { group in
            group.addTask { await self.wait(since: seen, for: ask) }
            group.addTask {
                try? await clock.sleep(for: longest)
                return nil
            }
            var taken = await group.next() ?? nil
            group.cancelAll()
            // Branches may have been leased for it just when the time was over.
            for await late in group { taken = taken ?? late }
            return taken
        }
    }

    private func wait(since seen: Int, for ask: AskLease?) async -> LeaseOperations.Taken? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let taken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state in
                    if state.cancelled.remove(id) != nil || state.generation != seen { return true }
                    state.waiters[id] = Waiter(ask: ask, continuation: continuation)
                    return false
                }
                if now { continuation.resume(returning: nil) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: id)
                if waiter == nil { state.cancelled.insert(id) }
                return waiter
            }
            waiter?.continuation.resume(returning: nil)
        }
        _ = state.withLock { $0.cancelled.remove(id) }
        return taken
    }
}
