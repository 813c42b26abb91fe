import Vocabulary

/// Why a text is not JSON, and where.
struct ExpressionJSONFault: Error, Hashable {
    /// What is wrong, without quoting the text.
    let detail: String
    /// The line, from 1.
    let line: Int
    /// The column in characters, from 1.
    let column: Int
}

/// Reads what a program printed as JSON (RFC 8259). Of a name that is given twice in an object the last one counts.
struct ExpressionJSON {
    /// How many lists and objects may be inside each other.
    static let deepest = 64
    /// How many values a text may have.
    static let mostValues = 1_000_000

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private var values = 0

    /// Reads the one value that fills the text.
    static func value(of text: String) throws(ExpressionJSONFault) -> JSONValue {
        var reader = ExpressionJSON(bytes: Array(text.utf8))
        let value = try reader.value()
        guard reader.current == nil else { throw reader.fault("there is more text after the value") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func fault(_ detail: String, at offset: Int? = nil) -> ExpressionJSONFault {
        let before = bytes.prefix(offset ?? position)
        let line = before.lastIndex(of: UInt8(ascii: "\n")).map { before[($0 + 1)...] } ?? before
        return ExpressionJSONFault(
            detail: detail, line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: String(decoding: line, as: UTF8.self).count + 1)
    }

    /// The next byte that is not blank, to which it goes on.
    private var current: UInt8? {
        mutating get {
            while position < bytes.count {
                let byte = bytes[position]
                guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
                position += 1
            }
            return nil
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(ExpressionJSONFault) -> JSONValue {
        values += 1
        guard values <= Self.mostValues else { throw fault("it has more than \(Self.mostValues) values") }
        switch current {
        case UInt8(ascii: "{"): return try nested(UInt8(ascii: "}"))
        case UInt8(ascii: "["): return try nested(UInt8(ascii: "]"))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw fault("the text ends too early")
        default: return try number()
        }
    }

    private mutating func nested(_ end: UInt8) throws(ExpressionJSONFault) -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw fault("it is nested deeper than \(Self.deepest) levels") }
        let isObject = end == UInt8(ascii: "}")
        position += 1
        var items: [JSONValue] = []
        var fields: [String: JSONValue] = [:]
        if take(end) { return isObject ? .object(fields) : .array(items) }
        while true {
            if isObject {
                guard current == UInt8(ascii: "\"") else { throw fault("a name in double quotes was expected here") }
                let name = try string()
                guard take(UInt8(ascii: ":")) else { throw fault("a colon was expected here") }
                fields[name] = try value()
            } else {
                items.append(try value())
            }
            if take(end) { return isObject ? .object(fields) : .array(items) }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or \(Character(Unicode.Scalar(end))) was expected here") }
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(ExpressionJSONFault) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw fault("a value was expected here") }
        position += word.utf8.count
        return value
    }

    private mutating func number() throws(ExpressionJSONFault) -> JSONValue {
        let start = position
        let first = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
        guard let (end, isWhole) = ExpressionNumber.end(of: bytes, from: first) else { throw fault("a value was expected here") }
        guard bytes[first] != UInt8(ascii: "0") || end == first + 1 || !isDigit(first + 1) else {
            throw fault("a number begins with a zero too many")
        }
        guard end - start <= 400 else { throw fault("the number is too long") }
        let written = String(decoding: bytes[start..<end], as: UTF8.self)
        position = end
        if isWhole, let whole = Int64(written) { return .integer(whole) }
        guard let decimal = Double(written), decimal.isFinite else { throw fault("the number is too large", at: start) }
        return .number(decimal)
    }

    private func isDigit(_ position: Int) -> Bool {
        position < bytes.count && bytes[position] >= UInt8(ascii: "0") && bytes[position] <= UInt8(ascii: "9")
    }

    /// Whether a byte in a text does not simply stand for itself.
    private func isSpecial(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 }

    private mutating func string() throws(ExpressionJSONFault) -> String {
        let start = position
        var content: [UInt8] = []
        position += 1
        while position < bytes.count {
            let plain = position
            while position < bytes.count, !isSpecial(bytes[position]) { position += 1 }
            content += bytes[plain..<position]
            guard position < bytes.count else { break }
            position += 1
            switch bytes[position - 1] {
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = ExpressionEscape.json.scalar(in: bytes, at: &position) else {
                    throw fault("there is no such escape", at: position)
                }
                content += String(Character(scalar)).utf8
            default: throw fault("a control character must be written as an escape", at: position - 1)
            }
        }
        throw fault("the text that begins here has no closing quote", at: start)
    }
}

/// What may follow a backslash in a text.
struct ExpressionEscape {
    private let letters: [UInt8: Unicode.Scalar]

    /// As in JSON.
    static let json = ExpressionEscape(letters: [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ])
    /// As in the text of an expression.
    static let expression = ExpressionEscape(letters: [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "'"): "'", UInt8(ascii: "\\"): "\\", UInt8(ascii: "n"): "\n", UInt8(ascii: "t"): "\t",
    ])

    /// The character whose escape goes on at `position`, behind the backslash, and after which `position` stands then; nil when it is no escape.
    /// Characters outside the basic plane are two escapes of the form `\uXXXX` (RFC 8259 section 7).
    func scalar(in bytes: [UInt8], at position: inout Int) -> Unicode.Scalar? {
        guard position < bytes.count else { return nil }
        let letter = bytes[position]
        if let scalar = letters[letter] {
            position += 1
            return scalar
        }
        guard letter == UInt8(ascii: "u"), let first = Self.hexadecimal(bytes, at: position + 1) else { return nil }
        if let scalar = Unicode.Scalar(first) {
            position += 5
            return scalar
        }
        guard first < 0xDC00, position + 6 < bytes.count, bytes[position + 5] == UInt8(ascii: "\\"),
            bytes[position + 6] == UInt8(ascii: "u"), let second = Self.hexadecimal(bytes, at: position + 7),
            (0xDC00...0xDFFF).contains(second)
        else { return nil }
        position += 11
        return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
    }

    private static func hexadecimal(_ bytes: [UInt8], at position: Int) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<(position + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
