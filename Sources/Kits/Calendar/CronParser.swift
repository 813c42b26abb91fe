extension CronExpression {
    private static let most = 1000
    private static let names = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// Reads an expression of five fields, of six with the seconds first, or a name such as `@daily`. `key` names the schedule: it decides what
    /// `H` stands for, the same each time.
    /// - Throws: `CalendarError.unreadable`, `.never`.
    package static func parse(_ text: String, key: String) throws(CalendarError) -> CronExpression {
        guard text.utf8.count <= most else {
            throw .unreadable(position: most + 1, sentence: "an expression has at most \(most) characters.")
        }
        var fields = Self.fields(of: text)
        if let first = fields.first, first.text.hasPrefix("@") {
            guard fields.count == 1, let meaning = names[first.text.lowercased()] else { throw unknownName(first) }
            fields = Self.fields(of: meaning)
        }
        guard fields.count == 5 || fields.count == 6 else {
            let hint = fields.count == 7 ? " Years cannot be given: set a start and an end of the schedule." : ""
            throw .unreadable(
                position: max(1, fields.last.map { $0.position + $0.text.count } ?? 1),
                sentence:
                    "there are \(fields.count) fields. Write five, minute hour day month weekday, or six with the second first.\(hint)")
        }
        let offset = fields.count - 5
        let seconds = try offset == 1 ? CronFieldParser(fields[0], .second, key).plain() : CronField(bits: 1)
        let days = try CronDays.parse(fields[offset + 2], fields[offset + 4], key)
        let expression = CronExpression(
            text: text, seconds: seconds, minutes: try CronFieldParser(fields[offset], .minute, key).plain(),
            hours: try CronFieldParser(fields[offset + 1], .hour, key).plain(), days: days,
            months: try CronFieldParser(fields[offset + 3], .month, key).plain())
        guard expression.isEverDue else {
            throw .never("\(text.prefix(80)) never happens: no month that it names has such a day.")
        }
        return expression
    }

    private static func unknownName(_ field: CronText) -> CalendarError {
        let sentence =
            switch field.text.lowercased() {
            case "@reboot": "@reboot has no meaning here, since nothing starts with this server."
            case "@every": "@every takes a duration, for example @every 15m."
            default: "\(field.text.prefix(20)) is no name. Write @hourly, @daily, @weekly, @monthly, @yearly, or @every 15m."
            }
        return .unreadable(position: field.position, sentence: sentence)
    }

    private static func fields(of text: String) -> [CronText] {
        var (fields, word, start): ([CronText], String, Int) = ([], "", 0)
        for (index, character) in text.enumerated() {
            if character.isWhitespace {
                if !word.isEmpty { fields.append(CronText(text: word, position: start)) }
                word = ""
            } else {
                if word.isEmpty { start = index + 1 }
                word.append(character)
            }
        }
        if !word.isEmpty { fields.append(CronText(text: word, position: start)) }
        return fields
    }
}

/// A piece of an expression and where it begins, counted from 1.
struct CronText {
    let text: String
    let position: Int

    /// The pieces between a separator.
    func split(_ separator: Character) -> [CronText] {
        var (pieces, place): ([CronText], Int) = ([], position)
        for piece in text.split(separator: separator, omittingEmptySubsequences: false) {
            pieces.append(CronText(text: String(piece), position: place))
            place += piece.count + 1
        }
        return pieces
    }

    func refused(_ sentence: String) -> CalendarError { .unreadable(position: position, sentence: sentence) }
}

/// What a field may say.
enum CronKind {
    case second, minute, hour, day, month, weekday

    var range: ClosedRange<Int> {
        switch self {
        case .second, .minute: 0...59
        case .hour: 0...23
        case .day: 1...31
        case .month: 1...12
        case .weekday: 0...7
        }
    }

    /// What `H` chooses from: every month has these days.
    var jitter: ClosedRange<Int> { self == .day ? 1...28 : self == .weekday ? 0...6 : range }

    var name: String {
        switch self {
        case .second: "second"
        case .minute: "minute"
        case .hour: "hour"
        case .day: "day of the month"
        case .month: "month"
        case .weekday: "day of the week"
        }
    }

    var words: [String] {
        switch self {
        case .month: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        case .weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        default: []
        }
    }
}
