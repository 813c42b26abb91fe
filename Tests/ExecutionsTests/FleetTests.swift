import Contracts
import Executions
import Store
import Testing
import Vocabulary

@Suite("Runs beside each other")
struct FleetTests {
    /// Ends every branch of a lease.
    private static func end(_ lease: Lease, _ state: BranchState = .succeeded, in fixture: ExecutionsFixture) async throws {
        try await fixture.report(lease.branches.map { $0.entry(ended: state) })
    }

    private static func why(_ name: String, branch: Int? = nil, in fixture: ExecutionsFixture) async throws -> Explanation {
        try await fixture.peer.call(
            ExecutionsAPI.why, ["execution": name], AskWhy(branch: branch), as: ExecutionsFixture.operatorCaller)
    }

    private static func serials(_ lease: Lease) -> [String] { lease.branches.map { String($0.serial.dropLast(5)) } }

    @Test("a run waits for a lock until the run that holds it has ended, says so, and then goes on by itself")
    func locks() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let first = try await fixture.start(locks: ["db"])
        let second = try await fixture.start(locks: ["db", "web"])
        let third = try await fixture.start(locks: ["web"])
        let free = try await fixture.start()

        let lease = try await fixture.lease()

        #expect(Self.serials(lease) == [first.serial, free.serial])
        let hold = try await fixture.show(second.serial).hold
        #expect(hold?.reason == .lock)
        #expect(hold?.lock == "db")
        #expect(hold?.execution == first.serial)
        let behind = try await fixture.show(third.serial).hold
        #expect(behind?.execution == second.serial)
        let why = try await Self.why(second.serial, in: fixture)
        #expect(why.why.map(\.code) == [.held])
        #expect(why.why[0].detail == "It waits for the lock db, which \(first.serial) has or is next in line for.")

        try await Self.end(lease, in: fixture)
        let next = try await fixture.lease()

