import Vocabulary

/// A token bucket: `burst` at once, then one more every `refill`.
package struct TokenBucket: Sendable, Equatable {
    /// How many may come at once.
    package let burst: Int
    /// The time in which one token comes back.
    package let refill: Duration
    private var tokens: Double
    private var updated: Timestamp

    /// A full bucket.
    package init(burst: Int, refill: Duration, at now: Timestamp) {
        self.burst = burst
        self.refill = refill
        tokens = Double(burst)
        updated = now
    }

    /// Takes a token. Returns nil when there was one, otherwise how long to wait for the next.
    package mutating func take(at now: Timestamp) -> Duration? {
        fill(now)
        if tokens >= 1 {
            tokens -= 1
            return nil
        }
        return .milliseconds(Int64(((1 - tokens) * Double(refill.milliseconds)).rounded(.up)))
    }

    /// Whether it has nothing to remember any more.
    package func isFull(at now: Timestamp) -> Bool {
        var copy = self
        copy.fill(now)
        return copy.tokens >= Double(burst)
    }

    private mutating func fill(_ now: Timestamp) {
        let passed = max(0, (now - updated).milliseconds)
        tokens = min(Double(burst), tokens + Double(passed) / Double(max(1, refill.milliseconds)))
        updated = max(updated, now)
    }
}

/// A token bucket per key, in memory; full buckets are forgotten, so it does not grow with old keys.
package actor RateLimit {
    private static let sweepAbove = 10_000
    private let burst: Int
    private let refill: Duration
    private var buckets: [String: TokenBucket] = [:]
    private var sweepAt = RateLimit.sweepAbove

    /// Allows `burst` per key at once, then one more every `refill`.
    package init(burst: Int, refill: Duration) {
        self.burst = burst
        self.refill = refill
    }

    /// Counts one attempt.
    /// - Throws: the problem `too-many-requests` with the time to wait.
    package func pass(_ key: String, at now: Timestamp) throws {
        sweep(now)
        guard let wait = buckets[key, default: TokenBucket(burst: burst, refill: refill, at: now)].take(at: now) else { return }
        let seconds = max(1, Int((Double(wait.milliseconds) / 1000).rounded(.up)))
        throw Problem(
            "too-many-requests", "Too many requests", status: 429, "Too many attempts; try again in \(seconds) seconds.",
            retryAfterSeconds: seconds)
    }

    /// Forgets a key, for example after a successful sign-in.
    package func forget(_ key: String) { buckets[key] = nil }

    /// How many keys are remembered.
    package var count: Int { buckets.count }

    private func sweep(_ now: Timestamp) {
        guard buckets.count >= sweepAt else { return }
        buckets = buckets.filter { !$0.value.isFull(at: now) }
        sweepAt = max(Self.sweepAbove, buckets.count * 2)
    }
}
