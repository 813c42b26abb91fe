import Contracts
import Testing
import Vocabulary

@testable import Executions

@Suite("A worker runs workflows", .timeLimit(.minutes(2)))
struct WorkflowTests {
    @Test("steps that wait for the same run beside each other on one target, and the step that needs both runs after them")
    func besides() async throws {
        try await WorkingHouse.open { house in
            // Each waits until the other has begun, so they end only beside each other.
            let meet = { (mine: String, other: String) in
                "mkdir -p /tmp/{{ execution.id }}; touch /tmp/{{ execution.id }}/\(mine); "
                    + "until test -e /tmp/{{ execution.id }}/\(other); do sleep 0.02; done"
            }
            let (execution, branch, _) = try await house.run([
                StepDefinition(name: "a", command: meet("a", "b"), needs: [], timeoutSeconds: 30),
                StepDefinition(name: "b", command: meet("b", "a"), needs: [], timeoutSeconds: 30),
                StepDefinition(name: "both", command: "rm -r /tmp/{{ execution.id }}", needs: ["a", "b"]),
            ])

            #expect(execution.state == .succeeded)
            #expect(branch.steps.map(\.state) == [.succeeded, .succeeded, .succeeded])
        }
    }

    @Test("a value that a step takes out of its output decides whether a later step runs, and stands in its command as text")
    func outputs() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, feed) = try await house.run([
                StepDefinition(
                    name: "look", command: #"echo '{"version": "2.1; rm -rf /", "size": 3}'"#,
                    outputs: [
                        "version": CaptureDefinition(json: "version"), "size": CaptureDefinition(json: "size"),
                        "odd": CaptureDefinition(pattern: "nothing", optional: true),
                    ]),
                StepDefinition(name: "large", command: "echo large", when: "steps.look.outputs.size > 5"),
                StepDefinition(name: "small", command: "echo small {{ steps.look.outputs.version }}", when: "steps.look.outputs.size <= 5"),
                StepDefinition(name: "whole", command: "printf %s {{ steps.small.stdout }} | wc -c"),
                StepDefinition(name: "elsewhere", command: "echo never", onlyOn: "name = nobody"),
            ])

            #expect(execution.state == .succeeded)
            #expect(branch.steps.map(\.state) == [.succeeded, .skipped, .succeeded, .succeeded, .skipped])
            #expect(branch.steps[0].outputs == ["version": "2.1; rm -rf /", "size": 3, "odd": .null])
            #expect(branch.steps[1].cause == "Its condition does not hold: steps.look.outputs.size > 5")
            #expect(branch.steps[4].cause == "It runs only on targets that match name = nobody.")
            #expect(feed.text().hasSuffix("small 2.1; rm -rf /\n19\n"))
        }
    }

    @Test("a condition that cannot be told and an output that is not there fail their steps, and say why")
    func mistakes() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, _) = try await house.run([
                StepDefinition(name: "divides", command: "echo x", when: "1 / 0 == 1", onFailure: .continue),
                StepDefinition(
                    name: "takes", command: "echo x", outputs: ["none": CaptureDefinition(pattern: "y+")], onFailure: .continue),
                StepDefinition(name: "loops", command: "echo x", forEach: "target.name", onFailure: .continue),
            ])

            #expect(execution.state == .failed)
            #expect(branch.steps.map(\.state) == [.failed, .failed, .failed])
            #expect(branch.steps[0].cause?.hasPrefix("when: ") == true)
            #expect(branch.steps[1].cause?.hasPrefix("The output none could not be taken: ") == true)
            #expect(branch.steps[1].exitCode == 0)
            #expect(branch.steps[2].cause == "for_each: target.name gives a text, not a list.")
        }
    }

    @Test("a step is done for each value of a list, in order, and stops at the first that fails")
    func loops() async throws {
        try await WorkingHouse.open { house in
            let (_, branch, feed) = try await house.run([
                StepDefinition(name: "list", command: "printf 'x\\ny y\\n'", outputs: ["names": CaptureDefinition(take: .lines)]),
                StepDefinition(
                    name: "each", command: "echo {{ item_index }}: {{ item }}", forEach: "steps.list.outputs.names",
                    outputs: ["text": CaptureDefinition(take: .text)]),
                StepDefinition(name: "stops", command: "test {{ item }} -lt 2", forEach: .array([1, 2, 3])),
            ])

            #expect(feed.text() == "x\ny y\n0: x\n1: y y\n")
            #expect(branch.steps.map(\.state) == [.succeeded, .succeeded, .failed])
            #expect(branch.steps.map(\.items) == [nil, 2, 3])
            #expect(branch.steps.map(\.itemsDone) == [nil, 2, 1])
            #expect(branch.steps[1].outputs?["text"] == .array(["0: x", "1: y y"]))
            #expect(branch.steps[2].cause == "Item 2 (2): exit code 1")
        }
    }

    @Test("a branch that fails undoes what succeeded, the last first, after its handlers")
    func rollback() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, feed) = try await house.run([
                StepDefinition(name: "one", command: "echo one", rollback: RollbackDefinition(command: "echo undo one")),
                StepDefinition(
                    name: "two", command: "echo two", outputs: ["id": CaptureDefinition(take: .text)],
                    rollback: RollbackDefinition(command: "echo undo {{ steps.two.outputs.id }}; exit 9")),
                StepDefinition(name: "three", command: "exit 4", rollback: RollbackDefinition(command: "echo never")),
                StepDefinition(name: "tell", command: "echo handler", runs: .failure),
            ])

            #expect(execution.state == .failed)
            #expect(feed.text() == "one\ntwo\nhandler\nundo two\nundo one\n")
            #expect(branch.cause == "Step 3 (three): exit code 4 Undoing step 2 failed: exit code 9.")
            #expect(branch.steps.map(\.number) == [1, 2, 3, 4, 6, 5])
            #expect(branch.steps.map(\.name).suffix(2) == ["two (rollback)", "one (rollback)"])
            #expect(branch.steps.suffix(2).map(\.state) == [.failed, .succeeded])
        }
    }

    @Test("what went well stays when failed targets go on where they failed; the rest is done again")
    func resume() async throws {
        try await WorkingHouse.open { house in
            let peer = house.fixture.peer
            let (first, _, _) = try await house.run([
                StepDefinition(name: "once", command: "echo once", outputs: ["v": CaptureDefinition(take: .text)]),
                StepDefinition(name: "twice", command: "test -e /tmp/{{ execution.id }}"),
                StepDefinition(name: "after", command: "echo {{ steps.once.outputs.v }}"),
            ])
            #expect(first.state == .failed)

            let receipt = try await peer.call(
                ExecutionsAPI.rerun, ["execution": first.serial], RerunExecution(scope: .failed, resume: true),
                as: ExecutionsFixture.operatorCaller)
            let reader = try LiveReader(house.fixture.service, receipt.id)
            let feed = try await reader.toTheEnd()
            try await reader.leave()

            let branch = try await house.fixture.branches(receipt.serial)[0]
            #expect(branch.steps.map(\.state) == [.succeeded, .failed, .skipped])
            #expect(branch.steps[0].cause == "Kept from \(first.serial).")
            #expect(branch.steps[0].outputs == ["v": "once"])
            #expect(feed.text() == "")
            let again = try await house.fixture.show(receipt.serial)
            #expect(again.resumed == true)
            await #expect(throws: Problem.self) {
                _ = try await peer.call(
                    ExecutionsAPI.rerun, ["execution": first.serial], RerunExecution(scope: .all, resume: true),
                    as: ExecutionsFixture.operatorCaller)
            }
        }
    }
}

