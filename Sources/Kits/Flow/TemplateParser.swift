/// Splits a template text into literal text and placeholders.
struct TemplateParser {
    /// A part of a template.
    enum Piece: Sendable, Hashable {
        case literal(String)
        case placeholder(TemplateReference)
    }

    private let bytes: [UInt8]
    private var position = 0
    private var literal: [UInt8] = []
    private var pieces: [Piece] = []
    private var line = 1
    /// How far the characters of this line were counted, and how many there were.
    private var counted = (position: 0, characters: 0)

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The pieces in order; neighbouring literals are one piece.
    mutating func parse() throws(TemplateError) -> [Piece] {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "{"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "{") {
                try placeholder()
            } else {
                literal.append(byte)
                position += 1
                if byte == UInt8(ascii: "\n") { (line, counted) = (line + 1, (position, 0)) }
            }
        }
        endLiteral()
        return pieces
    }

    private mutating func placeholder() throws(TemplateError) {
        let start = position
        var end = start + 2
        var isQuoted = false
        while true {
            guard end + 1 < bytes.count, bytes[end] != UInt8(ascii: "\n") else { throw error(.unclosed) }
            if bytes[end] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, bytes[end] == UInt8(ascii: "}"), bytes[end + 1] == UInt8(ascii: "}") { break }
            end += 1
        }
        let content = Self.trimmed(bytes[(start + 2)..<end])
        if content.count >= 2, content.first == UInt8(ascii: "\""), content.last == UInt8(ascii: "\"") {
            literal += content.dropFirst().dropLast()
        } else {
            let text = String(decoding: content, as: UTF8.self)
            let path = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard path.allSatisfy(Self.isName) else { throw error(.notAName(String(text.prefix(60)))) }
            endLiteral()
            pieces.append(.placeholder(TemplateReference(path: path, offset: start, line: line, column: column())))
        }
        position = end + 2
    }

    private mutating func endLiteral() {
        guard !literal.isEmpty else { return }
        pieces.append(.literal(String(decoding: literal, as: UTF8.self)))
        literal = []
    }

    /// The column of the position, from 1. Counts on from where it counted last, so that long lines take no longer than short ones.
    private mutating func column() -> Int {
        counted.characters += String(decoding: bytes[counted.position..<position], as: UTF8.self).count
        counted.position = position
        return counted.characters + 1
    }

    private mutating func error(_ reason: TemplateError.Reason) -> TemplateError {
        TemplateError(reason, offset: position, line: line, column: column())
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
