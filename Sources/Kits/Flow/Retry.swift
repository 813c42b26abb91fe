import Vocabulary

/// How often a step is tried and how long to wait in between.
package struct Retry: Sendable, Hashable {
    /// All attempts together, the first one too; at least 1.
    package let attempts: Int
    /// The delay before the second attempt.
    package let delay: Duration
    /// Each further delay is so many times longer; at least 1.
    package let factor: Double
    /// The longest delay.
    package let maxDelay: Duration

    /// Takes numbers as they come and brings them into range: at least one attempt, no negative delay, a factor of 1 or more.
    package init(attempts: Int, delay: Duration, factor: Double, maxDelay: Duration) {
        self.attempts = max(1, attempts)
        self.delay = max(.zero, delay)
        self.factor = factor.isFinite ? max(1, factor) : 1
        self.maxDelay = max(.zero, maxDelay)
    }

    /// One attempt.
    package static let never = Retry(attempts: 1, delay: .zero, factor: 1, maxDelay: .zero)

    /// Whether another attempt follows a failed one (from 1).
    package func allowsAttempt(after attempt: Int) -> Bool { attempt < attempts }

    /// How long to wait before an attempt (from 1); nothing before the first. Never more than `maxDelay`, whatever the numbers.
    package static func delay(beforeAttempt attempt: Int, of retry: Retry) -> Duration {
        guard attempt > 1 else { return .zero }
        var seconds = retry.delay.seconds
        let most = retry.maxDelay.seconds
        for _ in 2..<max(2, min(attempt, 1_000)) where seconds < most {
            seconds *= retry.factor
            if retry.factor == 1 || seconds == 0 { break }
        }
        return seconds >= most ? retry.maxDelay : .milliseconds(Int64((seconds * 1000).rounded()))
    }
}
