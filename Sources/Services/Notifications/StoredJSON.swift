import Foundation
import Store
import Vocabulary

/// Values that are kept as JSON in a column.
enum StoredJSON {
    /// JSON text.
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The value of JSON text.
    static func value<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}

extension NoticeTemplate {
    /// JSON text of a value, keys in order.
    static func json(_ value: JSONValue) -> String { (try? StoredJSON.text(value)) ?? "null" }
}

extension Row {
    /// A value that is kept as JSON.
    func json<Value: Decodable>(_ column: String, as type: Value.Type = Value.self) throws -> Value {
        do { return try StoredJSON.value(try text(column), as: type) } catch is DecodingError {
            throw StoreError.unexpectedValue(column: column)
        }
    }
}
