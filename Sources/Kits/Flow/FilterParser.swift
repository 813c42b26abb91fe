import Vocabulary

extension FilterExpression {
    /// Reads a filter such as `env = production and (tag = web or web[01-20])`.
    ///
    /// `closed` holds the fields that take only certain values, so that a misspelt one is an error instead of an empty result.
    /// - Throws: `FilterError` with the place.
    package static func parse(_ text: String, closed: [FilterField: [String]] = [:]) throws(FilterError) -> FilterExpression {
        guard text.unicodeScalars.count <= FilterLimit.length else {
            throw FilterError("A filter has at most \(FilterLimit.length) characters; save parts of it as groups.")
        }
        var parser = FilterParser(tokens: try FilterLexer.tokens(text), closed: closed)
        return try parser.filter()
    }
}

/// Recursive descent with a bounded depth: `or` binds weaker than `and`, `and` weaker than `not`.
struct FilterParser {
    let tokens: [FilterLexer.Placed]
    let closed: [FilterField: [String]]
    private var position = 0
    private var depth = 0
    private var spanned = 0

    init(tokens: [FilterLexer.Placed], closed: [FilterField: [String]]) {
        self.tokens = tokens
        self.closed = closed
    }

    private var current: FilterLexer.Placed { tokens[position] }

    mutating func filter() throws(FilterError) -> FilterExpression {
        if current.token == .end { throw FilterError("The filter is empty; write `all` for every target.", column: 1) }
        let expression = try alternatives()
        guard current.token == .end else {
            throw FilterError("Expected `and`, `or` or the end before \(current.shown).", column: current.column)
        }
        return expression
    }

