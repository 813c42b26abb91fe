/// A filter over targets as a value: what was written, understood but not yet looked up.
package indirect enum FilterExpression: Hashable, Sendable {
    /// `all`: every target.
    case everything
    /// A field compared with a value, such as `env = production`. Without regard to case.
    case compare(FilterField, FilterComparison, String)
    /// A field that is one of these values, such as `tag in (web, db)`; the list is not empty.
    case oneOf(FilterField, [String])
    /// Names that a range spans, such as `web[01-20]`.
    case range(FilterRange)
    /// Targets that have a fact of this name, whatever its value.
    case has(fact: String)
    /// The members of a saved group.
    case group(String)
    /// Whatever the inner filter does not match.
    case not(FilterExpression)
    /// Whatever all of these match; at least two.
    case and([FilterExpression])
    /// Whatever any of these matches; at least two.
    case or([FilterExpression])
}

/// A property of targets that filters can ask for.
package enum FilterField: Hashable, Sendable {
    case name
    case tag
    case environment
    case os
    case type
    case status
    /// How it is doing.
    case health
    case location
    case serial
    /// A fact by its name, lower-case.
    case fact(String)

    /// The fields with a fixed name, as they are written, in the order of documentation.
    package static let words: [(word: String, field: FilterField)] = [
        ("name", .name), ("tag", .tag), ("env", .environment), ("environment", .environment), ("os", .os), ("type", .type),
        ("status", .status), ("health", .health), ("location", .location), ("serial", .serial),
    ]

    /// Reads a field's name without regard to case; `fact.NAME` is a fact. Nil when there is no such field.
    package init?(word: String) {
        let lower = word.lowercased()
        if lower.hasPrefix("fact."), FilterField.isFactName(String(lower.dropFirst(5))) {
            self = .fact(String(lower.dropFirst(5)))
        } else if let known = FilterField.words.first(where: { $0.word == lower }) {
            self = known.field
        } else {
            return nil
        }
    }

    /// The field as it is written.
    package var word: String {
        if case .fact(let name) = self { return "fact.\(name)" }
        return FilterField.words.last { $0.field == self }?.word ?? ""
    }

    /// Whether `<`, `<=`, `>` and `>=` make sense for it.
    package var isOrdered: Bool {
        if case .fact = self { return true }
        return false
    }

    /// Whether a text can name a fact: 1 to 64 letters, digits, `.`, `_` or `-`, the first one a letter, a digit or `_`.
    package static func isFactName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first else { return false }
        let plain = text.utf8.allSatisfy { FilterText.isAlphanumeric($0) || [46, 95, 45].contains($0) }
        return plain && (FilterText.isAlphanumeric(first) || first == 95)
    }
}

/// How a field is compared with a value.
package enum FilterComparison: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    /// The value is a pattern: `*` stands for any text, `?` for one character.
    case matches = "~"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// Whether it is about order.
    package var isOrder: Bool { self != .equal && self != .matches }
}

/// Why a text is not a filter.
package struct FilterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what would be right, in one sentence.
    package var message: String
    /// The character where it is wrong, from 1; nil when it is not about one place in this text.
    package var column: Int?

    /// Makes an error.
    package init(_ message: String, column: Int? = nil) {
        self.message = message
        self.column = column
    }

    /// The sentence with its place.
    package var description: String { column.map { "Character \($0): \(message)" } ?? message }
}

/// What bounds a filter, so that no text can exhaust the server.
package enum FilterLimit {
    /// The longest text, in characters.
    package static let length = 4000
    /// The deepest nesting of parentheses and `not`.
    package static let depth = 64
    /// The most names that all ranges of a filter may span.
    package static let names = 100_000
    /// The most terms after saved groups were put in.
    package static let terms = 5000
    /// The deepest nesting after saved groups were put in.
    package static let resolvedDepth = 128
}

extension FilterExpression: CustomStringConvertible {
    /// The filter as text that parses to the same value.
    package var description: String {
        switch self {
        case .everything: "all"
        case .compare(let field, let comparison, let value):
            "\(field.word) \(comparison.rawValue) \(FilterText.quoted(value, isPattern: comparison == .matches))"
        case .oneOf(let field, let values):
            "\(field.word) in (" + values.map { FilterText.quoted($0) }.joined(separator: ", ") + ")"
        case .range(let range): "name = \(range.text)"
        case .has(let fact): "has fact.\(fact)"
        case .group(let name): "group = \(FilterText.quoted(name))"
        case .not(let inner): "not " + inner.parenthesised(unless: { !$0.isList })
        case .and(let parts): parts.map { $0.parenthesised(unless: { !$0.isList }) }.joined(separator: " and ")
        case .or(let parts): parts.map { $0.parenthesised(unless: { !$0.isAlternative }) }.joined(separator: " or ")
        }
    }

    private var isAlternative: Bool {
        if case .or = self { return true }
        return false
    }

    private var isList: Bool {
        if case .and = self { return true }
        return isAlternative
    }

    private func parenthesised(unless binds: (FilterExpression) -> Bool) -> String {
        binds(self) ? description : "(\(description))"
    }
}
