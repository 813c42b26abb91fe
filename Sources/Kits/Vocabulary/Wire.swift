/// A string enum on the wire; the API description lists its cases.
package protocol WireEnum: RawRepresentable, CaseIterable, Codable, Hashable, Sendable where RawValue == String {}

/// A value that travels as one JSON scalar although it is a type of its own (ids, times, secrets).
package protocol WireScalar: Codable, Sendable {
    /// How the API description shows it.
    static var schemaType: WireType { get }
    /// A valid value; the API description is derived by decoding samples.
    static var sample: Self { get }
}

/// A wire type that says more about its fields than their types do. Keys are the Swift property names.
package protocol WireConstrained {
    /// Limits by property name; checked before decoding and shown in the API description.
    static var limits: [String: WireLimit] { get }
}

/// A limit on one field.
package enum WireLimit: Sendable {
    /// Text of so many characters.
    case length(ClosedRange<Int>)
    /// A number in this range.
    case range(ClosedRange<Int>)
    /// At most so many elements.
    case count(ClosedRange<Int>)
    /// Text that matches a regular expression as a whole.
    case pattern(String)
}

/// JSON types of the API description.
package indirect enum WireType: Sendable, Equatable {
    case string(format: String? = nil)
    case integer
    case number
    case boolean
    /// Any JSON value.
    case any
}

/// A JSON value whose type is not known beforehand, such as the value of a job's parameter.
package enum JSONValue: Codable, Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, WireScalar
{
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// A text.
    package init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    package init(integerLiteral value: Int64) { self = .integer(value) }
    /// A truth value.
    package init(booleanLiteral value: Bool) { self = .boolean(value) }

    /// Reads any JSON value.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// The value as text in a template: strings as they are, numbers and truth values as JSON writes them; nil for null, arrays and objects.
    package var text: String? {
        switch self {
        case .string(let value): value
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .boolean(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// See `WireScalar`.
    package static var schemaType: WireType { .any }
    /// See `WireScalar`.
    package static var sample: JSONValue { "text" }
}

/// One page of a list, ordered by a unique key.
package struct Page<Item: Codable & Sendable>: Codable, Sendable {
    /// The items in order.
    package var items: [Item]
    /// Give it back as `cursor` to get the next page; absent on the last one.
    package var nextCursor: String?
    /// How many items match in all; told with the first page of lists that count.
    package var total: Int?

    /// Makes a page.
    package init(items: [Item], nextCursor: String? = nil, total: Int? = nil) {
        self.items = items
        self.nextCursor = nextCursor
        self.total = total
    }
}

/// A text that must not be seen: it reads as `•••` everywhere except where `reveal()` is written out.
package struct Secret: Hashable, Sendable, Codable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable,
    WireScalar
{
    private let value: String
    /// Whether secrets that are encoded read `•••` as well: true while somebody writes down how something was.
    @TaskLocal package static var areMasked = false
    /// Wraps a text.
    package init(_ value: String) { self.value = value }
    /// The text itself; every use is a place to look at.
    package func reveal() -> String { value }
    /// `•••`
    package var description: String { "•••" }
    /// `•••`
    package var debugDescription: String { "•••" }
    /// Shows nothing to `dump` and test failures.
    package var customMirror: Mirror { Mirror(self, children: []) }
    /// Reads the text.
    package init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(String.self)
    }
    /// Writes the text; used between services and client to server, never in an answer to a user.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Self.areMasked ? description : value)
    }
    /// See `WireScalar`.
    package static var schemaType: WireType { .string(format: "password") }
    /// See `WireScalar`.
    package static var sample: Secret { Secret("correct horse battery staple") }
}
