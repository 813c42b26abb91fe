import Contracts
import Executions
import Testing
import Vocabulary

@Suite("The guard")
struct GuardTests {
    private static let administrator = Caller.user(UserID.make(SystemIDs()), name: "ada", role: .administrator)

    private static func set(_ wish: SaveGuard, in fixture: ExecutionsFixture) async throws -> RunGuard {
        try await fixture.peer.call(ExecutionsAPI.saveGuard, [:], wish, as: administrator)
    }

    private static func order(_ confirm: String? = nil, isConfirmed: Bool? = nil) -> StartExecution {
        var definition = ExecutionsFixture.definition([StepDefinition(name: "a", command: "true")])
        definition.confirmedForProduction = isConfirmed
        return StartExecution(
            job: JobID(trusted: "01990000-0000-7000-8000-00000000000a"), jobSerial: "J20260001", jobVersion: 3, definition: definition,
            parameters: [:], secretParameters: [:], targets: "all", exclude: [], maxParallel: 5, locks: [], priority: .normal,
            startedBy: "olga", confirm: confirm)
    }

    private static func problem(_ work: () async throws -> Void) async throws -> Problem {
        do { try await work() } catch let problem as Problem { return problem }
        Issue.record("nothing was refused")
        throw CancellationError()
    }

    @Test("holds nothing up as installed, is changed by administrators only, and refuses a change that is based on an older one")
    func administered() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let first = try await fixture.peer.call(ExecutionsAPI.showGuard, [:], as: ExecutionsFixture.operatorCaller)
        #expect(first == RunGuard(production: [], revision: 0))
        let refused = try await Self.problem {
            _ = try await fixture.peer.call(
                ExecutionsAPI.saveGuard, [:], SaveGuard(mostTargets: 5, production: []), as: ExecutionsFixture.operatorCaller)
        }
        #expect(refused.status == 403)

        let saved = try await Self.set(SaveGuard(mostTargets: 5, production: [" prod "], revision: 0), in: fixture)

        #expect((saved.mostTargets, saved.production, saved.revision, saved.changedBy) == (5, ["prod"], 1, "ada"))
        let stale = try await Self.problem { _ = try await Self.set(SaveGuard(production: [], revision: 0), in: fixture) }
        #expect(stale.slug == "stale-revision")
        let empty = try await Self.problem { _ = try await Self.set(SaveGuard(production: ["a", " "]), in: fixture) }
        #expect(empty.errors?.first?.pointer == "#/production/1")
        let shown = try await fixture.peer.call(ExecutionsAPI.showGuard, [:], as: ExecutionsFixture.operatorCaller)
        #expect(shown == saved)
    }

    @Test("a run on more targets than the guard allows is refused, whether it is of a job, a command or repeated, and a plan says so")
    func mostTargets() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        let earlier = try await fixture.start()
        try await fixture.report(try await fixture.lease().branches.map { $0.entry(ended: .failed) })
        _ = try await Self.set(SaveGuard(mostTargets: 2, production: []), in: fixture)

        let refusals = [
            try await Self.problem { _ = try await fixture.start() },
            try await Self.problem {
                _ = try await fixture.peer.call(
                    ExecutionsAPI.runCommand, [:], RunCommand(command: "true", targets: "all"), as: ExecutionsFixture.operatorCaller)
            },
            try await Self.problem {
                _ = try await fixture.peer.call(
                    ExecutionsAPI.rerun, ["execution": earlier.serial], RerunExecution(scope: .failed, resume: true),
                    as: ExecutionsFixture.operatorCaller)
            },
        ]
        for refusal in refusals {
            #expect(refusal.status == 422)
            #expect(refusal.detail.hasPrefix("A run may have at most 2 targets here, and this one would have 3; nothing was started."))
        }
        let plan = try await fixture.peer.call(ExecutionsAPI.plan, [:], Self.order(), as: .service("jobs"))
        #expect(plan.obstacles.map(\.refuses) == [true])

        _ = try await Self.set(SaveGuard(production: []), in: fixture)
        #expect(try await fixture.start().targets == 3)
    }

    @Test("a run that touches production starts only with the number of its targets or the name of its job, or where the job is confirmed")
    func production() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        _ = try await Self.set(SaveGuard(production: ["TEST"]), in: fixture)

        for wrong in [nil, "", "1", "02", "Job"] {
            let problem = try await Self.problem {
                _ = try await fixture.peer.call(ExecutionsAPI.start, [:], Self.order(wrong), as: .service("jobs"))
            }
            #expect(problem.slug == "confirmation-needed")
            #expect(problem.detail.contains("touches production (test) and has 2 targets"))
        }
        for right in ["2", "job"] {
            let receipt = try await fixture.peer.call(ExecutionsAPI.start, [:], Self.order(right), as: .service("jobs"))
            #expect(receipt.targets == 2)
        }
        let confirmed = try await fixture.peer.call(ExecutionsAPI.start, [:], Self.order(isConfirmed: true), as: .service("jobs"))
        #expect(confirmed.targets == 2)
        let plan = try await fixture.peer.call(ExecutionsAPI.plan, [:], Self.order("2"), as: .service("jobs"))
        #expect(plan.obstacles == [])
        var command = RunCommand(command: "true", targets: "all", confirm: "true")
        let asCommand = try await Self.problem { [command] in
            _ = try await fixture.peer.call(ExecutionsAPI.runCommand, [:], command, as: ExecutionsFixture.operatorCaller)
        }
        #expect(asCommand.slug == "confirmation-needed")
        command.confirm = "2"
        let receipt = try await fixture.peer.call(ExecutionsAPI.runCommand, [:], command, as: ExecutionsFixture.operatorCaller)
        #expect(receipt.targets == 2)
    }

    @Test("running again and resuming on production are confirmed like any run")
    func repeating() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let earlier = try await fixture.start()
        try await fixture.report(try await fixture.lease().branches.map { $0.entry(ended: .failed) })
        _ = try await Self.set(SaveGuard(production: ["test"]), in: fixture)
        let again = { (confirm: String?, resume: Bool) in
            try await fixture.peer.call(
                ExecutionsAPI.rerun, ["execution": earlier.serial], RerunExecution(scope: .failed, resume: resume, confirm: confirm),
                as: ExecutionsFixture.operatorCaller)
        }

        for resume in [false, true] {
            let problem = try await Self.problem { _ = try await again(nil, resume) }
            #expect(problem.slug == "confirmation-needed")
            #expect(try await again("2", resume).targets == 2)
        }
    }
}
