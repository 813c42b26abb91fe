import Contracts
import Foundation
import Store
import Support
import Synchronization
import Testing
import Vocabulary
import Web

@testable import Targets

@Suite("Health of targets")
struct HealthTests {
    @Test("Everything that is due is checked in few calls, and each call says which method, and how long it may take")
    func batches() async throws {
        let house = try await TargetsHouse()
        for number in 0..<100 { try await house.add("web-\(number)") }
        house.errands.answer(HealthAnswers.healthy)

        let done = try await house.tickAfterInterval()

        #expect(done == 100)
        #expect(house.errands.all.count == 2)
        #expect(house.errands.all.flatMap { $0.probes ?? [] }.allSatisfy { $0.method == 0 && $0.timeoutSeconds == 10 })
        let summary = try await house.call(TargetsAPI.healthSummary, [:], Nothing())
        #expect(summary.counts == HealthCounts(healthy: 100))
        #expect(summary.lagSeconds == 0)
        let again = try await house.service.health.tick()
        #expect(again == 0)
    }

    @Test("A target is critical after exactly as many failures as its policy says, with the cause, and healthy after as many successes")
    func thresholds() async throws {
        let house = try await TargetsHouse()
        try await house.add("web-1")
        var states: [HealthState] = []
        for answer in ["+", "-", "-", "-", "+", "+"] {
            house.errands.answer(answer == "+" ? HealthAnswers.healthy : HealthAnswers.failing)
            _ = try await house.tickAfterInterval()
            states.append(try await house.health("web-1").health.state)
        }

        #expect(states == [.healthy, .healthy, .healthy, .critical, .critical, .healthy])
        let detail = try await house.health("web-1")
        #expect(detail.health.cause == nil)
        #expect(detail.methods[0].lastFailure?.stages.map(\.name) == [.tcp])
        #expect(detail.methods[0].cause == "The port is closed.")
        #expect(detail.methods[0].policy == "default")
        let told = try await house.told(to: NotificationsAPI.name)
        #expect(told.map { [$0.from, $0.to] } == [[.healthy, .critical], [.critical, .healthy]])
        #expect(told[0].cause == "The port is closed.")
        #expect(told[0].target.name == "web-1")
        #expect(try await house.told(to: SchedulesAPI.name) == told)
    }

    @Test("One in maintenance is checked and alarms nobody; what is still so afterwards is told then")
    func maintenance() async throws {
        let house = try await TargetsHouse()
        let target = try await house.add("web-1")
        house.errands.answer(HealthAnswers.failing)
        try await house.set(target, .maintenance)
        for _ in 0..<4 { _ = try await house.tickAfterInterval() }

        #expect(try await house.health("web-1").health.state == .critical)
        #expect(try await house.told(to: NotificationsAPI.name).isEmpty)
        try await house.set(target, .active)
        _ = try await house.tickAfterInterval()

        let told = try await house.told(to: NotificationsAPI.name)
        #expect(told.map(\.to) == [.critical])
    }

    @Test("A retired one is not checked, and nothing is known of it any more")
    func retired() async throws {
        let house = try await TargetsHouse()
        let target = try await house.add("web-1")
        house.errands.answer(HealthAnswers.healthy)
        _ = try await house.tickAfterInterval()
        try await house.set(target, .retired)

        let done = try await house.tickAfterInterval()

        #expect(done == 0)
        #expect(try await house.health("web-1").health.state == .unknown)
        #expect(try await house.call(TargetsAPI.healthSummary, [:], Nothing()).counts == HealthCounts())
    }

    @Test("What another process has claimed is left alone, and is due again when nobody tells its result")
    func leaseLoss() async throws {
        let house = try await TargetsHouse()
        for number in 0..<10 { try await house.add("web-\(number)") }
        let first = house.errands
        first.answer { _ in throw CancellationError() }
        try await house.settle()
        house.clock.advance(by: .seconds(300))
        let batch = try #require(try await house.service.health.checks.claim())
        #expect(batch.checks.count == 10)

        let others = try await house.service.health.checks.claim()
        #expect(others == nil, "all of them are claimed")
        house.clock.advance(by: .seconds(200))
        let again = try #require(try await house.service.health.checks.claim())
        #expect(again.checks.count == 10)
        // The first one comes back after all: its lease is over, so what it found is not counted.
        try await house.service.health.checks.store(HealthAnswers.results(batch, succeeded: false), of: batch)
        try await house.service.health.checks.store(HealthAnswers.results(again, succeeded: true), of: again)

        let detail = try await house.health("web-3")
        #expect(detail.methods[0].failuresInARow == 0)
        #expect(detail.methods[0].successesInARow == 1)
    }

