import Contracts
import Testing
import Vocabulary

@testable import Executions

@Suite("What is approved", .timeLimit(.minutes(2)))
struct ApprovalPlanTests {
    private static let caller = ExecutionsFixture.operatorCaller
    private static let steps = [
        StepDefinition(name: "look", command: "echo 7", outputs: ["n": CaptureDefinition(take: .text)]),
        StepDefinition(name: "gate", approval: ApprovalDefinition()),
        StepDefinition(name: "after", command: "echo {{ steps.look.outputs.n }} on {{ target.name }}"),
        StepDefinition(name: "last", command: "echo last"),
    ]

    private static func plan(_ serial: String, in fixture: ExecutionsFixture) async throws -> ApprovalPlan {
        try await fixture.peer.call(ExecutionsAPI.approvalPlan, ["execution": serial, "step": "2"], as: caller)
    }

    private static func decide(_ serial: String, _ plan: String?, in fixture: ExecutionsFixture) async throws -> Approval {
        try await fixture.peer.call(
            ExecutionsAPI.decide, ["execution": serial, "step": "2"], DecideApproval(decision: .approve, plan: plan), as: caller)
    }

    /// A run whose targets all wait for the decision, as a worker would report it.
    private static func waiting(_ fixture: ExecutionsFixture) async throws -> RunReceipt {
        let receipt = try await fixture.start(steps)
        for branch in try await fixture.lease().branches {
            var result = StepResult.sample(1, .succeeded, exitCode: 0)
            result.outputs = ["n": "7"]
            try await fixture.report([branch.entry(step: result)])
            try await fixture.report([
                ReportEntry(key: branch.key, fence: branch.fence, ended: BranchEnd(state: .waiting), parked: 2)
            ])
        }
        return receipt
    }

    private static func ssh(_ target: TargetID, host: String) -> ConnectionRoute {
        var route = ExecutionsFixture.local(target)
        (route.kind, route.host, route.user) = (.ssh, host, "root")
        return route
    }

    @Test("it shows what is left to run on each target, with the values that are known, and how the target is reached")
    func shows() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let receipt = try await Self.waiting(fixture)

        let plan = try await Self.plan(receipt.serial, in: fixture)

        #expect(plan.total == 2)
        #expect(plan.targets.map(\.way) == ["local", "local"])
        #expect(plan.targets[1].steps.map(\.name) == ["after", "last"])
        #expect(plan.targets[1].steps[0].text == "echo '7' on 'web-2'")
        #expect(plan.targets.allSatisfy { $0.changes.isEmpty })
        #expect(try await Self.plan(receipt.serial, in: fixture).hash == plan.hash)
    }

    @Test("an approval of what was shown counts while it is so, and is kept with its hash")
    func approves() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let receipt = try await Self.waiting(fixture)
        let plan = try await Self.plan(receipt.serial, in: fixture)

        let approval = try await Self.decide(receipt.serial, plan.hash, in: fixture)

        #expect(approval.state == .approved)
        #expect(approval.plan == plan.hash)
        let lease = try await fixture.lease()
        #expect(lease.branches.count == 2)
        #expect(lease.branches.allSatisfy { $0.drifted == nil || $0.drifted == [] })
    }

    @Test("what changed since it was shown refuses the approval, says so, and shows what is different", arguments: ["way", "tags", "gone"])
    func drifts(what: String) async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let receipt = try await Self.waiting(fixture)
        let plan = try await Self.plan(receipt.serial, in: fixture)
        var target = ExecutionsFixture.target(2)
        switch what {
        case "way": fixture.ways.withLock { $0[target.id] = Self.ssh(target.id, host: "elsewhere") }
        case "tags":
            target.tags = ["production"]
            fixture.described.withLock { [target] in $0[target.id] = target }
        default: fixture.described.withLock { [target] in $0[target.id] = .some(nil) }
        }

        let problem = await #expect(throws: Problem.self) { _ = try await Self.decide(receipt.serial, plan.hash, in: fixture) }

        let fresh = try await Self.plan(receipt.serial, in: fixture)
        #expect(problem?.status == 409)
        #expect(problem?.detail.contains(fresh.hash) == true)
        #expect(fresh.hash != plan.hash)
        switch what {
        case "way": #expect(fresh.targets[1].way == "ssh root@elsewhere:22")
        case "tags": #expect(fresh.targets[1].changes == ["tags: web → production"])
        default: #expect(fresh.targets[1].changes == ["is not active any more"])
        }
        #expect(try await Self.decide(receipt.serial, fresh.hash, in: fixture).state == .approved)
    }

    @Test("facts that are found out meanwhile and targets that fail on their way change nothing about what is approved")
    func steady() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let receipt = try await Self.waiting(fixture)
        let plan = try await Self.plan(receipt.serial, in: fixture)
        var target = ExecutionsFixture.target(1)
        target.facts = ["cores": "8"]
        fixture.described.withLock { [target] in $0[target.id] = target }
        _ = try await fixture.cancel(receipt.serial, branches: [3])

        #expect(try await Self.plan(receipt.serial, in: fixture).hash == plan.hash)
    }

    @Test("a target that is reached in another way after the approval does not get what was approved, and says why")
    func driftsAfterwards() async throws {
        try await WorkingHouse.open(targets: 2) { house in
            let receipt = try await house.fixture.start(Self.steps, maxParallel: 1)
            let reader = try LiveReader(house.fixture.service, receipt.id)
            _ = try await reader.entries { feed in feed.filter { $0.kind == .branch && $0.branchState == .waiting }.count == 2 }
            let target = ExecutionsFixture.target(2)
            _ = try await house.fixture.peer.call(
                ExecutionsAPI.pause, ["execution": receipt.serial], PauseExecution(), as: Self.caller)
            _ = try await Self.decide(receipt.serial, nil, in: house.fixture)
            house.fixture.ways.withLock { $0[target.id] = Self.ssh(target.id, host: "elsewhere") }
            _ = try await house.fixture.peer.call(ExecutionsAPI.proceed, ["execution": receipt.serial], as: Self.caller)
            _ = try await reader.toTheEnd()
            try await reader.leave()

            let branches = try await house.fixture.branches(receipt.serial)
            #expect(branches.map(\.state) == [.succeeded, .failed])
            #expect(branches[1].steps[1].state == .failed)
            #expect(
                branches[1].steps[1].cause
                    == "It was approved while the target was reached by local; now it is ssh root@elsewhere:22. Run it again for a new decision."
            )
            #expect(branches[1].steps[2].state == .skipped)
        }
    }
}
