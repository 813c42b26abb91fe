import Store
import Support
import Synchronization
import Testing
import Vocabulary

@Suite("The time of a database", .timeLimit(.minutes(1)))
struct StoreClockTests {
    @Test("a machine whose clock is hours wrong tells the server's time after one look, and keeps to it", arguments: StoreMaker.all)
    func wrong(maker: StoreMaker) async throws {
        try await maker.withDatabase([]) { database in
            for hours in [-5, 3] {
                let machine = WrongClock(by: .seconds(3600 * hours))
                let clock = StoreClock(machine, of: database)
                let before = clock.now() - machine.now()

                let change = try await clock.compare()
                let again = try await clock.compare()

                let isServed = database.dialect != .sqlite
                #expect(max(before, .zero - before) < .seconds(60))
                #expect(again == .zero)
                #expect(change == clock.offset)
                let error = clock.now() - SystemClock().now()
                #expect((max(error, .zero - error) < .seconds(60)) == isServed)
                if isServed { #expect(max(change + .seconds(3600 * hours), .zero - change - .seconds(3600 * hours)) < .seconds(60)) }
            }
        }
    }

    @Test("two clocks that agree are left as they are", arguments: StoreMaker.all)
    func right(maker: StoreMaker) async throws {
        try await maker.withDatabase([]) { database in
            let clock = StoreClock(SystemClock(), of: database)
            let change = try await clock.compare()
            #expect(change == clock.offset)
            #expect(max(change, .zero - change) < .seconds(60))
        }
    }

    @Test("an answer that took long says nothing of clocks that differ by less", arguments: StoreMaker.all)
    func slow(maker: StoreMaker) async throws {
        try await maker.withDatabase([]) { database in
            let clock = StoreClock(SlowClock(by: .seconds(600)), of: database)
            let change = try await clock.compare()
            #expect(change == .zero)
            #expect(clock.offset == .zero)
        }
    }
}

/// A clock by which whoever looks twice sees so much time go by.
private final class SlowClock: WallClock {
    private let by: Duration
    private let looks = Mutex(0)
    init(by: Duration) { self.by = by }
    func now() -> Timestamp {
        let isFirst = looks.withLock { looks in
            looks += 1
            return looks == 1
        }
        return SystemClock().now() + (isFirst ? .zero - by : .zero)
    }
    func sleep(for duration: Duration) async throws { try await SystemClock().sleep(for: duration) }
}

/// A clock that is wrong by so much.
private struct WrongClock: WallClock {
    let by: Duration
    init(by: Duration) { self.by = by }
    func now() -> Timestamp { SystemClock().now() + by }
    func sleep(for duration: Duration) async throws { try await SystemClock().sleep(for: duration) }
}
