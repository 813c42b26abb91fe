import Synchronization

/// What was told lately, so that what goes on and on is told once in a while. When too much is remembered nothing more is told until some of it is old.
package final class RecentlyTold: Sendable {
    private let span: Duration
    private let most: Int
    private let told = Mutex<[String: Timestamp]>([:])

    /// Tells the same again after `span`; remembers at most so many.
    package init(for span: Duration, atMost most: Int = 10_000) {
        self.span = span
        self.most = most
    }

    /// Whether something is to be told now, because it was not within the span.
    package func isNews(_ what: String, at now: Timestamp) -> Bool {
        told.withLock { told in
            if let last = told[what], now - last < span, last <= now { return false }
            if told.count >= most { told = told.filter { now - $0.value < span } }
            guard told.count < most else { return false }
            told[what] = now
            return true
        }
    }

    /// Forgets what could not be told after all.
    package func forget(_ what: String) { _ = told.withLock { $0.removeValue(forKey: what) } }
}
