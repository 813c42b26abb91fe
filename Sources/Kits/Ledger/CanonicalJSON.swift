import Vocabulary

/// JSON in its one canonical form (RFC 8785): members ordered by the UTF-16 code units of their names, no white space, the shortest escapes. Whole
/// numbers are written in full, however large.
package enum CanonicalJSON {
    /// The text of a value. Numbers that JSON has not, such as infinity, become null.
    package static func bytes(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return bytes
    }

    /// The text of a value behind what is there.
    package static func append(_ value: JSONValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let value): bytes += number(value).utf8
        case .string(let value): append(value, to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            let ordered = members.sorted { precedes($0.key, $1.key) }
            for (index, member) in ordered.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                append(member.value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// A text in quotes.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { text in
            var plain = 0
            for (place, byte) in text.enumerated() where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes += text[plain..<place]
                appendEscaped(byte, to: &bytes)
                plain = place + 1
            }
            bytes += text[plain...]
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        case 0x08: bytes += #"\b"#.utf8
        case 0x09: bytes += #"\t"#.utf8
        case 0x0a: bytes += #"\n"#.utf8
        case 0x0c: bytes += #"\f"#.utf8
        case 0x0d: bytes += #"\r"#.utf8
        default: bytes += ((byte < 16 ? #"\u000"# : #"\u00"#) + String(byte, radix: 16)).utf8
        }
    }

    /// The order of UTF-16 code units, found in UTF-8: it is that of the bytes, but that what takes four bytes (a pair of surrogates, from U+D800) comes
    /// before what follows the surrogates (U+E000 to U+FFFF).
    static func precedes(_ left: String, _ right: String) -> Bool {
        for (left, right) in zip(left.utf8, right.utf8) where left != right {
            if left >= 0xf0, right == 0xee || right == 0xef { return true }
            if right >= 0xf0, left == 0xee || left == 0xef { return false }
            return left < right
        }
        return left.utf8.count < right.utf8.count
    }

    /// At most so many bytes are the text of a value; quickly found, and often too many.
    package static func mostBytes(_ value: JSONValue) -> Int {
        switch value {
        case .null, .boolean: 5
        case .integer, .number: 30
        case .string(let text): mostBytes(text)
        case .array(let values): values.reduce(2) { $0 + mostBytes($1) + 1 }
        case .object(let members): members.reduce(2) { $0 + mostBytes($1.key) + mostBytes($1.value) + 2 }
        }
    }

    private static func mostBytes(_ text: String) -> Int { 6 * text.utf8.count + 2 }

    /// A number as ECMAScript writes it (ECMA-262, Number::toString): the shortest digits that read back the same.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if value == 0 { return "0" }
        let sign = value < 0 ? "-" : ""
        let (digits, point) = shortest(value.magnitude)
        let count = digits.count
        switch point {
        case count...21: return sign + digits + String(repeating: "0", count: point - count)
        case 1..<count: return sign + digits.prefix(point) + "." + digits.dropFirst(point)
        case -5...0: return sign + "0." + String(repeating: "0", count: -point) + digits
        default:
            let exponent = (point > 0 ? "e+" : "e-") + String((point - 1).magnitude)
            return sign + digits.prefix(1) + (count > 1 ? "." + digits.dropFirst() : "") + exponent
        }
    }

    /// The shortest digits of a positive number and where its point stands: behind so many of them.
    private static func shortest(_ value: Double) -> (digits: String, point: Int) {
        let parts = value.description.split(separator: "e")
        let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let (whole, fraction) = (halves[0], halves.count > 1 ? halves[1] : "")
        var point = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        var digits = Array(String(whole + fraction))
        while digits.count > 1, digits.first == "0" {
            digits.removeFirst()
            point -= 1
        }
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        return (String(digits), point)
    }
}
