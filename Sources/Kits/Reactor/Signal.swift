/// A condition that tasks of one reactor wait for. The generation closes the gap between testing the condition and sleeping:
/// read it, test, then wait since it.
///
/// `@unchecked Sendable`: every use is on the reactor's thread, which `checkIsolated` proves.
package final class Signal: @unchecked Sendable {
    private let reactor: Reactor
    private var waiting: [CheckedContinuation<Void, Never>] = []
    /// How often it was fired.
    package private(set) var generation: UInt64 = 0

    /// Makes a signal for the tasks of one reactor.
    package init(_ reactor: Reactor) { self.reactor = reactor }

    /// Wakes all who wait.
    package func fire() {
        reactor.checkIsolated()
        generation &+= 1
        if waiting.isEmpty { return }
        var woken: [CheckedContinuation<Void, Never>] = []
        swap(&woken, &waiting)
        for continuation in woken { continuation.resume() }
    }

    /// Returns once the signal was fired after generation `seen`. It takes no notice of cancellation: whoever cancels fires.
    package func wait(since seen: UInt64, isolation: isolated (any Actor)? = #isolation) async {
        if generation != seen { return }
        await withCheckedContinuation(isolation: isolation) { continuation in
            reactor.checkIsolated()
            if generation == seen { waiting.append(continuation) } else { continuation.resume() }
        }
    }
}
