import Vocabulary

extension SpellingGraph {
    /// Secrets of fewer characters are not looked for: they would be found everywhere.
    static let fewestCharacters = 4
    /// Lines of a secret of more than one line are also looked for on their own when they have so many characters.
    static let fewestLineCharacters = 8
    /// Longer texts are looked for in parts of at most so many characters, so that little output has to wait for the rest.
    private static let mostCharacters = 64

    /// What is looked for of a secret: nil when that is too short. Blanks and line breaks around it do not belong to it.
    static func core(of secret: Secret) -> [Unicode.Scalar]? {
        let core = trimmed(Array(secret.reveal().unicodeScalars)[...])
        return core.count >= fewestCharacters ? Array(core) : nil
    }

    /// Adds every spelling of a secret.
    mutating func add(_ secret: Secret) {
        guard let core = Self.core(of: secret) else { return }
        addParts(core[...])
        let lines = core.split { $0 == "\n" || $0 == "\r" }
        if lines.count < 2 { return }
        for line in lines.map(Self.trimmed) where line.count >= Self.fewestLineCharacters && !Self.isFrame(line) { addParts(line) }
    }

    private static func trimmed(_ text: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        guard let first = text.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = text.lastIndex(where: { !$0.properties.isWhitespace })
        else { return [] }
        return text[first...last]
    }

    /// Whether a line only says what kind of key it frames (RFC 7468), which everybody may know.
    private static func isFrame(_ line: ArraySlice<Unicode.Scalar>) -> Bool {
        let dashes = [Unicode.Scalar]("-----".unicodeScalars)
        return line.starts(with: dashes) && line.suffix(5) == dashes[...]
    }

    private mutating func addParts(_ text: ArraySlice<Unicode.Scalar>) {
        let parts = (text.count + Self.mostCharacters - 1) / Self.mostCharacters
        for part in 0..<parts {
            let range = text.startIndex + text.count * part / parts..<text.startIndex + text.count * (part + 1) / parts
            let characters = text[range]
            addEscaped(characters)
            let bytes = characters.flatMap { Array(Character($0).utf8) }
            for before in 0..<3 { addBase64(bytes, after: before) }
            addHexadecimal(bytes)
        }
    }

    /// Adds the two digits of every byte, of either case, with a blank or colon between bytes, or wrapped into lines.
    private mutating func addHexadecimal(_ bytes: [UInt8]) {
        var here = Self.start
        for (index, byte) in bytes.enumerated() {
            if index > 0 {
                let between = node()
                connect(here, path: [[0x20, 0x3A]], to: between)
                connect(here, Self.wrap, to: between)
                connect(between, Self.wrap, to: between)
                let first = node()
                for from in [here, between] { connect(from, path: [HexDigits.choices(byte >> 4)], to: first) }
                here = first
            } else {
                let first = node()
                connect(here, path: [HexDigits.choices(byte >> 4)], to: first)
                here = first
            }
            let there = index == bytes.count - 1 ? Self.end : node()
            connect(here, path: [HexDigits.choices(byte & 15)], to: there)
            here = there
        }
    }

    /// Adds the base64 (RFC 4648 sections 4 and 5) of bytes that stand behind others: a digit that neighbours share may be any that fits.
    private mutating func addBase64(_ bytes: [UInt8], after before: Int) {
        let (firstBit, endBit) = (before * 8, (before + bytes.count) * 8)
        let digits = firstBit / 6...(endBit - 1) / 6
        var here = Self.start
        for digit in digits {
            var (mask, value) = (0, 0)
            for bit in digit * 6..<digit * 6 + 6 {
                let isKnown = bit >= firstBit && bit < endBit
                let byte = isKnown ? bytes[bit / 8 - before] : 0
                (mask, value) = (mask << 1 | (isKnown ? 1 : 0), value << 1 | Int(byte >> (7 - bit % 8) & 1))
            }
            let there = digit == digits.upperBound ? Self.end : node()
            let wrapped = digit == digits.lowerBound ? nil : lineBreak(after: here)
            for candidate in 0..<64 where candidate & mask == value {
                addDigit(candidate, here, there)
                if let wrapped { addDigit(candidate, wrapped, there) }
            }
            here = there
        }
    }

    /// The node behind a line break, which may also be written as `\n`, and the indentation after it.
    private mutating func lineBreak(after here: Node) -> Node {
        let (wrapped, backslash) = (node(), node())
        for from in [here, wrapped] {
            connect(from, Self.wrap, to: wrapped)
            connect(from, 0x5C, to: backslash)
        }
        for letter in "nr".utf8 { connect(backslash, UInt16(letter), to: wrapped) }
        for blank in " \t".utf8 { connect(wrapped, UInt16(blank), to: wrapped) }
        return wrapped
    }

    private mutating func addDigit(_ value: Int, _ here: Node, _ there: Node) {
        connect(here, UInt16(Self.digits[value]), to: there)
        let others = value == 62 ? ["-", "%2B", "%2b", "\\u002B", "\\u002b"] : value == 63 ? ["_", "%2F", "%2f", "\\/", "\\u002F"] : []
        for other in others { connect(here, text: other, to: there) }
    }

    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}

/// Hexadecimal digits of either case.
enum HexDigits {
    /// How the digit of a value (0..<16) may be written.
    static func choices(_ value: UInt8) -> [UInt8] { value < 10 ? [0x30 + value] : [0x41 + value - 10, 0x61 + value - 10] }

    /// How a number may be written with so many digits.
    static func choices(_ value: UInt32, count: Int) -> [[UInt8]] {
        (0..<count).reversed().map { choices(UInt8(truncatingIfNeeded: value >> (4 * UInt32($0)) & 15)) }
    }
}
