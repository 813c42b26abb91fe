import Contracts
import Flow
import Foundation
import Vocabulary

/// Pages of lists: the cursor is the key of the last item, made opaque.
enum Pages {
    /// How many items a page has.
    static func limit(_ asked: Int?) -> Int { min(max(asked ?? 50, 1), 500) }

    /// The key behind which the page begins.
    /// - Throws: `NotificationError.invalidCursor`.
    static func read(_ cursor: String?) throws(NotificationError) -> String? {
        guard let cursor else { return nil }
        let base = cursor.replacing("-", with: "+").replacing("_", with: "/")
        let padded = base + String(repeating: "=", count: (4 - base.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), let key = String(data: data, encoding: .utf8) else { throw .invalidCursor }
        return key
    }

    /// A page out of up to `limit + 1` items.
    static func page<Item>(_ items: [Item], limit: Int, total: Int? = nil, key: (Item) -> String) -> Page<Item> {
        let shown = Array(items.prefix(limit))
        guard items.count > limit, let last = shown.last else { return Page(items: shown, total: total) }
        let cursor = Data(key(last).utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return Page(items: shown, nextCursor: cursor, total: total)
    }
}

/// Values as Audit sees them.
enum AuditPicture {
    /// A value as a JSON object, its fields as the API names them, without those that change by themselves.
    static func of(_ value: some Encodable, without fields: Set<String> = []) throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let picture = try JSONDecoder().decode(JSONValue.self, from: try encoder.encode(value))
        guard case .object(let all) = picture else { return picture }
        return .object(all.filter { !fields.contains($0.key) })
    }
}
