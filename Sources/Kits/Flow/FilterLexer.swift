/// Splits the text of a filter into tokens.
struct FilterLexer {
    enum Token: Hashable {
        case word(String)
        case quoted(String)
        case comparison(FilterComparison)
        case notEqual
        case notMatches
        case open
        case close
        case comma
        case and
        case or
        case not
        case end
    }

    struct Placed {
        let token: Token
        /// The character where it begins, from 1.
        let column: Int
        /// The text that it was written as.
        let text: String

        /// How an error names it.
        var shown: String { token == .end ? text : "`\(text)`" }
    }

    private static let symbols: [(String, Token)] = [
        ("!=", .notEqual), ("!~", .notMatches), ("<=", .comparison(.lessOrEqual)), (">=", .comparison(.greaterOrEqual)),
        ("&&", .and), ("||", .or), ("=", .comparison(.equal)), ("~", .comparison(.matches)),
        ("<", .comparison(.less)), (">", .comparison(.greater)), ("(", .open), (")", .close), (",", .comma), ("&", .and),
        ("|", .or), ("!", .not),
    ]
    private static let delimiters = Set<Character>("!=~<>(),&|\"'")

    private let characters: [Character]
    private var position = 0

    init(_ text: String) { characters = Array(text) }

    /// All tokens, the last one `.end`.
    static func tokens(_ text: String) throws(FilterError) -> [Placed] {
        var lexer = FilterLexer(text)
        var tokens: [Placed] = []
        while let token = try lexer.next() { tokens.append(token) }
        return tokens + [Placed(token: .end, column: lexer.characters.count + 1, text: "the end")]
    }

    private mutating func next() throws(FilterError) -> Placed? {
        while position < characters.count, characters[position].isWhitespace { position += 1 }
        guard position < characters.count else { return nil }
        let start = position
        let token = try token()
        return Placed(token: token, column: start + 1, text: String(characters[start..<position]))
    }

    private mutating func token() throws(FilterError) -> Token {
        if characters[position] == "\"" || characters[position] == "'" { return .quoted(try quoted()) }
        if characters[position...].starts(with: "==") {
            throw FilterError("There is no `==`; did you mean `=`?", column: position + 1)
        }
        for (symbol, token) in Self.symbols where characters[position...].starts(with: symbol) {
            position += symbol.count
            return token
        }
        let word = try word()
        switch word.lowercased() {
        case "and": return .and
        case "or": return .or
        case "not": return .not
        default: return .word(word)
        }
    }

    private mutating func quoted() throws(FilterError) -> String {
        let (start, mark) = (position, characters[position])
        var text = ""
        position += 1
        while position < characters.count, characters[position] != mark {
            if characters[position] == "\\", position + 1 < characters.count, [mark, "\\"].contains(characters[position + 1]) {
                position += 1
            }
            text.append(characters[position])
            position += 1
        }
        guard position < characters.count else { throw FilterError("This quotation is not closed.", column: start + 1) }
        position += 1
        return text
    }

    private mutating func word() throws(FilterError) -> String {
        let start = position
        var bracket: Int?
        while position < characters.count {
            let character = characters[position]
            if bracket == nil, Self.delimiters.contains(character) { break }
            if character.isWhitespace { break }
            if character == "[" { bracket = position }
            if character == "]" { bracket = nil }
            position += 1
        }
        if let bracket { throw FilterError("This bracket is not closed; write for example `web[01-20]`.", column: bracket + 1) }
        return String(characters[start..<position])
    }
}