    @Test("Several processes check everything once")
    func replicas() async throws {
        let house = try await TargetsHouse()
        for number in 0..<200 { try await house.add("web-\(number)") }
        house.errands.answer(HealthAnswers.healthy)
        try await house.settle()
        house.clock.advance(by: .seconds(300))

        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    while let batch = try await house.service.health.checks.claim() { try await house.service.health.checks.run(batch) }
                }
            }
            try await group.waitForAll()
        }

        let checked = house.errands.all.flatMap { $0.probes ?? [] }.map(\.target)
        #expect(checked.count == 200)
        #expect(Set(checked).count == 200)
    }

    @Test("Where no worker is there nothing is found, and it is tried again soon")
    func noWorker() async throws {
        let house = try await TargetsHouse()
        try await house.add("web-1")
        await #expect(throws: Problem.self) { _ = try await house.tickAfterInterval() }
        #expect(try await house.health("web-1").health.state == .unknown)
        house.errands.answer(HealthAnswers.healthy)
        house.clock.advance(by: .seconds(15))

        let done = try await house.service.health.tick()

        #expect(done == 1)
        #expect(try await house.health("web-1").health.state == .healthy)
    }

    @Test("A method that leads elsewhere begins anew")
    func otherRoute() async throws {
        let house = try await TargetsHouse()
        let target = try await house.add("web-1", host: "old")
        house.errands.answer(HealthAnswers.failing)
        for _ in 0..<3 { _ = try await house.tickAfterInterval() }
        #expect(try await house.health("web-1").health.state == .critical)
        var save = SaveTarget(name: "web-1", connections: [ConnectionMethod(kind: .ssh, host: "new", user: "root")])
        save.revision = target.revision
        house.clock.advance(by: .seconds(1))
        _ = try await house.call(TargetsAPI.update, ["target": "web-1"], save)

        try await house.settle()

        let detail = try await house.health("web-1")
        #expect(detail.health.state == .unknown)
        #expect(detail.methods[0].failuresInARow == 0)
        #expect(try await house.told(to: NotificationsAPI.name).map(\.to) == [.critical, .unknown])
    }

    @Test("Filters find targets by their health, and the list shows the states that are asked for")
    func filters() async throws {
        let house = try await TargetsHouse()
        for name in ["bad-1", "good-1", "good-2"] { try await house.add(name) }
        house.errands.answer { errand in
            HealthAnswers.result(errand.probes ?? []) { !$0.name.hasPrefix("bad") }
        }
        for _ in 0..<3 { _ = try await house.tickAfterInterval() }
        try await house.add("new-1")

        #expect(try await house.names("health = critical") == ["bad-1"])
        #expect(try await house.names("health in (healthy, unknown)") == ["good-1", "good-2", "new-1"])
        #expect(try await house.names("not health = unknown and name ~ *-1") == ["bad-1", "good-1"])
        let page = try await house.call(TargetsAPI.health, [:], HealthQuery(filter: "name ~ *-1", state: [.critical, .unknown]))
        #expect(page.items.map(\.name) == ["bad-1", "new-1"])
        #expect(page.items.map(\.state) == [.critical, .unknown])
        #expect(page.total == 2)
        #expect(page.items[0].recent.map(\.failures).reduce(0, +) == 3)
        let wrong = await problem { try await house.names("health = poorly") }
        #expect(wrong?.status == 422)
    }

    @Test("Checks are shown one by one for 48 hours, hour by hour for 90 days, and are forgotten then")
    func history() async throws {
        let house = try await TargetsHouse()
        try await house.add("web-1")
        house.errands.answer(HealthAnswers.healthy)
        _ = try await house.tickAfterInterval()
        house.errands.answer(HealthAnswers.failing)
        _ = try await house.tickAfterInterval()
        func history() async throws -> HealthHistory {
            try await house.call(TargetsAPI.healthHistory, ["target": "web-1"], HealthHistoryQuery(hours: 2160))
        }

        let fresh = try await history()
        #expect(fresh.points.map(\.milliseconds) == [12.5, nil])
        #expect(fresh.hours.map(\.checks).reduce(0, +) == 2)
        #expect(fresh.hours.map(\.failures).reduce(0, +) == 1)
        #expect(fresh.hours.compactMap(\.averageMilliseconds) == [12.5])
        house.clock.advance(by: .seconds(50 * 3600))
        try await house.service.health.prune()
        let older = try await history()
        #expect(older.points.isEmpty)
        #expect(older.hours == fresh.hours)
        house.clock.advance(by: .seconds(90 * 86_400))
        try await house.service.health.prune()
        let kept = try await house.database.query("-- test.hours\nSELECT COUNT(*) AS total FROM health_hours")
        #expect(try kept.first?.int("total") == 0)
    }

    @Test("A check that somebody asks for counts as any other, also of a target that nobody has looked at yet")
    func checkNow() async throws {
        let house = try await TargetsHouse()
        try await house.add("web-1")
        house.errands.answer(HealthAnswers.healthy)

        let detail = try await house.call(TargetsAPI.checkHealth, ["target": "web-1"], Nothing())

        #expect(detail.health.state == .healthy)
        #expect(detail.methods[0].successesInARow == 1)
        try await house.add(SaveTarget(name: "bare"))
        let bare = await problem { try await house.call(TargetsAPI.checkHealth, ["target": "bare"], Nothing()) }
        #expect(bare?.detail.contains("no connection method") == true)
    }
}

