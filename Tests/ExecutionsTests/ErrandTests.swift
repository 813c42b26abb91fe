import ConnectorPort
import Contracts
import Executions
import LocalConnector
import Logging
import Reactor
import Support
import Synchronization
import Testing
import Vault
import Vocabulary
import Worker

@Suite("Errands", .timeLimit(.minutes(2)))
struct ErrandTests {
    private func probes(_ count: Int) -> [LeasedProbe] {
        (1...count).map {
            LeasedProbe(id: "p\($0)", target: ExecutionsFixture.target($0).id, name: "web-\($0)", method: 0, timeoutSeconds: 10)
        }
    }

    private func run(_ fixture: ExecutionsFixture, _ errand: Errand, wait: Int = 60) -> Task<ErrandResult, any Error> {
        Task {
            try await fixture.peer.call(ExecutionsAPI.runErrand, [:], RunErrand(errand: errand, waitSeconds: wait), as: .service("targets"))
        }
    }

    private func lease(
        _ fixture: ExecutionsFixture, _ worker: String = "w1", _ kinds: [ErrandKind] = ErrandKind.allCases, wait: Int = 0
    ) async throws -> ErrandLease {
        try await fixture.peer.call(
            ExecutionsAPI.leaseErrand, [:],
            AskErrand(worker: worker, kinds: kinds, waitSeconds: wait, publicKey: WorkerKey().publicKey), as: .worker(worker))
    }

    private func report(
        _ fixture: ExecutionsFixture, _ worker: String, _ lease: ErrandLease, _ result: ErrandResult
    ) async throws -> RevokedErrands {
        let held = HeldErrand(id: lease.errand?.id ?? "", fence: lease.fence)
        return try await fixture.peer.call(
            ExecutionsAPI.reportErrand, [:], ErrandReport(worker: worker, held: held, result: result), as: .worker(worker))
    }

    /// Runs the bell of the room while a body runs.
    private func withBell(_ fixture: ExecutionsFixture, _ body: () async throws -> Void) async throws {
        let loops = fixture.service.loops.map { loop in Task { try await loop.run() } }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for loop in loops { loop.cancel() }
        for loop in loops { _ = await loop.result }
        try result.get()
    }

    /// Leases as soon as there is something.
    private func firstLease(_ fixture: ExecutionsFixture, _ worker: String = "w1") async throws -> ErrandLease {
        while true {
            let lease = try await lease(fixture, worker, wait: 20)
            if lease.errand != nil { return lease }
        }
    }

    @Test("a batch of tests is done by a worker, with the ways to all targets in one answer, and is forgotten then")
    func batch() async throws {
        let fixture = try await ExecutionsFixture(targets: 3, time: SystemClock())
        try await withBell(fixture) {
            let asked = run(fixture, Errand(id: "e1", probes: probes(3)))
            let lease = try await firstLease(fixture)
            #expect(lease.errand?.probes?.map(\.id) == ["p1", "p2", "p3"])
            #expect(Set(lease.connections.targets.map(\.target)) == Set((1...3).map { ExecutionsFixture.target($0).id }))
            let test = ConnectionTest(succeeded: true, attempts: [], milliseconds: 1, worker: "w1")
            let key = ReportHostKey(target: ExecutionsFixture.target(2).id, algorithm: "ssh-ed25519", blob: "AAAA")
            let results = ["p1", "p2", "p3"].map { ProbeResult(id: $0, result: test, firstSeenKey: $0 == "p2" ? key : nil) }

            let revoked = try await report(fixture, "w1", lease, ErrandResult(worker: "w1", probes: results))

            #expect(revoked.revoked.isEmpty)
            #expect(try await asked.value.probes?.map(\.id) == ["p1", "p2", "p3"])
            #expect(fixture.pinned.withLock { $0.map(\.target) } == [key.target])
            let left = try await fixture.database.query("-- test.errands\nSELECT COUNT(*) AS total FROM errands")
            #expect(try left.first?.int("total") == 0)
        }
    }

