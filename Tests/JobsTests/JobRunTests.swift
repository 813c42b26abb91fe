import Contracts
import Support
import Testing
import Vocabulary

@testable import Jobs

@Suite("Running a job")
struct JobRunTests {
    @Test("asks Executions for the current version with checked values, secrets apart")
    func startsExecution() async throws {
        let house = try await JobsHouse()
        let job = try await house.create(Sample.full)

        let receipt = try await house.call(
            JobsAPI.run, ["job": "restart service"],
            RunJob(parameters: ["service": "nginx", "token": "hush"], exclude: [.sample]), once: "key-1")

        #expect(receipt == .sample)
        let call = try #require(house.started.all.first)
        #expect(call.caller == .service("jobs"))
        #expect(call.idempotencyKey == "\(UserID.sample.text):key-1")
        let start = call.body
        #expect((start.job, start.jobSerial, start.jobVersion, start.startedBy) == (job.id, job.serial, 1, "olga"))
        #expect(start.definition == job.definition)
        #expect(start.parameters == ["service": "nginx", "mode": "soft"])
        #expect(start.secretParameters == ["token": Secret("hush")])
        #expect((start.targets, start.exclude, start.maxParallel) == ("tag = web", [.sample], 5))
        #expect(start.idempotencyKey == call.idempotencyKey)
    }

    @Test("lets a run choose other targets and another width, and takes 50 when nobody says")
    func overridesUsualValues() async throws {
        let house = try await JobsHouse()
        _ = try await house.create(Sample.minimal)

        _ = try await house.call(JobsAPI.run, ["job": "hello"], RunJob(targets: "web[01-20]"))
        _ = try await house.call(JobsAPI.run, ["job": "hello"], RunJob(targets: "all", maxParallel: 7))

        #expect(house.started.all.map(\.body.targets) == ["web[01-20]", "all"])
        #expect(house.started.all.map(\.body.maxParallel) == [50, 7])
        #expect(house.started.all.map(\.body.idempotencyKey) == [nil, nil])
    }

    @Test("starts nothing when values are wrong, and names all of them without the secret")
    func refusesWrongValues() async throws {
        let house = try await JobsHouse()
        _ = try await house.create(Sample.full)

        let problem = try await house.problem {
            _ = try await house.call(
                JobsAPI.run, ["job": "restart service"], RunJob(parameters: ["service": "NGINX", "token": 5, "mod": "x"]))
        }

        #expect(problem.status == 422)
        #expect(problem.errors?.map(\.pointer) == ["#/parameters/service", "#/parameters/token", "#/parameters/mod"])
        #expect(problem.errors?.last?.detail.contains("did you mean mode?") == true)
        #expect(house.started.all.isEmpty)
    }

    @Test("says in one clean sentence what is wrong with a single value")
    func saysOneWrongValue() async throws {
        let house = try await JobsHouse()
        _ = try await house.create(Sample.full)

        for (parameters, end) in [
            (["service": "nginx", "token": "t", "mod": "x"], "did you mean mode?"), (["token": "t"], "is required."),
        ] as [([String: JSONValue], String)] {
            let problem = try await house.problem {
                _ = try await house.call(JobsAPI.run, ["job": "restart service"], RunJob(parameters: parameters))
            }
            #expect(problem.errors?.count == 1)
            #expect(problem.detail.hasPrefix("A parameter of Restart service is wrong: ") && problem.detail.hasSuffix(end))
        }
    }

    @Test("starts nothing without targets or with a filter that cannot be read")
    func refusesTargets() async throws {
        let house = try await JobsHouse()
        _ = try await house.create(Sample.minimal)

        for run in [RunJob(), RunJob(targets: ""), RunJob(targets: "name =")] {
            let problem = try await house.problem { _ = try await house.call(JobsAPI.run, ["job": "hello"], run) }
            #expect(problem.status == 422)
            #expect(problem.errors?.first?.pointer == "#/targets")
        }
        #expect(house.started.all.isEmpty)
    }
}
