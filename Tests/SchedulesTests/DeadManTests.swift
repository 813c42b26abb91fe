import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("Dead-man rules")
struct DeadManTests {
    private static func rule(_ house: SchedulesHouse, _ definition: DeadManRuleDefinition) async throws -> DeadManRule {
        try await house.call(SchedulesAPI.createRule, [:], SaveDeadManRule(definition: definition))
    }

    private static func show(_ house: SchedulesHouse, _ name: String = "rule") async throws -> DeadManRule {
        try await house.call(SchedulesAPI.rule, ["rule": name], Nothing())
    }

    @Test("a run that did not succeed by its deadline breaks the rule, also when nothing ran, and the next success mends it")
    func deadline() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(ScheduleTiming(cron: "0 5 * * *", zone: "Europe/Berlin"))
        let made = try await Self.rule(
            house, DeadManRuleDefinition(name: "rule", job: "backup", succeedBy: SucceedBy(cron: "0 6 * * *", zone: "Europe/Berlin")))
        #expect(made.words.contains("At 06:00 every day, Europe/Berlin"))
        // 05:00 in Berlin is 03:00: it runs and fails.
        try await house.pass(.seconds(15 * 3600))
        try await house.end(nil, .failed)
        try await house.pass(.seconds(3600 + 9))
        #expect(try await Self.show(house).state == .kept)
        try await house.pass(.seconds(1))
        let broken = try await Self.show(house)
        #expect(broken.state == .broken)
        #expect(broken.sentence == "A run had to succeed by Tue 2026-06-16 06:00:00 +02:00, and none ever did.")
        #expect(try await NewsCount.kinds(in: house.database) == [ScheduleNews.ruleBroken])
        try await house.end(1, .succeeded)
        #expect(try await Self.show(house).state == .kept)
        let alerts = try await house.call(SchedulesAPI.alerts, [:], DeadManAlertQuery()).items
        #expect(alerts.count == 1)
        #expect(alerts.first?.until != nil)
        #expect(try await NewsCount.kinds(in: house.database) == [ScheduleNews.ruleBroken, ScheduleNews.ruleRecovered])
        // The next night nothing runs.
        _ = try await house.call(SchedulesAPI.pause, ["schedule": "nightly"], PauseSchedule(reason: "forgotten"))
        try await house.pass(.seconds(86_400))
        #expect(try await Self.show(house).state == .broken)
    }

    @Test("a rule that something succeeds every so often counts from when it was made")
    func interval() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(ScheduleTiming(cron: "0 * * * *"))
        _ = try await Self.rule(
            house, DeadManRuleDefinition(name: "rule", schedule: "nightly", succeedEvery: SucceedEvery(every: "90m")))
        try await house.pass(.seconds(3600))
        try await house.end()
        try await house.pass(.seconds(5399))
        #expect(try await Self.show(house).state == .kept)
        try await house.pass(.seconds(1))
        let broken = try await Self.show(house)
        #expect(broken.state == .broken)
        #expect(broken.sentence?.hasPrefix("No run has succeeded for 90m: the last one ended 2026-06-15T13:00:00Z") == true)
        try await house.end()
        #expect(try await Self.show(house).state == .kept)
    }

    @Test("a run that takes longer than its own usual time breaks the rule while it runs and when it ended")
    func length() async throws {
        let house = try await SchedulesHouse()
        try await house.schedule(ScheduleTiming(cron: "* * * * *"))
        _ = try await Self.rule(
            house,
            DeadManRuleDefinition(
                name: "rule", job: "backup", takesLonger: TakesLonger(times: 2, leastRuns: 20, leastSeconds: 0)))
        for number in 1...20 {
            try await house.pass(.seconds(60))
            try await house.end(number, .succeeded, after: .seconds(10))
        }
        _ = try await house.call(SchedulesAPI.pause, ["schedule": "nightly"], PauseSchedule(reason: "test"))
        _ = try await house.call(SchedulesAPI.resume, ["schedule": "nightly"], Nothing())
        try await house.pass(.seconds(60))
        _ = try await house.call(SchedulesAPI.pause, ["schedule": "nightly"], PauseSchedule(reason: "only one"))
        #expect(try await Self.show(house).state == .kept)
        try await house.pass(.seconds(59))
        let broken = try await Self.show(house)
        #expect(broken.state == .broken)
        #expect(broken.sentence == "J20260001.21 runs for 59s already; 95 of 100 runs took at most 10s, and the limit is 20s.")
        try await house.end(21, .succeeded, after: .seconds(59))
        #expect(try await Self.show(house).state == .broken)
        _ = try await house.call(SchedulesAPI.resume, ["schedule": "nightly"], Nothing())
        try await house.pass(.seconds(60))
        try await house.end(22, .succeeded, after: .seconds(11))
        #expect(try await Self.show(house).state == .kept)
    }

    @Test("the usual time is what 95 of 100 runs took at most")
    func usual() {
        let durations = (1...100).map { Duration.seconds($0) }
        #expect(DeadManRules.usual(durations) == .seconds(95))
        #expect(DeadManRules.usual([.seconds(3)]) == .seconds(3))
        #expect(DeadManRules.usual([]) == .zero)
        #expect(DeadManRules.text(.seconds(4830)) == "1h 20m")
        #expect(DeadManRules.text(.milliseconds(2540)) == "2.5s")
    }

    @Test(
        "rules that cannot be are refused",
        arguments: [
            (DeadManRuleDefinition(name: "r"), "#/definition"),
            (DeadManRuleDefinition(name: "r", job: "backup", schedule: "x", succeedEvery: SucceedEvery(every: "1h")), "#/definition"),
            (
                DeadManRuleDefinition(name: "r", job: "backup", succeedEvery: SucceedEvery(every: "often")),
                "#/definition/succeed_every/every"
            ),
            (DeadManRuleDefinition(name: "r", job: "backup", succeedBy: SucceedBy(cron: "0 0 30 2 *")), "#/definition/succeed_by/cron"),
            (DeadManRuleDefinition(name: "r", job: "backup", takesLonger: TakesLonger(times: -1)), "#/definition/takes_longer/times"),
            (DeadManRuleDefinition(name: "r", job: "none", succeedEvery: SucceedEvery(every: "1h")), "#/definition/job"),
            (DeadManRuleDefinition(name: "r", schedule: "none", succeedEvery: SucceedEvery(every: "1h")), "#/definition/schedule"),
        ] as [(DeadManRuleDefinition, String)])
    func refused(definition: DeadManRuleDefinition, pointer: String) async throws {
        let house = try await SchedulesHouse()
        let problem = try await house.problem { _ = try await Self.rule(house, definition) }
        #expect(problem.status == 422)
        #expect(problem.errors?.first?.pointer == pointer)
    }
}
