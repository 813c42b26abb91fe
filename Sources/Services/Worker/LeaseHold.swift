import Synchronization

/// How long a worker may count on its lease of a branch, by its own clock that never jumps. It counts from when the worker asked, so that whatever stood still on the
/// way, the worker itself too, counts against it: it begins nothing that another worker may have begun.
final class LeaseHold: Sendable {
    /// Nil when the lease is lost.
    private let until: Mutex<ContinuousClock.Instant?>

    init(until end: ContinuousClock.Instant) { until = Mutex(end) }

    /// Whether the lease is held.
    var isHeld: Bool { until.withLock { end in end.map { ContinuousClock.now < $0 } ?? false } }

    /// Whether another one has the branch.
    var isLost: Bool { until.withLock { $0 == nil } }

    /// A heartbeat got through. What was lost stays lost.
    func extend(to end: ContinuousClock.Instant) { until.withLock { if $0 != nil { $0 = end } } }

    /// Another one has the branch.
    func lose() { until.withLock { $0 = nil } }
}
