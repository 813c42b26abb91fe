import Vocabulary

/// The functions of expressions.
enum ExpressionFunction: String, CaseIterable, Sendable {
    case fallback = "default"
    case endsWith = "ends_with"
    case first
    case join
    case json
    case last
    case length
    case lines
    case lower
    case max
    case min
    case number
    case range
    case split
    case startsWith = "starts_with"
    case text
    case trim
    case upper
    case words

    /// The names, for messages.
    static let overview = allCases.map(\.rawValue).joined(separator: ", ")

    /// How it is called.
    var usage: String {
        switch self {
        case .fallback: "default(value, fallback)"
        case .endsWith: "ends_with(text, end)"
        case .first, .last: "\(rawValue)(list)"
        case .join: "join(list, separator)"
        case .length: "length(value)"
        case .json, .lines, .lower, .number, .trim, .upper, .words: "\(rawValue)(text)"
        case .max, .min: "\(rawValue)(list) or \(rawValue)(value, value, ...)"
        case .range: "range(from, to)"
        case .split: "split(text, separator)"
        case .startsWith: "starts_with(text, beginning)"
        case .text: "text(value)"
        }
    }

    /// How many arguments it takes.
    var counts: ClosedRange<Int> {
        switch self {
        case .fallback, .endsWith, .join, .range, .split, .startsWith: 2...2
        case .max, .min: 1...ExpressionLimit.length
        case .first, .json, .last, .length, .lines, .lower, .number, .text, .trim, .upper, .words: 1...1
        }
    }
}

/// What functions compute.
extension ExpressionMachine {
    /// The result of a function for the values of the step; `default` is a jump and never comes here.
    mutating func call(_ function: ExpressionFunction) throws(ExpressionError) -> JSONValue {
        switch function {
        case .fallback: return .null
        case .startsWith: return .boolean(try string(0).utf8.starts(with: try readText(1).utf8))
        case .endsWith: return .boolean(try string(0).utf8.reversed().starts(with: try readText(1).utf8.reversed()))
        case .first: return try list(0).first ?? .null
        case .last: return try list(0).last ?? .null
        case .join: return try joined()
        case .json: return try parsed()
        case .length: return try length()
        case .lines: return .array(ExpressionTexts.lines(try readText(0)))
        case .lower: return .string(try readText(0).lowercased())
        case .upper: return .string(try readText(0).uppercased())
        case .trim: return .string(ExpressionTexts.trimmed(try readText(0)))
        case .words: return .array(ExpressionTexts.words(try readText(0)))
        case .max, .min: return try extreme(function)
        case .number: return try number()
        case .range: return try range()
        case .split:
            let text = try readText(0)
            let separator = try readText(1)
            guard !separator.isEmpty else { throw error(.emptySeparator, at: 1) }
            return .array(ExpressionTexts.split(text, by: separator))
        case .text: return try text(of: 0)
        }
    }

    private mutating func length() throws(ExpressionError) -> JSONValue {
        switch arguments[0] {
        case .string(let text):
            try spend(text.utf8.count)
            return .integer(Int64(text.count))
        case .array(let items): return .integer(Int64(items.count))
        case .object(let fields): return .integer(Int64(fields.count))
        default: throw wrong(0, needed: "a text, a list or an object")
        }
    }

    private mutating func text(of index: Int) throws(ExpressionError) -> JSONValue {
        guard arguments[index] != .null else { throw wrong(index, needed: "a text") }
        guard let text = ExpressionTexts.text(of: arguments[index], limit: ExpressionLimit.bytes) else { throw error(.textTooLong) }
        try spend(text.utf8.count)
        return .string(text)
    }

    private mutating func number() throws(ExpressionError) -> JSONValue {
        switch arguments[0] {
        case .integer, .number: return arguments[0]
        default:
            switch ExpressionNumber.read(try readText(0)) {
            case .value(let value): return value
            case .tooLarge: throw error(.numberTooLarge, at: 0)
            case .notANumber: throw error(.notANumber(written(0)), at: 0)
            }
        }
    }

    private mutating func parsed() throws(ExpressionError) -> JSONValue {
        let text = try readText(0)
        do {
            return try ExpressionJSON.value(of: text)
        } catch {
            throw self.error(.notJSON(written(0), detail: error.detail, line: error.line, column: error.column), at: 0)
        }
    }

    private mutating func joined() throws(ExpressionError) -> JSONValue {
        let separator = try string(1)
        var bytes: [UInt8] = []
        for (index, item) in try list(0).enumerated() {
            guard let text = item.text else {
                throw error(.wrongType("An element of \(written(0))", is: item.kind, needed: "a text or a number"), at: 0)
            }
            if index > 0 { bytes += separator.utf8 }
            bytes += text.utf8
            guard bytes.count <= ExpressionLimit.bytes else { throw error(.textTooLong) }
        }
        try spend(bytes.count)
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    private func range() throws(ExpressionError) -> JSONValue {
        let from = try whole(0)
        let to = try whole(1)
        guard from <= to else { return .array([]) }
        let (distance, isTooLarge) = to.subtractingReportingOverflow(from)
        guard !isTooLarge, distance < ExpressionLimit.elements else { throw error(.listTooLong) }
        return .array((from...to).map { .integer($0) })
    }

    private mutating func extreme(_ function: ExpressionFunction) throws(ExpressionError) -> JSONValue {
        let candidates = arguments.count == 1 ? try list(0) : arguments
        guard var best = candidates.first else { return .null }
        for (index, candidate) in candidates.enumerated() {
            try spend(1)
            let isComparable = ExpressionNumber.decimal(candidate) != nil || candidate.isText
            if arguments.count > 1, !isComparable { throw wrong(index, needed: "a number or a text") }
            guard isComparable, let order = try order(candidate, best) else {
                throw error(.wrongPair(operation: function.rawValue, left: best.kind, right: candidate.kind))
            }
            if function == .max ? order > 0 : order < 0 { best = candidate }
        }
        return best
    }
}

extension JSONValue {
    /// Whether it is a text.
    var isText: Bool { if case .string = self { true } else { false } }
}
