extension Recurrence {
    private static let (mostCharacters, mostCount, mostInterval, mostTimes) = (1000, 10_000, 10_000, 1440)
    private static let days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"]

    /// Reads a rule such as `FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=18`, with or without `RRULE:` before it. What it leaves open is as in `start`.
    /// - Throws: `CalendarError.unreadable` for what cannot be read or is not supported, by name; `.never`, `.limit`.
    package static func parse(_ text: String, start: LocalTime) throws(CalendarError) -> Recurrence {
        guard text.utf8.count <= mostCharacters else {
            throw .unreadable(position: mostCharacters + 1, sentence: "a rule has at most \(mostCharacters) characters.")
        }
        guard (1900...9999).contains(start.date.year) else { throw .limit("A rule starts in a year from 1900 to 9999.") }
        let head = text.uppercased().hasPrefix("RRULE:") ? 6 : 0
        let body = CronText(text: String(text.uppercased().dropFirst(head)), position: head + 1)
        var parts: [String: CronText] = [:]
        for piece in body.split(";") {
            let sides = piece.split("=")
            guard sides.count == 2, !sides[1].text.isEmpty else {
                throw piece.refused("write parts such as FREQ=DAILY, with ; between them.")
            }
            guard parts.updateValue(sides[1], forKey: sides[0].text) == nil else { throw piece.refused("\(sides[0].text) is there twice.") }
        }
        var rule = Recurrence(text: text, start: start)
        guard let frequency = parts.removeValue(forKey: "FREQ") else {
            throw .unreadable(position: 1, sentence: "FREQ is missing. Begin with FREQ=DAILY.")
        }
        guard let known = Frequency(rawValue: frequency.text) else {
            throw frequency.refused(
                "\(frequency.text.prefix(20)) is no frequency. Write one of \(Words.list(Frequency.allCases.map(\.rawValue), "or")).")
        }
        rule.frequency = known
        for (name, value) in parts.sorted(by: { $0.value.position < $1.value.position }) { try rule.take(name, value) }
        try rule.complete(parts)
        return rule
    }

    private mutating func take(_ name: String, _ value: CronText) throws(CalendarError) {
        switch name {
        case "INTERVAL": interval = try Self.number(value, 1...Self.mostInterval)
        case "COUNT": count = try Self.number(value, 1...Self.mostCount)
        case "UNTIL": until = try Self.limit(value)
        case "WKST": weekStart = try Self.weekday(value)
        case "BYMONTH": months = try Self.numbers(value, 1...12)
        case "BYMONTHDAY": monthDays = try Self.numbers(value, -31...31)
        case "BYDAY": weekdays = try Self.weekdays(value)
        case "BYSETPOS": positions = try Self.numbers(value, -366...366)
        case "BYHOUR": hours = try Self.numbers(value, 0...23)
        case "BYMINUTE", "BYSECOND": _ = try Self.numbers(value, 0...59)
        default:
            let hint = name == "BYYEARDAY" ? " Write BYMONTH and BYMONTHDAY." : name == "BYWEEKNO" ? " Write BYMONTH and BYDAY." : ""
            throw value.refused("\(name.prefix(20)) is not supported.\(hint)")
        }
    }

    /// Fills in what follows from the parts together, and refuses what does not go together.
    private mutating func complete(_ parts: [String: CronText]) throws(CalendarError) {
        func refuse(_ name: String, _ sentence: String) throws(CalendarError) {
            if let part = parts[name] { throw part.refused("\(name) \(sentence)") }
        }
        if parts["COUNT"] != nil { try refuse("UNTIL", "and COUNT do not go together. Write one of them.") }
        if let part = parts["BYDAY"], weekdays.contains(where: { $0.number != nil }) {
            guard frequency == .yearly || frequency == .monthly else {
                throw part.refused("numbers before weekdays go with FREQ=MONTHLY or YEARLY only.")
            }
        }
        if frequency == .weekly { try refuse("BYMONTHDAY", "does not go with FREQ=WEEKLY. Write FREQ=MONTHLY.") }
        if frequency.elapsed != nil {
            for name in ["BYMINUTE", "BYSECOND", "BYSETPOS"] {
                try refuse(name, "does not go with a frequency of hours or less. Write FREQ=DAILY with BYHOUR, or a cron expression.")
            }
        } else if let part = parts["BYSETPOS"], parts.keys.allSatisfy({ !$0.hasPrefix("BY") || $0 == "BYSETPOS" }) {
            throw part.refused("BYSETPOS chooses among what other BY parts say. Add for example BYDAY=MO,TU,WE,TH,FR.")
        }
        if frequency.elapsed == nil {
            let second = start.secondOfDay
            let hours = self.hours.isEmpty ? [second / 3600] : self.hours
            let minutes = try parts["BYMINUTE"].map { part throws(CalendarError) in try Self.numbers(part, 0...59) } ?? [second / 60 % 60]
            let seconds = try parts["BYSECOND"].map { part throws(CalendarError) in try Self.numbers(part, 0...59) } ?? [second % 60]
            guard hours.count * minutes.count * seconds.count <= Self.mostTimes else {
                throw .limit("A rule names at most \(Self.mostTimes) times of a day.")
            }
            times = hours.flatMap { hour in minutes.flatMap { minute in seconds.map { hour * 3600 + minute * 60 + $0 } } }.sorted()
            if let count { last = time(number: count) }
            guard first(from: start, before: LocalTime(seconds: ZonedPattern.latest)) != nil else {
                throw .never("\(text.prefix(80)) never happens after \(start), or not within 400 years.")
            }
        } else if !monthDays.isEmpty || !months.isEmpty || !weekdays.isEmpty {
            guard (0..<Self.cycle).contains(where: { allows(start.days + $0) }) else {
                throw .never("\(text.prefix(80)) never happens: no day is like that.")
            }
        }
    }

