import Archive
import Testing

@Suite("Packing")
struct PackingTests {
    @Test("what is packed comes out as it was", arguments: [1, 100, 65_536, 1_000_000])
    func roundTrip(count: Int) throws {
        let bytes = Array(String(repeating: "2026-11-27 host-7 sshd[12]: accepted\n", count: count / 36 + 1).utf8.prefix(count))

        let packed = Packing.packed(bytes)

        #expect((packed == nil) == (count < 100))
        if let packed { #expect(try Packing.unpacked(packed, size: count) == bytes) }
    }

    @Test("bytes without any pattern are not packed")
    func noise() {
        var random = SystemRandomNumberGenerator()
        #expect(Packing.packed((0..<10_000).map { _ in UInt8.random(in: 0...255, using: &random) }) == nil)
        #expect(Packing.packed([]) == nil)
    }

    @Test("bytes that were cut or changed are refused, and so is what would become larger than was said")
    func damaged() throws {
        let bytes = Array((0..<50_000).map { "line \($0 * 7919) of a log\n" }.joined().utf8)
        let packed = try #require(Packing.packed(bytes))
        var flipped = packed
        flipped[packed.count / 2] ^= 0x40

        #expect(throws: PackingError.damaged) { try Packing.unpacked(Array(packed.dropLast(3)), size: bytes.count) }
        #expect(throws: PackingError.damaged) { try Packing.unpacked(flipped, size: bytes.count) }
        #expect(throws: PackingError.damaged) { try Packing.unpacked(packed, size: 1000) }
        #expect(throws: PackingError.damaged) { try Packing.unpacked([], size: 10) }
        #expect(throws: PackingError.tooLarge(1 << 40)) { try Packing.unpacked(packed, size: 1 << 40) }
        #expect(throws: PackingError.tooLarge(-1)) { try Packing.unpacked(packed, size: -1) }
    }
}

@Suite("Trigram signatures")
struct TrigramSignatureTests {
    @Test("whatever stands in the bytes may be there, in any case, also across the border to the next bytes")
    func noMiss() throws {
        var random = SystemRandomNumberGenerator()
        let words = (0..<400).map { _ in
            String((0..<Int.random(in: 3...12, using: &random)).map { _ in "abcXYZ-9/é".randomElement(using: &random) ?? "a" })
        }
        let bytes = Array(words.joined(separator: " ").utf8)
        let (head, tail) = (Array(bytes.prefix(bytes.count / 2)), Array(bytes.dropFirst(bytes.count / 2)))
        let whole = TrigramSignature(of: bytes)
        let (first, second) = (TrigramSignature(of: head, before: tail), TrigramSignature(of: tail))

        for word in words {
            let needle = try #require(TrigramSignature.Needle(word.uppercased().lowercased() == word ? word.uppercased() : word))
            if word.utf8.allSatisfy({ $0 < 0x80 }) { #expect(TrigramSignature.mayHold(needle, whole)) }
            let plain = try #require(TrigramSignature.Needle(word))
            #expect(TrigramSignature.mayHold(plain, whole))
            #expect(TrigramSignature.mayHold(plain, first, second))
        }
    }

    @Test("few texts that are not there seem to be, and few bytes have small signatures")
    func selective() throws {
        let lines = (0..<2000).map {
            "2026-11-27T10:\($0 % 60):00Z web-\($0 % 40) nginx[\($0 * 37)]: GET /api/jobs/\($0 * 91) 200 \($0 * 13) bytes"
        }
        let signature = TrigramSignature(of: Array(lines.joined(separator: "\n").utf8))
        let absent = (0..<200).map { "kernel oops \($0) segfault" }

        let wrong = try absent.filter { TrigramSignature.mayHold(try #require(TrigramSignature.Needle($0)), signature) }

        #expect(wrong.isEmpty)
        #expect(TrigramSignature(of: Array("ok".utf8)).bytes.count == 32)
        #expect(signature.bytes.count <= 4096)
    }

    @Test("texts of fewer than three bytes have no signature to be compared with, and what is no signature is refused")
    func limits() {
        #expect(TrigramSignature.Needle("ab") == nil)
        #expect(TrigramSignature(kept: []) == nil && TrigramSignature(kept: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(TrigramSignature(kept: [UInt8](repeating: 0, count: 1 << 20)) == nil)
        #expect(TrigramSignature(kept: [UInt8](repeating: 0, count: 64)) != nil)
    }
}
