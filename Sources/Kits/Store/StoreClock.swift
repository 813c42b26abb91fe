import Synchronization
import Vocabulary

/// The time of a database's server, which all processes share that use it, told by this machine's clock and how far that is from the server's. Whoever decides
/// by instants that others have stored asks this clock, so that it does not matter how well machines keep time.
package final class StoreClock: WallClock {
    private let base: any WallClock
    private let database: any Database
    private let ahead = Mutex(Duration.zero)

    /// How far this machine's clock may be from the server's before it is corrected.
    private static let tolerance = Duration.milliseconds(200)

    /// A clock that is this machine's until it is first compared.
    package init(_ base: any WallClock, of database: any Database) {
        self.base = base
        self.database = database
    }

    /// How far the server's clock is ahead of this machine's; zero while both agree well enough, and for an engine in this process.
    package var offset: Duration { ahead.withLock { $0 } }

    /// The present instant.
    package func now() -> Timestamp { base.now() + offset }

    /// Waits as the machine's clock does.
    package func sleep(for duration: Duration) async throws { try await base.sleep(for: duration) }

    /// Compares the clocks. Returns by how much the time that is told changed; zero when it is good enough.
    /// - Throws: `StoreError`.
    @discardableResult
    package func compare() async throws -> Duration {
        guard let now = database.dialect.now else { return .zero }
        let asked = base.now()
        guard let row = try await database.query("-- clock.now\nSELECT \(now) AS now").first else { return .zero }
        let answered = base.now()
        // The server looked at its clock at some moment in between: by half of the time that it took the result may be wrong.
        let doubt = max(answered - asked, .zero) / 2
        let theirs = try row.time("now") - (asked + doubt)
        return ahead.withLock { ahead in
            let change = theirs - ahead
            guard max(change, .zero - change) > Self.tolerance + doubt else { return .zero }
            ahead = theirs
            return change
        }
    }
}
