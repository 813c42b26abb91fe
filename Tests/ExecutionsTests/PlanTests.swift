import Contracts
import Testing
import Vocabulary

@Suite("The plan of a run")
struct PlanTests {
    private static let steps = [
        StepDefinition(
            name: "look", command: "echo {{ target.name }} {{ parameters.text }}",
            environment: Dictionary(uniqueKeysWithValues: (1...9).map { ("NAME_\($0)", "value") })),
        StepDefinition(name: "elsewhere", command: "true", onlyOn: "name = web-2"),
        StepDefinition(name: "never", command: "true", when: "parameters.text == \"x\""),
        StepDefinition(name: "maybe", command: "echo {{ steps.look.stdout }}", when: "steps.look.exit_code == 0"),
        StepDefinition(name: "gate", approval: ApprovalDefinition(message: "Go on?")),
        StepDefinition(name: "secret", script: ScriptDefinition(text: "login {{ parameters.token }}"), runs: .failure),
    ]

    private static func order(_ text: String = "a b", plan: String? = nil, locks: [String] = []) -> StartExecution {
        var definition = ExecutionsFixture.definition(steps)
        definition.rollout = RolloutDefinition(canary: "1", batch: "2")
        return StartExecution(
            job: JobID(trusted: "01990000-0000-7000-8000-00000000000a"), jobSerial: "J20260001", jobVersion: 3, definition: definition,
            parameters: ["text": .string(text)], secretParameters: ["token": Secret("hidden")], targets: "all", exclude: [], maxParallel: 5,
            locks: locks, priority: .normal, startedBy: "olga", plan: plan)
    }

    private static func plan(_ order: StartExecution, in fixture: ExecutionsFixture) async throws -> JobPlan {
        try await fixture.peer.call(ExecutionsAPI.plan, [:], order, as: .service("jobs"))
    }

    @Test("says for each target what each step would do, with values in it and secrets masked, and starts nothing")
    func says() async throws {
        let fixture = try await ExecutionsFixture(targets: 4)
        let plan = try await Self.plan(Self.order(), in: fixture)

        #expect(plan.total == 4)
        #expect(plan.parts == [1, 2, 1])
        let steps = plan.targets[0].steps
        #expect(steps.map(\.fate) == [.runs, .skipped, .skipped, .depends, .approval, .depends])
        #expect(steps[0].text == "echo 'web-1' 'a b'")
        #expect(steps[3].text == "echo '{steps.look.stdout}'")
        #expect(steps[5].text?.contains("hidden") == false)
        #expect(steps[5].text?.contains("•••") == true)
        #expect(plan.targets[1].steps[1].fate == .runs)
        let runs = try await fixture.peer.call(ExecutionsAPI.list, [:], ExecutionQuery(), as: ExecutionsFixture.operatorCaller).items
        #expect(runs.isEmpty)
    }

    @Test("a run starts with the hash of its plan only while it would do the same")
    func hash() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let plan = try await Self.plan(Self.order(), in: fixture)

        let again = try await Self.plan(Self.order(), in: fixture)
        #expect(again.hash == plan.hash)
        await #expect(throws: Problem.self) {
            _ = try await fixture.peer.call(ExecutionsAPI.start, [:], Self.order("other", plan: plan.hash), as: .service("jobs"))
        }
        let receipt = try await fixture.peer.call(ExecutionsAPI.start, [:], Self.order(plan: plan.hash), as: .service("jobs"))
        #expect(receipt.targets == 2)
    }

    @Test("says what the run would wait for")
    func obstacles() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let holder = try await fixture.start(locks: ["db"])
        let plan = try await Self.plan(Self.order(locks: ["db"]), in: fixture)

        #expect(plan.obstacles.map(\.refuses) == [false])
        #expect(plan.obstacles[0].detail == "It would wait for the lock db, which \(holder.serial) has or is next in line for.")
    }
}
