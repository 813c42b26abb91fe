/// Splits the text of an expression into tokens.
struct ExpressionLexer {
    enum Token: Hashable, Sendable {
        /// A name or a word such as `and`.
        case word(String)
        case text(String)
        /// Digits.
        case whole(String)
        case decimal(Double)
        /// One of `symbols`.
        case symbol(String)
        case end
    }

    struct Placed: Sendable {
        let token: Token
        /// The bytes that it was written with.
        let span: Range<Int>
    }

    private static let symbols: Set = [
        "==", "!=", "<=", ">=", "&&", "||", "(", ")", "[", "]", ".", ",", "<", ">", "!", "+", "-", "*", "/", "%",
    ]

    private let text: String
    private let bytes: [UInt8]
    private var position = 0

    /// All tokens, the last one `.end`.
    static func tokens(_ text: String) throws(ExpressionError) -> [Placed] {
        var lexer = ExpressionLexer(text: text, bytes: Array(text.utf8))
        var tokens: [Placed] = []
        while let token = try lexer.next() { tokens.append(token) }
        return tokens + [Placed(token: .end, span: lexer.bytes.count..<lexer.bytes.count)]
    }

    /// Whether a text is a name that needs no quotes.
    static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        return isLetter(first) && text.utf8.allSatisfy { isLetter($0) || isDigit($0) }
    }

    private init(text: String, bytes: [UInt8]) {
        self.text = text
        self.bytes = bytes
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private func error(_ reason: ExpressionError.Reason, at offset: Int) -> ExpressionError {
        ExpressionError(reason, in: text, at: offset)
    }

    private mutating func next() throws(ExpressionError) -> Placed? {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
        guard position < bytes.count else { return nil }
        let start = position
        let token = try token()
        return Placed(token: token, span: start..<position)
    }

    private mutating func token() throws(ExpressionError) -> Token {
        let start = position
        let byte = bytes[start]
        if Self.isLetter(byte) {
            skipWord()
            return .word(String(decoding: bytes[start..<position], as: UTF8.self))
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return .text(try quoted(by: byte)) }
        if Self.isDigit(byte) { return try number() }
        for count in [2, 1] where start + count <= bytes.count {
            let symbol = String(decoding: bytes[start..<(start + count)], as: UTF8.self)
            if symbol == "<>" { throw error(.unknownCharacter(symbol), at: start) }
            guard Self.symbols.contains(symbol) else { continue }
            position += count
            return .symbol(symbol)
        }
        let character = String(decoding: bytes[start...], as: UTF8.self).first.map { shown($0) } ?? ""
        throw error(.unknownCharacter(character), at: start)
    }

    /// A character for a message; those that cannot be seen by their number.
    private func shown(_ character: Character) -> String {
        guard let scalar = character.unicodeScalars.first else { return "" }
        switch scalar.properties.generalCategory {
        case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .nonspacingMark, .unassigned, .privateUse:
            let number = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - number.count)) + number
        default: return String(character.unicodeScalars.first.map(Character.init) ?? character)
        }
    }

    private mutating func skipWord() {
        while position < bytes.count, Self.isLetter(bytes[position]) || Self.isDigit(bytes[position]) { position += 1 }
    }

    private mutating func number() throws(ExpressionError) -> Token {
        let start = position
        guard let (end, isWhole) = ExpressionNumber.end(of: bytes, from: start) else { return .end }
        position = end
        skipWord()
        let written = String(decoding: bytes[start..<position], as: UTF8.self)
        guard position == end, written.utf8.count <= 400 else { throw error(.unreadableNumber(String(written.prefix(60))), at: start) }
        if isWhole { return .whole(written) }
        guard let decimal = Double(written), decimal.isFinite else { throw error(.unreadableNumber(String(written.prefix(60))), at: start) }
        return .decimal(decimal)
    }

    private mutating func quoted(by quote: UInt8) throws(ExpressionError) -> String {
        let start = position
        var content: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == quote { return String(decoding: content, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                content.append(byte)
                continue
            }
            let escape = position - 1
            guard position < bytes.count else { break }
            guard let scalar = ExpressionEscape.expression.scalar(in: bytes, at: &position) else {
                let isLong = bytes[position] == UInt8(ascii: "u")
                let shown = String(decoding: bytes[escape...], as: UTF8.self).unicodeScalars.prefix(isLong ? 6 : 2)
                throw error(.unknownEscape(String(String.UnicodeScalarView(shown))), at: escape)
            }
            content += String(Character(scalar)).utf8
        }
        throw error(.unclosedText, at: start)
    }
}
