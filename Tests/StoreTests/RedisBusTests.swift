import Bus
import Logging
import Reactor
import RedisDriver
import Support
import Testing
import Vocabulary

@Suite("Bus over Redis", .timeLimit(.minutes(1)))
struct RedisBusTests {
    private static let reactors = ReactorPool(count: 2)

    /// Runs `body` with two processes' worth of buses on one server.
    private func withBuses(_ body: (RedisServer, RedisBus, RedisBus) async throws -> Void) async throws {
        let server = try RedisServer()
        let settings = try #require(RedisSettings(url: server.url))
        let buses = (0..<2).map { _ in
            RedisBus(settings, reactors: Self.reactors, clock: SystemClock(), ids: SystemIDs(), logger: Logger(label: "test"))
        }
        let loops = buses.map { bus in Task { try await bus.run() } }
        try await body(server, buses[0], buses[1])
        for loop in loops { loop.cancel() }
        for loop in loops { _ = await loop.result }
    }

    /// Publishes again and again until the listener hears of it: a message on a channel that is not open yet is lost, and may be.
    private func hears(_ listener: BusSubscription, _ topic: String, from bus: RedisBus, _ payload: [UInt8]) async -> Bool {
        let publishing = Task {
            while !Task.isCancelled {
                await bus.publish(topic, payload)
                await Task.yield()
            }
        }
        defer { publishing.cancel() }
        for await signal in listener where signal == .message(.init(topic: topic, payload: payload)) { return true }
        return false
    }

    @Test("a message reaches the other process and this one, each once")
    func reaches() async throws {
        try await withBuses { _, here, there in
            let (near, far) = (here.subscribe("news"), there.subscribe("news"))
            #expect(await hears(far, "news", from: here, [1]))
            await here.publish("news", [2])
            await here.publish("news", [3])

            var heard: [UInt8] = []
            for await signal in near {
                if case .message(let message) = signal { heard += message.payload }
                if heard.last == 3 { break }
            }
            #expect(heard.filter { $0 != 1 } == [2, 3])
        }
    }

    @Test("after a new channel is open its listener is told that it may have missed something")
    func gap() async throws {
        try await withBuses { _, here, there in
            _ = await hears(there.subscribe("first"), "first", from: here, [1])
            let late = there.subscribe("late")

            var signals = late.makeAsyncIterator()
            #expect(await signals.next() == .missed)
            await here.publish("late", [9])
            #expect(await signals.next() == .message(.init(topic: "late", payload: [9])))
        }
    }

    @Test("without Redis messages still travel within the process, and when it is back they reach the others again")
    func outage() async throws {
        try await withBuses { server, here, there in
            let far = there.subscribe("news")
            _ = await hears(far, "news", from: here, [1])
            server.stop()
            let near = here.subscribe("near")
            await here.publish("near", [5])
            var signals = near.makeAsyncIterator()
            var first = await signals.next()
            if first == .missed { first = await signals.next() }
            #expect(first == .message(.init(topic: "near", payload: [5])))

            try server.start()
            #expect(await hears(far, "news", from: here, [6]))
        }
    }

    @Test("URIs are read part by part, and what is none is refused")
    func urls() {
        let full = RedisSettings(url: "redis://user:word@cache:6380/3")
        #expect(full?.host == "cache" && full?.port == 6380 && full?.user == "user" && full?.password == "word" && full?.database == 3)
        #expect(RedisSettings(url: "redis://cache")?.port == 6379)
        for wrong in ["", "cache:6379", "http://cache", "redis://", "redis://cache/x", "rediss://cache"] {
            #expect(RedisSettings(url: wrong) == nil, "\(wrong)")
        }
    }
}
