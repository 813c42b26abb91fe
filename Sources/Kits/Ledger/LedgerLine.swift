import Vocabulary

/// An entry as a line of an export: `{"entry":ENTRY,"hash":"HASH"}`. `ENTRY` stands there byte by byte as it was hashed, so that whoever checks it cuts it out and
/// need not write JSON anew.
package enum LedgerLine {
    private static let head = Array(#"{"entry":"#.utf8)
    private static let middle = Array(#","hash":""#.utf8)
    private static let tail = Array(#""}"#.utf8)

    /// The line without its end.
    package static func bytes(_ content: some Collection<UInt8>, _ hash: String) -> [UInt8] {
        head + content + middle + Array(hash.utf8) + tail
    }

    /// Reads a line; nil for anything else.
    package static func read(_ line: ArraySlice<UInt8>) -> FoundEntry? {
        let rest = middle.count + 64 + tail.count
        guard line.count > head.count + rest, line.starts(with: head), line.suffix(tail.count).elementsEqual(tail),
            line.suffix(rest).starts(with: middle)
        else { return nil }
        let content = line.dropFirst(head.count).dropLast(rest)
        guard let scan = LedgerScan(content), let source = scan.plain("source"), let number = scan.number("number") else { return nil }
        return FoundEntry(
            source: String(decoding: source, as: UTF8.self), number: number, content: Array(content),
            hash: String(decoding: line.suffix(64 + tail.count).prefix(64), as: UTF8.self))
    }
}

/// Cuts bytes that come in pieces into lines.
package struct LineCutter: Sendable {
    private var rest: [UInt8] = []

    /// Starts empty.
    package init() {}

    /// Takes a piece and hands out the lines that are whole now, without their ends.
    package mutating func take(_ piece: [UInt8], _ each: (ArraySlice<UInt8>) throws -> Void) rethrows {
        rest += piece
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            try each(rest[start..<end])
            start = end + 1
        }
        rest.removeFirst(start)
    }

    /// What stands behind the last end of a line.
    package var unfinished: [UInt8] { rest }
}
