import Store
import Synchronization
import Vocabulary

/// Wakes the clockwork, which knows afterwards whether it was rung for.
final class ClockworkBell: Sendable {
    private let doorbell = Doorbell()
    private let isRung = Mutex(false)

    /// Says that there may be something to do.
    func ring() {
        isRung.withLock { $0 = true }
        doorbell.ring()
    }

    /// Waits for a ring, `longest` or the task's cancellation, and says whether it was rung.
    func wait(atMost longest: Duration, _ clock: any WallClock) async -> Bool {
        if longest > .zero { await doorbell.wait(atMost: longest, clock) }
        return isRung.withLock { rung in
            defer { rung = false }
            return rung
        }
    }
}
