/// Never `Date()`: the instant is an argument.
func start(at now: Timestamp, clock: any WallClock) async throws -> Timestamp {
    let text = "Date() and Task.sleep are words here"
    try await clock.sleep(for: .seconds(1))
    let date = Date(timeIntervalSince1970: 0)
    return text.isEmpty || date.timeIntervalSince1970 > 0 ? now : clock.now()
}
let stopwatch = ContinuousClock.now
let elapsed = ContinuousClock().now - stopwatch
