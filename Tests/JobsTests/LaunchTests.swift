import Contracts
import Support
import Testing
import Vocabulary

@testable import Jobs

@Suite("Launching on behalf of somebody")
struct LaunchTests {
    private static func launch(_ job: JobID, _ key: String, _ run: RunJob = RunJob(), owner: UserID = .sample) -> LaunchJob {
        LaunchJob(
            job: job, run: run, owner: owner,
            trigger: RunTrigger(kind: .schedule, name: "nightly", serial: "S20260001", id: "s", owner: "anna"), key: key)
    }

    @Test("hands on what can be started, and says of the rest why not")
    func mixed() async throws {
        let house = try await JobsHouse()
        let (full, minimal) = (try await house.create(Sample.full), try await house.create(Sample.minimal))
        let (gone, viewer) = (
            JobID(trusted: "01990000-0000-7000-8000-0000000000ff"), UserID(trusted: "01990000-0000-7000-8000-000000000002")
        )
        let receipt = try await house.call(
            JobsAPI.launch, [:],
            LaunchJobs(launches: [
                Self.launch(full.id, "a", RunJob(parameters: ["service": "nginx", "token": "hush"], locks: ["own"])),
                Self.launch(full.id, "b"), Self.launch(gone, "c"), Self.launch(full.id, "d", owner: viewer),
                Self.launch(minimal.id, "e"), Self.launch(minimal.id, "f", RunJob(targets: "all")),
            ]),
            as: .service("schedules"))
        #expect(receipt.results.map(\.refusal) == [nil, .refused, .noJob, .notAllowed, .refused, nil])
        #expect(receipt.results.map { $0.receipt != nil } == [true, false, false, false, false, true])
        #expect(receipt.results[1].detail?.contains("service") == true)
        #expect(receipt.results[0].jobName == "Restart service")
        let orders = house.started.launched
        #expect(orders.map(\.idempotencyKey) == ["a", "f"])
        #expect(orders.first?.secretParameters == ["token": Secret("hush")])
        #expect(orders.first?.locks == ["own"])
        #expect(orders.map(\.definition) == [0, 1])
    }

    @Test("a check keeps secrets apart, and lets parameters come later")
    func check() async throws {
        let house = try await JobsHouse()
        _ = try await house.create(Sample.full)
        let run = RunJob(parameters: ["service": "nginx", "token": "hush"])
        let check = try await house.call(JobsAPI.checkLaunch, [:], CheckLaunch(job: "restart service", run: run), as: .service("schedules"))
        #expect(check.parameters == ["service": "nginx"])
        #expect(check.secrets == ["token": Secret("hush")])
        #expect(check.targets == "tag = web")
        let later = try await house.call(
            JobsAPI.checkLaunch, [:], CheckLaunch(job: "restart service", run: RunJob(), later: ["service"]), as: .service("schedules"))
        #expect(later.parameters.isEmpty)
        let strange = try await house.problem {
            _ = try await house.call(
                JobsAPI.checkLaunch, [:], CheckLaunch(job: "restart service", run: RunJob(), later: ["servic"]), as: .service("schedules"))
        }
        #expect(strange.status == 422)
        let missing = try await house.problem {
            _ = try await house.call(
                JobsAPI.checkLaunch, [:], CheckLaunch(job: "restart service", run: RunJob()), as: .service("schedules"))
        }
        #expect(missing.errors?.first?.pointer == "#/parameters/service")
    }

    @Test("a run may hold more locks, if their names can be")
    func locks() async throws {
        let house = try await JobsHouse()
        _ = try await house.create(Sample.minimal)
        _ = try await house.call(JobsAPI.run, ["job": "hello"], RunJob(targets: "all", locks: ["storage"]))
        #expect(house.started.all.map(\.body.locks) == [["storage"]])
        let bad = try await house.problem {
            _ = try await house.call(JobsAPI.run, ["job": "hello"], RunJob(targets: "all", locks: ["two words"]))
        }
        #expect(bad.errors?.first?.pointer == "#/locks")
    }
}
