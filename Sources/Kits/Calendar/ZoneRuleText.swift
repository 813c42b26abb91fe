extension ZoneRule {
    /// Reads a POSIX `TZ` string such as `CET-1CEST,M3.5.0,M10.5.0/3`; nil for anything else.
    init?(posix text: String) {
        var reader = Reader(rest: Substring(text))
        guard reader.name(), let west = reader.time() else { return nil }
        standard = -west
        if reader.rest.isEmpty { return }
        guard reader.name() else { return nil }
        var offset = standard + 3600
        if reader.rest.first != "," {
            guard let west = reader.time() else { return nil }
            offset = -west
        }
        guard reader.take(","), let begins = reader.day(), reader.take(","), let ends = reader.day(), reader.rest.isEmpty else {
            return nil
        }
        summer = Summer(offset: offset, begins: begins, ends: ends)
    }

    private struct Reader {
        var rest: Substring

        mutating func take(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest.removeFirst()
            return true
        }

        mutating func name() -> Bool {
            if take("<") {
                guard let end = rest.firstIndex(of: ">") else { return false }
                rest = rest[rest.index(after: end)...]
                return true
            }
            let letters = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(letters.count)
            return letters.count >= 3
        }

        mutating func number(_ most: Int) -> Int? {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }.prefix(4)
            guard let value = Int(digits), value <= most else { return nil }
            rest = rest.dropFirst(digits.count)
            return value
        }

        /// `[+-]hh[:mm[:ss]]`, in seconds.
        mutating func time() -> Int64? {
            let sign: Int64 = take("-") ? -1 : 1
            if sign > 0 { _ = take("+") }
            guard let hours = number(167) else { return nil }
            var seconds = Int64(hours) * 3600
            for unit in [Int64(60), 1] where take(":") {
                guard let value = number(59) else { return nil }
                seconds += Int64(value) * unit
            }
            return sign * seconds
        }

        mutating func day() -> YearDay? {
            let day: YearDay.Day
            if take("M") {
                guard let month = number(12), month > 0, take("."), let week = number(5), week > 0, take("."), let weekday = number(6)
                else {
                    return nil
                }
                day = .weekday(month: month, week: week, day: weekday)
            } else if take("J") {
                guard let number = number(365), number > 0 else { return nil }
                day = .julian(number)
            } else {
                guard let number = number(365) else { return nil }
                day = .zeroBased(number)
            }
            guard take("/") else { return YearDay(day: day, time: 7200) }
            return time().map { YearDay(day: day, time: $0) }
        }
    }
}