@Suite("A run waits for a person's decision", .timeLimit(.minutes(2)))
struct ApprovalTests {
    private static let caller = ExecutionsFixture.operatorCaller

    private static func pending(_ fixture: ExecutionsFixture) async throws -> [Approval] {
        try await fixture.peer.call(ExecutionsAPI.approvals, [:], ApprovalQuery(), as: caller).items
    }

    private static func decide(
        _ serial: String, step: Int, _ decision: Decision, in fixture: ExecutionsFixture, as caller: Caller = caller
    ) async throws -> Approval {
        try await fixture.peer.call(
            ExecutionsAPI.decide, ["execution": serial, "step": String(step)], DecideApproval(decision: decision, comment: "seen"),
            as: caller)
    }

    @Test("every target runs up to the decision, one decision lets all go on, and what was done is not done again")
    func approved() async throws {
        try await WorkingHouse.open(targets: 3) { house in
            let receipt = try await house.fixture.start([
                StepDefinition(name: "before", command: "echo before"),
                StepDefinition(name: "gate", approval: ApprovalDefinition(message: "Go on?")),
                StepDefinition(name: "after", command: "echo after"),
            ])
            let reader = try LiveReader(house.fixture.service, receipt.id)
            let early = try await reader.entries { feed in
                feed.filter { $0.kind == .branch && $0.branchState == .waiting }.count == 3
            }

            let asked = try await Self.pending(house.fixture)
            #expect(asked.map(\.step) == [2])
            #expect(asked[0].waiting == 3)
            #expect(asked[0].message == "Go on?")
            #expect(asked[0].mayDecide)
            let why = try await house.fixture.peer.call(
                ExecutionsAPI.why, ["execution": receipt.serial], AskWhy(), as: Self.caller)
            #expect(why.why.map(\.code) == [.approval])
            let decided = try await Self.decide(receipt.serial, step: 2, .approve, in: house.fixture)
            #expect(decided.state == .approved)
            let feed = try await reader.toTheEnd()
            try await reader.leave()

            let run = try await house.fixture.show(receipt.serial)
            #expect(run.state == .succeeded)
            #expect((early + feed).text(branch: 1) == "before\nafter\n")
            let branches = try await house.fixture.branches(receipt.serial)
            #expect(branches.allSatisfy { $0.steps.map(\.state) == [.succeeded, .succeeded, .succeeded] })
            #expect(branches[0].steps[1].cause == "Approved by olga: seen")
            await #expect(throws: Problem.self) { _ = try await Self.decide(receipt.serial, step: 2, .reject, in: house.fixture) }
        }
    }

