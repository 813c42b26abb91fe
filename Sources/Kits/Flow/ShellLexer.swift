/// Reads a shell text with placeholders and says in which context each of them stands.
///
/// It follows POSIX.1-2017, Shell Command Language, 2.2 and 2.3, and what bash, ksh and zsh add to quoting. Where shells differ,
/// or where a full parser would be needed, it gives up: every placeholder after that place is refused.
struct ShellLexer {
    /// A byte of literal text or a placeholder by its number.
    enum Unit {
        case byte(UInt8)
        case placeholder(Int)
    }

    /// Ends the reading: the rest cannot be told for sure.
    struct Doubt: Error { let reason: String }

    /// All of the text.
    let units: [Unit]
    /// The next unit.
    var position = 0
    /// The words of the current command.
    var words = ShellWords()
    /// Here-documents whose bodies begin after the next line break.
    var hereDocuments: [ShellHereDocument] = []
    private var verdicts: [ShellVerdict?]
    private var openTest: [Int] = []
    private var depth = 0

    /// The verdict on every placeholder, in order.
    static func verdicts(on pieces: [TemplateParser.Piece]) -> [ShellVerdict] {
        var units: [Unit] = []
        var count = 0
        for piece in pieces {
            switch piece {
            case .literal(let text): units += text.utf8.map(Unit.byte)
            case .placeholder:
                units.append(.placeholder(count))
                count += 1
            }
        }
        var lexer = ShellLexer(units: units, count: count)
        return lexer.run()
    }

    private init(units: [Unit], count: Int) {
        self.units = units
        verdicts = Array(repeating: nil, count: count)
    }

    private mutating func run() -> [ShellVerdict] {
        var doubt = "the text before it cannot be read"
        do throws(Doubt) { try commands(isSubstitution: false) } catch { doubt = error.reason }
        return verdicts.map { $0 ?? .refused(.unclear(doubt)) }
    }

    /// The byte at a distance from the next one; nil at the end or for a placeholder.
    func peek(_ distance: Int = 0) -> UInt8? {
        guard position + distance < units.count, case .byte(let byte) = units[position + distance] else { return nil }
        return byte
    }

    /// Takes the next unit.
    mutating func next() -> Unit? {
        guard position < units.count else { return nil }
        defer { position += 1 }
        return units[position]
    }

    /// Decides on a placeholder that may stand in `context` unless the command forbids it.
    mutating func allow(_ number: Int, _ context: ShellContext) {
        if let refusal = words.refusal() {
            verdicts[number] = .refused(refusal)
        } else {
            verdicts[number] = .allowed(context)
            if words.isInTest { openTest.append(number) }
        }
        words.appendUnknown()
    }

    /// Decides against a placeholder.
    mutating func refuse(_ number: Int, _ refusal: ShellRefusal) {
        verdicts[number] = .refused(refusal)
        words.appendUnknown()
    }

    /// Ends a word; a numeric operator in `[[ ... ]]` takes back what was allowed in there.
    mutating func endWord() throws(Doubt) {
        let word = words.endWord()
        if words.isNumericTest { for number in openTest { verdicts[number] = .refused(.numericComparison) } }
        if !words.isInTest || words.isNumericTest { openTest = [] }
        if word == "case", words.isSubstitution { throw Doubt(reason: "there is a case inside $(...) before it") }
    }

    /// Ends a command.
    mutating func endCommand() throws(Doubt) {
        try endWord()
        words.endCommand()
    }

    /// Reads the commands of the text, or of a `$(...)` up to its end.
    mutating func commands(isSubstitution: Bool) throws(Doubt) {
        var parentheses = 0
        while let unit = next() {
            guard case .byte(let byte) = unit else {
                if case .placeholder(let number) = unit { allow(number, .word) }
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): try endWord()
            case UInt8(ascii: "\n"):
                try endCommand()
                try readHereDocuments()
            case UInt8(ascii: ";"), UInt8(ascii: "|"): try endCommand()
            case UInt8(ascii: "&"): try ampersand()
            case UInt8(ascii: "("):
                try endCommand()
                if peek() == UInt8(ascii: "(") {
                    try nested { lexer throws(Doubt) in try lexer.arithmeticCommand() }
                } else {
                    parentheses += 1
                }
            case UInt8(ascii: ")"):
                try endCommand()
                if isSubstitution, parentheses == 0 { return }
                parentheses -= 1
            case UInt8(ascii: ">"): try endWord()
            case UInt8(ascii: "<"):
                try endWord()
                try beginHereDocument()
            case UInt8(ascii: "#") where !words.isInWord: comment()
            default: try wordCharacter(byte)
            }
        }
        try endCommand()
    }

    private mutating func wordCharacter(_ byte: UInt8) throws(Doubt) {
        switch byte {
        case UInt8(ascii: "\\"): try backslash()
        case UInt8(ascii: "'"): try nested { lexer throws(Doubt) in lexer.singleQuoted() }
        case UInt8(ascii: "\""): try nested { lexer throws(Doubt) in try lexer.doubleQuoted() }
        case UInt8(ascii: "`"): try nested { lexer throws(Doubt) in lexer.backquoted() }
        case UInt8(ascii: "$"): try nested { lexer throws(Doubt) in try lexer.dollar(isDoubleQuoted: false) }
        default: words.append(byte)
        }
    }

    /// Runs a part that may reach over lines; gives up if that hides where a here-document begins, or if parts nest too deep.
    /// What was allowed in the part is taken back then.
    mutating func nested(_ part: (inout ShellLexer) throws(Doubt) -> Void) throws(Doubt) {
        guard depth < 50 else { throw Doubt(reason: "quotes and substitutions before it are nested too deep") }
        let start = position
        depth += 1
        try part(&self)
        depth -= 1
        guard !hereDocuments.isEmpty else { return }
        let isOverLines = units[start..<position].contains { unit in
            if case .byte(UInt8(ascii: "\n")) = unit { true } else { false }
        }
        guard isOverLines else { return }
        for unit in units[start..<position] {
            if case .placeholder(let number) = unit { verdicts[number] = nil }
        }
        throw Doubt(reason: "a line break in quotes stands before a here-document")
    }

    /// Reads the text of a `$(...)` after its opening parenthesis.
    mutating func substitution() throws(Doubt) {
        let outer = words
        words = ShellWords(isSubstitution: true, inherited: outer.refusal())
        try commands(isSubstitution: true)
        words = outer
        words.appendUnknown()
    }

    private mutating func ampersand() throws(Doubt) {
        var isRedirection = peek() == UInt8(ascii: ">")
        if position >= 2, case .byte(let before) = units[position - 2] {
            isRedirection = isRedirection || before == UInt8(ascii: ">") || before == UInt8(ascii: "<")
        }
        if isRedirection { try endWord() } else { try endCommand() }
    }

    private mutating func backslash() throws(Doubt) {
        switch next() {
        case .byte(UInt8(ascii: "\n")):
            if !hereDocuments.isEmpty { throw Doubt(reason: "a continued line stands before a here-document") }
        case .byte(let byte):
            words.quote()
            words.append(byte)
        case .placeholder(let number): refuse(number, .afterBackslash)
        case nil: break
        }
    }

    private mutating func comment() {
        while position < units.count, peek() != UInt8(ascii: "\n") {
            if case .placeholder(let number) = next() { verdicts[number] = .refused(.comment) }
        }
    }
}
