import Synchronization
import Vocabulary

/// Wakes one loop. A ring while the loop is busy is not lost: its next wait returns at once.
package final class Doorbell: Sendable {
    private enum State {
        case quiet
        case rung
        case awaited(CheckedContinuation<Void, Never>)
    }
    private let state = Mutex(State.quiet)

    /// Starts quiet.
    package init() {}

    /// Wakes the loop, now or at its next wait.
    package func ring() { take(leaving: .rung)?.resume() }

    /// Waits for a ring, `longest` or the task's cancellation, whichever comes first.
    package func wait(atMost longest: Duration, _ clock: any WallClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await clock.sleep(for: longest) }
            group.addTask { await self.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits for a ring or the task's cancellation.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isDue = state.withLock { state in
                    if case .rung = state {
                        state = .quiet
                        return true
                    }
                    state = .awaited(waiter)
                    return false
                }
                // A cancellation before the state was set found nobody to wake.
                if isDue { waiter.resume() } else if Task.isCancelled { take(leaving: .quiet)?.resume() }
            }
        } onCancel: {
            take(leaving: nil)?.resume()
        }
    }

    /// Ends a wait in progress and returns its waiter; with nobody waiting the state becomes `rest`, or stays when that is nil.
    private func take(leaving rest: State?) -> CheckedContinuation<Void, Never>? {
        state.withLock { state in
            if case .awaited(let waiter) = state {
                state = .quiet
                return waiter
            }
            if let rest { state = rest }
            return nil
        }
    }
}
