/// Why a text is not JSON that we take.
package struct JSONFault: Error, Equatable {
    /// What is wrong, without the place.
    package let reason: String
    /// The byte at which it was noticed, from 0.
    package let offset: Int
    /// The line, from 1.
    package let line: Int
    /// The byte in the line, from 1.
    package let column: Int
}

/// Reads JSON (RFC 8259) strictly: valid UTF-8 without lone surrogates, unique keys, finite numbers, bounded depth.
package struct JSONParser {
    /// How many arrays and objects may be inside each other.
    package static let deepest = 64
    private static let longestNumber = 400
    private static let manyMembers = 16

    private let text: UnsafeBufferPointer<UInt8>
    /// Whether all of it is UTF-8, as it nearly always is; then no string needs to be looked at once more.
    private let isSound: Bool
    private var position = 0
    private var depth = 0

    private init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        isSound = (try? UTF8Span(validating: text.span)) != nil
    }

    /// Reads one JSON value that fills the text.
    /// - Throws: `JSONFault`.
    package static func parse(_ bytes: some Collection<UInt8>) throws -> JSONNode {
        if let node = try bytes.withContiguousStorageIfAvailable({ try parse(buffer: $0) }) { return node }
        return try Array(bytes).withUnsafeBufferPointer { try parse(buffer: $0) }
    }

    private static func parse(buffer: UnsafeBufferPointer<UInt8>) throws -> JSONNode {
        var parser = JSONParser(buffer)
        parser.skipSpace()
        let node = try parser.value()
        parser.skipSpace()
        guard parser.position == buffer.count else { throw parser.fault("there is more text after the value") }
        return node
    }

    private func fault(_ reason: String, at offset: Int? = nil) -> JSONFault {
        let offset = min(offset ?? position, text.count)
        var line = 1
        var start = 0
        for index in 0..<offset where text[index] == 0x0a {
            line += 1
            start = index + 1
        }
        return JSONFault(reason: reason, offset: offset, line: line, column: offset - start + 1)
    }

    private var current: UInt8? { position < text.count ? text[position] : nil }

    private mutating func skipSpace() {
        while position < text.count {
            let letter = text[position]
            guard letter == 0x20 || letter == 0x0a || letter == 0x0d || letter == 0x09 else { return }
            position += 1
        }
    }

    private mutating func value() throws -> JSONNode {
        switch current {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return try number()
        case nil: throw fault("the text ends too early")
        default: throw fault("a value was expected here")
        }
    }

    private mutating func nested(_ read: (inout JSONParser) throws -> JSONNode) throws -> JSONNode {
        depth += 1
        guard depth <= Self.deepest else { throw fault("it is nested deeper than \(Self.deepest) levels") }
        position += 1
        let node = try read(&self)
        depth -= 1
        return node
    }

    private mutating func array() throws -> JSONNode {
        var items: [JSONNode] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            skipSpace()
            items.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or ] was expected here") }
        }
    }

    private mutating func object() throws -> JSONNode {
        var members: [JSONMember] = []
        // Made when there are many; until then looking through all is faster.
        var keys: Set<String> = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            let start = position
            guard current == UInt8(ascii: "\"") else { throw fault("a name in double quotes was expected here") }
            let key = try string()
            if members.count == Self.manyMembers { keys = Set(members.map(\.key)) }
            let isNew = members.count < Self.manyMembers ? !members.contains { $0.isNamed(key) } : keys.insert(key).inserted
            guard isNew else { throw fault("the name \"\(key.prefix(60))\" is given twice", at: start) }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("a colon was expected here") }
            skipSpace()
            members.append(JSONMember(key: key, value: try value()))
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw fault("a comma or } was expected here") }
        }
    }

    private mutating func take(_ letter: UInt8) -> Bool {
        guard current == letter else { return false }
        position += 1
        return true
    }

    private mutating func literal(_ word: StaticString, _ node: JSONNode) throws -> JSONNode {
        let count = word.utf8CodeUnitCount
        let fits = position + count <= text.count
        guard fits, (0..<count).allSatisfy({ text[position + $0] == word.utf8Start[$0] }) else {
            throw fault("a value was expected here")
        }
        position += count
        return node
    }

    private mutating func digits() -> Int {
        let start = position
        while let letter = current, letter >= UInt8(ascii: "0"), letter <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }

    private mutating func number() throws -> JSONNode {
        let start = position
        _ = take(UInt8(ascii: "-"))
        let leadsWithZero = current == UInt8(ascii: "0")
        let whole = digits()
        guard whole > 0, !leadsWithZero || whole == 1 else { throw fault("this is not a JSON number", at: start) }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            guard digits() > 0 else { throw fault("this is not a JSON number", at: start) }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw fault("this is not a JSON number", at: start) }
        }
        if isWhole, position - start < 19 { return .integer(small(from: start)) }
        guard position - start <= Self.longestNumber else { throw fault("the number is too long", at: start) }
        let written = String(decoding: text[start..<position], as: UTF8.self)
        if isWhole, let integer = Int64(written) { return .integer(integer) }
        guard let number = Double(written), number.isFinite else { throw fault("the number is too large", at: start) }
        return .number(number)
    }

    /// The whole number that was read, of at most 18 characters.
    private func small(from start: Int) -> Int64 {
        let isNegative = text[start] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in (isNegative ? start + 1 : start)..<position { value = value * 10 + Int64(text[index] - UInt8(ascii: "0")) }
        return isNegative ? -value : value
    }

    private mutating func string() throws -> String {
        let start = position
        position += 1
        let first = position
        while let letter = current, letter != UInt8(ascii: "\""), letter != UInt8(ascii: "\\"), letter >= 0x20 { position += 1 }
        if current == UInt8(ascii: "\"") {
            let letters = UnsafeBufferPointer(rebasing: text[first..<position])
            guard isSound || String(validating: letters, as: UTF8.self) != nil else {
                throw fault("the string is not valid UTF-8", at: start)
            }
            position += 1
            return String(decoding: letters, as: UTF8.self)
        }
        return try escapedString(start: start, first: first)
    }

    private mutating func escapedString(start: Int, first: Int) throws -> String {
        var bytes = Array(text[first..<position])
        while let letter = current {
            switch letter {
            case UInt8(ascii: "\""):
                position += 1
                guard let decoded = String(validating: bytes, as: UTF8.self) else {
                    throw fault("the string is not valid UTF-8", at: start)
                }
                return decoded
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &bytes)
            case 0..<0x20:
                throw fault("a control character must be written as an escape")
            default:
                bytes.append(letter)
                position += 1
            }
        }
        throw fault("the string has no end", at: start)
    }

    private mutating func escape(into bytes: inout [UInt8]) throws {
        guard let letter = current else { throw fault("the text ends too early") }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(letter)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0c)
        case UInt8(ascii: "n"): bytes.append(0x0a)
        case UInt8(ascii: "r"): bytes.append(0x0d)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): bytes.append(contentsOf: String(Character(try scalar())).utf8)
        default: throw fault("there is no such escape", at: position - 1)
        }
    }

    /// RFC 8259 section 7: characters outside the basic plane are written as two escapes.
    private mutating func scalar() throws -> Unicode.Scalar {
        let start = position - 2
        let high = try hexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw fault("there is half of a surrogate pair", at: start)
        }
        let low = try hexadecimal()
        guard (0xdc00...0xdfff).contains(low),
            let scalar = Unicode.Scalar(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))
        else { throw fault("there is half of a surrogate pair", at: start) }
        return scalar
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let letter = current, let digit = Character(Unicode.Scalar(letter)).hexDigitValue else {
                throw fault("four hexadecimal digits were expected here")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
