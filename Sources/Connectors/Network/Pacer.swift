import Vocabulary

/// Lets no more begin in a second than is allowed, whoever asks, and evenly.
actor Pacer {
    private let pause: Double
    private let clock: any WallClock
    /// When the next may begin, in milliseconds.
    private var next: Double = 0

    init(perSecond: Int, clock: any WallClock) {
        pause = 1000 / Double(max(1, perSecond))
        self.clock = clock
    }

    /// Returns when one more may begin.
    /// - Throws: `CancellationError`.
    func turn() async throws {
        let now = Double(clock.now().milliseconds)
        let mine = max(now, next)
        next = mine + pause
        try Task.checkCancellation()
        let wait = mine - now
        if wait >= 1 { try await clock.sleep(for: .milliseconds(Int64(wait))) }
    }
}
