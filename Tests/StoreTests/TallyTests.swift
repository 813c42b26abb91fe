import Bus
import Reactor
import RedisDriver
import Support
import Testing
import Vocabulary

@Suite("Counts within a while", .timeLimit(.minutes(1)))
struct TallyTests {
    private static let reactors = ReactorPool(count: 1)
    private static let minute = Duration.seconds(60)

    @Test("a count goes on until its window ends, can be taken back and then begins anew")
    func inProcess() async {
        let clock = ManualClock()
        let tally = InProcessTally(clock: clock)

        _ = await tally.add(to: "a", window: Self.minute)
        clock.advance(by: .seconds(59))
        #expect(await tally.add(to: "a", window: Self.minute) == TallyCount(count: 2, rest: .seconds(1)))
        #expect(await tally.add(to: "b", window: Self.minute).count == 1)
        await tally.withdraw(from: "a")
        #expect(await tally.add(to: "a", window: Self.minute).count == 2)
        clock.advance(by: .seconds(1))
        #expect(await tally.add(to: "a", window: Self.minute) == TallyCount(count: 1, rest: Self.minute))
    }

    @Test("through Redis two processes count together, and what one takes back the other has not")
    func together() async throws {
        let server = try RedisServer()
        let (here, there) = (try await tally(on: server), try await tally(on: server))

        #expect(await here.add(to: "a", window: Self.minute).count == 1)
        let second = await there.add(to: "a", window: Self.minute)
        #expect(second.count == 2)
        #expect(second.rest > .seconds(30) && second.rest <= Self.minute)
        await here.withdraw(from: "a")
        #expect(await there.add(to: "a", window: Self.minute).count == 2)
        #expect(await there.add(to: "b", window: Self.minute).count == 1)
        for tally in [here, there] { await tally.close() }
    }

    @Test("in Redis a count begins anew when its window is over, however often something happens meanwhile")
    func windowEnds() async throws {
        let server = try RedisServer()
        let tally = try await tally(on: server)

        var counts: [Int] = []
        repeat {
            counts.append(await tally.add(to: "a", window: .milliseconds(200)).count)
        } while counts.count < 2 || counts.last != 1

        #expect(Array(counts.dropLast()) == Array(1..<counts.count))
        await tally.close()
    }

    @Test("without Redis each process counts for itself, and together again when it is back")
    func survives() async throws {
        let server = try RedisServer()
        let (here, there) = (try await tally(on: server), try await tally(on: server))
        _ = await here.add(to: "a", window: Self.minute)
        _ = await here.add(to: "a", window: Self.minute)

        server.stop()
        for tally in [here, there] {
            while await tally.isConnected { _ = await tally.add(to: "until it is noticed", window: Self.minute) }
        }
        var alone = await here.add(to: "a", window: Self.minute).count
        #expect(alone == 1)
        alone = await here.add(to: "a", window: Self.minute).count
        #expect(alone == 2)
        #expect(await there.add(to: "a", window: Self.minute).count == 1)

        try server.start()
        for tally in [here, there] { await reconnected(tally) }
        let first = await here.add(to: "c", window: Self.minute).count
        #expect(await there.add(to: "c", window: Self.minute).count == first + 1)
        for tally in [here, there] { await tally.close() }
    }

    private func tally(on server: RedisServer) async throws -> RedisTally {
        let tally = RedisTally(try #require(RedisSettings(url: server.url)), reactors: Self.reactors, clock: SystemClock())
        await tally.connect()
        return tally
    }

    private func reconnected(_ tally: RedisTally) async {
        while await !tally.isConnected {
            await tally.connect()
            await Task.yield()
        }
    }
}
