/// One of the streams that are redacted: what of it still waits, and which of its bytes are not to be seen.
struct RedactionLane: Sendable {
    /// What stands in place of what must not be seen.
    static let mask = Array("•••".utf8)
    /// A line break may wrap encoded text when so many digits of base64 stand before it.
    private static let shortestLine = 32

    /// What its last bytes may have begun.
    var state = RedactionStates.rest
    /// How many bytes came.
    private(set) var count = 0
    private var waiting: [UInt8] = []
    /// Parts not to be seen, by places in the whole stream, in order and apart from each other.
    private var hidden: [Range<Int>] = []
    /// Where the last part ended that was let go, so that what joins it gets no mask of its own.
    private var lastHidden = -1
    /// The bytes before those that come next, for looking back from a line break.
    private var before: [UInt8] = []

    /// Takes bytes; nothing of them is let go yet.
    mutating func add(_ bytes: ArraySlice<UInt8>) {
        waiting += bytes
        count += bytes.count
        before = Array((before + bytes.suffix(Self.shortestLine + 1)).suffix(Self.shortestLine + 1))
    }

    /// Hides a part, of which nothing has been let go.
    mutating func hide(_ part: Range<Int>) {
        let first = hidden.firstIndex { $0.upperBound >= part.lowerBound } ?? hidden.count
        let end = hidden[first...].firstIndex { $0.lowerBound > part.upperBound } ?? hidden.count
        let joined = hidden[first..<end].reduce(part) { min($0.lowerBound, $1.lowerBound)..<max($0.upperBound, $1.upperBound) }
        hidden.replaceSubrange(first..<end, with: [joined])
    }

    /// Lets go of everything but the last bytes.
    mutating func release(keeping kept: Int) -> [UInt8] {
        let first = count - waiting.count
        let end = count - kept
        if end <= first { return [] }
        let waiting = self.waiting
        self.waiting = kept == 0 ? [] : Array(waiting.suffix(kept))
        if hidden.isEmpty { return kept == 0 ? waiting : Array(waiting.prefix(end - first)) }
        var (bytes, place): ([UInt8], Int) = ([], first)
        while let part = hidden.first, part.lowerBound < end {
            bytes += waiting[(place - first)..<(part.lowerBound - first)]
            if part.lowerBound != lastHidden { bytes += Self.mask }
            place = min(part.upperBound, end)
            lastHidden = place
            hidden.removeFirst()
            if part.upperBound > end { hidden.insert(end..<part.upperBound, at: 0) }
            if part.upperBound >= end { break }
        }
        return place < end ? bytes + waiting[(place - first)..<(end - first)] : bytes
    }

    /// What a byte is for the machine: itself, or a line break that may wrap encoded text, since a long row of its digits stands before.
    func symbol(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        let byte = bytes[index]
        guard byte == 0x0A || byte == 0x0D else { return Int(byte) }
        func earlier(_ back: Int) -> UInt8? {
            if index >= back { return bytes[index - back] }
            let place = before.count - (back - index)
            return place >= 0 ? before[place] : nil
        }
        let skipped = byte == 0x0A && earlier(1) == 0x0D ? 1 : 0
        for back in 1...Self.shortestLine {
            guard let digit = earlier(back + skipped), Self.isDigit(digit) else { return Int(byte) }
        }
        return byte == 0x0A ? 256 : 257
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F, 0x2D, 0x5F, 0x3D: true
        default: false
        }
    }
}