    @Test("a worker gets only the kinds that it asks for, and an errand is given to one of them")
    func kinds() async throws {
        let fixture = try await ExecutionsFixture(targets: 1, time: SystemClock())
        try await withBell(fixture) {
            let asked = run(fixture, Errand(id: "e1", probes: probes(1)))
            let first = try await firstLease(fixture)

            #expect(try await lease(fixture, "w2").errand == nil)
            #expect(try await lease(fixture, "w2", [.scan]).errand == nil)
            _ = try await report(fixture, "w1", first, ErrandResult(worker: "w1", probes: []))
            _ = try await asked.value
        }
    }

    @Test("an errand of a worker that went silent is leased again, and what the silent one tells later is refused")
    func silentWorker() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let asked = run(fixture, Errand(id: "e1", probes: probes(1)), wait: 180)
        await fixture.clock.someoneSleeps()
        let first = try await lease(fixture, "w1")
        #expect(first.errand?.id == "e1")
        let beat = ErrandHeartbeat(worker: "w1", held: [HeldErrand(id: "e1", fence: first.fence)])
        fixture.clock.advance(by: .seconds(14))
        let kept = try await fixture.peer.call(ExecutionsAPI.errandHeartbeat, [:], beat, as: .worker("w1"))
        #expect(kept.revoked.isEmpty)
        fixture.clock.advance(by: .seconds(14))
        #expect(try await lease(fixture, "w2").errand == nil, "the heartbeat kept it")
        fixture.clock.advance(by: .seconds(2))

        let second = try await lease(fixture, "w2")

        #expect(second.errand?.id == "e1")
        #expect(second.fence == first.fence + 1)
        let refused = try await report(fixture, "w1", first, ErrandResult(worker: "w1", probes: []))
        #expect(refused.revoked == [HeldErrand(id: "e1", fence: first.fence)])
        // Whoever waits sleeps before the result is there; otherwise it may be read at once, and nobody sleeps any more.
        await fixture.clock.someoneSleeps()
        _ = try await report(fixture, "w2", second, ErrandResult(worker: "w2", probes: []))
        fixture.clock.advance(by: .seconds(5))
        #expect(try await asked.value.worker == "w2")
    }

    @Test("an errand that nobody wants any more is revoked, and whoever waits for it is told")
    func cancelled() async throws {
        let fixture = try await ExecutionsFixture(targets: 1, time: SystemClock())
        try await withBell(fixture) {
            let asked = run(fixture, Errand(id: "e1", probes: probes(1)))
            let first = try await firstLease(fixture)
            _ = try await fixture.peer.call(ExecutionsAPI.cancelErrand, [:], CancelErrand(id: "e1"), as: .service("targets"))

            let held = HeldErrand(id: "e1", fence: first.fence)
            let answer = try await fixture.peer.call(
                ExecutionsAPI.errandHeartbeat, [:], ErrandHeartbeat(worker: "w1", held: [held]), as: .worker("w1"))

            #expect(answer.revoked == [held])
            await #expect(throws: Problem.self) { _ = try await asked.value }
        }
    }

    @Test("without a worker it is said so in time, and nothing is left behind")
    func noWorker() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let asked = run(fixture, Errand(id: "e1", probes: probes(1)), wait: 4)
        await fixture.clock.someoneSleeps()
        fixture.clock.advance(by: .seconds(5))

        let problem = await #expect(throws: Problem.self) { _ = try await asked.value }

        #expect(problem?.status == 503)
        let left = try await fixture.database.query("-- test.errands\nSELECT COUNT(*) AS total FROM errands")
        #expect(try left.first?.int("total") == 0)
    }

    @Test("a real worker does batches beside its runs: a worker whose slots are all taken tests connections all the same")
    func beside() async throws {
        try await WorkingHouse.open(targets: 12) { house in
            let receipt = try await house.fixture.start([StepDefinition(name: "long", command: "exec sleep 600")])
            let reader = try LiveReader(house.fixture.service, receipt.id)
            _ = try await reader.entries { $0.count { $0.branchState == .running } >= 10 }

            let result = try await run(house.fixture, Errand(id: "e1", probes: probes(12))).value

            #expect(result.probes?.count == 12)
            #expect(result.probes?.allSatisfy(\.result.succeeded) == true)
            _ = try await house.fixture.cancel(receipt.serial)
            _ = try await reader.toTheEnd()
            try await reader.leave()
        }
    }
}
