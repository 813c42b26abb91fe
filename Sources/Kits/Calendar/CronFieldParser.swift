/// Reads one field.
struct CronFieldParser {
    let field: CronText
    let kind: CronKind
    let key: String

    init(_ field: CronText, _ kind: CronKind, _ key: String) {
        self.field = field
        self.kind = kind
        self.key = key
    }

    /// A field of nothing but numbers, names, ranges and steps.
    func plain() throws(CalendarError) -> CronField {
        var result = CronField(bits: 0, isStar: field.text.hasPrefix("*") || field.text == "?")
        for item in field.split(",") { result.bits |= try values(item) }
        return result
    }

    /// The values of one item of a list.
    func values(_ item: CronText) throws(CalendarError) -> UInt64 {
        let parts = item.split("/")
        guard parts.count <= 2, let base = parts.first else { throw item.refused("there is more than one / here. Write for example */15.") }
        if item.text.isEmpty { throw item.refused("a value is missing. Write a \(kind.name), \(limits).") }
        let step = try parts.count == 2 ? step(parts[1]) : nil
        if base.text.uppercased().hasPrefix("H") { return try jittered(base, step) }
        var range: ClosedRange<Int>
        if base.text == "*" || base.text == "?" {
            if base.text == "?", kind != .day && kind != .weekday {
                throw base.refused("? can stand for the day of the month or of the week only. Write * instead.")
            }
            range = kind == .weekday ? 0...6 : kind.range
        } else {
            let ends = base.split("-")
            guard ends.count <= 2 else {
                throw base.refused("a range has two ends. Write for example \(kind.range.lowerBound)-\(kind.range.upperBound).")
            }
            let low = try number(ends[0])
            let high = try ends.count == 2 ? number(ends[1]) : step == nil ? low : kind == .weekday ? 6 : kind.range.upperBound
            guard low <= high else { throw turned(base, low, high) }
            range = low...high
        }
        var bits: UInt64 = 0
        for value in stride(from: range.lowerBound, through: range.upperBound, by: step ?? 1) {
            bits |= 1 << UInt64(kind == .weekday ? value % 7 : value)
        }
        return bits
    }

    private func turned(_ base: CronText, _ low: Int, _ high: Int) -> CalendarError {
        let end = kind == .weekday ? 6 : kind.range.upperBound
        return base.refused("the range runs backwards. Write \(low)-\(end),\(kind.range.lowerBound)-\(high).")
    }

    private var limits: String {
        switch kind {
        case .weekday: "0 to 7 (0 and 7 are Sunday) or SUN to SAT"
        case .month: "1 to 12 or JAN to DEC"
        default: "\(kind.range.lowerBound) to \(kind.range.upperBound)"
        }
    }

    func number(_ text: CronText) throws(CalendarError) -> Int {
        if let index = kind.words.firstIndex(of: text.text.lowercased()), !text.text.isEmpty { return index }
        guard !text.text.isEmpty, text.text.utf8.count <= 9, text.text.utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Int(text.text),
            kind.range.contains(value)
        else {
            throw text.refused("\(text.text.isEmpty ? "nothing" : text.text.prefix(20).description) is no \(kind.name). Write \(limits).")
        }
        return value
    }

    private func step(_ text: CronText) throws(CalendarError) -> Int {
        let most = kind.range.upperBound
        guard text.text.utf8.count <= 9, text.text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int(text.text),
            (1...most).contains(value)
        else { throw text.refused("a step is a number from 1 to \(most).") }
        return value
    }

