import Vocabulary
import Yams

/// A scalar by the core schema of YAML 1.2 (10.3): `yes` and `on` are texts.
enum YAMLScalar: Hashable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)

    /// Reads a node; nil if it is not a scalar.
    init?(_ node: Node) {
        guard case .scalar(let scalar) = node else { return nil }
        guard scalar.style == .plain else {
            self = .text(scalar.string)
            return
        }
        self.init(plain: scalar.string)
    }

    /// What a text without quotes means.
    init(plain text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .boolean(true)
        case "false", "False", "FALSE": self = .boolean(false)
        default:
            if let number = Self.integer(text) {
                self = .integer(number)
            } else if let number = Self.decimal(text) {
                self = .number(number)
            } else {
                self = .text(text)
            }
        }
    }

    /// The same as JSON.
    var json: JSONValue {
        switch self {
        case .null: .null
        case .boolean(let value): .boolean(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .text(let value): .string(value)
        }
    }

    /// What a node is, in words.
    static func kind(of node: Node) -> String {
        switch node {
        case .mapping: "an object"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar: YAMLScalar(node)?.json.kindName ?? "a text"
        }
    }

    /// Whether this is what YAML makes of `{{ name }}` without quotes: an object whose only key is an object.
    static func isUnquotedTemplate(_ node: Node) -> Bool {
        guard case .mapping(let mapping) = node, mapping.count == 1, case .mapping? = mapping.first?.key else { return false }
        return true
    }

    private static func integer(_ text: String) -> Int64? {
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8) }
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int64(text)
    }

    private static func decimal(_ text: String) -> Double? {
        guard let first = text.utf8.first, text.utf8.count <= 64 else { return nil }
        let allowed = Set("0123456789.eE+-".utf8)
        guard first == 45 || first == 43 || first == 46 || (48...57).contains(first), text.utf8.allSatisfy(allowed.contains),
            text.utf8.contains(where: { (48...57).contains($0) })
        else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
}
