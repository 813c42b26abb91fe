import Synchronization
import Vocabulary

/// Counts what happens within a while, for all processes together. It is a brake and no ledger: counts may be lost.
package protocol Tally: Sendable {
    /// Counts one more under a name; the count begins anew so long after its first.
    func add(to name: String, window: Duration) async -> TallyCount
    /// Takes one back, unless the count has begun anew.
    func withdraw(from name: String) async
    /// Lets go of what it holds.
    func close() async
}

/// How far a count is.
package struct TallyCount: Sendable, Hashable {
    /// How many there are, the latest one among them.
    package let count: Int
    /// How long it is until the count begins anew.
    package let rest: Duration

    /// Makes a count.
    package init(count: Int, rest: Duration) {
        self.count = count
        self.rest = rest
    }
}

/// Counts for this process alone.
package final class InProcessTally: Tally {
    private struct Window {
        let end: Timestamp
        var count: Int
    }
    private static let most = 20_000

    private let clock: any WallClock
    private let windows = Mutex<[String: Window]>([:])

    /// Starts with nothing counted.
    package init(clock: any WallClock) { self.clock = clock }

    /// See `Tally`.
    package func add(to name: String, window: Duration) async -> TallyCount {
        let now = clock.now()
        return windows.withLock { windows in
            if windows.count >= Self.most { windows = windows.filter { now < $0.value.end } }
            var counted = windows[name] ?? Window(end: now + window, count: 0)
            if now >= counted.end { counted = Window(end: now + window, count: 0) }
            counted.count += 1
            windows[name] = counted
            return TallyCount(count: counted.count, rest: counted.end - now)
        }
    }

    /// See `Tally`.
    package func withdraw(from name: String) async {
        windows.withLock { windows in
            guard let counted = windows[name], counted.count > 0 else { return }
            windows[name]?.count -= 1
        }
    }

    /// See `Tally`. There is nothing to let go of.
    package func close() async {}
}
