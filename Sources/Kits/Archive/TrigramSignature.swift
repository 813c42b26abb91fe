/// Says of a text that it certainly does not stand in some bytes, or that it may: which of the possible runs of three bytes, in lower case, are there.
/// A Bloom filter with one hash. Its size, a power of two, fits what is in it, so that few bytes have few bits and at most half of them are set where
/// that is possible.
package struct TrigramSignature: Sendable, Hashable {
    /// The bits, from the lowest of the first byte.
    package let bytes: [UInt8]

    private static let (leastBytes, mostBytes) = (32, 16_384)

    /// Takes a signature as it was kept; nil for what is none.
    package init?(kept bytes: [UInt8]) {
        guard bytes.count >= Self.leastBytes, bytes.count <= Self.mostBytes, bytes.count & (bytes.count - 1) == 0 else { return nil }
        self.bytes = bytes
    }

    /// The signature of bytes; `next` are those that follow (two are enough), so that what crosses the border is found.
    package init(of bytes: [UInt8], before next: [UInt8] = []) {
        var bits = [UInt8](repeating: 0, count: Self.mostBytes)
        let mask = UInt32(Self.mostBytes * 8 - 1)
        bits.withUnsafeMutableBufferPointer { bits in
            var (trigram, known): (UInt32, Int) = (0, 0)
            func take(_ byte: UInt8) {
                // Texts stand within one line.
                if byte == UInt8(ascii: "\n") { return known = 0 }
                trigram = (trigram << 8 | UInt32(Self.lowercased(byte))) & 0xFF_FFFF
                known += 1
                if known < 3 { return }
                let bit = Self.hash(trigram) & mask
                bits[Int(bit >> 3)] |= 1 << UInt8(truncatingIfNeeded: bit & 7)
            }
            bytes.withUnsafeBufferPointer { for byte in $0 { take(byte) } }
            for byte in next.prefix(2) { take(byte) }
        }
        self.bytes = Self.folded(bits)
    }

    /// The bits in as few bytes as leave two thirds of them unset.
    private static func folded(_ bits: [UInt8]) -> [UInt8] {
        var bits = bits
        while bits.count > leastBytes {
            let half = bits.count / 2
            let smaller = (0..<half).map { bits[$0] | bits[$0 + half] }
            if smaller.reduce(0, { $0 + $1.nonzeroBitCount }) * 3 > half * 8 { break }
            bits = smaller
        }
        return bits
    }

    /// A text to look for.
    package struct Needle: Sendable {
        fileprivate let hashes: [UInt32]

        /// Nil for texts of fewer than three bytes, of which signatures say nothing.
        package init?(_ text: String) {
            let bytes = text.utf8.map(TrigramSignature.lowercased)
            guard bytes.count >= 3 else { return nil }
            let all = (0...(bytes.count - 3)).map { start in
                TrigramSignature.hash(UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]))
            }
            hashes = Array(Set(all))
        }
    }

    /// Whether the text may stand in what the signatures are of, one after the other; false is certain.
    package static func mayHold(_ needle: Needle, _ signatures: TrigramSignature...) -> Bool {
        needle.hashes.allSatisfy { hash in signatures.contains { $0.has(hash) } }
    }

    private func has(_ hash: UInt32) -> Bool {
        let bit = Int(hash) & (bytes.count * 8 - 1)
        return bytes[bit >> 3] & (1 << UInt8(bit & 7)) != 0
    }

    private static func hash(_ trigram: UInt32) -> UInt32 {
        let mixed = trigram &* 0x9E37_79B1
        return mixed ^ (mixed >> 15)
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
