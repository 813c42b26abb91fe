import Vocabulary

/// Turns the tokens of an expression into its program: operators by precedence, with a bounded depth.
struct ExpressionParser {
    /// Words that are no names.
    static let reserved = ["and", "or", "not", "in", "matches", "true", "false", "null"]
    private static let negation = 3
    private static let sign = 7

    private let text: String
    private let tokens: [ExpressionLexer.Placed]
    private var position = 0
    private var depth = 0
    private(set) var program: [ExpressionStep] = []
    private(set) var references: [ExpressionReference] = []
    /// Where the last reference stands.
    private var counted = (offset: 0, line: 1, column: 1)

    init(_ text: String) throws(ExpressionError) {
        guard text.utf8.count <= ExpressionLimit.length * 4, text.unicodeScalars.count <= ExpressionLimit.length else {
            throw ExpressionError(.tooLong, in: "", at: 0)
        }
        self.text = text
        tokens = try ExpressionLexer.tokens(text)
    }

    /// Reads all of it.
    mutating func parse() throws(ExpressionError) {
        if current.token == .end { throw error(.empty) }
        _ = try expression()
        guard current.token == .end else { throw error(noOperator) }
    }

    private var current: ExpressionLexer.Placed { tokens[position] }

    private var following: ExpressionLexer.Token { tokens[min(position + 1, tokens.count - 1)].token }

    private func source(_ span: Range<Int>) -> String { ExpressionMachine.excerpt(of: text, span) }

    private var shown: String { current.token == .end ? "the end" : source(current.span) }

    private func error(_ reason: ExpressionError.Reason, at offset: Int? = nil) -> ExpressionError {
        ExpressionError(reason, in: text, at: offset ?? current.span.lowerBound)
    }

    private mutating func emit(_ action: ExpressionStep.Action, _ span: Range<Int>, _ operands: Range<Int>...) {
        program.append(ExpressionStep(action: action, span: span, operands: operands))
    }

