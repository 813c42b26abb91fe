import Contracts
import Support
import Testing
import Vocabulary

@testable import Jobs

@Suite("Calling a job as a step")
struct JobCallTests {
    private static let deploy = """
        name: Deploy
        parameters:
          - {name: version, type: string, required: true, pattern: '[0-9.]+'}
          - {name: count, type: integer, default: 2}
          - {name: token, type: secret}
        locks: ['deploy-{{ parameters.version }}']
        concurrency: queue
        outputs: {port: steps.start.outputs.port}
        steps:
          - name: fetch
            command: fetch {{ parameters.version }}
          - name: start
            command: start {{ parameters.count }}
            outputs: {port: {pattern: '[0-9]+'}}
        """

    private static func release(_ parameters: String = "version: '{{ parameters.version }}', token: '{{ parameters.key }}'") -> String {
        """
        name: Release
        targets: all
        parameters:
          - {name: version, type: string}
          - {name: key, type: secret}
        steps:
          - name: look
            command: 'true'
          - name: deploy
            when: parameters.version != ""
            job: deploy
            parameters: {\(parameters)}
          - name: tell
            command: echo {{ steps.deploy.outputs.port }}
        """
    }

    @Test("the steps of the called job stand behind the call as they are, with their own names, and the version is kept")
    func flattens() async throws {
        let house = try await JobsHouse()
        let deploy = try await house.create(Self.deploy)
        _ = try await house.create(Self.release())

        _ = try await house.call(JobsAPI.run, ["job": "release"], RunJob(parameters: ["version": "1.2", "key": "hush"]))

        let start = try #require(house.started.all.first?.body)
        let steps = start.definition.steps
        #expect(steps.map(\.name) == ["look", "deploy", "deploy / fetch", "deploy / start", "tell"])
        #expect(steps.map(\.needs) == [[], ["look"], ["deploy"], ["deploy / fetch"], ["deploy"]])
        #expect(steps.map(\.within) == [nil, nil, 2, 2, nil])
        #expect(steps[2].command == "fetch {{ parameters.version }}")
        let called = try #require(steps[1].called)
        #expect((called.id, called.serial, called.name, called.version) == (deploy.id, deploy.serial, "Deploy", 1))
        #expect(called.secrets == ["token": "key"])
        #expect(called.outputs == ["port": "steps.start.outputs.port"])
        #expect(called.exclusive == true)
        #expect(start.locks == ["deploy-1.2"])
        #expect(start.secretParameters == ["key": Secret("hush")])
        #expect(steps.ownName(of: 3) == "start")
    }

    @Test("the version that is current when the run starts is called, and a deleted job refuses the start in a sentence")
    func versions() async throws {
        let house = try await JobsHouse()
        let deploy = try await house.create(Self.deploy)
        _ = try await house.create(Self.release())
        _ = try await house.call(JobsAPI.update, ["job": deploy.serial], SaveJob(yaml: Self.deploy + "\n  - {name: more, command: 'true'}"))

        _ = try await house.call(JobsAPI.run, ["job": "release"], RunJob(parameters: ["version": "1.2"]))
        let steps = try #require(house.started.all.first?.body.definition.steps)
        #expect(steps[1].called?.version == 2)
        #expect(steps.count == 6)

        let _: Nothing = try await house.call(JobsAPI.delete, ["job": "Deploy"], Nothing())
        let problem = try await house.problem {
            _ = try await house.call(JobsAPI.run, ["job": "release"], RunJob(parameters: ["version": "1.2"]))
        }
        #expect(problem.status == 409)
        #expect(problem.detail == "Nothing was started. The job Release, step deploy: there is no job deploy to call.")
        #expect(house.started.all.count == 1)
    }

    @Test("values that a run gives are checked by the called job's rules before anything starts")
    func checksValues() async throws {
        let house = try await JobsHouse()
        _ = try await house.create(Self.deploy)
        _ = try await house.create(Self.release())

        for (version, wanted) in [("; rm -rf /", "must match [0-9.]+"), ("", "is required")] {
            let problem = try await house.problem {
                _ = try await house.call(JobsAPI.run, ["job": "release"], RunJob(parameters: ["version": .string(version)]))
            }
            #expect(problem.detail.contains(wanted))
        }
        #expect(house.started.all.isEmpty)
    }

    @Test(
        "what is wrong with a call is refused when the job is saved, at its place",
        arguments: [
            ("version: 1x", "/steps/1/parameters/version", "must match"),
            ("versoin: '1'", "/steps/1/parameters/versoin", "did you mean version?"),
            ("token: '{{ parameters.key }}'", "/steps/1/parameters", "its parameter version is required"),
            ("version: '{{ parameters.key }}'", "/steps/1/parameters/version", "the secret key cannot be passed as version"),
            ("version: '1', token: abc", "/steps/1/parameters/token", "pass a secret parameter on"),
            ("version: '1', token: 'x{{ parameters.key }}'", "/steps/1/parameters/token", "with nothing around it"),
            ("version: '1', count: many", "/steps/1/parameters/count", "must be a whole number"),
            ("version: '{{ parameters.nothing }}'", "/steps/1/parameters/version", "There is no parameters.nothing"),
            ("version: '{{ steps.tell.stdout }}'", "/steps/1/parameters/version", "There is no steps.tell.stdout"),
        ])
    func mistakes(passed: String, pointer: String, detail: String) async throws {
        let house = try await JobsHouse()
        _ = try await house.create(Self.deploy)

        let problem = try await house.problem { _ = try await house.create(Self.release(passed)) }
        let check = try await house.check(Self.release(passed))

        #expect(problem.errors?.first?.pointer == "#/definition" + pointer)
        #expect(problem.errors?.first?.detail.contains(detail) == true, "\(problem.errors ?? [])")
        #expect(problem.errors?.first?.line != nil)
        #expect(check.valid == false)
        #expect(check.errors == problem.errors)
    }

