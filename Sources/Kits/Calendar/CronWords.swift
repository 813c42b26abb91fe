extension CronExpression {
    /// What the expression says, without a zone and a full stop: `At 02:30 on Monday to Friday`.
    package var words: String {
        let date = [days.words, monthWords].compactMap { $0 }.joined(separator: " ")
        if let times { return "At \(times)\(date.isEmpty ? " every day" : " \(date)")" }
        return clockWords + (date.isEmpty ? "" : " \(date)")
    }

    /// The times of a day when there are few of them.
    private var times: String? {
        let (hours, minutes, seconds) = (hours.values, minutes.values, seconds.values)
        guard hours.count * minutes.count * seconds.count <= 8, hours.count <= 6 else { return nil }
        let times = hours.flatMap { hour in minutes.flatMap { minute in seconds.map { hour * 3600 + minute * 60 + $0 } } }
        return Words.list(times.map(Words.time))
    }

    private var clockWords: String {
        let everyMinute = minutes.bits == CronField.all(0...59)
        let everySecond = seconds.bits == CronField.all(0...59)
        var words: String
        if everySecond {
            words = "Every second"
            if !everyMinute { words += " of \(Self.named(minutes, "minute"))" }
        } else if let step = Self.step(seconds, 0...59), step > 1 {
            words = "Every \(step) seconds"
            if !everyMinute { words += " of \(Self.named(minutes, "minute"))" }
        } else if everyMinute {
            words = "Every minute"
        } else if let step = Self.step(minutes, 0...59), step > 1 {
            words = "Every \(step) minutes"
        } else {
            words = "At \(Self.named(minutes, "minute"))"
        }
        if Self.step(seconds, 0...59) == nil, seconds.bits != 1 { words += ", at \(Self.named(seconds, "second"))" }
        if isIntervalLike { return words.hasPrefix("At ") ? words + " of every hour" : words }
        return words + " of \(Self.named(hours, "hour"))"
    }

    /// `minute 5`, `minutes 5, 10 and 20 to 30`.
    private static func named(_ field: CronField, _ name: String) -> String {
        let values = field.values
        return "\(name)\(values.count == 1 ? "" : "s") \(Words.list(Words.runs(values, String.init)))"
    }

    /// The step with which a field goes through its range from 0 on; nil when it does not, or when it does not come out even at the end.
    private static func step(_ field: CronField, _ range: ClosedRange<Int>) -> Int? {
        let values = field.values
        guard values.count > 1, values[0] == 0 else { return nil }
        let step = values[1]
        return values == Array(stride(from: 0, through: range.upperBound, by: step)) && 60 % step == 0 ? step : nil
    }

    private var monthWords: String? {
        months.bits == CronField.all(1...12) ? nil : "in \(Words.list(Words.runs(months.values) { Words.months[$0] }))"
    }
}

extension CronDays {
    /// `on Monday to Friday`, `on day 13 of the month or on Friday`; nil when every day counts.
    var words: String? {
        let (byMonth, byWeek) = (monthWords, weekWords)
        switch (byMonth, byWeek) {
        case (nil, nil): return nil
        case (let words?, nil), (nil, let words?): return words
        case (let byMonth?, let byWeek?): return "\(byMonth) \(month.isStar || week.isStar ? "that is also" : "or") \(byWeek)"
        }
    }

    private var monthWords: String? {
        if month.bits == CronField.all(1...31) { return nil }
        var parts: [String] = []
        if month.bits != 0 {
            parts.append("day\(month.values.count == 1 ? "" : "s") \(Words.list(Words.runs(month.values, String.init))) of the month")
        }
        parts += fromEnd.map { offset in
            switch offset {
            case 0: "the last day of the month"
            case 1: "the day before the last one of the month"
            default: "\(offset) days before the last one of the month"
            }
        }
        if hasLastWeekday { parts.append("the last Monday-to-Friday day of the month") }
        parts += nearest.map { "the Monday-to-Friday day nearest to day \($0) of the month" }
        return "on \(Words.list(parts, "or"))"
    }

    private var weekWords: String? {
        if week.bits == CronField.all(0...6) { return nil }
        var parts = week.bits == 0 ? [] : [Words.list(Words.weekdays(week.values))]
        parts += numbered.map { "the \(Words.ordinal($0.number)) \(Words.weekdays[$0.weekday]) of the month" }
        parts += lastInMonth.map { "the last \(Words.weekdays[$0]) of the month" }
        return "on \(Words.list(parts, "or"))"
    }
}
