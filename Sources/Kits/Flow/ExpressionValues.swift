import Vocabulary

/// What expressions read.
package struct ExpressionValues: Sendable {
    private let tree: [String: JSONValue]

    /// Takes the values by the first part of their name; a missing name or field is null.
    package init(_ tree: [String: JSONValue]) { self.tree = tree }

    /// The value of a first part, or null.
    subscript(root: String) -> JSONValue { tree[root] ?? .null }
}

/// What bounds expressions, so that each ends soon and with a result of a bounded size.
package enum ExpressionLimit {
    /// Characters of an expression.
    package static let length = 4_000
    /// Parentheses, lists, calls and negations inside each other.
    package static let depth = 50
    /// Elements of a list.
    package static let elements = 10_000
    /// Bytes of UTF-8 of a text.
    package static let bytes = 1_000_000
    /// Steps of one evaluation: about one for each character that is looked at, and several for each in a pattern.
    package static let work = 20_000_000
}

extension JSONValue {
    /// What it is, for messages about expressions.
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
