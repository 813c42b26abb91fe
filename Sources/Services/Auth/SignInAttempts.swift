import Synchronization
import Vocabulary

/// The failed sign-ins of one account from one place, in a row.
struct SignInAttempts: Sendable, Equatable {
    /// So many failures are free.
    static let free = 5
    /// After a day without a failure the count starts again.
    static let memory = Duration.seconds(86_400)
    /// An address that signed in within this time is counted apart from all others.
    static let placeMemory = Duration.seconds(30 * 86_400)
    private static let firstWaitSeconds = 15
    private static let longestWaitSeconds = 900

    let failures: Int
    let lastAt: Timestamp

    /// Seconds to wait before the next attempt: 0, then 15, 30, 60 ... up to 15 minutes after the last failure.
    func secondsToWait(at now: Timestamp) -> Int {
        guard failures >= Self.free else { return 0 }
        let doublings = min(failures - Self.free, 6)
        let wait = min(Self.firstWaitSeconds << doublings, Self.longestWaitSeconds)
        let passed = (now - lastAt).milliseconds
        return max(0, Int((Int64(wait) * 1000 - passed + 999) / 1000))
    }

    /// The count with one attempt more, which stands as failed until it succeeds.
    static func adding(to present: SignInAttempts?, at now: Timestamp) -> SignInAttempts {
        guard let present, now - present.lastAt < memory else { return SignInAttempts(failures: 1, lastAt: now) }
        return SignInAttempts(failures: present.failures + 1, lastAt: now)
    }
}

/// The failed sign-ins per address within a minute; kept in memory, because a minute is soon over.
final class AddressFailures: Sendable {
    private struct Window {
        var began: Timestamp
        var count: Int
    }
    private static let length = Duration.seconds(60)
    private static let mostAddresses = 20_000

    private let limit: Int
    private let windows = Mutex<[String: Window]>([:])

    /// - Parameter limit: failures in a minute.
    init(limit: Int) { self.limit = limit }

    /// Counts an attempt, which stands as failed until `withdraw`.
    /// - Throws: `AuthError.tooManyAttempts`.
    func count(_ address: String?, at now: Timestamp) throws(AuthError) {
        guard let address else { return }
        let wait = windows.withLock { windows -> Duration? in
            if windows.count >= Self.mostAddresses { windows = windows.filter { now - $0.value.began < Self.length } }
            var window = windows[address] ?? Window(began: now, count: 0)
            if now - window.began >= Self.length { window = Window(began: now, count: 0) }
            guard window.count < limit else { return Self.length - (now - window.began) }
            window.count += 1
            windows[address] = window
            return nil
        }
        if let wait { throw .tooManyAttempts(retryAfterSeconds: max(1, Int((wait.milliseconds + 999) / 1000))) }
    }

    /// Takes back an attempt that succeeded.
    func withdraw(_ address: String?) {
        guard let address else { return }
        windows.withLock { windows in
            guard let window = windows[address], window.count > 0 else { return }
            windows[address] = Window(began: window.began, count: window.count - 1)
        }
    }
}
