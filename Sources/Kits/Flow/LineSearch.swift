/// Looks for a text in output that comes in pieces, line by line, without regard to the case of ASCII letters.
package struct LineSearch: Sendable {
    /// A place in output: a piece, and how many of its bytes come before.
    package struct Place: Sendable, Hashable {
        /// The number of the piece.
        package var piece: Int
        /// Bytes of it that come before.
        package var offset: Int
        /// The number of the line that begins here, from 1.
        package var line: Int

        /// Makes a place.
        package init(piece: Int, offset: Int, line: Int) {
            self.piece = piece
            self.offset = offset
            self.line = line
        }
    }

    /// A line with the text in it.
    package struct Match: Sendable, Hashable {
        /// Its number, from 1.
        package let line: Int
        /// The line, or what stands around the text in a long one.
        package let text: String
        /// Where the next line begins.
        package let next: Place
    }

    /// Lines are looked at in parts of so many bytes when they are longer.
    private static let mostLineBytes = 65_536
    private static let mostShownBytes = 500

    private let wanted: [UInt8]
    /// Where the line began that has not ended yet; a search that goes on there finds the same.
    package private(set) var place: Place
    private var line: [UInt8] = []
    private var isFound = false
    private var isLong = false

    /// Starts at a place. The text has at least one character.
    package init(_ text: String, at place: Place) {
        wanted = text.utf8.map(Self.lowercased)
        self.place = place
    }

    /// Takes the bytes of the next piece from `offset` on, and returns the lines that ended and have the text in them.
    package mutating func take(_ bytes: [UInt8], piece: Int, from offset: Int) -> [Match] {
        var matches: [Match] = []
        var start = min(offset, bytes.count)
        if line.isEmpty, !isLong { (place.piece, place.offset) = (piece, start) }
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            line += bytes[start..<end]
            let number = place.line
            start = end + 1
            place = Place(piece: piece, offset: start, line: number + 1)
            if !isFound, let text = found() { matches.append(Match(line: number, text: text, next: place)) }
            (line, isFound, isLong) = ([], false, false)
        }
        line += bytes[start...]
        if line.count > Self.mostLineBytes { matches += longLine(Place(piece: piece, offset: bytes.count, line: place.line + 1)) }
        return matches
    }

    /// Returns the last line, if it has no end but the text in it.
    package mutating func finish() -> Match? {
        defer { line = [] }
        guard !line.isEmpty, !isFound, let text = found() else { return nil }
        return Match(line: place.line, text: text, next: Place(piece: place.piece, offset: place.offset, line: place.line))
    }

    /// Looks at a part of a line and keeps of it only what the text may begin in.
    private mutating func longLine(_ next: Place) -> [Match] {
        let text = isFound ? nil : found()
        line = Array(line.suffix(wanted.count - 1))
        isLong = true
        guard let text else { return [] }
        isFound = true
        return [Match(line: place.line, text: text, next: next)]
    }

    /// What stands around the text in the line; nil when it is not there.
    private func found() -> String? {
        guard let first = wanted.first, line.count >= wanted.count else { return nil }
        let start: Int? = line.withUnsafeBufferPointer { line in
            var index = 0
            while index <= line.count - wanted.count {
                if Self.lowercased(line[index]) == first, Self.matches(line, index, wanted) { return index }
                index += 1
            }
            return nil
        }
        guard let start else { return nil }
        if line.count <= Self.mostShownBytes { return String(decoding: line, as: UTF8.self) }
        let from = max(0, start - 100)
        let shown = String(decoding: line[from..<min(line.count, from + Self.mostShownBytes)], as: UTF8.self)
        return (from > 0 || isLong ? "…" : "") + shown + (from + Self.mostShownBytes < line.count ? "…" : "")
    }

    private static func matches(_ line: UnsafeBufferPointer<UInt8>, _ start: Int, _ wanted: [UInt8]) -> Bool {
        for offset in 0..<wanted.count where lowercased(line[start + offset]) != wanted[offset] { return false }
        return true
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
