/// A cron expression: which seconds, minutes, hours, days, months and weekdays. See `docs/calendar.md` for what can be written.
package struct CronExpression: Sendable, Hashable {
    /// The text as it was written.
    package let text: String
    let seconds: CronField
    let minutes: CronField
    let hours: CronField
    let days: CronDays
    let months: CronField

    /// Whether it runs in every hour. Such an expression says how often something happens, not at which time of day, so it goes on through
    /// changes of the clocks as if there were none: nothing is made up for in a gap, and both passes of a repeated hour count.
    package var isIntervalLike: Bool { hours.bits == CronField.all(0...23) }

    /// Whether any day of any year is meant. Every year is one of 14: it begins on one of seven weekdays, and is a leap year or not.
    var isEverDue: Bool {
        // These years begin on all weekdays, leap years and others.
        (2000..<2028).contains { year in (1...12).contains { months.contains($0) && days.mask(year, $0) != 0 } }
    }
}

extension CronExpression: LocalPattern {
    func first(from start: LocalTime, before end: LocalTime) -> LocalTime? {
        var (year, month, day) = start.date
        var second: Int? = start.secondOfDay
        while true {
            guard LocalTime(year, month, 1) < end else { return nil }
            // Bit 0 stands for day 1.
            var mask = months.contains(month) ? days.mask(year, month) & UInt32.max << UInt32(day - 1) : 0
            while mask != 0 {
                let found = mask.trailingZeroBitCount + 1
                let from = found == day ? second ?? 0 : 0
                if let time = firstSecond(from: from) {
                    let local = LocalTime(year, month, found, 0, 0, time)
                    return local < end ? local : nil
                }
                mask &= mask - 1
            }
            (year, month, day, second) = month == 12 ? (year + 1, 1, 1, nil) : (year, month + 1, 1, nil)
        }
    }

    func last(from start: LocalTime, before end: LocalTime) -> LocalTime? {
        let latest = LocalTime(seconds: end.seconds - 1)
        var (year, month, day) = latest.date
        var second: Int? = latest.secondOfDay
        while true {
            guard LocalTime(year, month, Days.length(year, month), 23, 59, 59) >= start else { return nil }
            var mask = months.contains(month) ? days.mask(year, month) & UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(day)) - 1) : 0
            while mask != 0 {
                let found = 32 - mask.leadingZeroBitCount
                let to = found == day ? second ?? 86_399 : 86_399
                if let time = lastSecond(to: to) {
                    let local = LocalTime(year, month, found, 0, 0, time)
                    return local >= start ? local : nil
                }
                mask &= ~(1 << UInt32(found - 1))
            }
            (year, month) = month == 1 ? (year - 1, 12) : (year, month - 1)
            (day, second) = (Days.length(year, month), nil)
        }
    }

    /// The first second of a day at or after one.
    private func firstSecond(from second: Int) -> Int? {
        guard second < 86_400 else { return nil }
        let (hour, minute) = (second / 3600, second / 60 % 60)
        if hours.contains(hour) {
            if minutes.contains(minute), let found = seconds.first(from: second % 60) { return hour * 3600 + minute * 60 + found }
            if let minute = minutes.first(from: minute + 1), let found = seconds.first(from: 0) { return hour * 3600 + minute * 60 + found }
        }
        guard let hour = hours.first(from: hour + 1), let minute = minutes.first(from: 0), let found = seconds.first(from: 0) else {
            return nil
        }
        return hour * 3600 + minute * 60 + found
    }

    /// The last second of a day at or before one.
    private func lastSecond(to second: Int) -> Int? {
        let (hour, minute) = (second / 3600, second / 60 % 60)
        if hours.contains(hour) {
            if minutes.contains(minute), let found = seconds.last(to: second % 60) { return hour * 3600 + minute * 60 + found }
            if let minute = minutes.last(to: minute - 1), let found = seconds.last(to: 59) { return hour * 3600 + minute * 60 + found }
        }
        guard let hour = hours.last(to: hour - 1), let minute = minutes.last(to: 59), let found = seconds.last(to: 59) else { return nil }
        return hour * 3600 + minute * 60 + found
    }
}

/// The values of one field, up to 63.
struct CronField: Sendable, Hashable {
    var bits: UInt64
    /// Whether it was written as `*` or `?`, alone or with a step.
    var isStar = false

    static func all(_ range: ClosedRange<Int>) -> UInt64 { range.reduce(0) { $0 | 1 << UInt64($1) } }

    func contains(_ value: Int) -> Bool { bits >> UInt64(value) & 1 == 1 }

    func first(from value: Int) -> Int? {
        guard value < 64 else { return nil }
        let rest = bits >> UInt64(value)
        return rest == 0 ? nil : value + rest.trailingZeroBitCount
    }

    func last(to value: Int) -> Int? {
        guard value >= 0 else { return nil }
        let rest = bits << UInt64(63 - value)
        return rest == 0 ? nil : value - rest.leadingZeroBitCount
    }

    var values: [Int] { (0..<64).filter(contains) }
}
