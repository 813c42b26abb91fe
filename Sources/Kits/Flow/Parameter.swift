import Vocabulary

/// The definition of a launch parameter, as far as its values depend on it.
package struct Parameter: Sendable, Hashable {
    /// The types of values.
    package enum Kind: String, Sendable, Hashable {
        case string
        case integer
        case boolean
        case choice
        case secret
    }

    /// The name.
    package let name: String
    /// The type of its values.
    package let kind: Kind
    /// Whether there must be a value.
    package let isRequired: Bool
    /// The value when none is given.
    package let fallback: JSONValue?
    /// The allowed values of a choice.
    package let choices: [String]
    /// A regular expression that a text must match as a whole.
    package let pattern: String?

    /// Makes the value.
    package init(
        name: String, kind: Kind, isRequired: Bool = false, fallback: JSONValue? = nil, choices: [String] = [],
        pattern: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.fallback = fallback
        self.choices = choices
        self.pattern = pattern
    }

    /// The most bytes of one value.
    package static let valueLimit = 65_536
    /// The most characters that a pattern is tried on, which bounds the time that it can take.
    package static let patternLimit = 1_000

    /// Checks one value; answers what is wrong with it, or nil.
    package func error(in value: JSONValue) -> String? {
        switch (kind, value) {
        case (.integer, .integer), (.boolean, .boolean): return nil
        case (.integer, _): return "must be a whole number, not \(value.kindName)"
        case (.boolean, _): return "must be true or false, not \(value.kindName)"
        case (.choice, .string(let text)):
            if choices.contains(text) { return nil }
            let near = Likeness.nearest(to: text, among: choices)
            return "must be one of \(choices.joined(separator: ", "))" + (near.map { "; did you mean \($0)?" } ?? "")
        case (.string, .string(let text)), (.secret, .string(let text)): return error(inText: text)
        case (.string, _), (.secret, _), (.choice, _): return "must be a text, not \(value.kindName)"
        }
    }

    private func error(inText text: String) -> String? {
        if text.utf8.count > Self.valueLimit { return "must not be longer than \(Self.valueLimit) bytes" }
        if text.utf8.contains(0) { return "must not hold a NUL character" }
        guard let pattern else { return nil }
        if text.unicodeScalars.count > Self.patternLimit {
            return "must not be longer than \(Self.patternLimit) characters, because it has a pattern"
        }
        guard let expression = try? ParameterPattern(pattern) else {
            return "cannot be checked, because its pattern is not valid"
        }
        return expression.matches(text) ? nil : "must match \(pattern)"
    }
}

extension JSONValue {
    /// The type of the value in words.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
