import Vocabulary

/// A statement with its values bound: `"SELECT name FROM jobs WHERE id = \(id)"` holds `?` and the value, never the value in the text.
package struct SQL: Sendable, ExpressibleByStringInterpolation, ExpressibleByStringLiteral {
    /// The text with a `?` for each value, and none elsewhere.
    package private(set) var text: String
    /// The bound values, in order of their places.
    package private(set) var values: [SQLValue]
    /// Whether the same text comes again and again, so that an engine keeps it prepared however many values it has.
    package internal(set) var isLasting = false

    /// A statement without values.
    package init(stringLiteral text: String) {
        self.text = text
        values = []
    }

    /// A statement out of text and bound values.
    package init(stringInterpolation: Interpolation) {
        text = stringInterpolation.text
        values = stringInterpolation.values
    }

    /// A statement out of a text made by the program (column lists, dialect fragments, many equal rows); never out of input.
    /// The values belong to its `?` in order.
    package init(trusted text: String, _ values: [SQLValue] = []) {
        self.text = text
        self.values = values
    }

    /// Joins two pieces.
    package static func + (left: SQL, right: SQL) -> SQL { SQL(trusted: left.text + right.text, left.values + right.values) }

    /// Joins pieces with a separator such as ` AND `.
    package static func join(_ pieces: [SQL], _ separator: String) -> SQL {
        var interpolation = Interpolation(literalCapacity: 0, interpolationCount: 0)
        for (index, piece) in pieces.enumerated() {
            if index > 0 { interpolation.appendLiteral(separator) }
            interpolation.appendInterpolation(piece)
        }
        return SQL(stringInterpolation: interpolation)
    }

    /// A parenthesised list of bound values, for `IN`; an empty list becomes `(NULL)`, which matches nothing.
    package static func list(_ values: [some SQLBindable]) -> SQL {
        if values.isEmpty { return "(NULL)" }
        return "(" + join(values.map { "\($0)" as SQL }, ", ") + ")"
    }

    /// See `ExpressibleByStringInterpolation`.
    package struct Interpolation: StringInterpolationProtocol, Sendable {
        fileprivate var text = ""
        fileprivate var values: [SQLValue] = []

        /// See `StringInterpolationProtocol`.
        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 4 * interpolationCount)
            values.reserveCapacity(interpolationCount)
        }
        /// SQL text.
        package mutating func appendLiteral(_ literal: String) { text += literal }
        /// A bound value.
        package mutating func appendInterpolation(_ value: some SQLBindable) { bind(value.sqlValue) }
        /// A bound value or NULL.
        package mutating func appendInterpolation(_ value: (some SQLBindable)?) { bind(value?.sqlValue ?? .null) }
        /// The raw value of a string enum.
        package mutating func appendInterpolation(_ word: some WireEnum) { bind(.text(word.rawValue)) }
        /// The raw value of a string enum or NULL.
        package mutating func appendInterpolation(_ word: (some WireEnum)?) { bind(word.map { .text($0.rawValue) } ?? .null) }
        /// Another piece with its own values.
        package mutating func appendInterpolation(_ piece: SQL) {
            text += piece.text
            values += piece.values
        }

        private mutating func bind(_ value: SQLValue) {
            values.append(value)
            text += "?"
        }
    }
}

/// A value as databases hold it.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// A type that can be bound to a statement.
package protocol SQLBindable: Sendable {
    /// The value to bind.
    var sqlValue: SQLValue { get }
}
