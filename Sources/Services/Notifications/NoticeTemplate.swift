import Flow
import Vocabulary

/// A text with expressions in it, such as `{{ job.name }} failed {{ job.failures }} times`. There are no loops and no blocks, and what it may
/// compute is bounded (`NoticeLimit`), so that it always ends soon. A literal `{{` is written `{{ "{{" }}`.
struct NoticeTemplate: Sendable {
    /// How values are put into the text.
    enum Escaping: Sendable {
        /// As they are.
        case none
        /// As parts of a JSON text: what a text holds cannot end it. Lists and objects are JSON.
        case json
    }
    private enum Piece: Sendable {
        case literal(String)
        case expression(Expression, line: Int, column: Int)
    }
    private let pieces: [Piece]
    private let count: Int

    /// Reads a template.
    /// - Throws: `NoticeMistake` with the first mistake.
    init(parsing text: String) throws(NoticeMistake) {
        guard text.utf8.count <= NoticeLimit.template else {
            throw NoticeMistake("A template has at most \(NoticeLimit.template) bytes.", line: 1, column: 1)
        }
        var (pieces, rest, count) = ([Piece](), text[...], 0)
        while let open = rest.firstRange(of: "{{") {
            let (line, column) = Self.place(of: open.lowerBound, in: text)
            try Self.refuseBlocks(rest[..<open.lowerBound], text)
            pieces.append(.literal(String(rest[..<open.lowerBound])))
            guard let close = Self.end(of: rest[open.upperBound...]) else {
                throw NoticeMistake("The placeholder that begins here is not closed with \"}}\".", line: line, column: column)
            }
            let source = String(rest[open.upperBound..<close.lowerBound])
            do throws(ExpressionError) {
                let expression = try Expression(parsing: source)
                if let unknown = expression.firstUnknown(among: EventContent.names.map(\.name), isKnown: EventContent.knows) {
                    throw unknown
                }
                pieces.append(.expression(expression, line: line, column: column))
            } catch {
                throw NoticeMistake("\(error)", line: line, column: column)
            }
            count += 1
            rest = rest[close.upperBound...]
        }
        try Self.refuseBlocks(rest, text)
        pieces.append(.literal(String(rest)))
        guard count <= NoticeLimit.placeholders else {
            throw NoticeMistake("A template has at most \(NoticeLimit.placeholders) placeholders, not \(count).", line: 1, column: 1)
        }
        (self.pieces, self.count) = (pieces, count)
    }

    /// The text with all values inserted, cut when it becomes too long; null is nothing.
    /// - Throws: `NoticeMistake` when a value cannot be computed, or only with too much work.
    func render(_ content: [String: JSONValue], escaping: Escaping = .none, most: Int = NoticeLimit.body) throws(NoticeMistake) -> String {
        let values = ExpressionValues(content)
        var text = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): text += literal
            case .expression(let expression, let line, let column):
                do throws(ExpressionError) {
                    text += Self.text(of: try expression.value(values, work: NoticeLimit.work / max(1, count)), escaping)
                } catch {
                    throw NoticeMistake("\(error)", line: line, column: column)
                }
            }
            if text.utf8.count > most { return NoticeLimit.cut(text, to: most) }
        }
        return text
    }

    private static func text(of value: JSONValue, _ escaping: Escaping) -> String {
        switch value {
        case .null: return ""
        case .string(let text): return escaping == .json ? String(json(.string(text)).dropFirst().dropLast()) : text
        case .array, .object: return json(value)
        case .boolean, .integer, .number: return value.text ?? ""
        }
    }

    /// Where `}}` ends a placeholder; what stands in quotes does not.
    private static func end(of text: Substring) -> Range<String.Index>? {
        var (index, quote): (String.Index, Character?) = (text.startIndex, nil)
        while index < text.endIndex {
            let letter = text[index]
            if let open = quote {
                if letter == "\\" { index = text.index(after: index) } else if letter == open { quote = nil }
            } else if letter == "\"" || letter == "'" {
                quote = letter
            } else if text[index...].hasPrefix("}}") {
                return index..<text.index(index, offsetBy: 2)
            }
            guard index < text.endIndex else { return nil }
            index = text.index(after: index)
        }
        return nil
    }

    private static func refuseBlocks(_ literal: Substring, _ text: String) throws(NoticeMistake) {
        guard let block = literal.firstRange(of: "{%") ?? literal.firstRange(of: "{#") else { return }
        let (line, column) = place(of: block.lowerBound, in: text)
        throw NoticeMistake(
            "Templates have no loops, conditions or other blocks, only values such as {{ job.name }}; a literal \"{%\" is written {{ \"{%\" }}.",
            line: line, column: column)
    }

    private static func place(of index: String.Index, in text: String) -> (line: Int, column: Int) {
        let before = text[..<index]
        let start = before.lastIndex(where: \.isNewline).map { before.index(after: $0) } ?? before.startIndex
        return (before.count(where: \.isNewline) + 1, before[start...].count + 1)
    }
}

/// What bounds templates and messages.
enum NoticeLimit {
    /// Bytes of a template.
    static let template = 20_000
    /// Placeholders of a template.
    static let placeholders = 200
    /// Steps that all expressions of a template may take together.
    static let work = 4_000_000
    /// Bytes of a body.
    static let body = 20_000
    /// Characters of a subject.
    static let subject = 200
    /// Events that one message tells of; it says how many more there are.
    static let events = 50

    /// A text that was too long, and a sentence that says so.
    static func cut(_ text: String, to most: Int) -> String {
        let sentence = "\n… (The message was cut here: it may have at most \(most) bytes.)"
        var kept = Array(text.utf8.prefix(max(0, most - sentence.utf8.count)))
        // A character is not cut into pieces.
        while let last = kept.last, last & 0xc0 == 0x80 { kept.removeLast() }
        if let last = kept.last, last >= 0xc0 { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self) + sentence
    }
}

/// What is wrong with a template, and where.
struct NoticeMistake: Error, Sendable, Hashable {
    let detail: String
    let line: Int
    let column: Int

    init(_ detail: String, line: Int, column: Int) {
        (self.detail, self.line, self.column) = (detail, line, column)
    }

    /// The place in the input.
    func place(_ pointer: String) -> ProblemPlace { ProblemPlace(detail, pointer: pointer, line: line, column: column) }
}
