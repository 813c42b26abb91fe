import Contracts
import Testing
import Vocabulary

@testable import Executions

@Suite("A worker runs jobs that call jobs", .timeLimit(.minutes(2)))
struct CallTests {
    /// A call of a job as a run keeps it.
    private static func call(
        _ name: String, needs: [String]? = nil, when: String? = nil, onFailure: FailurePolicy? = nil, _ values: [String: JSONValue] = [:],
        parameters: [ParameterDefinition] = [], secrets: [String: String]? = nil, outputs: [String: String]? = nil, timeout: Int? = nil,
        within: Int? = nil
    ) -> StepDefinition {
        StepDefinition(
            name: name, job: "other", parameters: values, needs: needs, when: when, onFailure: onFailure, repeatable: true,
            called: CalledJob(
                id: JobID(trusted: "01990000-0000-7000-8000-00000000000b"), serial: "J20260002", name: "other", version: 4,
                parameters: parameters, secrets: secrets, outputs: outputs, timeoutSeconds: timeout), within: within)
    }

    private static func inner(_ name: String, _ command: String, needs: [String] = ["call"], within: Int) -> StepDefinition {
        StepDefinition(name: name, command: command, needs: needs, within: within)
    }

    @Test("steps of the called job see what was passed and their own steps, and the caller reads what the job says of itself")
    func scopes() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, feed) = try await house.run([
                StepDefinition(name: "look", command: "echo 7", needs: [], outputs: ["n": CaptureDefinition(take: .text)]),
                Self.call(
                    "call", needs: ["look"], ["size": "{{ steps.look.outputs.n }}", "text": "a {{ target.name }}"],
                    parameters: [
                        ParameterDefinition(name: "size", type: .integer), ParameterDefinition(name: "text", type: .string),
                        ParameterDefinition(name: "mode", type: .string, default: "soft"),
                    ], outputs: ["sum": "parameters.size + 1", "said": "steps.look.stdout"]),
                Self.inner("call / look", "echo {{ parameters.text }} {{ parameters.mode }} {{ step.name }}", within: 2),
                StepDefinition(
                    name: "call / next", command: "echo inside {{ steps.look.stdout }}", needs: ["call / look"],
                    when: "parameters.size == 7 and steps.look.exit_code == 0", within: 2),
                StepDefinition(name: "tell", command: "echo {{ steps.call.outputs.sum }} {{ steps.call.outputs.said }}", needs: ["call"]),
            ])

            #expect(execution.state == .succeeded)
            #expect(branch.steps.map(\.state) == [.succeeded, .succeeded, .succeeded, .succeeded, .succeeded])
            #expect(branch.steps[1].outputs == ["sum": 8, "said": "a web-1 soft look"])
            #expect(feed.text() == "7\na web-1 soft look\ninside a web-1 soft look\n8 a web-1 soft look\n")
        }
    }

    @Test("a value that turns out wrong on the target fails the call by the called job's rules, and none of its steps runs")
    func wrongValue() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, _) = try await house.run([
                StepDefinition(name: "look", command: "echo many", needs: [], outputs: ["n": CaptureDefinition(take: .text)]),
                Self.call(
                    "call", needs: ["look"], ["size": "{{ steps.look.outputs.n }}"],
                    parameters: [ParameterDefinition(name: "size", type: .integer)]),
                Self.inner("call / a", "echo never", within: 2),
                StepDefinition(name: "clean", command: "echo cleaned", needs: ["call"], runs: .always),
            ])

            #expect(execution.state == .failed)
            #expect(branch.steps.map(\.state) == [.succeeded, .failed, .skipped, .succeeded])
            #expect(branch.steps[1].cause == "The job other cannot be called: size must be a whole number, not a text.")
            #expect(branch.steps[2].cause == "Step 2 (call) did not call its job.")
        }
    }

    @Test("what fails in a called job is told at the call, and is not counted where the call says so; what is skipped does nothing")
    func failures() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, _) = try await house.run([
                Self.call("call", needs: [], onFailure: .ignore),
                Self.inner("call / a", "exit 3", within: 1),
                StepDefinition(name: "call / handler", command: "echo handled", needs: ["call / a"], runs: .failure, within: 1),
                Self.call("never", needs: ["call"], when: "1 == 2"),
                StepDefinition(name: "never / always", command: "echo x", needs: ["never"], runs: .always, within: 4),
                StepDefinition(name: "after", command: "echo after", needs: ["never"]),
            ])

            #expect(execution.state == .succeeded)
            #expect(branch.steps.map(\.state) == [.failed, .failed, .succeeded, .skipped, .skipped, .succeeded])
            #expect(branch.steps[0].cause == "Step 2 (a): exit code 3")
        }
    }

    @Test("a secret parameter of a called job is the one that was passed, and is hidden in what is printed")
    func secrets() async throws {
        try await WorkingHouse.open { house in
            let receipt = try await house.fixture.start(
                [
                    Self.call(
                        "call", needs: [], ["token": "{{ parameters.key }}"],
                        parameters: [ParameterDefinition(name: "token", type: .secret)],
                        secrets: ["token": "key"]),
                    StepDefinition(
                        name: "call / login",
                        script: ScriptDefinition(text: "printf %s {{ parameters.token }} | wc -c; echo {{ parameters.token }}"),
                        needs: ["call"], within: 1),
                ], secrets: ["key": Secret("hush-hush-42")])
            let reader = try LiveReader(house.fixture.service, receipt.id)
            let feed = try await reader.toTheEnd()
            try await reader.leave()

            #expect(try await house.fixture.show(receipt.serial).state == .succeeded)
            #expect(feed.text() == "12\n•••\n")
        }
    }

    @Test("rollbacks of called jobs are done with those of the caller, the last step first, with the values of their own job")
    func rollbacks() async throws {
        try await WorkingHouse.open { house in
            let undo = { (text: String) in RollbackDefinition(command: "echo undo \(text)") }
            let (execution, _, feed) = try await house.run([
                StepDefinition(name: "first", command: "true", needs: [], rollback: undo("first")),
                Self.call("call", needs: ["first"], ["text": "x"], parameters: [ParameterDefinition(name: "text", type: .string)]),
                StepDefinition(
                    name: "call / a", command: "true", needs: ["call"], rollback: undo("{{ parameters.text }} {{ steps.a.state }}"),
                    within: 2),
                StepDefinition(name: "fails", command: "false", needs: ["call"]),
            ])

            #expect(execution.state == .failed)
            #expect(feed.text() == "undo x succeeded\nundo first\n")
        }
    }

    @Test("a called job ends when its own time is over, whatever its steps would still do")
    func timeLimit() async throws {
        try await WorkingHouse.open { house in
            let (execution, branch, _) = try await house.run([
                Self.call("call", needs: [], timeout: 1),
                Self.inner("call / slow", "sleep 30", within: 1),
                StepDefinition(name: "call / clean", command: "echo never", needs: ["call / slow"], runs: .always, within: 1),
            ])

            #expect(execution.state == .failed)
            #expect(branch.steps.map(\.state) == [.failed, .failed, .failed])
            #expect(branch.steps[1].cause?.hasPrefix("The job other took longer than 1 s") == true)
            #expect(branch.steps[2].cause == "The job other took longer than 1 s.")
        }
    }

    @Test("a worker that died in a called job is followed by another, which goes on inside of it; resuming keeps what was done")
    func goesOn() throws {
        let definition = ExecutionsFixture.definition([
            StepDefinition(name: "first", command: "true", needs: []), Self.call("call", needs: ["first"]),
            Self.inner("call / a", "true", within: 2), Self.inner("call / b", "false", needs: ["call / a"], within: 2),
        ])
        let results = [(1, StepState.succeeded), (2, .running), (3, .succeeded)].map { StepResult.sample($0.0, $0.1) }
        let rescued = ExecutionFlow.rescue(state: .running, worker: "w1", results: results, definition: definition)
        #expect(rescued.state == .waiting)

        let failed = [(1, StepState.succeeded), (2, .failed), (3, .succeeded), (4, .failed)].map { StepResult.sample($0.0, $0.1) }
        #expect(ExecutionFlow.kept(failed, from: "X", definition: definition).map(\.number) == [1, 3])
        let done = [(1, StepState.succeeded), (2, .succeeded), (3, .succeeded), (4, .skipped)].map { StepResult.sample($0.0, $0.1) }
        #expect(ExecutionFlow.kept(done, from: "X", definition: definition).map(\.number) == [1, 2, 3, 4])
        let undone = done + [StepResult.sample(4 + 3, .succeeded)]
        #expect(ExecutionFlow.kept(undone, from: "X", definition: definition).map(\.number) == [1])
    }

    @Test("a run whose job calls one of which one execution runs at a time waits for that job's execution")
    func exclusive() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        var call = Self.call("call", needs: [])
        call.called?.serial = "J20260001"
        call.called?.exclusive = true
        let first = try await fixture.start(concurrency: .queue)
        let second = try await fixture.start([call, Self.inner("call / a", "true", within: 1)])

        let hold = try await fixture.show(second.serial).hold
        #expect(hold?.reason == .concurrency)
        #expect(hold?.execution == first.serial)
    }
}
