import Contracts
import Executions
import Testing
import Vocabulary

@Suite("Branches whose steps run without a worker")
struct SupervisedLeaseTests {
    private static let oneStep = [StepDefinition(name: "step 1", command: "true")]

    private static func running(_ spool: String? = "s1", stdout: Int = 0) -> StepResult {
        var step = StepResult.sample(1, .running)
        step.supervision = StepSupervision(spool: spool, note: spool == nil ? "no" : nil, stdoutBytes: stdout)
        return step
    }

    private func expire(_ fixture: ExecutionsFixture) async throws {
        #expect(try await fixture.service.rescue(workerPrefix: "w1") == 1)
    }

    @Test("a branch of a silent worker is leased again with what is stored of its supervised step")
    func rescued() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start(Self.oneStep)
        let branch = try await fixture.lease().branches[0]
        try await fixture.report([
            branch.entry(step: Self.running()),
            ReportEntry(key: branch.key, fence: branch.fence, begun: 1),
            branch.entry(output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array("abc".utf8), total: 3)),
            branch.entry(output: OutputPiece(step: 1, attempt: 1, stream: .stderr, bytes: Array("de".utf8), total: 2)),
        ])

        try await expire(fixture)
        let again = try await fixture.lease("w2").branches[0]

        #expect(again.fence == 2 && again.results == [Self.running().with(stdout: 3, stderr: 2)])
        #expect(try await fixture.branches(receipt.serial)[0].steps[0].supervision?.spool == "s1")
    }

    @Test("a step that could have no supervisor is lost with its worker, as any other")
    func plain() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start(Self.oneStep)
        let branch = try await fixture.lease().branches[0]
        try await fixture.report([branch.entry(step: Self.running(nil))])

        try await expire(fixture)

        #expect(try await fixture.show(receipt.serial).state == .lost)
    }

    @Test("what is cancelled while no worker has it is given to one to be ended", arguments: [false, true])
    func cancelled(isWaiting: Bool) async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start(Self.oneStep)
        let branch = try await fixture.lease().branches[0]
        try await fixture.report([branch.entry(step: Self.running())])
        if isWaiting { try await expire(fixture) }

        #expect(try await fixture.cancel(receipt.serial).state == .cancelling)
        if !isWaiting { try await expire(fixture) }
        let lease = try await fixture.lease("w2")
        try await fixture.report([lease.branches[0].entry(ended: .cancelled)], "w2")

        #expect(lease.branches[0].cancels == true && lease.branches[0].results.count == 1)
        #expect(try await fixture.show(receipt.serial).state == .cancelled)
    }

    @Test("a rollout that stops ends what runs without a worker, and only what has not begun is said not to have begun")
    func stopped() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let receipt = try await fixture.start(Self.oneStep, rollout: RolloutDefinition(batch: "2"))
        let alone = try await fixture.lease(slots: 1).branches[0]
        let failing = try await fixture.lease("w2", slots: 1).branches[0]
        try await fixture.report([alone.entry(step: Self.running())])
        try await expire(fixture)

        try await fixture.report([failing.entry(step: .sample(1, .failed)), failing.entry(ended: .failed)], "w2")
        let states = try await fixture.branches(receipt.serial).map(\.state)
        let lease = try await fixture.lease("w3")
        try await fixture.report([lease.branches[0].entry(ended: .cancelled)], "w3")

        #expect(states == [.cancelling, .failed, .cancelled])
        #expect(lease.branches.map(\.key.number) == [1] && lease.branches[0].cancels == true)
        #expect(try await fixture.show(receipt.serial).state == .failed)
    }

    @Test("what is given back while it is cancelled goes to another worker to be ended")
    func givenBack() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start(Self.oneStep)
        let branch = try await fixture.lease().branches[0]
        try await fixture.report([branch.entry(step: Self.running())])
        _ = try await fixture.cancel(receipt.serial)

        try await fixture.report([branch.entry(ended: .waiting)])

        #expect(try await fixture.show(receipt.serial).state == .cancelling)
        #expect(try await fixture.lease("w2").branches.first?.cancels == true)
    }
}

extension StepResult {
    fileprivate func with(stdout: Int, stderr: Int) -> StepResult {
        var result = self
        result.supervision?.isBegun = true
        result.supervision?.stdoutBytes = stdout
        result.supervision?.stderrBytes = stderr
        return result
    }
}
