import Contracts
import Store
import Testing
import Vocabulary

@Suite("Events of schedules")
struct ScheduleEventsTests {
    private func rule(_ change: (inout DeadManRuleDefinition) -> Void = { _ in }, broken: Bool) -> ScheduleNews.Rule {
        var definition = DeadManRuleDefinition(name: "backup-by-six", job: "nightly", succeedBy: SucceedBy(cron: "0 6 * * *"))
        change(&definition)
        let id = DeadManRuleID(trusted: "01990000-0000-7000-8000-0000000000bb")
        return ScheduleNews.Rule(
            rule: DeadManRule(
                id: id, revision: 1, definition: definition, words: "nightly succeeds by 06:00", state: broken ? .broken : .kept,
                since: .sample,
                updatedAt: .sample, updatedBy: "anna"),
            alert: DeadManAlert(
                id: "1", rule: id, name: definition.name, sentence: "No run has succeeded since midnight.", since: .sample,
                until: broken ? nil : .sample),
            job: "J20260001")
    }

    private func occurrence(_ state: OccurrenceState) -> ScheduleNews.Occurrences {
        ScheduleNews.Occurrences(occurrences: [
            Occurrence(
                schedule: ScheduleID(trusted: "01990000-0000-7000-8000-0000000000cc"), serial: "S20260001", name: "at-night",
                job: "nightly",
                at: .sample, state: state, reason: "nobody was there")
        ])
    }

    @Test("missed starts, refused starts and rules are told, each in its words")
    func told() async throws {
        let house = try await NotificationsHouse()
        try await house.webhook()
        try await house.route([.missed, .startFailed, .ruleBroken, .ruleRecovered, .tooLong]) { $0.filter.jobs = ["nightly"] }
        try await house.tell(.init(topic: "", kind: ScheduleNews.missed, encoding: occurrence(.missed)))
        try await house.tell(.init(topic: "", kind: ScheduleNews.skipped, encoding: occurrence(.skipped)))
        try await house.tell(.init(topic: "", kind: ScheduleNews.failed, encoding: occurrence(.failed)))
        try await house.tell(.init(topic: "", kind: ScheduleNews.ruleBroken, encoding: rule(broken: true)))
        let open = try await house.alerts(all: false)
        try await house.tell(.init(topic: "", kind: ScheduleNews.ruleRecovered, encoding: rule(broken: false)))
        try await house.tell(
            .init(
                topic: "", kind: ScheduleNews.ruleBroken,
                encoding: rule(
                    {
                        $0.succeedBy = nil
                        $0.takesLonger = TakesLonger()
                    }, broken: true)))
        let events = try await house.deliveries().flatMap(\.events)
        let alerts = try await house.alerts()

        #expect(events.map(\.kind) == [.missed, .startFailed, .ruleBroken, .ruleRecovered, .tooLong])
        #expect(events[0].title.hasPrefix("nightly was not started by its schedule at-night (S20260001) at 2026-"))
        #expect(events[0].title.hasSuffix(": nobody was there"))
        #expect(events[2].title == "backup-by-six: No run has succeeded since midnight.")
        #expect(open.map(\.subject) == ["rule backup-by-six"])
        #expect(alerts.map(\.state) == [.open, .resolved])
    }
}
