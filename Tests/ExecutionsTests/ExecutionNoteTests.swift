import Contracts
import Executions
import Store
import Support
import Testing
import Vocabulary

@Suite("Notes of Executions", .timeLimit(.minutes(1)))
struct ExecutionNoteTests {
    private static let administrator = Caller.user(UserID.make(SystemIDs()), name: "ada", role: .administrator)

    private static func route(_ target: TargetID, _ credential: String?) -> ConnectionRoute {
        ConnectionRoute(
            kind: .ssh, host: "h", port: 22, user: "root", credential: credential.map { CredentialID(trusted: $0) }, hostKeyPolicy: .strict,
            hostKeyOwner: target, hostKeys: [], connectTimeoutSeconds: 15, jumps: [])
    }
    private static let (one, two) = ("01990000-0000-7000-8000-0000000000c1", "01990000-0000-7000-8000-0000000000c2")

    private func notes(_ fixture: ExecutionsFixture, _ prefix: String = "") async throws -> [AuditNote] {
        try await AuditNote.lying(in: fixture.database).filter { $0.action.hasPrefix(prefix) }
    }

    @Test("a run is told from its start to its end, with its parameters but no secret ones, and who did what with it")
    func run() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let run = try await fixture.start(parameters: ["version": "1.2"], secrets: ["pin": Secret("hunter2")])
        let path = ["execution": run.serial]
        _ = try await fixture.peer.call(ExecutionsAPI.pause, path, PauseExecution(reason: "lunch"), as: ExecutionsFixture.operatorCaller)
        _ = try await fixture.peer.call(ExecutionsAPI.proceed, path, Nothing(), as: ExecutionsFixture.operatorCaller)
        try await fixture.report(try await fixture.lease().branches.map { $0.entry(ended: .failed) })
        let again = try await fixture.peer.call(
            ExecutionsAPI.rerun, path, RerunExecution(scope: .failed), as: ExecutionsFixture.operatorCaller)
        _ = try await fixture.cancel(again.serial)

