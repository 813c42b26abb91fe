import Bus
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

/// The failed sign-ins per address within a minute, whichever process of this service they came to.
struct AddressFailures: Sendable {
    private static let window = Duration.seconds(60)

    let tally: any Tally
    /// Failures in a minute.
    let limit: Int

    /// Counts an attempt, which stands as failed until `withdraw`.
    /// - Throws: `AuthError.tooManyAttempts`.
    func count(_ address: String?) async throws(AuthError) {
        guard let address else { return }
        let counted = await tally.add(to: Self.name(address), window: Self.window)
        guard counted.count > limit else { return }
        throw .tooManyAttempts(retryAfterSeconds: max(1, Int((counted.rest.milliseconds + 999) / 1000)))
    }

    /// Takes back an attempt that succeeded.
    func withdraw(_ address: String?) async {
        if let address { await tally.withdraw(from: Self.name(address)) }
    }

    private static func name(_ address: String) -> String { "sign-in-failures:\(address)" }
}
