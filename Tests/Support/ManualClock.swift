import Synchronization
import Vocabulary

/// A clock that tests move by hand: whoever sleeps wakes when `advance` passes his instant.
package final class ManualClock: WallClock, Sendable {
    private struct Sleeper {
        let id: UInt64
        let due: Timestamp
        let wake: CheckedContinuation<Void, any Error>
    }
    private struct State {
        var now: Timestamp
        var nextId: UInt64 = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<UInt64> = []
        var watchers: [CheckedContinuation<Bool, Never>] = []
    }
    private let state: Mutex<State>

    /// Starts at an instant.
    package init(_ start: Timestamp = Timestamp(milliseconds: 1_790_000_000_000)) {
        state = Mutex(State(now: start))
    }

    /// The instant it was last set to.
    package func now() -> Timestamp { state.withLock { $0.now } }

    /// Sleeps until somebody advances the clock far enough.
    package func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextId += 1
            return state.nextId
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (wake: CheckedContinuation<Void, any Error>) in
                let watchers = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
                    if state.cancelled.remove(id) != nil {
                        wake.resume(throwing: CancellationError())
                        return []
                    }
                    state.sleepers.append(Sleeper(id: id, due: state.now + duration, wake: wake))
                    defer { state.watchers = [] }
                    return state.watchers
                }
                for watcher in watchers { watcher.resume(returning: false) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }

    /// Moves the clock and wakes whoever is due.
    package func advance(by duration: Duration) {
        let due = state.withLock { state -> [Sleeper] in
            state.now = state.now + duration
            let due = state.sleepers.filter { $0.due <= state.now }
            state.sleepers.removeAll { $0.due <= state.now }
            return due.sorted { $0.due < $1.due }
        }
        for sleeper in due { sleeper.wake.resume() }
    }

    /// Returns as soon as so many sleep on this clock at the same time.
    package func someoneSleeps(count: Int = 1) async {
        while true {
            let isEnough = await withCheckedContinuation { (watcher: CheckedContinuation<Bool, Never>) in
                let now = state.withLock { state -> Bool in
                    if state.sleepers.count >= count { return true }
                    state.watchers.append(watcher)
                    return false
                }
                if now { watcher.resume(returning: true) }
            }
            if isEnough { return }
        }
    }
}
