extension SpellingGraph {
    /// Text in a text in a text doubles its backslashes each time; so many in a row are followed.
    private static let mostBackslashes = 7

    /// Adds a text in which every character may be written as it is or escaped for a URL, JSON, a shell, C or HTML.
    mutating func addEscaped(_ text: ArraySlice<Unicode.Scalar>) {
        var here = Self.start
        for (index, character) in text.enumerated() {
            let there = index == text.count - 1 ? Self.end : node()
            let bytes = Array(Character(character).utf8)
            connect(here, path: bytes.map { [$0] }, to: there)
            addPercent(bytes, here, there)
            addBackslashed(character, bytes, here, there)
            for other in Self.others(character) { connect(here, text: other, to: there) }
            here = there
        }
    }

    /// `%2F`, and `%252F` where an escaped text was escaped again.
    private mutating func addPercent(_ bytes: [UInt8], _ here: Node, _ there: Node) {
        var here = here
        for (index, byte) in bytes.enumerated() {
            let (sign, again, next) = (node(), node(), index == bytes.count - 1 ? there : node())
            connect(here, 0x25, to: sign)
            connect(sign, 0x32, to: again)
            connect(again, 0x35, to: sign)
            connect(sign, path: HexDigits.choices(UInt32(byte), count: 2), to: next)
            here = next
        }
    }

    private mutating func addBackslashed(_ character: Unicode.Scalar, _ bytes: [UInt8], _ here: Node, _ there: Node) {
        let behind = backslashes(after: here)
        var last: [UInt8] = []
        if let letter = Self.letters[character] { last.append(letter) }
        if character.isASCII, character.value >= 0x20, !character.properties.isAlphabetic, character.properties.numericType == nil {
            last.append(UInt8(character.value))
        }
        for from in behind { for byte in last { connect(from, UInt16(byte), to: there) } }
        addUnicode(character, behind, there)
        addNumbered(bytes, behind, there)
        if (0x80...0xFF).contains(character.value) {
            join(behind, "x", HexDigits.choices(character.value, count: 2), there)
        }
        if character == "\n" {
            let between = node()
            for from in behind { connect(from, UInt16(UInt8(ascii: "r")), to: between) }
            for from in backslashes(after: between) { connect(from, UInt16(UInt8(ascii: "n")), to: there) }
        }
    }

    /// `\u00e9`, in two halves beyond the first plane (RFC 8259 section 7).
    private mutating func addUnicode(_ character: Unicode.Scalar, _ behind: [Node], _ there: Node) {
        let units = Array(Character(character).utf16)
        var behind = behind
        for (index, unit) in units.enumerated() {
            let next = index == units.count - 1 ? there : node()
            join(behind, "u", HexDigits.choices(UInt32(unit), count: 4), next)
            if next != there { behind = backslashes(after: next) }
        }
    }

    /// `\xc3\xa9` and `\303\251`.
    private mutating func addNumbered(_ bytes: [UInt8], _ behind: [Node], _ there: Node) {
        var (hexadecimal, octal) = (behind, behind)
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let (next, other) = isLast ? (there, there) : (node(), node())
            join(hexadecimal, "x", HexDigits.choices(UInt32(byte), count: 2), next)
            join(octal, "", [6, 3, 0].map { [0x30 + (byte >> $0 & 7)] }, other)
            if !isLast { (hexadecimal, octal) = (backslashes(after: next), backslashes(after: other)) }
        }
    }

    private mutating func join(_ from: [Node], _ letter: String, _ path: [[UInt8]], _ there: Node) {
        let whole = letter.utf8.map { [$0] } + path
        let second = node()
        for one in from { connect(one, path: Array(whole.prefix(1)), to: second) }
        connect(second, path: Array(whole.dropFirst()), to: there)
    }

    /// The nodes behind one, two, three... backslashes.
    private mutating func backslashes(after here: Node) -> [Node] {
        var (nodes, last): ([Node], Node) = ([], here)
        for _ in 0..<Self.mostBackslashes {
            let next = node()
            connect(last, 0x5C, to: next)
            nodes.append(next)
            last = next
        }
        return nodes
    }

    private static let letters: [Unicode.Scalar: UInt8] = Dictionary(
        uniqueKeysWithValues: zip("\n\r\t\u{8}\u{c}\u{b}\u{7}\u{1b}\0".unicodeScalars, "nrtbfvae0".utf8))

    /// Quotes as shells and tables double them, blanks in forms, line breaks of terminals, and the entities of HTML.
    private static func others(_ character: Unicode.Scalar) -> [String] {
        switch character {
        case "'": [#"'\''"#, #"'"'"'"#, "''", "&#39;", "&#x27;", "&apos;"]
        case "\"": ["\"\"", "&quot;", "&#34;", "&#x22;"]
        case "&": ["&amp;", "&#38;"]
        case "<": ["&lt;", "&#60;"]
        case ">": ["&gt;", "&#62;"]
        case " ": ["+"]
        case "\n": ["\r\n", "%0D%0A", "%0d%0a"]
        default: []
        }
    }
}
