import Vocabulary

extension Schedule {
    /// The schedule in one English sentence: `At 02:30 on Monday to Friday, Europe/Berlin.`
    package var words: String {
        var words: String
        switch timing {
        case .cron(let expression): words = "\(expression.words), \(zone.name)"
        case .every(let seconds):
            words = "Every \(Self.each(Words.duration(seconds)))"
        case .once(let times):
            let shown = times.sorted().prefix(5).map { local($0) }
            words = "Once at \(Words.list(shown + (times.count > 5 ? ["\(times.count - 5) more"] : []))), \(zone.name)"
        case .recurrence(let rule): words = "\(rule.words), \(zone.name)"
        }
        if let start { words += ", from \(local(start))" }
        if let end { words += ", before \(local(end))" }
        if let most { words += ", at most \(most == 1 ? "once" : "\(most) times")" }
        return words + "."
    }

    /// `15 minutes`, and `hour` for `1 hour`.
    private static func each(_ duration: String) -> String { duration.hasPrefix("1 ") ? String(duration.dropFirst(2)) : duration }

    private func local(_ instant: Timestamp) -> String {
        let seconds = instant.secondBegun
        let time = LocalTime(seconds: seconds + zone.offset(at: seconds))
        return "\(time.description.prefix(10)) \(Words.time(time.secondOfDay))"
    }
}

extension Recurrence {
    /// What the rule says, without a zone and a full stop.
    package var words: String {
        var words = "Every \(interval == 1 ? frequency.unit : "\(interval) \(frequency.unit)s")"
        if !positions.isEmpty {
            let chosen = positions.map {
                $0 > 0 ? "the \(Words.ordinal($0))" : $0 == -1 ? "the last" : "the \(Words.ordinal(-$0)) from the end"
            }
            words += ", \(Words.list(chosen)) of"
        }
        words += dayWords
        if frequency.elapsed != nil {
            if !hours.isEmpty { words += " in the hour\(hours.count == 1 ? "" : "s") \(Words.list(Words.runs(hours, String.init)))" }
        } else {
            let shown = times.prefix(6).map(Words.time)
            words += " at \(Words.list(shown + (times.count > 6 ? ["\(times.count - 6) more times"] : [])))"
        }
        words += ", from \(start.description.prefix(10))"
        if frequency.elapsed != nil { words += " \(Words.time(start.secondOfDay))" }
        if let count { words += ", \(count == 1 ? "once" : "\(count) times")" }
        switch until {
        case .local(let time): words += ", until \(time.description)"
        case .instant(let seconds): words += ", until \(LocalTime(seconds: seconds).description) UTC"
        case nil: break
        }
        return words
    }

    private var dayWords: String {
        var words = ""
        if !weekdays.isEmpty {
            let plain = weekdays.filter { $0.number == nil }.map(\.day)
            var parts = plain.isEmpty ? [] : [Words.list(Words.weekdays(plain))]
            parts += weekdays.compactMap { weekday in
                weekday.number.map { "the \(Self.place($0)) \(Words.weekdays[weekday.day]) of the \(isOfYear ? "year" : "month")" }
            }
            words += " on \(Words.list(parts, "or"))"
        }
        if !monthDays.isEmpty {
            let days = monthDays.map { $0 > 0 ? "day \($0)" : $0 == -1 ? "the last day" : "the \(Words.ordinal(-$0)) day from the end" }
            words += " on \(Words.list(days, "or")) of the month"
        }
        if weekdays.isEmpty, monthDays.isEmpty {
            switch frequency {
            case .yearly: words += " on day \(start.date.day) of \(months.isEmpty ? Words.months[start.date.month] : "the month")"
            case .monthly: words += " on day \(start.date.day) of the month"
            case .weekly: words += " on \(Words.weekdays[start.weekday])"
            default: break
            }
        }
        if !months.isEmpty { words += " in \(Words.list(Words.runs(months) { Words.months[$0] }))" }
        return words
    }

    private var isOfYear: Bool { frequency == .yearly && months.isEmpty }

    private static func place(_ number: Int) -> String {
        number > 0 ? Words.ordinal(number) : number == -1 ? "last" : "\(Words.ordinal(-number)) from the end"
    }
}
