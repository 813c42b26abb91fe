import Vocabulary

extension Parameter {
    /// A value that somebody else chose the type of, as one of this parameter's type, where that is the same: the text `5` for a whole number, the
    /// number 5 for a text, an object as its JSON for a text. Anything else comes back as it is, for `error(in:)` to refuse.
    package func reading(_ value: JSONValue) -> JSONValue {
        switch (kind, value) {
        case (_, .null): value
        case (.string, _), (.secret, _), (.choice, _):
            ExpressionTexts.text(of: value, limit: Self.valueLimit).map { .string($0) } ?? value
        case (.integer, .number(let number)): Int64(exactly: number).map { .integer($0) } ?? value
        case (.integer, .string(let text)): Self.whole(text).map { .integer($0) } ?? value
        case (.boolean, .string("true")): .boolean(true)
        case (.boolean, .string("false")): .boolean(false)
        case (.integer, _), (.boolean, _): value
        }
    }

    /// A whole number as one writes it, without blanks, plus sign or leading zeros.
    private static func whole(_ text: String) -> Int64? {
        guard let number = Int64(text), String(number) == text else { return nil }
        return number
    }
}
