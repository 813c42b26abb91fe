import Contracts
import Executions
import Testing
import Vault
import Vocabulary
import Web

@Suite("Leases")
struct LeaseTests {
    private static let oneStep = [StepDefinition(name: "one", command: "true")]

    @Test("a start answers with a serial and the branches wait")
    func startAnswers() async throws {
        let fixture = try await ExecutionsFixture(targets: 3, leftOut: ["web-9"])

        let receipt = try await fixture.start(Self.oneStep)

        #expect(receipt.serial == "J20260001.0001")
        #expect(receipt.targets == 3)
        #expect(receipt.leftOut == ["web-9"])
        let execution = try await fixture.show(receipt.serial)
        #expect(execution.state == .waiting)
        #expect(execution.counts == .waiting(3))
        #expect(try await fixture.branches(receipt.serial).map(\.serial).last == "J20260001.0001.0003")
    }

    @Test("no more than max_parallel branches are leased at a time")
    func maxParallel() async throws {
        let fixture = try await ExecutionsFixture(targets: 5)
        let receipt = try await fixture.start(Self.oneStep, maxParallel: 2)

        let first = try await fixture.lease()
        let second = try await fixture.lease()
        try await fixture.report([first.branches[0].entry(ended: .succeeded)])
        let third = try await fixture.lease()

        #expect(first.branches.map(\.key.number) == [1, 2])
        #expect(second.branches.isEmpty)
        #expect(third.branches.map(\.key.number) == [3])
        #expect(try await fixture.show(receipt.serial).counts.running == 2)
    }

    @Test("however often a step and a branch are told in one report, the feed has all of it and the last word stands")
    func lastWordStands() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start(Self.oneStep)
        let branch = try await fixture.lease().branches[0]

        try await fixture.report([
            ReportEntry(key: branch.key, fence: branch.fence, connected: "local"),
            branch.entry(step: .sample(1, .running)), branch.entry(step: .sample(1, .failed, exitCode: 7)),
            branch.entry(ended: .failed),
        ])

