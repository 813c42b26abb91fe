/// A rule of RFC 5545 (`RRULE`) from a start on: which local times, or, with a frequency of hours or less, which instants.
package struct Recurrence: Sendable, Hashable {
    /// How long a period is.
    enum Frequency: String, CaseIterable, Sendable {
        case yearly = "YEARLY"
        case monthly = "MONTHLY"
        case weekly = "WEEKLY"
        case daily = "DAILY"
        case hourly = "HOURLY"
        case minutely = "MINUTELY"
        case secondly = "SECONDLY"

        /// The seconds of a period that is the same however the clocks go; nil for days and longer.
        var elapsed: Int64? {
            switch self {
            case .hourly: 3600
            case .minutely: 60
            case .secondly: 1
            default: nil
            }
        }

        /// `year`, for sentences.
        var unit: String {
            switch self {
            case .yearly: "year"
            case .monthly: "month"
            case .weekly: "week"
            case .daily: "day"
            case .hourly: "hour"
            case .minutely: "minute"
            case .secondly: "second"
            }
        }
    }

    /// A day of the week, and which one of the month or year it is; negative from the end.
    struct Weekday: Sendable, Hashable {
        var day: Int
        var number: Int?
    }

    /// The last time that counts.
    enum Limit: Sendable, Hashable {
        case local(LocalTime)
        case instant(Int64)
    }

    /// The rule as it was written.
    package let text: String
    /// The first local time from which the rule counts; it is a time of the rule only if the rule says so.
    package let start: LocalTime
    var frequency = Frequency.daily
    var interval = 1
    var count: Int?
    var until: Limit?
    var months: [Int] = []
    var monthDays: [Int] = []
    var weekdays: [Weekday] = []
    /// The times of a day in seconds, ascending.
    var times: [Int] = []
    var hours: [Int] = []
    var positions: [Int] = []
    /// The first day of a week, 0 for Sunday.
    var weekStart = 1
    /// The last time, of a rule with a count.
    var last: LocalTime?

    init(text: String, start: LocalTime) {
        self.text = text
        self.start = start
    }

    /// Whether a day passes everything that the rule says of days.
    func allows(_ days: Int64) -> Bool {
        let (year, month, day) = Days.date(days)
        if !months.isEmpty, !months.contains(month) { return false }
        let length = Days.length(year, month)
        if !monthDays.isEmpty, !monthDays.contains(day), !monthDays.contains(day - length - 1) { return false }
        let weekday = Days.weekday(days)
        if !weekdays.isEmpty { return weekdays.contains { $0.day == weekday && isNumber($0.number, days, day, length, year) } }
        switch frequency {
        case .yearly where monthDays.isEmpty: return day == start.date.day && (!months.isEmpty || month == start.date.month)
        case .monthly where monthDays.isEmpty: return day == start.date.day
        case .weekly: return weekday == start.weekday
        default: return true
        }
    }

    private func isNumber(_ number: Int?, _ days: Int64, _ day: Int, _ length: Int, _ year: Int) -> Bool {
        guard let number else { return true }
        var (index, length) = (day, length)
        if frequency == .yearly, months.isEmpty {
            index = Int(days - Days.since1970(year, 1, 1)) + 1
            length = Days.isLeap(year) ? 366 : 365
        }
        return number > 0 ? (index - 1) / 7 + 1 == number : (length - index) / 7 + 1 == -number
    }
}

extension Recurrence: LocalPattern {
    /// After so many days the calendar repeats; a rule that has not happened by then is not looked for any longer.
    static let cycle: Int64 = 146_097

    var bounds: Range<LocalTime> { start..<max(start, limit) }

    func first(from start: LocalTime, before end: LocalTime) -> LocalTime? {
        let from = max(start, self.start)
        let end = min(end, LocalTime(seconds: from.seconds + Self.cycle * 86_400), limit)
        var period = max(0, number(of: from) - 1)
        while true {
            let days = days(of: period)
            guard LocalTime(seconds: days.lowerBound * 86_400) < end else { return nil }
            if let found = first(in: days, from: from) { return found < end ? found : nil }
            period += 1
        }
    }