    /// `H`, `H/15`, `H(0-29)` and `H(0-29)/10`: one value, or every so many, beginning where the schedule's name says.
    private func jittered(_ base: CronText, _ step: Int?) throws(CalendarError) -> UInt64 {
        var range = kind.jitter
        let rest = base.text.dropFirst()
        if !rest.isEmpty {
            guard rest.hasPrefix("("), rest.hasSuffix(")") else {
                throw base.refused("after H comes a range in parentheses. Write for example H(0-29).")
            }
            let ends = CronText(text: String(rest.dropFirst().dropLast()), position: base.position + 2).split("-")
            guard ends.count == 2 else { throw base.refused("a range has two ends. Write for example H(0-29).") }
            let (low, high) = (try number(ends[0]), try number(ends[1]))
            guard low <= high else { throw base.refused("the range runs backwards. Write H(\(high)-\(low)).") }
            range = low...high
        }
        let width = range.upperBound - range.lowerBound + 1
        let start = range.lowerBound + Int(Self.hash("\(key)\n\(kind.name)") % UInt64(min(step ?? width, width)))
        var bits: UInt64 = 0
        for value in stride(from: start, through: step == nil ? start : range.upperBound, by: step ?? 1) {
            bits |= 1 << UInt64(kind == .weekday ? value % 7 : value)
        }
        return bits
    }

    /// FNV-1a of 64 bits, whose upper half is mixed into the lower: the same everywhere and for ever.
    static func hash(_ text: String) -> UInt64 {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        return hash ^ hash >> 32
    }
}

extension CronDays {
    /// Reads both fields for days.
    static func parse(_ dayField: CronText, _ weekField: CronText, _ key: String) throws(CalendarError) -> CronDays {
        var days = CronDays(
            month: CronField(bits: 0, isStar: dayField.text.hasPrefix("*") || dayField.text == "?"),
            week: CronField(bits: 0, isStar: weekField.text.hasPrefix("*") || weekField.text == "?"))
        let byMonth = CronFieldParser(dayField, .day, key)
        for item in dayField.split(",") {
            if try !days.takeDay(item, byMonth) { days.month.bits |= try byMonth.values(item) }
        }
        let byWeek = CronFieldParser(weekField, .weekday, key)
        for item in weekField.split(",") {
            if try !days.takeWeekday(item, byWeek) { days.week.bits |= try byWeek.values(item) }
        }
        return days
    }

    /// `L`, `L-3`, `LW` and `15W`; false for anything else.
    private mutating func takeDay(_ item: CronText, _ parser: CronFieldParser) throws(CalendarError) -> Bool {
        let text = item.text.uppercased()
        if text == "LW" || text == "WL" {
            hasLastWeekday = true
        } else if text == "L" {
            fromEnd.append(0)
        } else if text.hasPrefix("L") {
            guard text.hasPrefix("L-"), text.count <= 4, text.dropFirst(2).allSatisfy({ $0.isASCII && $0.isNumber }),
                let offset = Int(text.dropFirst(2)), (1...30).contains(offset)
            else {
                throw item.refused("after L comes nothing, W, or how many days before the last one, 1 to 30. Write for example L-3.")
            }
            fromEnd.append(offset)
        } else if text.hasSuffix("W") {
            nearest.append(try parser.number(CronText(text: String(item.text.dropLast()), position: item.position)))
        } else {
            return false
        }
        return true
    }

    /// `5L` and `5#3`; false for anything else.
    private mutating func takeWeekday(_ item: CronText, _ parser: CronFieldParser) throws(CalendarError) -> Bool {
        let text = item.text.uppercased()
        if text == "L" {
            throw item.refused("L needs a day of the week before it. Write 6L for the last Saturday of a month, or 6 for every Saturday.")
        }
        if text.hasSuffix("L") {
            lastInMonth.append(try parser.number(CronText(text: String(item.text.dropLast()), position: item.position)) % 7)
            return true
        }
        let parts = item.split("#")
        guard parts.count > 1 else { return false }
        guard parts.count == 2, let number = Int(parts[1].text.prefix(2)), (1...5).contains(number), parts[1].text.count == 1 else {
            throw item.refused("after # comes which one of the month it is, 1 to 5. Write for example 5#3.")
        }
        numbered.append(Numbered(weekday: try parser.number(parts[0]) % 7, number: number))
        return true
    }
}