    private mutating func alternatives() throws(FilterError) -> FilterExpression {
        var parts = [try conjunction()]
        while current.token == .or || current.token == .comma {
            position += 1
            parts.append(try conjunction())
        }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func conjunction() throws(FilterError) -> FilterExpression {
        var parts = [try unary()]
        while current.token == .and {
            position += 1
            parts.append(try unary())
        }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func unary() throws(FilterError) -> FilterExpression {
        let placed = current
        guard placed.token == .not || placed.token == .open else { return try term() }
        depth += 1
        defer { depth -= 1 }
        guard depth <= FilterLimit.depth else {
            throw FilterError("The filter is nested deeper than \(FilterLimit.depth) levels.", column: placed.column)
        }
        position += 1
        if placed.token == .not { return .not(try unary()) }
        let inner = try alternatives()
        guard current.token == .close else {
            throw FilterError("This parenthesis is not closed.", column: placed.column)
        }
        position += 1
        return inner
    }

    private mutating func term() throws(FilterError) -> FilterExpression {
        let placed = current
        guard case .word(let word) = placed.token else {
            if case .quoted(let name) = placed.token {
                position += 1
                return .compare(.name, .equal, name)
            }
            throw FilterError("Expected a name or a comparison before \(placed.shown).", column: placed.column)
        }
        position += 1
        if word.lowercased() == "has", case .word(let fact) = current.token { return try has(fact) }
        if isComparison { return try comparison(word, at: placed.column) }
        if word == "*" || word.lowercased() == "all" { return .everything }
        return try equal(.name, .word(word), at: placed.column)
    }

    /// Whether the current token turns the word before it into a field.
    private var isComparison: Bool {
        switch current.token {
        case .comparison, .notEqual, .notMatches: return true
        case .word(let word): return word.lowercased() == "in"
        case .not:
            guard case .word(let next) = tokens[min(position + 1, tokens.count - 1)].token else { return false }
            return next.lowercased() == "in"
        default: return false
        }
    }

    private mutating func has(_ word: String) throws(FilterError) -> FilterExpression {
        guard case .fact(let name)? = FilterField(word: word) else {
            throw FilterError("`has` asks for a fact; write for example `has fact.cores`.", column: current.column)
        }
        position += 1
        return .has(fact: name)
    }

    private mutating func comparison(_ word: String, at column: Int) throws(FilterError) -> FilterExpression {
        let isGroup = word.lowercased() == "group"
        guard let field = isGroup ? FilterField.name : FilterField(word: word) else {
            throw FilterError("There is no field `\(word)`" + suggestion(word), column: column)
        }
        let sign = current
        position += 1
        switch sign.token {
        case .word: return try list(isGroup ? nil : field)
        case .not:
            position += 1
            return .not(try list(isGroup ? nil : field))
        case .comparison(.equal), .notEqual:
            let place = current
            let value = try value()
            let term = isGroup ? .group(value.text) : try equal(field, value, at: place.column)
            return sign.token == .notEqual ? .not(term) : term
        default: break
        }
        guard !isGroup else { throw FilterError("Compare `group` with `=`, `!=` or `in`.", column: sign.column) }
        if case .comparison(let comparison) = sign.token, comparison.isOrder {
            guard field.isOrdered else {
                throw FilterError("`\(sign.text)` works on facts only, for example `fact.cores >= 8`.", column: sign.column)
            }
            return .compare(field, comparison, try value().text)
        }
        let term = FilterExpression.compare(field, .matches, try value().text)
        return sign.token == .notMatches ? .not(term) : term
    }

    /// `in (a, b, c)`; for groups when `field` is nil.
    private mutating func list(_ field: FilterField?) throws(FilterError) -> FilterExpression {
        let open = current
        guard open.token == .open else {
            throw FilterError("Write the list after `in` in parentheses, for example `in (a, b)`.", column: open.column)
        }
        var (plain, special): ([String], [FilterExpression]) = ([], [])
        repeat {
            position += 1
            let place = current
            let value = try value()
            guard let field else {
                special.append(.group(value.text))
                continue
            }
            let term = try equal(field, value, at: place.column)
            if case .compare(_, .equal, let text) = term { plain.append(text) } else { special.append(term) }
        } while current.token == .comma
        guard current.token == .close else { throw FilterError("This list is not closed.", column: open.column) }
        position += 1
        if let field, !plain.isEmpty { special.append(.oneOf(field, plain)) }
        return special.count == 1 ? special[0] : .or(special)
    }

    private enum Value {
        case word(String)
        case quoted(String)

        var text: String {
            switch self {
            case .word(let text), .quoted(let text): text
            }
        }
    }

    private mutating func value() throws(FilterError) -> Value {
        let placed = current
        switch placed.token {
        case .word(let text): position += 1; return .word(text)
        case .quoted(let text): position += 1; return .quoted(text)
        case .and, .or, .not:
            guard placed.text.allSatisfy(\.isLetter) else { break }
            position += 1
            return .word(placed.text)
        default: break
        }
        let hint = placed.token == .end ? "." : "; quote values with special characters."
        throw FilterError("Expected a value before \(placed.shown)\(hint)", column: placed.column)
    }

    /// Equality with a value: a pattern or a range where it was written as one without quotes.
    private mutating func equal(_ field: FilterField, _ value: Value, at column: Int) throws(FilterError) -> FilterExpression {
        if case .word(let text) = value {
            if field == .name, FilterRange.isRange(text) { return try range(text, at: column) }
            if FilterText.hasWildcard(text) { return .compare(field, .matches, text) }
        }
        if let allowed = closed[field], !allowed.contains(value.text.lowercased()) {
            let near = Likeness.nearest(to: value.text, among: allowed).map { "; did you mean `\($0)`?" }
            let all = "; it is one of " + allowed.map { "`\($0)`" }.joined(separator: ", ") + "."
            throw FilterError("There is no \(field.word) `\(value.text)`" + (near ?? all), column: column)
        }
        return .compare(field, .equal, value.text)
    }

    private mutating func range(_ text: String, at column: Int) throws(FilterError) -> FilterExpression {
        guard !FilterText.hasWildcard(text) else {
            throw FilterError("A range and a wildcard cannot be combined in one name.", column: column)
        }
        do throws(FilterError) {
            let range = try FilterRange(text)
            spanned += range.count
            guard spanned <= FilterLimit.names else {
                throw FilterError("The ranges of this filter span more than \(FilterLimit.names) names.")
            }
            return .range(range)
        } catch {
            throw FilterError(error.message, column: column)
        }
    }

    private func suggestion(_ word: String) -> String {
        let known = FilterField.words.map(\.word) + ["group"]
        if word.lowercased().hasPrefix("fact.") { return "; a fact's name has letters, digits, `.`, `_` and `-`." }
        if let near = Likeness.nearest(to: word, among: known) { return "; did you mean `\(near)`?" }
        if FilterField.isFactName(word) { return "; for a fact write `fact.\(word.lowercased())`." }
        return "; the fields are " + known.joined(separator: ", ") + " and fact.NAME."
    }
}