        let told = try await notes(fixture)
        #expect(
            told.map(\.action) == [
                "execution.started", "execution.paused", "execution.continued", "execution.ended", "execution.started",
                "execution.cancelled", "execution.ended",
            ])
        #expect(told[0].object == .init("execution", run.id.text, run.serial))
        #expect(told[0].after?[member: "parameters"] == .object(["version": "1.2", "pin": "•••"]))
        #expect(told[0].origin.caller == .service("jobs") && told[1].origin.caller.name == "olga")
        #expect(told[3].origin.caller == .service("executions") && told[3].after?[member: "failed"] == 2)
        #expect(told[4].after?[member: "rerun_of"] == .string(run.serial) && told[4].origin.caller.name == "olga")
        #expect(told[5].detail == "Cancelled by olga.")
        let payloads = try await NewsDesk.lying(in: fixture.database, for: "audit").map(\.payload).joined()
        #expect(!payloads.contains("hunter2"))
    }

    @Test("a credential that a worker gets is told once for each run, before it is handed out, also when targets are known already")
    func credentials() async throws {
        let fixture = try await ExecutionsFixture(targets: 4)
        fixture.ways.withLock { ways in
            for number in 1...4 {
                let id = ExecutionsFixture.target(number).id
                ways[id] = Self.route(id, number < 3 ? Self.one : Self.two)
            }
        }
        let first = try await fixture.start()
        let lease = try await fixture.lease(slots: 3)
        #expect(lease.connections.names == nil && lease.connections.credentials.count == 2)
        _ = try await fixture.lease("w2", slots: 3)
        let second = try await fixture.start()
        _ = try await fixture.lease(slots: 9)

        let told = try await notes(fixture, "credential.")
        #expect(told.map(\.action) == Array(repeating: "credential.used", count: 4))
        #expect(told.map(\.object.id) == [Self.one, Self.two, Self.one, Self.two] && told[0].object.name == "key c1")
        #expect(told.map { $0.after?[member: "serial"] } == [first, first, second, second].map { .string($0.serial) })
        #expect(told.allSatisfy { $0.origin.caller == .worker("w1") })
    }

    @Test("a credential that was changed meanwhile is told as it is, and that the old one was not handed out")
    func changedCredential() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let target = ExecutionsFixture.target(1).id
        fixture.ways.withLock { $0[target] = Self.route(target, Self.one) }
        _ = try await fixture.start()
        try await fixture.report(try await fixture.lease().branches.map { $0.entry(ended: .succeeded) })
        fixture.ways.withLock { $0[target] = Self.route(target, Self.two) }
        let run = try await fixture.start()
        _ = try await fixture.lease()

        let told = try await notes(fixture, "credential.").filter { $0.after?[member: "serial"] == .string(run.serial) }
        #expect(
            Set(told.map { "\($0.action) \($0.object.id.suffix(2))" }) == [
                "credential.used c1", "credential.used c2", "credential.withheld c1",
            ])
    }

    @Test("whoever reads what a run printed is told once in ten minutes, and who started it may follow it")
    func reading() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let run = try await fixture.start()
        func read(_ caller: Caller) async throws {
            _ = try await fixture.peer.call(ExecutionsAPI.log, ["execution": run.serial], LogQuery(), as: caller)
            _ = try await fixture.peer.call(ExecutionsAPI.feed, ["execution": run.serial], FeedQuery(), as: caller)
        }
        for _ in 0..<3 { try await read(Self.administrator) }
        try await read(ExecutionsFixture.operatorCaller)
        _ = try await fixture.peer.call(ExecutionsAPI.searchAll, [:], AllOutputSearch(text: "hunter2"), as: Self.administrator)
        await #expect(throws: Problem.self) {
            try await fixture.peer.call(ExecutionsAPI.log, ["execution": "J0"], LogQuery(), as: Self.administrator)
        }

        let told = try await notes(fixture).filter { $0.action.contains("output") }
        #expect(
            told.map { "\($0.action) \($0.origin.caller.name)" } == [
                "execution.output_read ada", "execution.output_read ada", "execution.output_read olga", "output.searched ada",
            ])
        fixture.clock.advance(by: .seconds(601))
        try await read(Self.administrator)
        let later = try await notes(fixture, "execution.output_read")
        #expect(later.count == 5)
    }

    @Test("rules for all runs are told with how they were")
    func rules() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        _ = try await fixture.peer.call(
            ExecutionsAPI.saveGuard, [:], SaveGuard(mostTargets: 5, production: ["prod"]), as: Self.administrator)
        _ = try await fixture.peer.call(ExecutionsAPI.setRetention, [:], RetentionPolicy(outputDays: 3), as: Self.administrator)
        let run = try await fixture.start()
        _ = try await fixture.peer.call(ExecutionsAPI.keep, ["execution": run.serial], KeepExecution(keep: true), as: Self.administrator)

        let told = try await notes(fixture)
        #expect(told.map(\.action) == ["guard.updated", "retention.updated", "execution.started", "execution.kept"])
        #expect(told[0].after?[member: "most_targets"] == 5 && told[0].before?[member: "most_targets"] == nil)
        #expect(told[1].after?[member: "policy"] == .object(["output_days": 3]))
    }

    @Test("a start whose note cannot be written is no start")
    func untold() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        try await fixture.database.transact { try await $0.execute("ALTER TABLE news RENAME TO news_away") }
        await #expect(throws: (any Error).self) { try await fixture.start() }
        try await fixture.database.transact { try await $0.execute("ALTER TABLE news_away RENAME TO news") }
        let page = try await fixture.peer.call(ExecutionsAPI.list, [:], ExecutionQuery(), as: Self.administrator)
        #expect(page.items.isEmpty)
    }
}
