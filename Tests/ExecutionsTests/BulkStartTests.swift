import Contracts
import Support
import Testing
import Vocabulary

@testable import Executions

@Suite("Starting many at once")
struct BulkStartTests {
    private static func order(_ key: String, definition: Int = 0, job: String = "J20260001", secrets: [String: Secret] = [:])
        -> StartExecutions.Order
    {
        let start = StartExecution(
            job: JobID(trusted: "01990000-0000-7000-8000-00000000000a"), jobSerial: job, jobVersion: 1,
            definition: ExecutionsFixture.definition([StepDefinition(name: "a", command: "true")]), parameters: ["n": .string(key)],
            secretParameters: secrets, targets: "all", exclude: [], maxParallel: 5, locks: [], priority: .normal, startedBy: "")
        return StartExecutions.Order(
            start, definition: definition,
            trigger: RunTrigger(
                kind: .schedule, name: "nightly", serial: "S20260001", id: "01990000-0000-7000-8000-00000000000b", owner: "anna",
                at: Timestamp(milliseconds: 1000)),
            idempotencyKey: key)
    }

    private static func start(_ fixture: ExecutionsFixture, _ input: StartExecutions) async throws -> [StartResult] {
        try await fixture.peer.call(ExecutionsAPI.startMany, [:], input, as: .service("jobs")).results
    }

    private static let definition = ExecutionsFixture.definition([StepDefinition(name: "a", command: "true")])

    @Test("each gets a serial of its job and can be leased, with what started it; the same keys again start nothing")
    func many() async throws {
        let fixture = try await ExecutionsFixture(targets: 2)
        let orders = (1...70).map { Self.order("k\($0)", job: $0 > 60 ? "J20260002" : "J20260001", secrets: ["pin": Secret("hush")]) }
        let results = try await Self.start(fixture, StartExecutions(definitions: [Self.definition], orders: orders))
        let serials = results.compactMap(\.receipt?.serial)
        #expect(serials.count == 70)
        #expect(Set(serials).count == 70)
        #expect(serials[0] == "J20260001.0001" && serials[59] == "J20260001.0060" && serials[69] == "J20260002.0010")
        let shown = try await fixture.show(serials[3])
        #expect(shown.startedBy == "schedule S20260001 (anna)")
        #expect(shown.trigger?.kind == .schedule)
        #expect(shown.trigger?.at == Timestamp(milliseconds: 1000))
        #expect(try await fixture.lease(slots: 500).branches.count == 140)

        let again = try await Self.start(
            fixture, StartExecutions(definitions: [Self.definition], orders: [Self.order("k4"), Self.order("new"), Self.order("k4")]))
        #expect(again.map(\.receipt?.serial) == [serials[3], "J20260001.0061", serials[3]])
    }

    @Test("which keys have begun an execution is told, of those that are asked for, and nothing is started by asking")
    func begun() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let results = try await Self.start(
            fixture, StartExecutions(definitions: [Self.definition], orders: [Self.order("k1"), Self.order("k2"), Self.order("k3")]))

        let answer = try await fixture.peer.call(
            ExecutionsAPI.begun, [:], AskBegun(keys: ["k3", "other", "k1"]), as: .service("schedules"))

        #expect(answer.begun.map(\.key) == ["k1", "k3"])
        #expect(answer.begun.map(\.receipt) == [results[0].receipt, results[2].receipt])
        let again = try await fixture.peer.call(ExecutionsAPI.begun, [:], AskBegun(keys: ["other"]), as: .service("schedules"))
        #expect(again.begun.isEmpty)
    }

    @Test("the same keys at the same time start one execution each")
    func race() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        let orders = (1...40).map { Self.order("k\($0)") }
        let all = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 1...4 {
                group.addTask {
                    try await Self.start(fixture, StartExecutions(definitions: [Self.definition], orders: orders)).compactMap(
                        \.receipt?.serial)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(all.allSatisfy { $0 == all[0] })
        #expect(Set(all[0]).count == 40)
        let count = try await fixture.database.read {
            try await $0.first("SELECT COUNT(*) AS number FROM executions")?.int("number")
        }
        #expect(count == 40)
    }

    @Test("one that is refused does not hold up the others: no target, and a job that forbids a second run")
    func refusals() async throws {
        let fixture = try await ExecutionsFixture(targets: 1)
        var alone = Self.definition
        alone.concurrency = .forbid
        let orders = [
            Self.order("a", definition: 1, job: "J20260009"), Self.order("b", definition: 1, job: "J20260009"), Self.order("c"),
        ]
        let results = try await Self.start(fixture, StartExecutions(definitions: [Self.definition, alone], orders: orders))
        #expect(results.map { $0.receipt != nil } == [true, false, true])
        #expect(results[1].problem?.status == 409)

        let empty = try await ExecutionsFixture(targets: 0)
        let none = try await Self.start(empty, StartExecutions(definitions: [Self.definition], orders: [Self.order("d")]))
        #expect(none.first?.problem?.status == 422)
    }

    @Test("what started an execution is kept as it was")
    func triggers() {
        let all = [
            RunTrigger(kind: .user, name: "olga", id: "x"), RunTrigger(kind: .user, name: "console"),
            RunTrigger(kind: .schedule, name: "a b", serial: "S1", id: "i", owner: "anna", at: Timestamp(milliseconds: 5)),
        ]
        for trigger in all { #expect(RunTrigger(text: trigger.text) == trigger) }
        #expect(RunTrigger(text: "nonsense") == nil)
    }
}
