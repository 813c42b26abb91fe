import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Schedules

@Suite("Calendars")
struct CalendarTests {
    private static let hourly = ScheduleTiming(cron: "0 * * * *")

    private static func calendar(
        _ house: SchedulesHouse, _ name: String, openings: [CalendarWindow]? = nil, blackouts: [CalendarWindow]? = nil,
        targets: String? = nil
    ) async throws -> ScheduleCalendar {
        try await house.call(
            SchedulesAPI.createCalendar, [:],
            SaveCalendar(
                definition: CalendarDefinition(
                    name: name, zone: "Europe/Berlin", openings: openings, blackouts: blackouts, targets: targets)))
    }

    @Test("a schedule starts nothing while one of its calendars is closed, and says which")
    func named() async throws {
        let house = try await SchedulesHouse()
        _ = try await Self.calendar(
            house, "nights", openings: [CalendarWindow(weekly: WeeklyWindow(days: CalendarDay.allCases, from: "16:00", to: "18:00"))])
        _ = try await Self.calendar(
            house, "freeze",
            blackouts: [CalendarWindow(name: "release", span: SpanWindow(from: "2026-06-15T17:00", to: "2026-06-15T15:30:00Z"))])
        try await house.schedule(Self.hourly, calendars: ["Nights", "freeze"])
        for _ in 1...4 { try await house.pass(.seconds(3600)) }
        // 15:00, 16:00, 17:00 and 18:00 in Berlin.
        let ledger = try await house.occurrences()
        #expect(ledger.map(\.state) == [.skipped, .fired, .skipped, .skipped])
        #expect(ledger[0].reason == "The calendar nights is closed. It is outside the maintenance windows.")
        #expect(ledger[2].reason?.hasPrefix("The calendar freeze is closed. The blackout release lasts until") == true)
        #expect(try await NewsCount.kinds(in: house.database).filter { $0 == ScheduleNews.skipped }.count == 3)
    }

    @Test("a calendar that is bound to targets binds every schedule whose run touches one of them")
    func bound() async throws {
        let house = try await SchedulesHouse()
        house.world { $0.targets = ["group = Web": ["web-1", "web-2"], "all": ["web-2", "db-1"], "db-1": ["db-1"]] }
        _ = try await Self.calendar(
            house, "web freeze", blackouts: [CalendarWindow(dates: DateWindow(from: "2026-06-15", to: "2026-06-15"))],
            targets: "group = Web")
        try await house.schedule(Self.hourly, name: "touches")
        try await house.schedule(Self.hourly, name: "elsewhere", run: ScheduledRun(targets: "db-1"))
        try await house.pass(.seconds(3600))
        let touched = try await house.occurrences("touches")
        #expect(touched.map(\.state) == [.skipped])
        #expect(touched.first?.reason?.hasPrefix("The calendar web freeze is closed for the target web-2.") == true)
        #expect(try await house.occurrences("elsewhere").map(\.state) == [.fired])
        for _ in 1...10 { try await house.pass(.seconds(3600)) }
        #expect(try await house.ledger("touches").last == "2026-06-15T23:00:00.000Z fired")
    }

    @Test("what is late starts only if the calendar is open when it starts")
    func late() async throws {
        let house = try await SchedulesHouse()
        _ = try await Self.calendar(
            house, "noon", blackouts: [CalendarWindow(weekly: WeeklyWindow(days: CalendarDay.allCases, from: "17:00", to: "20:00"))])
        try await house.schedule(
            ScheduleTiming(at: ["2026-06-15T13:00:00Z"]), calendars: ["noon"], missed: MissedRuns(policy: .once))
        try await house.pass(.seconds(4 * 3600))
        #expect(try await house.occurrences().map(\.state) == [.skipped])
    }

    @Test("says whether it is open and when next, cannot be deleted while it is named, and may be renamed")
    func life() async throws {
        let house = try await SchedulesHouse()
        let made = try await Self.calendar(
            house, "nights", openings: [CalendarWindow(weekly: WeeklyWindow(days: [.monday], from: "22:00", to: "02:00"))])
        #expect(!made.isOpen)
        #expect(made.opensAt?.description == "2026-06-15T20:00:00.000Z")
        try await house.schedule(Self.hourly, calendars: ["nights"])
        let refused = try await house.problem {
            let _: Nothing = try await house.call(SchedulesAPI.deleteCalendar, ["calendar": "nights"], Nothing())
        }
        #expect(refused.status == 409)
        #expect(refused.detail.contains("nightly"))
        var definition = made.definition
        definition.name = "Monday nights"
        let renamed = try await house.call(
            SchedulesAPI.updateCalendar, ["calendar": "nights"], SaveCalendar(definition: definition, revision: 1))
        #expect(renamed.revision == 2)
        #expect(renamed.schedules == 1)
        let schedule = try await house.call(SchedulesAPI.show, ["schedule": "nightly"], Nothing())
        #expect(schedule.definition.calendars == ["Monday nights"])
    }

