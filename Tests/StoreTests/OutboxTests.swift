import Logging
import Store
import Support
import Synchronization
import Testing
import Vocabulary

@Suite("Outbox", .timeLimit(.minutes(1)))
struct OutboxTests {
    private static let schema = [
        Migration(1, "outbox", sqlite: Outbox.bus.statements(.sqlite), postgresql: Outbox.bus.statements(.postgresql))
    ]

    /// Remembers what was published and refuses what it is told to.
    private final class Listener: Sendable {
        let heard = Mutex<[Outbox.Event]>([])
        let refused = Mutex<String?>(nil)
        let arrived = StoreGate()

        func hear(_ event: Outbox.Event) throws {
            if refused.withLock({ $0 }) == event.kind { throw ChangedMind() }
            heard.withLock { $0.append(event) }
            arrived.open()
        }
        var kinds: [String] { heard.withLock { $0.map(\.kind) } }
    }

    private func append(_ kinds: [String], to database: any Database) async throws {
        try await database.transact { transaction in
            let news = kinds.map { Outbox.News(topic: "jobs", kind: $0, payload: "{}") }
            try await Outbox.bus.append(news, in: transaction, at: Timestamp(milliseconds: 5))
        }
    }

    private func relay(
        _ database: any Database, to listener: Listener, batch: Int = 200, clock: ManualClock = ManualClock()
    ) -> OutboxRelay {
        OutboxRelay(database: database, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, batch: batch) {
            try listener.hear($0)
        }
    }

    @Test("events arrive in the order they were written, once, with their content", arguments: StoreMaker.all)
    func order(maker: StoreMaker) async throws {
        try await maker.withDatabase(Self.schema) { database in
            let listener = Listener()
            try await append(["one", "two"], to: database)
            try await database.transact { transaction in
                let news = try Outbox.News(topic: "jobs", kind: "three", encoding: ["name": "a/b"])
                try await Outbox.bus.append([news], in: transaction, at: Timestamp(milliseconds: 5))
            }
            let relay = relay(database, to: listener)

            #expect(try await relay.tick() == 3)
            #expect(try await relay.tick() == 0)
            let heard = listener.heard.withLock { $0 }
            #expect(heard.map(\.kind) == ["one", "two", "three"])
            #expect(Set(heard.map(\.id)).count == 3)
            #expect(heard[2].payload == #"{"name":"a/b"}"#)
            #expect(try heard[2].content() == ["name": "a/b"])
            #expect(heard[2].createdAt == Timestamp(milliseconds: 5))
        }
    }

    @Test("a transaction that rolls back leaves no event", arguments: StoreMaker.all)
    func rollback(maker: StoreMaker) async throws {
        try await maker.withDatabase(Self.schema) { database in
            let listener = Listener()
            await #expect(throws: ChangedMind()) {
                try await database.transact { transaction in
                    try await Outbox.bus.append(
                        [.init(topic: "jobs", kind: "one", payload: "{}")], in: transaction, at: Timestamp(milliseconds: 5))
                    throw ChangedMind()
                }
            }

            let delivered = try await relay(database, to: listener).tick()
            #expect(delivered == 0 && listener.kinds.isEmpty)
        }
    }

    @Test("an event that could not be published comes again, in its place, and those before it do not", arguments: StoreMaker.all)
    func redelivery(maker: StoreMaker) async throws {
        try await maker.withDatabase(Self.schema) { database in
            let listener = Listener()
            let relay = relay(database, to: listener)
            try await append(["one", "two", "three"], to: database)
            listener.refused.withLock { $0 = "two" }

            await #expect(throws: ChangedMind()) { try await relay.tick() }
            #expect(listener.kinds == ["one"])
            listener.refused.withLock { $0 = nil }
            try await append(["four"], to: database)
            #expect(try await relay.tick() == 3)
            #expect(listener.kinds == ["one", "two", "three", "four"])
        }
    }

    @Test("a relay that died before it marked an event delivers it again with the same id", arguments: StoreMaker.all)
    func atLeastOnce(maker: StoreMaker) async throws {
        try await maker.withDatabase(Self.schema) { database in
            let listener = Listener()
            try await append(["one"], to: database)
            let dying = OutboxRelay(
                database: database, clock: ManualClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ) { event in
                try listener.hear(event)
                throw ChangedMind()
            }

            await #expect(throws: ChangedMind()) { try await dying.tick() }
            #expect(try await relay(database, to: listener).tick() == 1)
            let ids = listener.heard.withLock { $0.map(\.id) }
            #expect(ids.count == 2 && Set(ids).count == 1)
        }
    }

    @Test("more than a batch is delivered in several")
    func batches() async throws {
        try await StoreMaker.sqliteMemory.withDatabase(Self.schema) { database in
            let listener = Listener()
            let relay = relay(database, to: listener, batch: 2)
            try await append(["1", "2", "3", "4", "5"], to: database)

            #expect(try await relay.tick() == 2)
            #expect(try await relay.tick() == 2)
            #expect(try await relay.tick() == 1)
            #expect(listener.kinds == ["1", "2", "3", "4", "5"])
        }
    }

    @Test("a running relay delivers on a ring, and without one when its time has come")
    func wakes() async throws {
        try await StoreMaker.sqliteMemory.withDatabase(Self.schema) { database in
            for isRung in [true, false] {
                let (listener, clock) = (Listener(), ManualClock())
                let relay = relay(database, to: listener, clock: clock)
                let running = Task { await relay.run() }
                await clock.someoneSleeps()
                try await append(["one"], to: database)

                if isRung { relay.ring() } else { clock.advance(by: .seconds(5)) }
                await listener.arrived.pass()
                #expect(listener.kinds == ["one"])
                running.cancel()
                await running.value
            }
        }
    }

    @Test("a ring while nobody waits is not lost")
    func doorbell() async {
        let doorbell = Doorbell()
        doorbell.ring()
        doorbell.ring()
        await doorbell.wait()

        let waiting = Task { await doorbell.wait() }
        waiting.cancel()
        await waiting.value
    }

    @Test("a batch is no longer than its receiver takes, and long events go one by one", arguments: StoreMaker.all)
    func longEvents(maker: StoreMaker) async throws {
        try await maker.withDatabase(Self.schema) { database in
            let listener = Listener()
            let payloads = [10, 1_500_000, 1_500_000, 3_000_000, 10].map { "\"" + String(repeating: "x", count: $0) + "\"" }
            try await database.transact { transaction in
                let news = payloads.enumerated().map { Outbox.News(topic: "jobs", kind: "\($0)", payload: $1) }
                try await Outbox.bus.append(news, in: transaction, at: Timestamp(milliseconds: 5))
            }
            let relay = relay(database, to: listener)

            var counts: [Int] = []
            for _ in 0..<5 { counts.append(try await relay.tick()) }
            #expect(counts == [2, 1, 1, 1, 0])
            #expect(listener.kinds == ["0", "1", "2", "3", "4"])
        }
    }
}