        #expect(Self.serials(next) == [second.serial])
        try await Self.end(next, in: fixture)
        let last = try await fixture.lease()
        #expect(Self.serials(last) == [third.serial])
        let over = try await fixture.show(third.serial).hold
        #expect(over == nil)
    }

    @Test("a lock whose holder's worker died is free when its branch has been given up")
    func deadHolder() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        _ = try await fixture.start(locks: ["db"])
        let second = try await fixture.start(locks: ["db"])
        let lease = try await fixture.lease("dead")
        try await fixture.report(lease.branches.map { $0.entry(step: .sample(1, .running)) }, "dead")

        _ = try await fixture.service.rescue(workerPrefix: "dead")

        let next = try await fixture.lease("w2")
        #expect(Self.serials(next) == [second.serial])
    }

    @Test("a command takes locks as jobs do")
    func commandLocks() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        _ = try await fixture.start(locks: ["db"])
        let command = RunCommand(command: "true", targets: "all", locks: ["db"])
        let receipt = try await fixture.peer.call(ExecutionsAPI.runCommand, [:], command, as: ExecutionsFixture.operatorCaller)

        let hold = try await fixture.show(receipt.serial).hold
        #expect(hold?.lock == "db")
        await #expect(throws: Problem.self) {
            let wrong = RunCommand(command: "true", targets: "all", locks: ["d b"])
            _ = try await fixture.peer.call(ExecutionsAPI.runCommand, [:], wrong, as: ExecutionsFixture.operatorCaller)
        }
    }

    @Test("a job that allows one execution at a time refuses another one, or lets it wait, or replaces what runs, as it says")
    func concurrency() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let first = try await fixture.start(concurrency: .queue)
        await #expect(throws: Problem.self) { _ = try await fixture.start(concurrency: .forbid) }

        let queued = try await fixture.start(concurrency: .queue)
        let lease = try await fixture.lease()
        #expect(Self.serials(lease) == [first.serial])
        let hold = try await fixture.show(queued.serial).hold
        #expect(hold?.reason == .concurrency)

        let newest = try await fixture.start(concurrency: .replace)
        let gone = try await fixture.show(queued.serial)
        #expect(gone.state == .cancelled)
        #expect(gone.cause == "Replaced by a newer execution, which olga started.")
        let cancelling = try await fixture.show(first.serial)
        #expect(cancelling.state == .cancelling)
        let nothing = try await fixture.lease()
        #expect(nothing.branches.isEmpty)

        try await Self.end(lease, .cancelled, in: fixture)
        let next = try await fixture.lease()
        #expect(Self.serials(next) == [newest.serial])
    }

    @Test("the most urgent run gets free workers first, and the queue shows it")
    func priorities() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let low = try await fixture.start(priority: .low)
        let normal = try await fixture.start()
        let urgent = try await fixture.start(priority: .urgent)
        let held = try await fixture.start(locks: ["db"], priority: .urgent)
        let waiting = try await fixture.start(locks: ["db"])

        let queue = try await fixture.peer.call(ExecutionsAPI.queue, [:], PageQuery(), as: ExecutionsFixture.operatorCaller).items
        #expect(queue.map(\.execution.serial) == [urgent.serial, held.serial, normal.serial, low.serial, waiting.serial])
        #expect(queue.map(\.position) == [1, 2, 3, 4, nil])
        let why = try await Self.why(low.serial, in: fixture)
        #expect(why.position == 4)
        #expect(why.why.map(\.code) == [.noWorker])

        let lease = try await fixture.lease(slots: 2)
        #expect(Self.serials(lease) == [urgent.serial, held.serial])
        let workers = try await fixture.peer.call(ExecutionsAPI.workers, [:], PageQuery(), as: ExecutionsFixture.operatorCaller).items
        #expect(workers.map(\.name) == ["w1"])
        #expect(workers[0].running == 2)
        #expect(workers[0].alive)
    }

    @Test("what was told of runs before there were priorities can still be read")
    func olderFeed() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start()
        try await fixture.database.transact { transaction in
            let rows = try await transaction.query("SELECT execution, sequence, body FROM feed WHERE kind = 'execution'")
            for row in rows {
                let told = String(decoding: try row.bytes("body"), as: UTF8.self)
                let older = told.replacing("\"priority\":\"normal\",", with: "")
                try #require(older != told)
                let body = Array(older.utf8)
                try await transaction.execute(
                    "UPDATE feed SET body = \(body) WHERE execution = \(try row.int("execution")) AND sequence = \(try row.int("sequence"))"
                )
            }
        }

        let feed = try await fixture.peer.call(
            ExecutionsAPI.feed, ["execution": receipt.serial], FeedQuery(), as: ExecutionsFixture.operatorCaller)
        #expect(feed.entries.first?.execution?.serial == receipt.serial)
        #expect(feed.entries.first?.execution?.priority == .normal)
    }

    @Test("a rollout begins with its canary, goes on in parts, and stops when too many failed")
    func rollout() async throws {
        let fixture = try await ExecutionsFixture(targets: 9)
        let receipt = try await fixture.start(rollout: RolloutDefinition(canary: "1", batch: "4", maxFailures: "1"))

        let canary = try await fixture.lease()
        #expect(canary.branches.map(\.key.number) == [1])
        let why = try await Self.why(receipt.serial, branch: 5, in: fixture)
        #expect(why.why.map(\.code) == [.batch])
        try await Self.end(canary, in: fixture)

        let part = try await fixture.lease()
        #expect(part.branches.map(\.key.number) == [2, 3, 4, 5])
        try await fixture.report(part.branches.enumerated().map { $1.entry(ended: $0 < 2 ? .failed : .succeeded) })

        let run = try await fixture.show(receipt.serial)
        #expect(run.state == .failed)
        #expect(run.cause == "Stopped: 2 of 5 targets failed, and at most 1 may.")
        #expect(run.counts.cancelled == 4)
        let branches = try await fixture.branches(receipt.serial)
        #expect(branches[8].cause == "Not begun: 2 of 5 targets failed, and at most 1 may.")
    }

    @Test("a rollout that pauses goes on when a person says so, and cancels when a person says that")
    func pause() async throws {
        let fixture = try await ExecutionsFixture(targets: 4)
        let receipt = try await fixture.start(rollout: RolloutDefinition(batch: "50%", onTooManyFailures: .pause))
        let first = try await fixture.lease()
        try await fixture.report(first.branches.enumerated().map { $1.entry(ended: $0 < 1 ? .failed : .succeeded) })

        let paused = try await fixture.show(receipt.serial)
        #expect(paused.state == .running)
        #expect(paused.hold?.reason == .failures)
        let nothing = try await fixture.lease()
        #expect(nothing.branches.isEmpty)

        let caller = ExecutionsFixture.operatorCaller
        _ = try await fixture.peer.call(ExecutionsAPI.proceed, ["execution": receipt.serial], as: caller)
        let second = try await fixture.lease()
        #expect(second.branches.map(\.key.number) == [3, 4])
        await #expect(throws: Problem.self) {
            _ = try await fixture.peer.call(ExecutionsAPI.proceed, ["execution": receipt.serial], as: caller)
        }
    }

    @Test("somebody pauses a run: what runs goes on, nothing else begins until somebody continues it")
    func pausedByHand() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let receipt = try await fixture.start(maxParallel: 1)
        let first = try await fixture.lease()
        let caller = ExecutionsFixture.operatorCaller

        let paused = try await fixture.peer.call(
            ExecutionsAPI.pause, ["execution": receipt.serial], PauseExecution(reason: "lunch"), as: caller)
        #expect(paused.hold?.detail == "Paused by olga: lunch")
        try await Self.end(first, in: fixture)
        let nothing = try await fixture.lease()
        #expect(nothing.branches.isEmpty)

        _ = try await fixture.peer.call(ExecutionsAPI.proceed, ["execution": receipt.serial], as: caller)
        let second = try await fixture.lease()
        #expect(second.branches.map(\.key.number) == [2])
        let cancelled = try await fixture.cancel(receipt.serial)
        #expect(cancelled.hold == nil)
    }
}