    func last(from start: LocalTime, before end: LocalTime) -> LocalTime? {
        let end = min(end, limit)
        let start = max(start, self.start, LocalTime(seconds: end.seconds - Self.cycle * 86_400))
        var period = number(of: end) + 1
        while period >= 0 {
            let days = days(of: period)
            guard LocalTime(seconds: days.upperBound * 86_400) > start else { return nil }
            if let found = last(in: days, before: end) { return found >= start ? found : nil }
            period -= 1
        }
        return nil
    }

    /// The first local time that does not count any more.
    private var limit: LocalTime {
        var limit = LocalTime(seconds: ZonedPattern.latest)
        if case .local(let until) = until { limit = min(limit, LocalTime(seconds: until.seconds + 1)) }
        if let last { limit = min(limit, LocalTime(seconds: last.seconds + 1)) }
        return limit
    }

    /// The last time of a rule with a count; nil when it ends by itself before.
    func time(number count: Int) -> LocalTime? {
        var (left, period, last): (Int, Int, LocalTime) = (count, 0, start)
        while true {
            let days = days(of: period)
            guard days.lowerBound * 86_400 < last.seconds + Self.cycle * 86_400, days.lowerBound * 86_400 < ZonedPattern.latest else {
                return nil
            }
            for time in times(in: days) where time >= start {
                (left, last) = (left - 1, time)
                if left == 0 { return time }
            }
            period += 1
        }
    }

    /// The number of the period in which a time is, or of one near it.
    private func number(of time: LocalTime) -> Int {
        let (from, to) = (start.date, time.date)
        let distance: Int64 =
            switch frequency {
            case .yearly: Int64(to.year - from.year)
            case .monthly: Int64((to.year - from.year) * 12 + to.month - from.month)
            case .weekly: Days.floor(time.days - start.days, by: 7)
            default: time.days - start.days
            }
        return Int(Days.floor(distance, by: Int64(interval)))
    }

    private func days(of period: Int) -> Range<Int64> {
        let (year, month, _) = start.date
        switch frequency {
        case .yearly:
            let year = year + period * interval
            return Days.since1970(year, 1, 1)..<Days.since1970(year + 1, 1, 1)
        case .monthly:
            let index = year * 12 + month - 1 + period * interval
            let first = Days.since1970(index / 12, index % 12 + 1, 1)
            return first..<first + Int64(Days.length(index / 12, index % 12 + 1))
        case .weekly:
            let first = start.days - Int64((start.weekday - weekStart + 7) % 7) + Int64(period * interval * 7)
            return first..<first + 7
        default:
            let day = start.days + Int64(period * interval)
            return day..<day + 1
        }
    }

    private func first(in days: Range<Int64>, from: LocalTime) -> LocalTime? {
        if !positions.isEmpty { return times(in: days).first { $0 >= from } }
        for day in max(days.lowerBound, from.days)..<max(days.upperBound, from.days) where allows(day) {
            if let second = times.first(where: { day > from.days || $0 >= from.secondOfDay }) {
                return LocalTime(seconds: day * 86_400 + Int64(second))
            }
        }
        return nil
    }

    private func last(in days: Range<Int64>, before end: LocalTime) -> LocalTime? {
        if !positions.isEmpty { return times(in: days).last { $0 < end } }
        for day in (min(days.lowerBound, end.days)..<min(days.upperBound, end.days + 1)).reversed()
        where day >= days.lowerBound && allows(day) {
            if let second = times.last(where: { day < end.days || $0 < end.secondOfDay }) {
                return LocalTime(seconds: day * 86_400 + Int64(second))
            }
        }
        return nil
    }

    /// The times in a period, ascending.
    private func times(in days: Range<Int64>) -> [LocalTime] {
        let days = days.filter(allows)
        if positions.isEmpty { return days.flatMap { day in times.map { LocalTime(seconds: day * 86_400 + Int64($0)) } } }
        let total = days.count * times.count
        let indices = Set(positions.map { $0 > 0 ? $0 - 1 : total + $0 }.filter { (0..<total).contains($0) })
        return indices.sorted().map { LocalTime(seconds: days[$0 / times.count] * 86_400 + Int64(times[$0 % times.count])) }
    }
}