/// What workers answer in these tests.
enum HealthAnswers {
    static func attempt(_ succeeded: Bool) -> ConnectionAttempt {
        ConnectionAttempt(
            method: 0, kind: .ssh, succeeded: succeeded,
            stages: [ConnectionStage(name: .tcp, host: "h", succeeded: succeeded, milliseconds: 1, detail: "x")],
            cause: succeeded ? nil : "The port is closed.")
    }

    static func test(_ succeeded: Bool) -> ConnectionTest {
        ConnectionTest(succeeded: succeeded, attempts: [attempt(succeeded)], milliseconds: 12.5, worker: "w1")
    }

    static func results(_ batch: HealthChecks.Batch, succeeded: Bool) -> [ProbeResult] {
        batch.checks.map { ProbeResult(id: CheckKey.of($0.target, $0.position), result: test(succeeded)) }
    }

    static func result(_ probes: [LeasedProbe], _ succeeded: (LeasedProbe) -> Bool) -> ErrandResult {
        ErrandResult(worker: "w1", probes: probes.map { ProbeResult(id: $0.id, result: test(succeeded($0))) })
    }

    static let healthy: @Sendable (Errand) throws -> ErrandResult = { result($0.probes ?? []) { _ in true } }
    static let failing: @Sendable (Errand) throws -> ErrandResult = { result($0.probes ?? []) { _ in false } }
}

extension TargetsHouse {
    /// Takes in what has changed; nothing is due yet.
    func settle() async throws { _ = try await service.health.reconciler.tick(since: nil) }

    /// Takes in what has changed, lets an interval pass and checks what is due.
    func tickAfterInterval() async throws -> Int {
        try await settle()
        clock.advance(by: .seconds(300))
        return try await service.health.tick()
    }

    func health(_ target: String) async throws -> TargetHealthDetail {
        try await call(TargetsAPI.targetHealth, ["target": target], Nothing())
    }

    func set(_ target: Target, _ status: TargetStatus) async throws {
        clock.advance(by: .milliseconds(1))
        _ = try await call(
            TargetsAPI.update, ["target": target.name], SaveTarget(name: target.name, status: status, connections: target.connections))
    }

    func told(to receiver: String) async throws -> [HealthNews.Change] {
        try await NewsDesk.lying(in: database, for: receiver).filter { $0.kind == HealthNews.changed }
            .flatMap { try JSONDecoder().decode(HealthNews.Changed.self, from: Data($0.payload.utf8)).changes }
    }
}
