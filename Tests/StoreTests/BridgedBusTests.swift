import Bus
import Logging
import PostgreSQLDriver
import Reactor
import RedisDriver
import Support
import Testing
import Vocabulary

/// What carries messages between processes in a test.
enum Carriage: CaseIterable {
    case redis
    case postgresql
}

@Suite("Bus between processes", .timeLimit(.minutes(1)))
struct BridgedBusTests {
    private static let reactors = ReactorPool(count: 2)

    /// Runs `body` with two processes' worth of buses on one server; `stop` and `start` cut the carriage off and bring it back.
    private func withBuses(
        _ carriage: Carriage, _ body: (BridgedBus, BridgedBus, _ stop: () -> Void, _ start: () throws -> Void) async throws -> Void
    ) async throws {
        let redis = carriage == .redis ? try RedisServer() : nil
        let carrier = try carrier(carriage, redis)
        let buses = (0..<2).map { _ in
            BridgedBus(carrier, clock: SystemClock(), ids: SystemIDs(), logger: Logger(label: "test"))
        }
        let loops = buses.map { bus in Task { try await bus.run() } }
        try await body(buses[0], buses[1], { redis?.stop() }, { try redis?.start() })
        for loop in loops { loop.cancel() }
        for loop in loops { _ = await loop.result }
    }

    private func carrier(_ carriage: Carriage, _ redis: RedisServer?) throws -> any BusCarrier {
        if let redis { return RedisCarrier(try #require(RedisSettings(url: redis.url)), reactors: Self.reactors) }
        return PostgreSQLCarrier(
            PostgreSQLSettings(url: try PostgreSQLServer.shared.get().url()), reactors: PostgreSQLServer.reactors)
    }

    /// Publishes again and again until the listener hears of it: a message on a channel that is not open yet is lost, and may be.
    private func hears(_ listener: BusSubscription, _ topic: String, from bus: BridgedBus, _ payload: [UInt8]) async -> Bool {
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

    @Test("a message reaches the other process and this one, each once", arguments: Carriage.allCases)
    func reaches(carriage: Carriage) async throws {
        try await withBuses(carriage) { here, there, _, _ in
            let far = there.subscribe("news")
            #expect(await hears(far, "news", from: here, [1]))
            var near = here.subscribe("news").makeAsyncIterator()
            while await near.next() != .missed {}  // the channel is open; what came before it was told is to be read again
            await here.publish("news", [2])
            await here.publish("news", [3])

            var heard: [UInt8] = []
            while heard.last != 3, let signal = await near.next() {
                if case .message(let message) = signal { heard += message.payload }
            }
            #expect(heard.filter { $0 != 1 } == [2, 3])
            #expect(await hears(far, "news", from: here, [4]))
        }
    }

    @Test("many messages at once arrive in order, whatever is in their topics and in them", arguments: Carriage.allCases)
    func many(carriage: Carriage) async throws {
        try await withBuses(carriage) { here, there, _, _ in
            let odd = #"an "odd" \topic\, {with} NULL"#
            let far = there.subscribe(odd)
            #expect(await hears(far, odd, from: here, [1]))
            let payloads = (0..<100).map { [UInt8($0 + 156), 34, 92, 44, 123] }

            for payload in payloads { await here.publish(odd, payload) }
            await here.publish(odd, [2])

            var heard: [[UInt8]] = []
            for await signal in far {
                guard case .message(let message) = signal, message.payload != [1] else { continue }
                if message.payload == [2] { break }
                heard.append(message.payload)
            }
            #expect(heard == payloads)
        }
    }

    @Test("after a new channel is open its listener is told that it may have missed something", arguments: Carriage.allCases)
    func gap(carriage: Carriage) async throws {
        try await withBuses(carriage) { here, there, _, _ in
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
        try await withBuses(.redis) { here, there, stop, start in
            let far = there.subscribe("news")
            _ = await hears(far, "news", from: here, [1])
            stop()
            #expect(await hears(here.subscribe("near"), "near", from: here, [5]))

            try start()
            #expect(await hears(far, "news", from: here, [6]))
        }
    }

    @Test("whoever publishes while the link is given up does not wait for ever", arguments: Carriage.allCases)
    func givenUp(carriage: Carriage) async throws {
        let redis = carriage == .redis ? try RedisServer() : nil
        let carrier = try carrier(carriage, redis)
        for _ in 0..<20 {
            let link = try await carrier.open { _ in }
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask { for _ in 0..<20 { await link.publish(BusMessage(topic: "news", payload: [1])) } }
                }
                group.addTask { await link.end() }
            }
        }
    }

    @Test("what is too long for a notification shows as missed, and what is as long as it may be comes whole")
    func long() async throws {
        try await withBuses(.postgresql) { here, there, _, _ in
            let far = there.subscribe("news")
            #expect(await hears(far, "news", from: here, [1]))
            let longest = [UInt8](repeating: 7, count: 5800)
            #expect(await hears(far, "news", from: here, longest))

            var signals = there.subscribe("other").makeAsyncIterator()
            #expect(await signals.next() == .missed)  // the channel is open
            await here.publish("other", [UInt8](repeating: 8, count: 6000))
            #expect(await signals.next() == .missed)
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