    private static func number(_ value: CronText, _ range: ClosedRange<Int>) throws(CalendarError) -> Int {
        let digits = value.text.hasPrefix("-") || value.text.hasPrefix("+") ? value.text.dropFirst() : Substring(value.text)
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(value.text),
            range.contains(number)
        else {
            throw value.refused(
                "\(value.text.isEmpty ? "nothing" : String(value.text.prefix(20))) is no number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    /// Different numbers of a list, ascending; 0 is none where negative ones are allowed.
    private static func numbers(_ value: CronText, _ range: ClosedRange<Int>) throws(CalendarError) -> [Int] {
        var numbers: Set<Int> = []
        for item in value.split(",") {
            let number = try number(item, range)
            guard number != 0 || range.lowerBound == 0 else {
                throw item.refused("0 is nothing that can be counted. Count from 1, or from -1 at the end.")
            }
            numbers.insert(number)
        }
        return numbers.sorted()
    }

    private static func weekday(_ value: CronText) throws(CalendarError) -> Int {
        guard let day = days.firstIndex(of: value.text) else {
            throw value.refused(
                "\(value.text.isEmpty ? "nothing" : String(value.text.prefix(20))) is no weekday. Write one of \(Words.list(days, "or")).")
        }
        return day
    }

    private static func weekdays(_ value: CronText) throws(CalendarError) -> [Weekday] {
        var weekdays: [Weekday] = []
        for item in value.split(",") {
            let day = try weekday(CronText(text: String(item.text.suffix(2)), position: item.position + max(0, item.text.count - 2)))
            let number =
                item.text.count <= 2 ? nil : try number(CronText(text: String(item.text.dropLast(2)), position: item.position), -53...53)
            guard number != 0 else { throw item.refused("0 is nothing that can be counted. Count from 1, or from -1 at the end.") }
            weekdays.append(Weekday(day: day, number: number))
        }
        return weekdays
    }

    /// `20261231`, `20261231T180000` or `20261231T180000Z`.
    private static func limit(_ value: CronText) throws(CalendarError) -> Limit {
        let text = value.text
        let digits = text.compactMap { $0.isASCII ? $0.wholeNumberValue : nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        let isDate = text.count == 8 && digits.count == 8
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        let isTime =
            parts.count == 2 && parts[0].count == 8 && (parts[1].count == 6 || parts[1].count == 7 && text.hasSuffix("Z"))
            && digits.count == 14
        guard isDate || isTime, (1900...9999).contains(number(0..<4)), (1...12).contains(number(4..<6)),
            (1...Days.length(number(0..<4), number(4..<6))).contains(number(6..<8)),
            isDate || (number(8..<10) < 24 && number(10..<12) < 60 && number(12..<14) < 60)
        else { throw value.refused("\(text.prefix(20)) is no date. Write 20261231, 20261231T180000 or 20261231T180000Z.") }
        if isDate { return .local(LocalTime(number(0..<4), number(4..<6), number(6..<8), 23, 59, 59)) }
        let time = LocalTime(number(0..<4), number(4..<6), number(6..<8), number(8..<10), number(10..<12), number(12..<14))
        return text.hasSuffix("Z") ? .instant(time.seconds) : .local(time)
    }
}
