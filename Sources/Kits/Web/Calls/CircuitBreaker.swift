import Synchronization
import Vocabulary

/// Keeps calls away from a service that does not answer, so that whoever calls hears it at once instead of waiting each time. After some failures
/// in a row it opens for a while; then one call tries, and the others follow when it succeeds.
final class CircuitBreaker: Sendable {
    private enum Position {
        case closed(failures: Int)
        case open(until: Timestamp, pause: Duration)
        case trying(until: Timestamp, pause: Duration)
    }

    private static let mostFailures = 5
    private static let (firstPause, longestPause) = (Duration.seconds(1), Duration.seconds(4))
    /// A call that tries and is never heard of again counts as failed after so long.
    private static let longestTry = Duration.seconds(30)

    private let position = Mutex(Position.closed(failures: 0))
    private let clock: any WallClock

    init(clock: any WallClock) { self.clock = clock }

    /// Whether a call may be made now; its end has to be told.
    func allows() -> Bool {
        let now = clock.now()
        return position.withLock { position in
            switch position {
            case .closed: return true
            case .open(let until, let pause), .trying(let until, let pause):
                guard now >= until else { return false }
                position = .trying(until: now + Self.longestTry, pause: pause)
                return true
            }
        }
    }

    /// The service answered, whatever it said.
    func succeeded() { position.withLock { $0 = .closed(failures: 0) } }

    /// Whoever called did not wait for the answer, so nothing is known.
    func gaveUp() {
        let now = clock.now()
        position.withLock { position in
            if case .trying(_, let pause) = position { position = .open(until: now, pause: pause) }
        }
    }

    /// No answer came.
    func failed() {
        let now = clock.now()
        position.withLock { position in
            switch position {
            case .closed(let failures) where failures + 1 < Self.mostFailures: position = .closed(failures: failures + 1)
            case .closed: position = .open(until: now + Self.firstPause, pause: Self.firstPause)
            case .trying(_, let pause):
                let pause = min(pause * 2, Self.longestPause)
                position = .open(until: now + pause, pause: pause)
            case .open: break
            }
        }
    }
}
