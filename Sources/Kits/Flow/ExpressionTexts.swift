import Vocabulary

/// Takes texts apart, in a time that grows only with their length.
enum ExpressionTexts {
    /// Where a part stands in a text, in bytes and without overlaps; at most `most` of them. An empty part stands at the beginning.
    /// (D. E. Knuth, J. H. Morris, V. R. Pratt, "Fast Pattern Matching in Strings", 1977.)
    static func offsets(of part: String, in text: [UInt8], most: Int) -> [Int] {
        let part = Array(part.utf8)
        guard !part.isEmpty else { return [0] }
        var borders = Array(repeating: 0, count: part.count)
        var matched = 0
        for index in part.indices.dropFirst() {
            while matched > 0, part[index] != part[matched] { matched = borders[matched - 1] }
            if part[index] == part[matched] { matched += 1 }
            borders[index] = matched
        }
        var offsets: [Int] = []
        matched = 0
        for (index, byte) in text.enumerated() {
            while matched > 0, byte != part[matched] { matched = borders[matched - 1] }
            if byte == part[matched] { matched += 1 }
            guard matched == part.count else { continue }
            offsets.append(index + 1 - part.count)
            matched = 0
            if offsets.count == most { break }
        }
        return offsets
    }

    /// The pieces between separators, at most one more than a list may have.
    static func split(_ text: String, by separator: String) -> [JSONValue] {
        let bytes = Array(text.utf8)
        var pieces: [JSONValue] = []
        var start = 0
        for offset in offsets(of: separator, in: bytes, most: ExpressionLimit.elements) {
            pieces.append(.string(String(decoding: bytes[start..<offset], as: UTF8.self)))
            start = offset + separator.utf8.count
        }
        return pieces + [.string(String(decoding: bytes[start...], as: UTF8.self))]
    }

    /// The lines that are not empty, at most one more than a list may have; they end with a line feed, with or without a carriage return.
    static func lines(_ text: String) -> [JSONValue] {
        var lines: [JSONValue] = []
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if !content.isEmpty { lines.append(.string(String(decoding: content, as: UTF8.self))) }
            if lines.count > ExpressionLimit.elements { break }
        }
        return lines
    }

    /// What stands between blanks, at most one more than a list may have.
    static func words(_ text: String) -> [JSONValue] {
        text.split(maxSplits: ExpressionLimit.elements + 1) { $0.isWhitespace }.prefix(ExpressionLimit.elements + 1)
            .map { .string(String($0)) }
    }

    /// The text without blanks around it.
    static func trimmed(_ text: String) -> String {
        var rest = text[...].drop { $0.isWhitespace }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }

    /// The value as one writes it: texts as they are, everything else as JSON with the names of objects in order; nil when it gets longer
    /// than `limit` bytes.
    static func text(of value: JSONValue, limit: Int) -> String? {
        if case .string(let text) = value { return text.utf8.count <= limit ? text : nil }
        return json(value, limit: limit)
    }

    /// The value as JSON with the names of objects in order; nil when it gets longer than `limit` bytes.
    static func json(_ value: JSONValue, limit: Int) -> String? {
        var bytes: [UInt8] = []
        write(value, into: &bytes, limit: limit)
        return bytes.count <= limit ? String(decoding: bytes, as: UTF8.self) : nil
    }

    private static func write(_ value: JSONValue, into bytes: inout [UInt8], limit: Int) {
        guard bytes.count <= limit else { return }
        switch value {
        case .null: bytes += "null".utf8
        case .boolean, .integer, .number: bytes += (value.text ?? "null").utf8
        case .string(let text): write(text, into: &bytes)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(item, into: &bytes, limit: limit)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let fields):
            bytes.append(UInt8(ascii: "{"))
            for (index, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(field.key, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                write(field.value, into: &bytes, limit: limit)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// RFC 8259 section 7.
    private static func write(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case 0..<0x20: bytes += ("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
