import Vocabulary

/// The values that templates insert, by name.
package struct TemplateValues: Sendable {
    private let find: @Sendable ([String]) -> String?

    /// Asks a closure for the value of a path such as `["target", "host"]`; nil means that there is none.
    package init(_ find: @escaping @Sendable ([String]) -> String?) { self.find = find }

    /// Looks values up in nested objects. Lists of texts are joined with commas; null and objects have no text.
    package init(_ tree: [String: JSONValue]) {
        find = { path in
            var value = JSONValue.object(tree)
            for part in path {
                guard case .object(let fields) = value, let next = fields[part] else { return nil }
                value = next
            }
            if case .array(let items) = value { return items.compactMap(\.text).joined(separator: ",") }
            return value.text
        }
    }

    /// The value of a path, or nil.
    package subscript(path: [String]) -> String? { find(path) }
}
