/// A pattern that spans many names, such as `web[01-20]` or `rack[1-3]-[a-c,x]`. Leading zeros are kept; names are lower-case.
package struct FilterRange: Hashable, Sendable {
    /// The pattern as it was written, lower-case.
    package let text: String
    /// How many names it spans, at most `FilterLimit.names`.
    package let count: Int
    private let pieces: [Piece]

    private enum Piece: Hashable, Sendable {
        case literal(String)
        case choice([Span])
    }

    private enum Span: Hashable, Sendable {
        case word(String)
        /// Numbers written with at least so many digits.
        case numbers(ClosedRange<Int>, width: Int)
        case letters(ClosedRange<UInt8>)

        var count: Int {
            switch self {
            case .word: 1
            case .numbers(let range, _): range.count
            case .letters(let range): range.count
            }
        }

        var words: [String] {
            switch self {
            case .word(let word): [word]
            case .numbers(let range, let width): range.map { Span.padded($0, width) }
            case .letters(let range): range.map { String(UnicodeScalar($0)) }
            }
        }

        /// The words of the span that `text` begins with.
        func prefixes(of text: Substring) -> [Substring] {
            switch self {
            case .word(let word): return text.hasPrefix(word) ? [text.prefix(word.count)] : []
            case .letters(let range):
                guard let first = text.utf8.first, range.contains(first) else { return [] }
                return [text.prefix(1)]
            case .numbers(let range, let width):
                let digits = text.prefix(10).prefix { $0.isASCII && $0.isNumber }
                return (0..<digits.count).map { digits.prefix($0 + 1) }.filter { prefix in
                    guard let number = Int(prefix) else { return false }
                    return range.contains(number) && Span.padded(number, width) == String(prefix)
                }
            }
        }

        static func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
    }

    /// Whether a text has brackets and so means a range.
    package static func isRange(_ text: String) -> Bool { text.contains("[") || text.contains("]") }

    /// Reads a range; `separator` stands between the first and the last of a span (`-` in filters, `:` in Ansible inventories).
    /// - Throws: `FilterError` without a place.
    package init(_ text: String, separator: Character = "-") throws(FilterError) {
        self.text = text.lowercased()
        var pieces: [Piece] = []
        var count = 1
        var rest = self.text[...]
        while let open = rest.firstIndex(of: "[") {
            if open > rest.startIndex { pieces.append(.literal(String(rest[..<open]))) }
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: "]") else {
                throw FilterError("The range `\(text)` has no closing bracket; write for example `web[01-20]`.")
            }
            var spans: [Span] = []
            for part in rest[..<close].split(separator: ",", omittingEmptySubsequences: false) {
                spans.append(try FilterRange.span(part, separator, in: text))
            }
            pieces.append(.choice(spans))
            let (product, overflow) = count.multipliedReportingOverflow(by: spans.reduce(0) { $0 + $1.count })
            guard !overflow, product <= FilterLimit.names else {
                throw FilterError("The range `\(text)` spans more than \(FilterLimit.names) names; use a smaller one or `*`.")
            }
            count = product
            rest = rest[rest.index(after: close)...]
        }
        guard !rest.contains("]") else {
            throw FilterError("The range `\(text)` has no opening bracket; write for example `web[01-20]`.")
        }
        if !rest.isEmpty { pieces.append(.literal(String(rest))) }
        self.pieces = pieces
        self.count = count
    }

    /// All names, lower-case, in order.
    package var names: [String] {
        pieces.reduce([""]) { names, piece in
            switch piece {
            case .literal(let literal): names.map { $0 + literal }
            case .choice(let spans):
                names.flatMap { name in spans.flatMap(\.words).map { name + $0 } }
            }
        }
    }

    /// Whether a lower-case name is among them; does not expand the range.
    package func contains(_ name: String) -> Bool { FilterRange.match(name[...], pieces[...]) }

    private static func match(_ text: Substring, _ pieces: ArraySlice<Piece>) -> Bool {
        guard let piece = pieces.first else { return text.isEmpty }
        switch piece {
        case .literal(let literal):
            return text.hasPrefix(literal) && match(text.dropFirst(literal.count), pieces.dropFirst())
        case .choice(let spans):
            return Set(spans.flatMap { $0.prefixes(of: text) }.map(\.count)).contains {
                match(text.dropFirst($0), pieces.dropFirst())
            }
        }
    }

    private static func span(_ part: Substring, _ separator: Character, in text: String) throws(FilterError) -> Span {
        let ends = part.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        guard ends.count <= 2, ends.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(FilterText.isAlphanumeric) }) else {
            throw FilterError(
                "The range `\(text)` is not complete; write for example `web[01\(separator)20]` or `web[01\(separator)03,07]`.")
        }
        guard ends.count == 2 else { return .word(ends[0]) }
        let (first, last) = (ends[0], ends[1])
        if first.utf8.count == 1, last.utf8.count == 1, let low = first.utf8.first, let high = last.utf8.first, low > 57, high > 57 {
            guard low <= high else { throw backwards(text) }
            return .letters(low...high)
        }
        guard first.utf8.count <= 9, last.utf8.count <= 9, let low = Int(first), let high = Int(last) else {
            throw FilterError("The range `\(text)` can span numbers of at most nine digits or single letters.")
        }
        guard low <= high else { throw backwards(text) }
        let isPadded = first.hasPrefix("0") && first.count > 1
        guard last.count == first.count || !(last.hasPrefix("0") && last.count > 1) else {
            throw FilterError("In the range `\(text)` write both ends with the same number of digits, for example `[01\(separator)20]`.")
        }
        return .numbers(low...high, width: isPadded ? first.count : 1)
    }

    private static func backwards(_ text: String) -> FilterError {
        FilterError("The range `\(text)` runs backwards; put the smaller end first.")
    }
}
