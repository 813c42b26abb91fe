import Flow
import Testing

@Suite("Retry")
struct RetryTests {
    @Test("waits longer before each attempt, up to the longest delay")
    func waitsLonger() {
        let retry = Retry(attempts: 6, delay: .seconds(2), factor: 3, maxDelay: .seconds(30))

        #expect(
            (1...6).map { Retry.delay(beforeAttempt: $0, of: retry) } == [
                .zero, .seconds(2), .seconds(6), .seconds(18), .seconds(30), .seconds(30),
            ])
        #expect((1...6).map(retry.allowsAttempt) == [true, true, true, true, true, false])
    }

    @Test(
        "never overflows and never waits longer than the longest delay, whatever the numbers",
        arguments: [
            (1.0, 1), (1.0, Int.max), (2.0, 3), (100.0, 5000), (Double.infinity, 9), (.nan, 9), (-4, 9), (1e308, Int.max),
            (1.0001, Int.max),
        ])
    func staysInRange(factor: Double, attempt: Int) {
        let retry = Retry(attempts: .max, delay: .milliseconds(1500), factor: factor, maxDelay: .seconds(86_400))

        let delay = Retry.delay(beforeAttempt: attempt, of: retry)

        #expect(delay >= .zero && delay <= .seconds(86_400))
    }

    @Test("brings impossible numbers into range")
    func bringsIntoRange() {
        let retry = Retry(attempts: -3, delay: .seconds(-5), factor: 0, maxDelay: .seconds(-1))

        #expect(retry.attempts == 1)
        #expect(!retry.allowsAttempt(after: 1))
        #expect(Retry.delay(beforeAttempt: 7, of: retry) == .zero)
    }

    @Test("keeps a delay of nothing and a steady delay as they are")
    func keepsSteadyDelays() {
        #expect(Retry.delay(beforeAttempt: 50, of: Retry(attempts: 99, delay: .zero, factor: 2, maxDelay: .seconds(9))) == .zero)
        #expect(
            Retry.delay(beforeAttempt: 50, of: Retry(attempts: 99, delay: .seconds(3), factor: 1, maxDelay: .seconds(9))) == .seconds(3))
    }
}
