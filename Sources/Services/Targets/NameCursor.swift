import Foundation
import Vocabulary

/// Pages of lists that are ordered by name: the cursor is the folded name of the last item, made opaque.
enum NameCursor {
    static let usualLimit = 50

    /// The folded name after which the page begins.
    /// - Throws: `TargetError.invalidCursor`.
    static func read(_ cursor: String?) throws(TargetError) -> String? {
        guard let cursor else { return nil }
        let base = cursor.replacing("-", with: "+").replacing("_", with: "/")
        let padded = base + String(repeating: "=", count: (4 - base.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), let key = String(data: data, encoding: .utf8) else { throw .invalidCursor }
        return key
    }

    /// A page out of up to `limit + 1` items.
    static func page<Item>(_ items: [Item], limit: Int, total: Int?, key: (Item) -> String) -> Page<Item> {
        let shown = Array(items.prefix(limit))
        guard items.count > limit, let last = shown.last else { return Page(items: shown, total: total) }
        let cursor = Data(key(last).utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return Page(items: shown, nextCursor: cursor, total: total)
    }
}