    @Test(
        "windows that cannot be are refused with their place",
        arguments: [
            (CalendarWindow(), "#/definition/blackouts/0"),
            (CalendarWindow(weekly: WeeklyWindow(days: [.monday], from: "25:00", to: "02:00")), "#/definition/blackouts/0/weekly/from"),
            (CalendarWindow(dates: DateWindow(from: "2026-02-30", to: "2026-03-01")), "#/definition/blackouts/0/dates/from"),
            (CalendarWindow(dates: DateWindow(from: "2026-03-02", to: "2026-03-01")), "#/definition/blackouts/0"),
            (CalendarWindow(span: SpanWindow(from: "soon", to: "2026-03-01T00:00")), "#/definition/blackouts/0/span/from"),
            (
                CalendarWindow(rule: RuleWindow(rule: "FREQ=DAILY", start: "2026-01-01T22:00", duration: "40d")),
                "#/definition/blackouts/0"
            ),
        ] as [(CalendarWindow, String)])
    func refused(window: CalendarWindow, pointer: String) async throws {
        let house = try await SchedulesHouse()
        let problem = try await house.problem { _ = try await Self.calendar(house, "bad", blackouts: [window]) }
        #expect(problem.status == 422)
        #expect(problem.errors?.first?.pointer == pointer)
    }

    @Test("a preview says in words when it is due, and why some would be skipped")
    func preview() async throws {
        let house = try await SchedulesHouse(at: "2026-03-27T12:00:00Z")
        house.world { $0.targets = ["all": ["web-2"], "env = prod": ["web-2"]] }
        _ = try await Self.calendar(
            house, "weekend", blackouts: [CalendarWindow(name: "rest", weekly: WeeklyWindow(days: [.saturday], from: "00:00", to: "24:00"))]
        )
        _ = try await Self.calendar(
            house, "prod", blackouts: [CalendarWindow(dates: DateWindow(from: "2026-03-30", to: "2026-03-30"))], targets: "env = prod")
        let preview = try await house.call(
            SchedulesAPI.preview, [:],
            PreviewSchedule(
                timing: ScheduleTiming(cron: "30 2 * * *", zone: "Europe/Berlin", mostRuns: 4), job: "backup", calendars: ["weekend"]))
        #expect(preview.words == "At 02:30 every day, Europe/Berlin, at most 4 times.")
        #expect(
            preview.occurrences.map(\.local) == [
                "Sat 2026-03-28 02:30:00 +01:00", "Sun 2026-03-29 03:00:00 +02:00", "Mon 2026-03-30 02:30:00 +02:00",
                "Tue 2026-03-31 02:30:00 +02:00",
            ])
        #expect(preview.occurrences.map { $0.skipped != nil } == [true, false, true, false])
        #expect(preview.occurrences[2].skipped?.contains("web-2") == true)
        #expect(preview.ends)
        let saved = try await house.schedule(ScheduleTiming(cron: "H H * * *"), name: "Jittery")
        let before = try await house.call(
            SchedulesAPI.preview, [:], PreviewSchedule(name: "jittery", timing: ScheduleTiming(cron: "H H * * *"), count: 1))
        #expect(before.occurrences.map(\.at) == [saved.nextAt].compactMap { $0 })
    }

    @Test("a week shows the past as it was and the future as it will be")
    func week() async throws {
        let house = try await SchedulesHouse()
        _ = try await Self.calendar(
            house, "evening", blackouts: [CalendarWindow(weekly: WeeklyWindow(days: CalendarDay.allCases, from: "17:00", to: "18:00"))])
        try await house.schedule(Self.hourly, calendars: ["evening"])
        try await house.schedule(ScheduleTiming(cron: "* * * * *"), name: "dense")
        try await house.pass(.seconds(3600))
        let from = try #require(Timestamp("2026-06-15T12:00:00Z"))
        let schedule = try await house.call(SchedulesAPI.show, ["schedule": "nightly"], Nothing())
        let view = try await house.call(
            SchedulesAPI.week, [:], WeekQuery(from: from, to: from + .seconds(5 * 3600), schedules: [schedule.id]))
        #expect(view.occurrences.map(\.state) == [.fired, .planned, .planned, .planned])
        #expect(view.occurrences.map { $0.reason != nil } == [false, false, true, false])
        let all = try await house.call(SchedulesAPI.week, [:], WeekQuery(from: from, to: from + .seconds(86_400), each: 30))
        #expect(all.cut.count == 1)
        #expect(all.isComplete)
        #expect(all.occurrences.filter { $0.name == "dense" }.count == 30)
        let long = try await house.problem {
            _ = try await house.call(SchedulesAPI.week, [:], WeekQuery(from: from, to: from + .seconds(93 * 86_400)))
        }
        #expect(long.status == 422)
    }
}
