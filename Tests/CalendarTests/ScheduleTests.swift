import Foundation
import Testing
import Vocabulary

@testable import Calendar

@Suite("Schedules, windows and missed runs")
struct ScheduleTests {
    private static func time(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(milliseconds: 0) }

    @Test("a schedule ends at its end, at its most runs, and in the year 9999")
    func ends() throws {
        let daily = Schedule.Timing.cron(try CronExpression.parse("@daily", key: ""))
        let (start, end) = (Self.time("2026-01-01T12:00:00Z"), Self.time("2026-01-04T00:00:00Z"))
        let schedule = Schedule(daily, zone: .utc, start: start, end: end, most: 3)

        #expect(
            schedule.preview(after: Timestamp(milliseconds: 0), count: 9) == [
                Self.time("2026-01-02T00:00:00Z"), Self.time("2026-01-03T00:00:00Z"),
            ])
        #expect(schedule.next(after: start, runs: 3) == nil)
        #expect(schedule.previous(before: start) == nil)
        #expect(schedule.words == "At 00:00 every day, UTC, from 2026-01-01 12:00, before 2026-01-04 00:00, at most 3 times.")
        let last = Self.time("9999-12-31T12:00:00Z")
        #expect(Schedule(daily, zone: .utc).next(after: last) == nil)
        #expect(Schedule(daily, zone: .utc).next(after: Timestamp(milliseconds: .max)) == nil)
        #expect(Schedule(daily, zone: .utc).previous(before: Timestamp(milliseconds: .min)) == nil)
        #expect(Schedule(daily, zone: .utc).next(after: Timestamp(milliseconds: .min)) == Self.time("1900-01-01T00:00:00Z"))
        #expect(Schedule(daily, zone: .utc).previous(before: Timestamp(milliseconds: .max)) == Self.time("9999-12-31T00:00:00Z"))
    }

    @Test("an interval counts real time from its start, once is once")
    func intervals() throws {
        let start = Self.time("2026-03-29T00:30:00Z")
        let zone = try ZoneDirectory().zone("Europe/Berlin")
        let interval = Schedule(try .parse("@every 1h30m", key: ""), zone: zone, start: start)
        #expect(interval.preview(after: start, count: 2) == [Self.time("2026-03-29T02:00:00Z"), Self.time("2026-03-29T03:30:00Z")])
        #expect(interval.words == "Every 90 minutes, from 2026-03-29 01:30.")
        let once = Schedule(.once([start]), zone: .utc)
        #expect(once.next(after: start) == nil)
        #expect(once.previous(before: start + .seconds(1)) == start)
        #expect(once.words == "Once at 2026-03-29 00:30, UTC.")
    }

    @Test(
        "what a rule does not support, or says wrongly, is refused by name",
        arguments: [
            ("FREQ=FOO", "At character 6: FOO is no frequency. Write one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY or SECONDLY."),
            ("FREQ=YEARLY;BYWEEKNO=3", "At character 22: BYWEEKNO is not supported. Write BYMONTH and BYDAY."),
            ("FREQ=DAILY;COUNT=3;UNTIL=20260101", "At character 26: UNTIL and COUNT do not go together. Write one of them."),
            ("FREQ=WEEKLY;BYDAY=1MO", "At character 19: numbers before weekdays go with FREQ=MONTHLY or YEARLY only."),
            ("FREQ=DAILY;INTERVAL=99999999999", "At character 21: 99999999999 is no number from 1 to 10000."),
            ("FREQ=DAILY;BYMONTHDAY=0", "At character 23: 0 is nothing that can be counted. Count from 1, or from -1 at the end."),
            ("FREQ=DAILY;UNTIL=20260231", "At character 18: 20260231 is no date. Write 20261231, 20261231T180000 or 20261231T180000Z."),
            (
                "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
                "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30 never happens after 2026-01-01 09:00:00, or not within 400 years."
            ),
            ("INTERVAL=2", "At character 1: FREQ is missing. Begin with FREQ=DAILY."),
            ("FREQ", "At character 1: write parts such as FREQ=DAILY, with ; between them."),
        ])
    func ruleMistakes(text: String, sentence: String) {
        let error = #expect(throws: CalendarError.self) { try Recurrence.parse(text, start: LocalTime(2026, 1, 1, 9)) }
        #expect(error.map { "\($0)" } == sentence)
    }

    @Test("a rule of real time ends by its count or its end, and only at the hours and on the days that it names")
    func elapsedRules() throws {
        let zone = try ZoneDirectory().zone("Europe/Berlin")
        let start = LocalTime(2026, 3, 28, 23)
        func times(_ text: String) throws -> [Timestamp] {
            Schedule(.recurrence(try Recurrence.parse(text, start: start)), zone: zone).preview(
                after: Timestamp(milliseconds: 0), count: 20)
        }

        #expect(
            try times("FREQ=HOURLY;INTERVAL=2;COUNT=3")
                == ["2026-03-28T22:00:00Z", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"].map(Self.time))
        #expect(
            try times("FREQ=HOURLY;UNTIL=20260329T040000;BYHOUR=3,4,5") == ["2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"].map(Self.time))
        #expect(
            try times("FREQ=SECONDLY;INTERVAL=1800;BYDAY=MO;BYHOUR=9;COUNT=2")
                == ["2026-03-30T07:00:00Z", "2026-03-30T07:30:00Z"].map(Self.time))
        #expect(throws: CalendarError.self) { try Recurrence.parse("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", start: start) }
    }

    @Test("a rule is said in one sentence")
    func ruleWords() throws {
        let start = LocalTime(2026, 1, 5, 9)
        #expect(
            try Recurrence.parse("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10", start: start).words
                == "Every 2 weeks on Monday and Wednesday at 09:00, from 2026-01-05, 10 times")
        #expect(
            try Recurrence.parse("RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18", start: start).words
                == "Every month on the last Friday of the month at 18:00, from 2026-01-05")
        #expect(try Recurrence.parse("FREQ=HOURLY;INTERVAL=6", start: start).words == "Every 6 hours, from 2026-01-05 09:00")
    }

    @Test("a weekly window over midnight is open until the morning, also when clocks change in it")
    func weeklyWindow() throws {
        let zone = try ZoneDirectory().zone("Europe/Berlin")
        let window = try Window(.weekly(days: [6], from: 22 * 3600, to: 4 * 3600), zone: zone)
        #expect(window.end(at: Self.time("2026-03-28T21:00:00Z")) == Self.time("2026-03-29T02:00:00Z"))
        #expect(window.end(at: Self.time("2026-03-29T01:59:59.999Z")) == Self.time("2026-03-29T02:00:00Z"))
        #expect(window.end(at: Self.time("2026-03-29T02:00:00Z")) == nil)
        #expect(window.nextStart(after: Self.time("2026-03-29T02:00:00Z")) == Self.time("2026-04-04T20:00:00Z"))
    }

    @Test("blackouts count more than windows, and the next opening is found behind both")
    func openings() throws {
        let nights = try Window(.weekly(days: Set(0...6), from: 0, to: 4 * 3600), zone: .utc)
        let year = try Blackout(
            name: "year end", window: Window(.dates(from: LocalTime(2026, 12, 24), to: LocalTime(2027, 1, 1)), zone: .utc))
        let fridays = try Blackout(
            name: "fridays",
            window: Window(.recurring(Recurrence.parse("FREQ=WEEKLY;BYDAY=FR", start: LocalTime(2026, 1, 2)), seconds: 86_400), zone: .utc))
        let openings = Openings(windows: [nights], blackouts: [fridays, year])

        #expect(openings.isOpen(at: Self.time("2026-12-23T03:59:59Z")))
        #expect(openings.closure(at: Self.time("2026-12-23T04:00:00Z")) == .outsideWindows)
        #expect(
            openings.closure(at: Self.time("2026-12-30T01:00:00Z")) == .blackout(name: "year end", until: Self.time("2027-01-02T00:00:00Z"))
        )
        #expect(openings.nextOpen(from: Self.time("2026-12-23T12:00:00Z")) == Self.time("2027-01-02T00:00:00Z"))
        #expect(Openings().nextOpen(from: Self.time("2026-01-01T00:00:00Z")) == Self.time("2026-01-01T00:00:00Z"))
        let never = Openings(windows: [
            try Window(.span(from: Self.time("2020-01-01T00:00:00Z"), to: Self.time("2020-01-02T00:00:00Z")), zone: .utc)
        ])
        #expect(never.nextOpen(from: Self.time("2026-01-01T00:00:00Z")) == nil)
        #expect(throws: CalendarError.self) { try Window(.weekly(days: [7], from: 0, to: 1), zone: .utc) }
    }

    @Test(
        "of instants that nobody was there for, as many are made up for as the policy says",
        arguments: [(MissedPolicy.skip, 0), (.once, 1), (.all(most: 3), 3), (.all(most: 100), 9)])
    func missed(policy: MissedPolicy, late: Int) throws {
        let schedule = Schedule(.cron(try CronExpression.parse("@hourly", key: "")), zone: .utc)
        let (last, now) = (Self.time("2026-01-01T00:00:00Z"), Self.time("2026-01-01T10:00:05Z"))

        let due = schedule.due(after: last, now: now, policy: policy, grace: .seconds(60))

        #expect(due.instants.map(\.fate) == Array(repeating: .missed, count: 9 - late) + Array(repeating: .late, count: late) + [.fires])
        #expect(due.considered == now)
        var (from, chunks): (Timestamp, [DueInstant]) = (last, [])
        while from < now {
            let some = schedule.due(after: from, now: now, policy: policy, grace: .seconds(60), limit: 4)
            chunks += some.instants
            from = some.considered
        }
        #expect(chunks == due.instants)
        #expect(schedule.due(after: now, now: last, policy: policy, grace: .zero).instants.isEmpty)
    }

    @Test("broken zone data is refused, whatever is broken")
    func brokenZone() throws {
        let path = "/usr/share/zoneinfo/Europe/Berlin"
        let bytes = try #require(Self.bytes(path))
        for length in stride(from: 0, to: bytes.count, by: 37) {
            #expect(throws: CalendarError.brokenZone("x")) { try ZoneFile.read(Array(bytes.prefix(length)), name: "x") }
        }
        for place in 0..<min(300, bytes.count) {
            var changed = bytes
            changed[place] ^= 0xff
            do { _ = try ZoneFile.read(changed, name: "x").span(at: 1_790_000_000) } catch {
                #expect(error == .brokenZone("x"))
            }
        }
    }
}

extension ScheduleTests {
    /// The bytes of a file.
    fileprivate static func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { [UInt8]($0) } }
}
