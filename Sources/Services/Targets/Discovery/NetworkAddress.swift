/// A numeric address, IPv4 or IPv6, as a number.
struct NetworkAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
    let isV6: Bool
    let number: UInt128

    init(isV6: Bool, number: UInt128) {
        (self.isV6, self.number) = (isV6, number)
    }

    /// Reads `10.1.2.3` or `2001:db8::1`; nil for anything else, also for octal and short forms.
    init?(_ text: some StringProtocol) {
        if text.contains(":") {
            guard let number = Self.six(String(text)) else { return nil }
            self.init(isV6: true, number: number)
        } else {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 4 else { return nil }
            var number: UInt128 = 0
            for part in parts {
                guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                    part == "0" || !part.hasPrefix("0"),
                    let byte = UInt8(part)
                else { return nil }
                number = number << 8 | UInt128(byte)
            }
            self.init(isV6: false, number: number)
        }
    }

    /// RFC 4291 section 2.2, without embedded IPv4.
    private static func six(_ text: String) -> UInt128? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count) else { return nil }
        func words(_ half: Substring) -> [UInt16]? {
            if half.isEmpty { return [] }
            var words: [UInt16] = []
            for part in half.split(separator: ":", omittingEmptySubsequences: false) {
                guard (1...4).contains(part.utf8.count), let word = UInt16(part, radix: 16) else { return nil }
                words.append(word)
            }
            return words
        }
        guard let head = words(halves[0]), let tail = halves.count == 2 ? words(halves[1]) : [] else { return nil }
        guard halves.count == 2 ? head.count + tail.count < 8 : head.count == 8 else { return nil }
        let all = head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
        return all.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// The usual text; of IPv6 with the longest run of zeros left out (RFC 5952).
    var description: String {
        guard isV6 else { return (0..<4).map { String(UInt8(truncatingIfNeeded: number >> (24 - 8 * $0))) }.joined(separator: ".") }
        let words = (0..<8).map { UInt16(truncatingIfNeeded: number >> (112 - 16 * $0)) }
        var (best, place) = (0..<0, 0)
        while place < 8 {
            var end = place
            while end < 8, words[end] == 0 { end += 1 }
            if end - place > max(1, best.count) { best = place..<end }
            place = max(end, place + 1)
        }
        func text(_ words: ArraySlice<UInt16>) -> String { words.map { String($0, radix: 16) }.joined(separator: ":") }
        return best.isEmpty ? text(words[...]) : text(words[..<best.lowerBound]) + "::" + text(words[best.upperBound...])
    }

    /// A text by which addresses are in order.
    var key: String {
        let digits = String(number, radix: 16)
        return (isV6 ? "6" : "4") + String(repeating: "0", count: (isV6 ? 32 : 8) - digits.count) + digits
    }

    static func < (left: NetworkAddress, right: NetworkAddress) -> Bool {
        left.isV6 == right.isV6 ? left.number < right.number : !left.isV6
    }
}
