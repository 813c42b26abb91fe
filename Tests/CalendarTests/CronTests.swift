import Testing
import Vocabulary

@testable import Calendar

@Suite("Cron expressions")
struct CronTests {
    @Test(
        "a mistake is refused with its place and with what to write instead",
        arguments: [
            ("", 1, "there are 0 fields. Write five, minute hour day month weekday, or six with the second first."),
            ("* * * *", 8, "there are 4 fields. Write five, minute hour day month weekday, or six with the second first."),
            ("60 * * * *", 1, "60 is no minute. Write 0 to 59."), ("0 24 * * *", 3, "24 is no hour. Write 0 to 23."),
            ("0 0 32 * *", 5, "32 is no day of the month. Write 1 to 31."),
            ("0 0 * FOO *", 7, "FOO is no month. Write 1 to 12 or JAN to DEC."),
            ("0 0 * * FRI-MON", 9, "the range runs backwards. Write 5-6,0-1."),
            ("0 22-2 * * *", 3, "the range runs backwards. Write 22-23,0-2."),
            ("*/0 * * * *", 3, "a step is a number from 1 to 59."),
            ("*/99999999999999999999 * * * *", 3, "a step is a number from 1 to 59."),
            ("1,,2 * * * *", 3, "a value is missing. Write a minute, 0 to 59."),
            ("? * * * *", 1, "? can stand for the day of the month or of the week only. Write * instead."),
            ("0 0 * * L", 9, "L needs a day of the week before it. Write 6L for the last Saturday of a month, or 6 for every Saturday."),
            ("0 0 * * 5#6", 9, "after # comes which one of the month it is, 1 to 5. Write for example 5#3."),
            ("0 0 L-99 * *", 5, "after L comes nothing, W, or how many days before the last one, 1 to 30. Write for example L-3."),
            ("H(5 * * * *", 1, "after H comes a range in parentheses. Write for example H(0-29)."),
            ("@reboot", 1, "@reboot has no meaning here, since nothing starts with this server."),
            ("@every 15", 8, "a duration is from 1s to 366d. Write for example 15m, 1h30m or 45s."),
            ("@every 5x", 8, "5x is no duration. Write for example 15m, 1h30m or 45s."),
        ])
    func mistakes(text: String, position: Int, sentence: String) {
        #expect(throws: CalendarError.unreadable(position: position, sentence: sentence)) { try Schedule.Timing.parse(text, key: "k") }
    }

    @Test("an expression of ten thousand characters is refused at once")
    func long() {
        #expect(throws: CalendarError.self) { try CronExpression.parse(String(repeating: "1,", count: 5000) + "1 * * * *", key: "") }
    }

    @Test("what never happens is refused", arguments: ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31 2 ?", "0 0 L-30 2 *", "0 0 30W 2 *"])
    func never(text: String) {
        #expect(throws: CalendarError.never("\(text) never happens: no month that it names has such a day.")) {
            try CronExpression.parse(text, key: "")
        }
    }

    @Test(
        "an expression is said in one sentence",
        arguments: [
            ("30 2 * * 1-5", "At 02:30 on Monday to Friday"), ("*/15 * * * *", "Every 15 minutes"), ("* * * * *", "Every minute"),
            ("0 9,17 * * *", "At 09:00 and 17:00 every day"), ("5 * * * *", "At minute 5 of every hour"),
            ("*/10 * * * * *", "Every 10 seconds"),
            ("*/15 9-17 * * MON-FRI", "Every 15 minutes of hours 9 to 17 on Monday to Friday"),
            ("0 0 L * *", "At 00:00 on the last day of the month"),
            ("0 0 13 * 5", "At 00:00 on day 13 of the month or on Friday"), ("0 12 * * 5#3", "At 12:00 on the 3rd Friday of the month"),
            ("0 12 LW 3 *", "At 12:00 on the last Monday-to-Friday day of the month in March"),
            ("0 0 * * 6,0", "At 00:00 on Saturday and Sunday"),
            ("0 12 * 6-8 0L", "At 12:00 on the last Sunday of the month in June to August"), ("@hourly", "At minute 0 of every hour"),
            ("15 30 4 1,15 * ?", "At 04:30:15 on days 1 and 15 of the month"),
        ])
    func words(text: String, words: String) throws {
        #expect(try CronExpression.parse(text, key: "").words == words)
    }

    @Test("H is the same for a schedule each time, lies in its range, and spreads schedules")
    func jitter() throws {
        let minutes = try (0..<500).map { try CronExpression.parse("H H(2-4) * * *", key: "schedule \($0)") }
        #expect(try CronExpression.parse("H H(2-4) * * *", key: "schedule 7") == minutes[7])
        #expect(minutes.allSatisfy { $0.minutes.values.count == 1 && (2...4).contains($0.hours.values[0]) })
        #expect(Set(minutes.map { $0.minutes.values[0] }).count > 50)
        let quarter = try CronExpression.parse("H/15 * * * *", key: "a").minutes.values
        #expect(quarter.count == 4 && zip(quarter, quarter.dropFirst()).allSatisfy { $1 - $0 == 15 })
        let days = try (0..<200).map { try CronExpression.parse("0 0 H * *", key: "\($0)").days.month.values[0] }
        #expect(days.allSatisfy { (1...28).contains($0) })
    }

    @Test("every so many minutes and at every hour goes on in real time through changes of the clocks; times of day follow the rules")
    func clockChanges() throws {
        let zone = try ZoneDirectory().zone("Europe/Berlin")
        let spring = Timestamp("2026-03-29T00:45:00Z") ?? Timestamp(milliseconds: 0)
        let autumn = Timestamp("2026-10-24T23:45:00Z") ?? Timestamp(milliseconds: 0)
        func times(_ text: String, _ start: Timestamp, _ skipped: SkippedTimes = .shift, _ repeated: RepeatedTimes = .first) throws
            -> [String]
        {
            let schedule = Schedule(.cron(try CronExpression.parse(text, key: "")), zone: zone, skipped: skipped, repeated: repeated)
            return schedule.occurrences(in: start..<start + .seconds(9000), limit: 20).times.map { String("\($0)".dropFirst(11).prefix(5)) }
        }

        #expect(try times("*/30 * * * *", spring) == ["01:00", "01:30", "02:00", "02:30", "03:00"])
        #expect(try times("*/30 * * * *", autumn) == ["00:00", "00:30", "01:00", "01:30", "02:00"])
        #expect(try times("30 2 * * *", spring) == ["01:00"])
        #expect(try times("*/10 2 * * *", spring) == ["01:00"])
        #expect(try times("30 2 * * *", spring, .skip) == [])
        #expect(try times("30 2 * * *", autumn) == ["00:30"])
        #expect(try times("30 2 * * *", autumn, .shift, .second) == ["01:30"])
        #expect(try times("30 2 * * *", autumn, .shift, .both) == ["00:30", "01:30"])
    }
}
