import Vocabulary

/// A parsed JSON text. At most `JSONParser.deepest` levels deep, numbers finite, strings well-formed, keys unique.
package enum JSONNode: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// A whole number that fits.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    case string(String)
    case array([JSONNode])
    /// Members in the order of the text.
    case object([JSONMember])

    /// What it is, for error texts.
    package var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// The whole number that this is: also one that is written with a fraction of zero, such as `2.0`.
    package var whole: Int64? {
        switch self {
        case .integer(let number): number
        case .number(let number): number.rounded() == number ? Int64(exactly: number) : nil
        default: nil
        }
    }

    /// The same as a value.
    package var value: JSONValue {
        switch self {
        case .null: .null
        case .boolean(let flag): .boolean(flag)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .string(let text): .string(text)
        case .array(let items): .array(items.map(\.value))
        case .object(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.value) }) { first, _ in first })
        }
    }

    /// The member with this wire name, if this is an object that has it.
    package subscript(key: String) -> JSONNode? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.isNamed(key) }?.value
    }
}

/// One member of a JSON object.
package struct JSONMember: Sendable, Equatable {
    /// The name as it was written.
    package let key: String
    /// The value.
    package let value: JSONNode

    /// Makes a member.
    package init(key: String, value: JSONNode) {
        self.key = key
        self.value = value
    }

    /// Whether this is its name. Most names differ in length.
    func isNamed(_ name: String) -> Bool { key.utf8.count == name.utf8.count && key == name }
}
