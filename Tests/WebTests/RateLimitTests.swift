import Testing
import Vocabulary
import Web

@Suite("RateLimit")
struct RateLimitTests {
    private let start = Timestamp(milliseconds: 1_790_000_000_000)

    @Test("a burst passes, then one more per refill, each key for itself")
    func bucket() async throws {
        let limit = RateLimit(burst: 3, refill: .seconds(10))
        for _ in 0..<3 { try await limit.pass("a", at: start) }

        let problem = await #expect(throws: Problem.self) { try await limit.pass("a", at: start + .seconds(4)) }
        #expect(problem?.status == 429)
        #expect(problem?.retryAfterSeconds == 6)
        try await limit.pass("b", at: start + .seconds(4))
        try await limit.pass("a", at: start + .seconds(10))
        await #expect(throws: Problem.self) { try await limit.pass("a", at: start + .seconds(10)) }
    }

    @Test("a clock that goes back gives nothing away")
    func clockBack() {
        var bucket = TokenBucket(burst: 1, refill: .seconds(1), at: start)
        #expect(bucket.take(at: start) == nil)
        #expect(bucket.take(at: start + .seconds(-100)) != nil)
        #expect(bucket.take(at: start + .milliseconds(500)) == .milliseconds(500))
    }

    @Test("old keys are forgotten")
    func forgetting() async throws {
        let limit = RateLimit(burst: 1, refill: .seconds(1))
        for key in 0..<10_000 { try await limit.pass("\(key)", at: start) }
        try await limit.pass("new", at: start + .seconds(60))

        #expect(await limit.count == 1)
        await limit.forget("new")
        #expect(await limit.count == 0)
    }
}
