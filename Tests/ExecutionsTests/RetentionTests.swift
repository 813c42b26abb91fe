import Contracts
import Executions
import Store
import Support
import Testing
import Vocabulary
import Web

@Suite("Retention", .timeLimit(.minutes(3)))
struct RetentionTests {
    private static let admin = Caller.user(UserID.make(SystemIDs()), name: "ada", role: .administrator)

    private func run(_ fixture: ExecutionsFixture, bytes: Int, ended: Bool = true) async throws -> RunReceipt {
        let receipt = try await fixture.start([StepDefinition(name: "one", command: "true")])
        for branch in try await fixture.lease().branches {
            let line = "line of \(receipt.serial) on \(branch.key.number)\n"
            let text = Array(String(repeating: line, count: bytes / line.utf8.count + 1).utf8.prefix(bytes))
            let pieces = stride(from: 0, to: text.count, by: 60_000).map {
                branch.entry(output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: Array(text[$0...].prefix(60_000))))
            }
            try await fixture.report(pieces + (ended ? [branch.entry(ended: .succeeded)] : []))
        }
        return receipt
    }

    private func set(_ fixture: ExecutionsFixture, _ policy: RetentionPolicy) async throws {
        _ = try await fixture.peer.call(ExecutionsAPI.setRetention, [:], policy, as: Self.admin)
    }

    private func keep(_ fixture: ExecutionsFixture, _ name: String, _ keep: Bool) async throws {
        let run = try await fixture.peer.call(
            ExecutionsAPI.keep, ["execution": name], KeepExecution(keep: keep), as: ExecutionsFixture.operatorCaller)
        #expect(run.kept == (keep ? true : nil))
    }

    private func log(_ fixture: ExecutionsFixture, _ name: String) async throws -> Int {
        let download = try await fixture.peer.call(
            ExecutionsAPI.log, ["execution": name], LogQuery(branch: 1, step: 1), as: ExecutionsFixture.operatorCaller)
        var count = 0
        for try await piece in download.body { count += piece.count }
        return count
    }

    private func clean(_ fixture: ExecutionsFixture) async throws -> RetentionWork.Removed {
        try await RetentionWork(room: fixture.room, holder: "test").tick()
    }

    private func storage(_ fixture: ExecutionsFixture) async throws -> Storage {
        try await fixture.peer.call(ExecutionsAPI.storage, [:], as: ExecutionsFixture.operatorCaller)
    }

    @Test("output goes by its age, the run and its results stay and say so; what runs, is kept or is younger stays whole")
    func outputByAge() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let (old, short) = (try await run(fixture, bytes: 400_000), try await run(fixture, bytes: 20))
        let kept = try await run(fixture, bytes: 5000)
        let running = try await run(fixture, bytes: 5000, ended: false)
        try await keep(fixture, kept.serial, true)
        try await fixture.pack()
        fixture.clock.advance(by: .seconds(5 * 86_400))
        let young = try await run(fixture, bytes: 5000)
        try await fixture.pack()
        try await set(fixture, RetentionPolicy(outputDays: 3))
        let promised = try await storage(fixture)

        let removed = try await clean(fixture)

        #expect(promised.next.outputs == 2 && promised.next.executions == 0 && promised.kept == 1 && promised.next.bytes > 0)
        #expect(removed.outputs == 2 && removed.executions == 0)
        for run in [old, short] {
            let problem = await #expect(throws: Problem.self) { try await log(fixture, run.serial) }
            #expect(problem?.status == 410 && problem?.detail.contains("removed by retention") == true)
            #expect(try await fixture.show(run.serial).outputRemovedAt != nil)
            #expect(try await fixture.branches(run.serial).count == 2)
        }
        for run in [kept, running, young] { #expect(try await log(fixture, run.serial) == 5000) }
        #expect(try await fixture.show(running.serial).outputRemovedAt == nil)
        #expect(try await clean(fixture) == RetentionWork.Removed())
        let left = try await storage(fixture)
        #expect(left.jobs.first?.executions == 2 && left.storedBytes < promised.storedBytes)
        #expect(
            try await fixture.count(
                "SELECT COUNT(*) AS number FROM output_archive WHERE execution NOT IN (SELECT key FROM executions WHERE output_state = 2)")
                == 0)

        try await keep(fixture, kept.serial, false)
        #expect(try await clean(fixture).outputs == 1)
        #expect(try await storage(fixture).jobs.first?.executions == 1)
    }

    @Test("output goes by its size, those that ended first first, until the rest fits")
    func outputBySize() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        var runs: [RunReceipt] = []
        var random = SystemRandomNumberGenerator()
        for _ in 0..<6 {
            let receipt = try await fixture.start([StepDefinition(name: "one", command: "true")])
            let branch = try await fixture.lease().branches[0]
            let noise = (0..<8).map { _ in
                branch.entry(
                    output: OutputPiece(
                        step: 1, attempt: 1, stream: .stdout, bytes: (0..<60_000).map { _ in UInt8.random(in: 0...255, using: &random) }))
            }
            try await fixture.report(noise + [branch.entry(ended: .succeeded)])
            runs.append(receipt)
            fixture.clock.advance(by: .seconds(1))
        }
        try await fixture.pack()
        let before = try await storage(fixture)
        try await set(fixture, RetentionPolicy(outputBytes: 1_200_000))

        let removed = try await clean(fixture)

        #expect(before.storedBytes > 6 * 480_000 && before.outputBytes == 6 * 480_000)
        #expect(removed.outputs == 4)
        #expect(try await storage(fixture).storedBytes <= 1_200_000)
        for run in runs.suffix(2) { #expect(try await log(fixture, run.serial) == 480_000) }
        await #expect(throws: Problem.self) { try await log(fixture, runs[3].serial) }
    }

    @Test("runs go by their age with everything, in portions, and what runs or is kept stays")
    func executionsByAge() async throws {
        let fixture = try await ExecutionsFixture(targets: 3)
        var gone: [RunReceipt] = []
        for round in 0..<25 { gone.append(try await run(fixture, bytes: round == 7 ? 3_000_000 : 30)) }
        let kept = try await run(fixture, bytes: 5000)
        let running = try await run(fixture, bytes: 5000, ended: false)
        try await keep(fixture, kept.serial, true)
        try await fixture.pack()
        fixture.clock.advance(by: .seconds(40 * 86_400))
        let young = try await run(fixture, bytes: 700)
        try await fixture.pack()
        try await set(fixture, RetentionPolicy(executionDays: 30))
        #expect(try await storage(fixture).next.executions == 25)

        let removed = try await clean(fixture)

        #expect(removed.executions == 25)
        for run in gone { await #expect(throws: Problem.self) { try await fixture.show(run.serial) } }
        for table in ["branches", "steps", "feed", "output_archive"] {
            let name = SQL(trusted: table)
            #expect(
                try await fixture.count(
                    "SELECT COUNT(*) AS number FROM \(name) WHERE execution NOT IN (SELECT key FROM executions)") == 0, "\(table)")
        }
        for run in [kept, running] { #expect(try await log(fixture, run.serial) == 5000) }
        #expect(try await log(fixture, young.serial) == 700)
        #expect(try await clean(fixture).executions == 0)
    }

    @Test("two processes do not pack or clean up at the same time, and another one goes on when the first is gone")
    func oneAtATime() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        _ = try await run(fixture, bytes: 5000)
        try await fixture.pack()
        _ = try await run(fixture, bytes: 5000)
        fixture.clock.advance(by: .seconds(59))

        #expect(try await Archivist(room: fixture.room, holder: "other").tick() == 0)
        fixture.clock.advance(by: .seconds(62))
        #expect(try await Archivist(room: fixture.room, holder: "other").tick() == 1)
    }

    @Test("only an administrator sets how long things are kept, and limits that make no sense are refused")
    func permission() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)

        await #expect(throws: Problem.self) {
            try await fixture.peer.call(
                ExecutionsAPI.setRetention, [:], RetentionPolicy(outputDays: 3), as: ExecutionsFixture.operatorCaller)
        }
        try await set(fixture, RetentionPolicy(outputDays: 3, executionDays: 9))
        let found = try await fixture.peer.call(ExecutionsAPI.retention, [:], as: ExecutionsFixture.operatorCaller)
        #expect(found.policy == RetentionPolicy(outputDays: 3, executionDays: 9) && found.changedBy == "ada")
    }
}