    private mutating func take(_ symbol: String) -> Bool {
        guard current.token == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    /// From the beginning of something to the end of the last token.
    private func span(from start: Range<Int>) -> Range<Int> { start.lowerBound..<tokens[position - 1].span.upperBound }

    private mutating func deeper() throws(ExpressionError) {
        depth += 1
        guard depth <= ExpressionLimit.depth else { throw error(.tooDeep) }
    }

    /// Reads operators that bind at least so much, with their values; returns where all of it stands.
    private mutating func expression(least: Int = 1) throws(ExpressionError) -> Range<Int> {
        var left = try prefix(least: least)
        var isCompared = false
        while let (operation, count) = ExpressionOperator.first(of: tokens[position...]), operation.precedence >= least {
            let span = current.span.lowerBound..<tokens[position + count - 1].span.upperBound
            if operation.isComparison, isCompared { throw error(.chainedComparison(operation.rawValue)) }
            isCompared = operation.isComparison
            position += count
            let right = try operand(of: operation, span: span, left: left)
            left = left.lowerBound..<right.upperBound
        }
        return left
    }

    private mutating func operand(of operation: ExpressionOperator, span: Range<Int>, left: Range<Int>) throws(ExpressionError) -> Range<
        Int
    > {
        let first = program.count
        guard operation == .and || operation == .or else {
            let right = try expression(least: operation.precedence + 1)
            if operation == .matches, program.count == first + 1, case .push(.string(let pattern)) = program[first].action {
                program.removeLast()
                emit(.matches(try compiled(pattern, at: right)), span, left)
            } else {
                emit(.apply(operation), span, left, right)
            }
            return right
        }
        emit(.decide(operation == .or, to: 0), span, left)
        let right = try expression(least: operation.precedence + 1)
        emit(.demand, span, right)
        program[first] = ExpressionStep(action: .decide(operation == .or, to: program.count), span: span, operands: [left])
        return right
    }

    private func compiled(_ pattern: String, at span: Range<Int>) throws(ExpressionError) -> SearchPattern {
        do {
            return try SearchPattern(pattern, anchors: .text)
        } catch {
            throw self.error(.unreadablePattern(error.detail, position: error.position), at: span.lowerBound)
        }
    }

    private mutating func prefix(least: Int) throws(ExpressionError) -> Range<Int> {
        let start = current
        switch start.token {
        case .word("not"), .symbol("!"):
            guard least <= Self.negation else { throw error(.loneNegation) }
            try deeper()
            defer { depth -= 1 }
            position += 1
            let operand = try expression(least: Self.negation)
            emit(.not, start.span, operand)
            return span(from: start.span)
        case .symbol("-"):
            try deeper()
            defer { depth -= 1 }
            position += 1
            if case .whole(let digits) = current.token {
                try push(whole: "-" + digits, at: start.span)
            } else {
                let operand = try prefix(least: Self.sign)
                emit(.negate, start.span, operand)
            }
            return span(from: start.span)
        default: return try postfix()
        }
    }

    private mutating func push(whole digits: String, at start: Range<Int>) throws(ExpressionError) {
        guard let value = Int64(digits) else { throw error(.unreadableNumber(String(digits.prefix(60))), at: start.lowerBound) }
        position += 1
        emit(.push(.integer(value)), span(from: start))
    }

    /// A value with what follows it: fields and indices.
    private mutating func postfix() throws(ExpressionError) -> Range<Int> {
        let start = current.span
        try primary()
        while true {
            let base = span(from: start)
            let place = current.span
            if take(".") {
                emit(.field(try field()), place, base)
            } else if take("[") {
                emit(.index, place, base, try index(from: place))
            } else if current.token == .symbol("(") {
                throw error(notCallable(base), at: start.lowerBound)
            } else {
                return base
            }
        }
    }

    private mutating func field() throws(ExpressionError) -> String {
        guard case .word(let name) = current.token else { throw error(.noField(before: shown)) }
        position += 1
        return name
    }

    private mutating func index(from open: Range<Int>) throws(ExpressionError) -> Range<Int> {
        try deeper()
        defer { depth -= 1 }
        let index = try expression()
        try close("[", from: open)
        return index
    }

    private mutating func close(_ bracket: String, from open: Range<Int>) throws(ExpressionError) {
        if take(bracket == "(" ? ")" : "]") { return }
        switch current.token {
        case .end, .symbol(")"), .symbol("]"): throw error(.unclosed(bracket), at: open.lowerBound)
        default: throw error(noOperator)
        }
    }

    private mutating func primary() throws(ExpressionError) {
        let start = current.span
        switch current.token {
        case .text(let content): literal(.string(content))
        case .whole(let digits): try push(whole: digits, at: start)
        case .decimal(let decimal): literal(.number(decimal))
        case .word("true"): literal(.boolean(true))
        case .word("false"): literal(.boolean(false))
        case .word("null"): literal(.null)
        case .word(let word) where !Self.reserved.contains(word):
            position += 1
            if current.token == .symbol("(") { try call(word, at: start) } else { try name(word, at: start) }
        case .symbol("("):
            try deeper()
            defer { depth -= 1 }
            position += 1
            _ = try expression()
            try close("(", from: start)
        case .symbol("["):
            position += 1
            let elements = try elements("[", from: start)
            program.append(ExpressionStep(action: .list(elements.count), span: span(from: start), operands: elements))
        default: throw error(.noValue(before: shown))
        }
    }

    private mutating func literal(_ value: JSONValue) {
        position += 1
        emit(.push(value), tokens[position - 1].span)
    }

    /// Values up to the closing bracket; with a step in between that skips the fallback of `default`.
    private mutating func elements(_ bracket: String, from open: Range<Int>, fallback: Bool = false) throws(ExpressionError) -> [Range<Int>]
    {
        try deeper()
        defer { depth -= 1 }
        var elements: [Range<Int>] = []
        if take(bracket == "(" ? ")" : "]") { return elements }
        repeat {
            elements.append(try expression())
            if fallback, elements.count == 1 { emit(.fallback(to: 0), open, elements[0]) }
        } while take(",")
        try close(bracket, from: open)
        return elements
    }

    /// A name with its constant parts.
    private mutating func name(_ word: String, at start: Range<Int>) throws(ExpressionError) {
        var path = [word]
        while true {
            if current.token == .symbol("."), case .word(let part) = following {
                position += 2
                path.append(part)
            } else if current.token == .symbol("["), case .text(let part) = following, position + 2 < tokens.count,
                tokens[position + 2].token == .symbol("]")
            {
                position += 3
                path.append(part)
            } else {
                break
            }
        }
        count(to: start.lowerBound)
        references.append(ExpressionReference(path: path, offset: counted.offset, line: counted.line, column: counted.column))
        emit(.read(path), span(from: start))
    }

    /// Counts lines and columns on from the last reference, so that many references take no longer than few.
    private mutating func count(to offset: Int) {
        let between = text.utf8.dropFirst(counted.offset).prefix(offset - counted.offset)
        let lines = between.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let column = String(decoding: lines.last ?? between, as: UTF8.self).count
        counted = (offset, counted.line + lines.count - 1, (lines.count > 1 ? 1 : counted.column) + column)
    }

    private mutating func call(_ word: String, at start: Range<Int>) throws(ExpressionError) {
        guard let function = ExpressionFunction(rawValue: word) else {
            let names = ExpressionFunction.allCases.map(\.rawValue)
            throw error(.unknownFunction(word, suggestion: Likeness.nearest(to: word, among: names)), at: start.lowerBound)
        }
        let open = current.span
        position += 1
        let first = program.count
        let arguments = try elements("(", from: open, fallback: function == .fallback)
        guard function.counts.contains(arguments.count) else {
            throw error(.wrongArguments(usage: function.usage), at: start.lowerBound)
        }
        guard function == .fallback else {
            program.append(ExpressionStep(action: .call(function, arguments.count), span: start, operands: arguments))
            return
        }
        for index in first..<program.count {
            guard case .fallback(to: 0) = program[index].action, program[index].span == open else { continue }
            program[index] = ExpressionStep(action: .fallback(to: program.count), span: open, operands: program[index].operands)
        }
    }

    private func notCallable(_ base: Range<Int>) -> ExpressionError.Reason {
        let written = source(base)
        guard let dot = written.lastIndex(of: "."), case .word(let word) = tokens[position - 1].token else {
            return .notCallable(written, suggestion: nil)
        }
        let names = ExpressionFunction.allCases.map(\.rawValue)
        let nearest = Likeness.nearest(to: word, among: names)
        return .notCallable(written, suggestion: nearest.map { "\($0)(\(written[..<dot]))" })
    }

    private var noOperator: ExpressionError.Reason {
        guard case .word(let word) = current.token else { return .noOperator(before: shown, suggestion: nil) }
        let others = ["contains": "in", "is": "==", "equals": "==", "not": "not in", "match": "matches", "like": "matches"]
        let suggestion = others[word.lowercased()] ?? Likeness.nearest(to: word, among: ["and", "or", "not in", "matches"])
        return .noOperator(before: shown, suggestion: suggestion)
    }
}