    @Test("what the called job does not say in its outputs cannot be read, and its steps not at all")
    func outputs() async throws {
        let house = try await JobsHouse()
        _ = try await house.create(Self.deploy)
        for name in ["steps.deploy.outputs.prot", "steps.start.outputs.port"] {
            let text = Self.release().replacing("steps.deploy.outputs.port", with: name)
            let problem = try await house.problem { _ = try await house.create(text) }
            #expect(problem.errors?.first?.detail.hasPrefix("There is no \(name)") == true)
        }
    }

    @Test(
        "a call has nothing that the called job says itself",
        arguments: [
            ("command: echo", "command"), ("for_each: [1]", "for_each"), ("rollback: {command: x}", "rollback"),
            ("retries: {attempts: 2}", "retries"), ("outputs: {a: {take: text}}", "outputs"), ("timeout_seconds: 3", "timeout_seconds"),
            ("approval: {}", "approval"), ("environment: {A: b}", "environment"),
        ])
    func foreign(field: String, name: String) {
        let mistakes = JobDocument.text("name: x\nsteps:\n  - name: a\n    job: y\n    \(field)\n").mistakes

        #expect(mistakes.first?.pointer == "/steps/0/\(name)")
        #expect(mistakes.first?.detail.hasPrefix("A step that calls a job has no \(name): ") == true)
    }

    @Test("jobs that call each other in a circle are refused when it closes, with the circle in words")
    func circles() async throws {
        let house = try await JobsHouse()
        let call = { (name: String, other: String) in "name: \(name)\nsteps:\n  - {name: s, job: \(other)}\n" }
        let itself = try await house.problem { _ = try await house.create(call("A", "a")) }
        #expect(itself.errors?.first?.detail == "A job cannot call itself, not through others either: A → A.")

        _ = try await house.create("name: C\nsteps:\n  - {name: s, command: 'true'}\n")
        _ = try await house.create(call("B", "C"))
        _ = try await house.create(call("A", "B"))
        let circle = try await house.problem {
            _ = try await house.call(JobsAPI.update, ["job": "C"], SaveJob(yaml: call("C", "A")))
        }
        #expect(circle.errors?.first?.detail == "A job cannot call itself, not through others either: C → A → B → C.")
    }

    @Test("jobs call each other ten deep and no deeper, and a run has a most number of steps")
    func limits() async throws {
        let house = try await JobsHouse()
        _ = try await house.create("name: J0\ntargets: all\nsteps:\n  - {name: s, command: 'true'}\n")
        for depth in 1...10 {
            _ = try await house.create("name: J\(depth)\ntargets: all\nsteps:\n  - {name: s, job: J\(depth - 1)}\n")
        }
        _ = try await house.call(JobsAPI.run, ["job": "J10"], RunJob())
        #expect(house.started.all.first?.body.definition.steps.count == 11)
        let deep = try await house.problem { _ = try await house.create("name: J11\nsteps:\n  - {name: s, job: J10}\n") }
        #expect(deep.errors?.first?.detail.hasPrefix("Jobs call each other at most 10 deep: J11 → J10") == true)

        let many = (1...200).map { "  - {name: s\($0), command: 'true'}" }.joined(separator: "\n")
        _ = try await house.create("name: Many\nsteps:\n\(many)\n")
        let calls = (1...5).map { "  - {name: c\($0), job: Many}" }.joined(separator: "\n")
        let large = try await house.problem { _ = try await house.create("name: Large\nsteps:\n\(calls)\n") }
        #expect(large.errors?.first?.detail.contains("at most 1000 steps") == true)
    }

    @Test("files of jobs that call each other are applied together, whichever comes first, or none of them")
    func apply() async throws {
        let house = try await JobsHouse()
        let files = [ApplyFile(name: "release.yaml", yaml: Self.release()), ApplyFile(name: "deploy.yaml", yaml: Self.deploy)]
        let alone = try await house.call(JobsAPI.apply, [:], ApplyJobs(files: [files[0]]))
        #expect(alone.applied == false)
        #expect(alone.jobs[0].errors.first?.detail.contains("there is no job deploy to call") == true)

        let both = try await house.call(JobsAPI.apply, [:], ApplyJobs(files: files))
        #expect(both.applied)
        #expect(both.jobs.map(\.action) == [.created, .created])
        let again = try await house.call(JobsAPI.apply, [:], ApplyJobs(files: files))
        #expect(again.jobs.map(\.action) == [.unchanged, .unchanged])
    }

    @Test("the form is written as YAML that reads back the same")
    func writesBack() {
        let document = JobDocument.text(Self.release())
        let definition = document.definition
        #expect(definition.map { JobDocument.form($0) }.map { JobDocument.text($0.yaml).definition } == definition)
        #expect(document.mistakes == [])
    }

    @Test("what a run keeps cannot be written into a job")
    func snapshotFields() async throws {
        let house = try await JobsHouse()
        let step = StepDefinition(name: "a", command: "true", within: 1)
        let problem = try await house.problem {
            _ = try await house.call(JobsAPI.create, [:], SaveJob(definition: JobDefinition(name: "x", steps: [step])))
        }
        #expect(problem.errors?.first?.detail == "called and within are filled in when a run starts; leave them out.")
    }
}
