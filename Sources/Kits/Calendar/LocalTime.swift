import Vocabulary

/// A date and time on the wall, without a zone: seconds since 1970-01-01 00:00 as a clock on that wall shows them. The calendar is the Gregorian
/// one throughout.
package struct LocalTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The seconds.
    package let seconds: Int64

    /// Makes a time from seconds.
    package init(seconds: Int64) { self.seconds = seconds }

    /// Makes a time from its parts, which may lie outside their ranges: day 32 is a day after day 31.
    package init(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) {
        let days = Days.since1970(year, month, 1) + Int64(day - 1)
        seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// The days since 1970-01-01.
    package var days: Int64 { Days.floor(seconds, by: 86_400) }
    /// The seconds since midnight (0..<86400).
    package var secondOfDay: Int { Int(seconds - days * 86_400) }
    /// The year, month (1...12) and day (1...31).
    package var date: (year: Int, month: Int, day: Int) { Days.date(days) }
    /// The day of the week, 0 for Sunday.
    package var weekday: Int { Days.weekday(days) }

    /// `2026-03-29 02:30:00`.
    package var description: String {
        let (date, second) = (date, secondOfDay)
        return "\(Days.padded(date.year, 4))-\(Days.padded(date.month))-\(Days.padded(date.day)) "
            + "\(Days.padded(second / 3600)):\(Days.padded(second / 60 % 60)):\(Days.padded(second % 60))"
    }

    /// Earlier times come first.
    package static func < (left: LocalTime, right: LocalTime) -> Bool { left.seconds < right.seconds }
}

extension Timestamp {
    /// The second that has begun, in seconds since 1970. What is beyond the end of time is at it.
    var secondBegun: Int64 { Days.floor(min(max(milliseconds, Self.ends.lowerBound), Self.ends.upperBound), by: 1000) }
    /// The first second that begins at it or later.
    var secondFrom: Int64 { Days.floor(min(max(milliseconds, Self.ends.lowerBound), Self.ends.upperBound) + 999, by: 1000) }

    private static let ends = (ZonedPattern.earliest - 86_400) * 1000...(ZonedPattern.latest + 86_400) * 1000
}

/// Arithmetic of days in the Gregorian calendar.
enum Days {
    static func floor(_ value: Int64, by divisor: Int64) -> Int64 { value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor) }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    static func length(_ year: Int, _ month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func since1970(_ year: Int, _ month: Int, _ day: Int) -> Int64 {
        let year = Int64(month <= 2 ? year - 1 : year)
        let era = floor(year, by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func date(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = floor(shifted, by: 146_097)
        let day = shifted - era * 146_097
        let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * dayOfYear + 2) / 153
        let month = Int(index < 10 ? index + 3 : index - 9)
        return (Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0), month, Int(dayOfYear - (153 * index + 2) / 5) + 1)
    }

    /// 0 for Sunday; 1970-01-01 was a Thursday.
    static func weekday(_ days: Int64) -> Int { Int((days % 7 + 11) % 7) }

    static func padded(_ number: Int, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