    @Test("a rejection fails the step, and only those may decide whom the job names")
    func rejected() async throws {
        try await WorkingHouse.open { house in
            let receipt = try await house.fixture.start([
                StepDefinition(name: "gate", approval: ApprovalDefinition(approvers: ["ana", "administrator"], otherPerson: true)),
                StepDefinition(name: "after", command: "echo after"),
            ])
            let reader = try LiveReader(house.fixture.service, receipt.id)
            _ = try await reader.entries { feed in feed.contains { $0.branchState == .waiting } }
            let viewer = Caller.user(UserID.make(SystemIDs()), name: "ana", role: .viewer)
            let other = Caller.user(UserID.make(SystemIDs()), name: "ana", role: .operator)

            for caller in [Self.caller, viewer] {
                await #expect(throws: Problem.self) {
                    _ = try await Self.decide(receipt.serial, step: 1, .approve, in: house.fixture, as: caller)
                }
            }
            _ = try await Self.decide(receipt.serial, step: 1, .reject, in: house.fixture, as: other)
            let feed = try await reader.toTheEnd()
            try await reader.leave()

            #expect(feed.text() == "")
            let branch = try await house.fixture.branches(receipt.serial)[0]
            #expect(branch.state == .failed)
            #expect(branch.cause == "Step 1 (gate): Rejected by ana: seen")
        }
    }

    @Test(
        "a decision that nobody made in time fails the step, or lets it go on, as the job says",
        arguments: [ApprovalTimeout.fail, .approve])
    func expires(then: ApprovalTimeout) async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start([
            StepDefinition(name: "gate", approval: ApprovalDefinition(timeoutSeconds: 60, onTimeout: then))
        ])
        let first = try await fixture.lease()
        try await fixture.report(
            first.branches.map { branch in
                var entry = branch.entry(ended: .waiting)
                entry.parked = 1
                return entry
            })
        let nothing = try await fixture.lease()
        #expect(nothing.branches.isEmpty)
        #expect(try await Self.pending(fixture).count == 1)

        fixture.clock.advance(by: .seconds(61))
        try await ApprovalOperations(room: fixture.room).expire()

        let second = try await fixture.lease()
        #expect(second.branches.count == 1)
        let approvals = second.executions.values.first?.approvals
        #expect(approvals?.map(\.isGranted) == [then == .approve])
        #expect(approvals?.map(\.text) == [then == .approve ? "Approved by the time limit." : "Nobody decided in time."])
        _ = try await fixture.cancel(receipt.serial)
    }

    @Test("a run that waits for a decision can be cancelled, and then nobody is asked any more")
    func cancelled() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let receipt = try await fixture.start([StepDefinition(name: "gate", approval: ApprovalDefinition())])
        let lease = try await fixture.lease()
        try await fixture.report(
            lease.branches.map { branch in
                var entry = branch.entry(ended: .waiting)
                entry.parked = 1
                return entry
            })

        let run = try await fixture.cancel(receipt.serial)

        #expect(run.state == .cancelled)
        let open = try await Self.pending(fixture)
        #expect(open.isEmpty)
    }
}
