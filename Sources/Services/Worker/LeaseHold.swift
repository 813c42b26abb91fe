import ConnectorPort
import Synchronization

/// How long a worker may count on its lease of a branch, by its own clock that never jumps. It counts from when the worker asked, so that whatever stood still on the
/// way, the worker itself too, counts against it: it begins nothing that another worker may have begun.
final class LeaseHold: Sendable {
    private struct State {
        /// Nil when the lease is lost.
        var until: ContinuousClock.Instant?
        /// How many steps run, or are about to, under a supervisor on the target.
        var supervised = 0
        var isWantedBack = false
        var isHandedBack = false
    }
    private let state: Mutex<State>

    /// Tells those who follow supervised steps that another worker will.
    let leave = SpoolLeave()

    init(until end: ContinuousClock.Instant) { state = Mutex(State(until: end)) }

    /// Whether the lease is held.
    var isHeld: Bool { state.withLock { $0.until.map { ContinuousClock.now < $0 } ?? false } }

    /// Whether another one has the branch.
    var isLost: Bool { state.withLock { $0.until == nil } }

    /// Whether the branch is to be given back as soon as nothing runs at this worker any more.
    var isHandedBack: Bool { state.withLock { $0.isHandedBack } }

    /// A heartbeat got through. What was lost stays lost.
    func extend(to end: ContinuousClock.Instant) { state.withLock { if $0.until != nil { $0.until = end } } }

    /// Another one has the branch: what runs under a supervisor is its to follow.
    func lose() {
        state.withLock { $0.until = nil }
        leave.leave()
    }

    /// The worker wants to stop: a branch with supervised steps, now or later, can be given back at once.
    func handBack() { change { $0.isWantedBack = true } }

    /// A step is about to begin under a supervisor, or to be followed.
    func beginSupervising() { change { $0.supervised += 1 } }

    /// It has ended, or runs plainly.
    func endSupervising() { change { $0.supervised -= 1 } }

    private func change(_ change: (inout State) -> Void) {
        let leaves = state.withLock { state in
            change(&state)
            guard state.isWantedBack, state.supervised > 0, !state.isHandedBack else { return false }
            state.isHandedBack = true
            return true
        }
        if leaves { leave.leave() }
    }
}
