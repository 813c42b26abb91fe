import Contracts
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("Events at the service's door")
struct EventDoorTests {
    private static let hourly = ScheduleTiming(cron: "0 * * * *")

    private func firings(_ house: SchedulesHouse) async throws -> [RuleFiring] {
        try await house.call(SchedulesAPI.ruleFirings, [:], RuleFiringQuery(limit: 500)).items
    }

    private func apply(_ house: SchedulesHouse, _ yaml: String, dry: Bool? = nil) async throws -> ApplyEventRulesReceipt {
        try await house.call(
            SchedulesAPI.applyEventRules, [:], ApplyEventRules(files: [ApplyFile(name: "rules.yaml", yaml: yaml)], dryRun: dry))
    }

    @Test("occurrences that a schedule misses start the job of a rule, each once")
    func missed() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly)
        let receipt = try await apply(
            house, "name: late\non: {schedule: {schedule: nightly}}\njob: backup\nrun: {parameters: {mode: {from: event.at}}}\n")
        #expect(receipt.applied)
        try await house.pass(.seconds(4 * 3600 + 1800))
        try await house.tick()
        let due = try await firings(house)
        #expect(due.count == 4)
        try await EventLoop(room: house.room.events).tick()
        try await EventLoop(room: house.room.events).tick()
        let orders = house.world { $0.orders.map(\.order) }
        #expect(orders.map(\.trigger.kind) == Array(repeating: .rule, count: 4))
        let modes = Set(orders.compactMap { $0.parameters["mode"]?.text })
        #expect(modes.count == 4 && modes.contains("2026-06-15T13:00:00.000Z"))
    }

    @Test("a run that a schedule started and that failed reaches its ledger and a rule alike")
    func both() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(Self.hourly)
        _ = try await apply(
            house, "name: mend\non: {execution: {job: backup}}\nwhen: event.trigger.kind == 'schedule'\njob: backup\ncooldown_seconds: 60\n"
        )
        try await house.pass(.seconds(3600))
        try await house.end(1, .failed)
        try await house.end(1, .failed)
        let occurrence = try #require(try await house.occurrences().first)
        #expect(occurrence.outcome == .failed)
        try await EventLoop(room: house.room.events).tick()
        let found = try await firings(house)
        #expect(found.map(\.state) == [.fired])
        #expect(found.first?.about == occurrence.execution)
    }

    @Test("files make and change rules, and the same files again change nothing")
    func applying() async throws {
        let house = try await SchedulesHouse()
        let (one, two) = (
            "name: one\non:\n  execution: {job: backup}\njob: backup\n", "name: two\non: {target: {to: [critical]}}\njob: backup\n"
        )
        let dry = try await apply(house, "\(one)---\n\(two)", dry: true)
        #expect(!dry.applied && dry.rules.map(\.action) == [.created, .created] && dry.rules.allSatisfy { $0.serial == nil })
        let made = try await apply(house, "\(one)---\n\(two)")
        #expect(made.applied && made.rules.map(\.serial) == ["R20260001", "R20260002"])
        let again = try await apply(house, "\(one)---\n\(two)")
        #expect(again.applied && again.rules.map(\.action) == [.unchanged, .unchanged])
        let changed = try await apply(house, "\(one)when: event.counts.failed > 1\n---\n\(two)targets: same\n")
        #expect(changed.rules.map(\.action) == [.updated, .updated])
        #expect(changed.rules.map(\.changes) == [["when"], ["targets"]])
    }

    @Test("nothing is saved when any document is refused, and each mistake has its line")
    func refusing() async throws {
        let house = try await SchedulesHouse()
        let receipt = try await apply(
            house,
            """
            name: good
            on: {execution: {job: backup}}
            job: backup
            ---
            name: bad
            on:
              execution: {jobb: backup}
            job: backup
            ---
            name: worse
            on: {execution: {}}
            job: nothing
            when: event.stat == 1
            ---
            name: GOOD
            on: {execution: {}}
            job: backup
            """)
        #expect(!receipt.applied)
        #expect(receipt.rules.map(\.action) == [.unchanged, .refused, .refused, .refused])
        #expect(receipt.rules[1].errors.first?.line == 7 && receipt.rules[1].errors.first?.detail.contains("did you mean job?") == true)
        #expect(Set(receipt.rules[2].errors.compactMap(\.line)) == [12, 13])
        #expect(receipt.rules[3].errors.first?.detail.contains("already") == true)
        let rules = try await house.call(SchedulesAPI.eventRules, [:], PageQuery())
        #expect(rules.items.isEmpty)
    }
}