        let stored = try await fixture.branches(receipt.serial)[0]
        #expect(stored.connection == "local")
        #expect(stored.state == .failed)
        #expect(stored.steps.map(\.state) == [.failed])
        #expect(stored.steps.map(\.exitCode) == [7])
        let feed = try await fixture.peer.call(
            ExecutionsAPI.feed, ["execution": receipt.serial], FeedQuery(), as: ExecutionsFixture.operatorCaller)
        #expect(feed.entries.compactMap(\.stepResult).map(\.state) == [.running, .failed])
    }

    @Test("an execution ends when its last branch has ended, and every number in its feed is there once")
    func endsWithLastBranch() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let receipt = try await fixture.start(Self.oneStep)
        let lease = try await fixture.lease()

        try await fixture.report([lease.branches[0].entry(ended: .succeeded)])
        let between = try await fixture.show(receipt.serial)
        try await fixture.report([lease.branches[1].entry(ended: .failed)])
        let after = try await fixture.show(receipt.serial)

        #expect(between.state == .running)
        #expect(after.state == .failed)
        #expect(after.endedAt != nil)
        let feed = try await fixture.peer.call(
            ExecutionsAPI.feed, ["execution": receipt.serial], FeedQuery(), as: ExecutionsFixture.operatorCaller)
        #expect(feed.isComplete)
        #expect(feed.entries.map(\.sequence) == Array(1...after.lastSequence))
    }

    @Test("the same idempotency key gives the same execution, another request under it is refused")
    func idempotency() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)

        let first = try await fixture.start(Self.oneStep, key: "k1")
        let again = try await fixture.start(Self.oneStep, key: "k1")

        #expect(first == again)
        await #expect(throws: Problem.self) {
            try await fixture.start(Self.oneStep, maxParallel: 7, key: "k1")
        }
    }

    @Test("the same idempotency key at the same time starts one execution")
    func idempotencyConcurrent() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)

        let receipts = try await withThrowingTaskGroup(of: RunReceipt.self) { group in
            for _ in 0..<50 { group.addTask { try await fixture.start(Self.oneStep, key: "same") } }
            return try await group.reduce(into: Set<RunReceipt>()) { $0.insert($1) }
        }

        #expect(receipts.count == 1)
        let all = try await fixture.peer.call(
            ExecutionsAPI.list, [:], ExecutionQuery(), as: ExecutionsFixture.operatorCaller)
        #expect(all.items.count == 1)
    }

    @Test("a report that is sent again, because its answer was lost, is stored once")
    func repeatedReport() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start(Self.oneStep)
        let branch = try await fixture.lease().branches[0]
        let entries = [
            branch.entry(step: .sample(1, .running)),
            branch.entry(output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array("once\n".utf8))),
        ]

        for _ in 1...2 { try await fixture.report(entries, number: 7) }
        try await fixture.report([branch.entry(ended: .succeeded)], number: 8)
        let late = try await fixture.report(entries, number: 7)

        #expect(late.revoked == [branch.key])
        let feed = try await fixture.peer.call(
            ExecutionsAPI.feed, ["execution": receipt.serial], FeedQuery(), as: ExecutionsFixture.operatorCaller)
        #expect(feed.entries.compactMap(\.text) == ["once\n"])
        #expect(try await fixture.show(receipt.serial).state == .succeeded)
    }

    @Test("a report that was refused is refused again when it is sent again, because its answer was lost")
    func repeatedRefusal() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        _ = try await fixture.start(Self.oneStep)
        let old = try await fixture.lease("w1").branches[0]
        fixture.clock.advance(by: .seconds(60))
        _ = try await fixture.service.rescue(workerPrefix: "nobody")
        _ = try await fixture.lease("w2")
        let entries = [old.entry(step: .sample(1, .running))]

        let refused = try await fixture.report(entries, "w1", number: 3)
        let again = try await fixture.report(entries, "w1", number: 3)

        #expect(refused.revoked == [old.key])
        #expect(again.revoked == [old.key])
    }

    @Test("a report under an old fencing token is refused and changes nothing")
    func fencing() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start(Self.oneStep)
        let old = try await fixture.lease("w1").branches[0]
        fixture.clock.advance(by: .seconds(60))
        _ = try await fixture.service.rescue(workerPrefix: "nobody")
        let new = try await fixture.lease("w2").branches[0]

        let refused = try await fixture.report([old.entry(ended: .failed)], "w1")
        let accepted = try await fixture.report([new.entry(ended: .succeeded)], "w2")

        #expect(new.fence > old.fence)
        #expect(refused.revoked == [old.key])
        #expect(accepted.revoked.isEmpty)
        #expect(try await fixture.show(receipt.serial).state == .succeeded)
    }

    @Test("a lease that ran out during a step is lost unless the step may be repeated", arguments: [false, true])
    func rescue(isRepeatable: Bool) async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start([StepDefinition(name: "one", command: "true", repeatable: isRepeatable)])
        let branch = try await fixture.lease().branches[0]
        try await fixture.report([branch.entry(step: .sample(1, .running))])

        fixture.clock.advance(by: .seconds(60))
        let rescued = try await fixture.service.rescue(workerPrefix: "nobody")

        let execution = try await fixture.show(receipt.serial)
        #expect(rescued == 1)
        #expect(execution.state == (isRepeatable ? .waiting : .lost))
        if !isRepeatable {
            #expect(try await fixture.branches(receipt.serial)[0].cause?.contains("went silent while step 1 (one) ran") == true)
        }
    }

    @Test("a heartbeat keeps a lease, and tells a worker what it no longer holds")
    func heartbeat() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        _ = try await fixture.start(Self.oneStep)
        let branch = try await fixture.lease().branches[0]
        let beat = { (fence: Int) in
            try await fixture.peer.call(
                ExecutionsAPI.heartbeat, [:],
                Heartbeat(worker: "w1", held: [HeldBranch(key: branch.key, fence: fence)]), as: .worker("w1"))
        }

        fixture.clock.advance(by: .seconds(10))
        let kept = try await beat(branch.fence)
        fixture.clock.advance(by: .seconds(10))
        let rescued = try await fixture.service.rescue(workerPrefix: "nobody")
        let foreign = try await beat(branch.fence + 1)

        #expect(kept.revoked.isEmpty)
        #expect(rescued == 0)
        #expect(foreign.revoked == [branch.key])
    }

    @Test("cancelling ends what waits at once and tells the worker what to end")
    func cancelling() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let receipt = try await fixture.start(Self.oneStep, maxParallel: 1)
        let branch = try await fixture.lease().branches[0]

        let cancelled = try await fixture.cancel(receipt.serial)
        let told = try await fixture.lease()
        let toldAgain = try await fixture.lease()
        try await fixture.report([branch.entry(ended: .cancelUnconfirmed)])

        #expect(cancelled.state == .cancelling)
        #expect(cancelled.counts.cancelled == 2)
        #expect(told.cancel == [branch.key])
        #expect(toldAgain.cancel.isEmpty)
        #expect(try await fixture.show(receipt.serial).state == .cancelUnconfirmed)
        await #expect(throws: Problem.self) { try await fixture.cancel(receipt.serial) }
    }

    @Test("secret parameters reach the worker sealed and are never shown")
    func secrets() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let key = WorkerKey()
        let receipt = try await fixture.start(Self.oneStep, secrets: ["password": Secret("canary-4711")])

        let lease = try await fixture.lease(key: key)
        let execution = try #require(lease.executions[receipt.id.text])
        let sealed = try #require(execution.sealedParameters)
        let opened = try JSONCodec.decode([String: Secret].self, from: try key.open(sealed, for: "parameters"))

        #expect(opened["password"]?.reveal() == "canary-4711")
        #expect(!sealed.contains("canary"))
        let shown = try await fixture.peer.call(
            ExecutionsAPI.show, ["execution": receipt.serial], as: ExecutionsFixture.operatorCaller)
        #expect(!(try JSONCodec.text(shown)).contains("canary"))
    }

    @Test("running again on failed targets takes only those, with the same version and parameters")
    func rerun() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let receipt = try await fixture.start(Self.oneStep, parameters: ["x": 1])
        let lease = try await fixture.lease()
        await #expect(throws: Problem.self) {
            try await fixture.peer.call(
                ExecutionsAPI.rerun, ["execution": receipt.serial], RerunExecution(scope: .failed),
                as: ExecutionsFixture.operatorCaller)
        }
        try await fixture.report([
            lease.branches[0].entry(ended: .succeeded), lease.branches[1].entry(ended: .failed),
            lease.branches[2].entry(ended: .succeeded),
        ])

        let again = try await fixture.peer.call(
            ExecutionsAPI.rerun, ["execution": receipt.serial], RerunExecution(scope: .failed),
            as: ExecutionsFixture.operatorCaller)

        #expect(again.targets == 1)
        let detail = try await fixture.peer.call(
            ExecutionsAPI.show, ["execution": again.serial], as: ExecutionsFixture.operatorCaller)
        #expect(detail.execution.rerunOf == receipt.serial)
        #expect(detail.execution.jobVersion == 3)
        #expect(detail.parameters == ["x": 1])
    }
}
