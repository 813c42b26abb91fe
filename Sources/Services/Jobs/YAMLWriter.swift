import Vocabulary

/// Writes outlines as YAML for people: block style, several lines as block texts, quotes only where they are needed.
struct YAMLWriter {
    private var lines: [String] = []

    /// The text of an outline, ending with a line break.
    static func text(_ node: OutlineNode) -> String {
        var writer = YAMLWriter()
        writer.write(node, indent: 0, lead: "")
        return writer.lines.joined(separator: "\n") + "\n"
    }

    /// Writes a node; `lead` is what stands before its first line, for example `- ` or `name:`.
    private mutating func write(_ node: OutlineNode, indent: Int, lead: String) {
        let margin = String(repeating: " ", count: indent)
        switch node {
        case .object(let fields):
            if fields.isEmpty { lines.append("\(lead){}") }
            for (index, field) in fields.enumerated() {
                write(field.value, name: field.name, indent: indent, margin: index == 0 && !lead.isEmpty ? lead : margin)
            }
        case .list(let items):
            if items.isEmpty { lines.append("\(lead)[]") }
            for item in items { write(item, indent: indent + 2, lead: "\(margin)- ") }
        case .value(let value): lines += scalar(value, lead: lead, indent: indent)
        }
    }

    private mutating func write(_ node: OutlineNode, name: String, indent: Int, margin: String) {
        let key = "\(margin)\(Self.inline(name)):"
        switch node {
        case .object(let fields) where !fields.isEmpty:
            lines.append(key)
            write(node, indent: indent + 2, lead: "")
        case .list(let items) where !items.isEmpty:
            if let short = Self.flow(items), key.count + short.count < 100 { return lines.append("\(key) \(short)") }
            lines.append(key)
            write(node, indent: indent + 2, lead: "")
        case .value(let value): lines += scalar(value, lead: "\(key) ", indent: indent + 2)
        case .object: lines.append("\(key) {}")
        case .list: lines.append("\(key) []")
        }
    }

    private func scalar(_ value: JSONValue, lead: String, indent: Int) -> [String] {
        guard case .string(let text) = value, Self.isBlock(text) else { return [lead + Self.inline(value)] }
        var body = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let isWhole = text.hasSuffix("\n")
        if isWhole { body.removeLast() }
        let margin = String(repeating: " ", count: indent)
        return ["\(lead)|\(isWhole ? "" : "-")"] + body.map { $0.isEmpty ? "" : margin + $0 }
    }

    /// Whether a text can be a block: several lines of visible characters, the first one neither empty nor indented, the
    /// last one not empty.
    private static func isBlock(_ text: String) -> Bool {
        guard text.unicodeScalars.contains("\n"), let first = text.unicodeScalars.first, !["\n", " ", "\t"].contains(first),
            !text.hasSuffix("\n\n")
        else { return false }
        return text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || isVisible($0) }
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    /// A short list of plain values on one line.
    private static func flow(_ items: [OutlineNode]) -> String? {
        var texts: [String] = []
        for item in items {
            guard case .value(let value) = item else { return nil }
            if case .string(let text) = value, !isPlain(text) || text.contains(where: { ",?[]{}".contains($0) }) { return nil }
            texts.append(inline(value))
        }
        return "[\(texts.joined(separator: ", "))]"
    }

    private static func inline(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): inline(text)
        case .number(let number) where number == number.rounded() && abs(number) < 1e15: "\(Int64(number)).0"
        default: value.text ?? "null"
        }
    }

    /// A text on one line, in quotes where YAML would read something else.
    private static func inline(_ text: String) -> String {
        if isPlain(text) { return text }
        if text.unicodeScalars.allSatisfy(isVisible), !text.utf8.contains(UInt8(ascii: "'")),
            text.utf8.contains(where: { $0 == 34 || $0 == 92 })
        {
            return "'\(text)'"
        }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                if isVisible(scalar) {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    let hex = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
                }
            }
        }
        return quoted + "\""
    }

    /// Whether a text means itself without quotes, in YAML 1.1 as well as in 1.2.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last, text.utf8.count < 1000 else { return false }
        guard case .text = YAMLScalar(plain: text), !words.contains(text.lowercased()) else { return false }
        guard first.properties.isAlphabetic || first == "/" || first == "_" || first == "$" || ("0"..."9").contains(first) else {
            return false
        }
        guard last != ":", last != " ", text.unicodeScalars.allSatisfy(isVisible) else { return false }
        if ("0"..."9").contains(first), text.unicodeScalars.allSatisfy({ "0123456789:.-_TZ ".unicodeScalars.contains($0) }) { return false }
        return !text.contains(": ") && !text.contains(" #")
    }

    private static let words: Set<String> = ["yes", "no", "on", "off", "y", "n", "true", "false", "null"]
}
