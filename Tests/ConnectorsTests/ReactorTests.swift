import Glibc
import Reactor
import Synchronization
import Testing

@Suite("The reactor")
struct ReactorTests {
    /// An actor at home on a reactor.
    private actor Resident {
        nonisolated let reactor: Reactor
        nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
        init(_ reactor: Reactor) { self.reactor = reactor }

        func order(of delays: [Int]) async -> [Int] {
            let done = Signal(reactor)
            var order: [Int] = []
            let start = Moment.now()
            for delay in delays {
                _ = reactor.timer(at: start + .milliseconds(delay)) {
                    order.append(delay)
                    done.fire()
                }
            }
            while order.count < delays.count { await done.wait(since: done.generation) }
            return order
        }

        func cancelled() async -> Bool {
            let done = Signal(reactor)
            let fired = Mutex(false)
            let start = Moment.now()
            let timers = (0..<500).map { _ in reactor.timer(at: start + .milliseconds(1)) { fired.withLock { $0 = true } } }
            for timer in timers { reactor.cancelTimer(timer) }
            _ = reactor.timer(at: start + .milliseconds(5)) { done.fire() }
            await done.wait(since: 0)
            return !fired.withLock { $0 }
        }

        func limit(total: Duration?, idle: Duration?) async -> TimeLimits.Limit? {
            let done = Signal(reactor)
            var reached: TimeLimits.Limit?
            let limits = TimeLimits(reactor, total: total, idle: idle) {
                reached = $0
                done.fire()
            }
            await done.wait(since: 0)
            limits.end()
            return reached
        }

        func exit(of child: pid_t) async -> ChildExit? {
            let done = Signal(reactor)
            var exit: ChildExit?
            reactor.onExit(of: child) {
                exit = $0
                done.fire()
            }
            while exit == nil { await done.wait(since: done.generation) }
            return exit
        }

        func isAtHome() async -> Bool {
            let before = reactor.isCurrent
            await Task.yield()
            return before && reactor.isCurrent
        }
    }

    @Test("timers fire in the order of their moments, and cancelled ones do not")
    func timers() async {
        let reactor = Reactor()
        let resident = Resident(reactor)

        #expect(await resident.order(of: [8, 2, 5, 1, 3]) == [1, 2, 3, 5, 8])
        #expect(await resident.cancelled())
        reactor.stop()
    }

    @Test("actors and preferring tasks run on its thread")
    func executor() async {
        let reactor = Reactor()
        let resident = Resident(reactor)

        #expect(await resident.isAtHome())
        #expect(await withTaskExecutorPreference(reactor) { reactor.isCurrent })
        #expect(!reactor.isCurrent)
        reactor.stop()
    }

    @Test("a name has one home, names are spread over all reactors, and who is on a reactor stays there")
    func homes() async {
        let pool = ReactorPool(count: 3)
        defer { pool.stop() }
        let names = (0..<100).map { "01990000-0000-7000-8000-\(100_000_000_000 + $0)" }

        let homes = names.map { pool.home(of: $0) }
        let nearest = await Task(executorPreference: homes[0]) { pool.nearest() }.value

        #expect(names.map { ObjectIdentifier(pool.home(of: $0)) } == homes.map { ObjectIdentifier($0) })
        #expect(Set(homes.map { ObjectIdentifier($0) }).count == 3)
        #expect(nearest === homes[0])
    }

    @Test("a child's exit is told and reaped")
    func children() async {
        let reactor = Reactor()
        let resident = Resident(reactor)
        var child = pid_t()
        let words = [strdup("/bin/sh"), strdup("-c"), strdup("exit 9"), nil]
        posix_spawn(&child, "/bin/sh", nil, nil, words, [nil])
        for word in words { free(word) }

        #expect(await resident.exit(of: child) == .code(9))
        #expect(kill(child, 0) == -1)
        reactor.stop()
    }

    @Test("the limit that comes first is reached")
    func limits() async {
        let reactor = Reactor()
        let resident = Resident(reactor)

        #expect(await resident.limit(total: .milliseconds(5), idle: .seconds(5)) == .total)
        #expect(await resident.limit(total: .seconds(5), idle: .milliseconds(5)) == .idle)
        reactor.stop()
    }

    @Test("blocking work runs on at most so many threads, all of it")
    func blocking() async {
        let threads = BlockingThreads(limit: 3)
        let state = Mutex((running: 0, most: 0))
        let (done, finish) = AsyncStream<Int>.makeStream()

        for number in 0..<40 {
            threads.submit {
                state.withLock {
                    $0.running += 1
                    $0.most = max($0.most, $0.running)
                }
                poll(nil, 0, 1)
                state.withLock { $0.running -= 1 }
                finish.yield(number)
            }
        }
        var numbers: Set<Int> = []
        for await number in done {
            numbers.insert(number)
            if numbers.count == 40 { break }
        }

        #expect(state.withLock { $0.most } <= 3)
    }

    @Test("a moment so far away that it has no number is the end of time")
    func moments() {
        let moment = Moment(nanoseconds: 5)

        #expect(moment + .seconds(Int64.max) == Moment(nanoseconds: .max))
        #expect(moment + .seconds(-1) == moment)
        #expect(moment - Moment(nanoseconds: 7) == .zero)
    }
}
