import Flow
import Foundation
import Support
import Testing
import Vocabulary

@Suite("Redactor")
struct RedactorTests {
    private static let mask = Array("•••".utf8)

    @Test("hides every spelling of random secrets, wherever the pieces are cut, and changes nothing else", arguments: 0..<4)
    func hidesSpellings(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<3 {
            let secrets = (0..<Int.random(in: 1...3, using: &random)).map { _ in Self.secret(&random) }
            let redaction = Redaction(secrets.map { Secret($0) })
            for spelling in SpellingSample.allCases {
                let (before, after) = (Self.noise(&random), Self.noise(&random))
                let secret = secrets.randomElement(using: &random) ?? ""
                let output = before + Array(spelling.spell(secret).utf8) + after

                let seen = Self.redact(redaction, output, &random)

                #expect(seen == before + Self.mask + after, "seed \(seed), \(spelling), \(secret.debugDescription)")
            }
        }
    }

    @Test("hides every digit of base64 that has a bit of a secret in it, between any neighbours, wrapped or not", arguments: 0..<4)
    func hidesBase64(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<12 {
            let secret = Self.secret(&random)
            let redaction = Redaction([Secret(secret)])
            let (before, after) = (Self.bytes(Int.random(in: 60...90, using: &random), &random), Self.bytes(round % 7, &random))
            var digits = Array(Data(before + Array(secret.utf8) + after).base64EncodedString().utf8)
            if round % 2 == 0 { digits = digits.map { $0 == 0x2B ? 0x2D : $0 == 0x2F ? 0x5F : $0 } }
            let (first, last) = (before.count * 8 / 6, ((before.count + secret.utf8.count) * 8 - 1) / 6)
            let width = [76, 64, 1_000_000][round % 3]
            func lines(_ range: Range<Int>) -> [UInt8] {
                range.flatMap { ($0 > 0 && $0 % width == 0 ? Array("\r\n".utf8) : []) + [digits[$0]] }
            }
            let output = lines(0..<digits.count) + [0x0A]
            let gap = first % width == 0 && first > 0 ? Array("\r\n".utf8) : []

            let seen = Self.redact(redaction, output, &random)

            #expect(
                seen == lines(0..<first) + gap + Self.mask + lines(last + 1..<digits.count) + [0x0A],
                "seed \(seed), round \(round), \(secret.debugDescription)")
        }
    }

    @Test("finds a secret in each of two streams that come in turn, and across both", arguments: 0..<4)
    func findsAcrossStreams(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<5 {
            let secret = Array(Self.secret(&random).utf8)
            var redactor = Redaction([Secret(String(decoding: secret, as: UTF8.self))]).redactor()
            let noise = (Self.noise(&random), Self.noise(&random))
            let cut = Int.random(in: 1..<secret.count, using: &random)

            let pieces =
                redactor.take(noise.0 + secret[..<cut], of: .first) + redactor.take(noise.1 + secret + [0], of: .second)
                + redactor.take(secret[cut...] + [0], of: .first) + redactor.take(Array(secret[..<cut]), of: .first)
                + redactor.take(secret[cut...] + [0], of: .second) + redactor.finish()

            #expect(Self.bytes(pieces, .first) == noise.0 + Self.mask + [0] + Self.mask, "seed \(seed)")
            #expect(Self.bytes(pieces, .second) == noise.1 + Self.mask + [0] + Self.mask + [0], "seed \(seed)")
        }
    }

    @Test("lets everything go at once that cannot become a secret any more")
    func holdsBackLittle() {
        var redactor = Redaction([Secret("hunter2")]).redactor()

        #expect(Self.bytes(redactor.take(Array("ready\n".utf8), of: .first), .first) == Array("ready\n".utf8))
        #expect(redactor.take(Array("hunt".utf8), of: .first) == [])
        #expect(Self.bytes(redactor.take(Array("ing\nhunter".utf8), of: .first), .first) == Array("hunting\n".utf8))
        #expect(Self.bytes(redactor.take(Array("2".utf8), of: .first), .first) == Self.mask)
        #expect(redactor.take(Array("hunter".utf8), of: .first) == [])
        #expect(Self.bytes(redactor.finish(), .first) == Array("hunter".utf8))
    }

    @Test("hides overlapping and repeated secrets as a whole")
    func hidesOverlaps() {
        let redaction = Redaction([Secret("abcdef"), Secret("defghi"), Secret("cdef"), Secret("aaaa")])

        #expect(redaction.text("-abcdefghi-") == "-•••-")
        #expect(redaction.text("-aaaaaaa-aaa") == "-•••-aaa")
        #expect(redaction.text("cdef cdefg") == "••• •••g")
    }

    @Test("leaves short secrets alone, and blanks around a secret")
    func knowsLimits() {
        #expect(Redaction([Secret("abc"), Secret(""), Secret("  ab \n")]).isEmpty)
        #expect(Redaction([Secret("abcd\n")]).text("x abcd y") == "x ••• y")
    }

    @Test("finds long lines of a secret one by one, but not what frames a key")
    func findsLines() {
        let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nshort\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n"
        let redaction = Redaction([Secret(key)])

        #expect(redaction.text("1 kqhkiG9w0BAQEF 2 MIIEvQIBADANBg 3 short") == "1 ••• 2 ••• 3 short")
        #expect(redaction.text("-----BEGIN PRIVATE KEY-----\nother") == "-----BEGIN PRIVATE KEY-----\nother")
        #expect(redaction.text("a\n\(key)b") == "a\n•••\nb")
        #expect(redaction.text("{\"key\":\"\(key.replacing("\n", with: "\\n"))\"}") == "{\"key\":\"•••\\n\"}")
    }

    @Test("hides very long secrets, in base64 too")
    func hidesLongSecrets() {
        var random = SeededRandom(seed: 7)
        let secret = String((0..<1000).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement(using: &random) ?? "a" })
        let redaction = Redaction([Secret(secret)])

        #expect(redaction.text("<\(secret)>") == "<•••>")
        #expect(redaction.text("<\(Data(secret.utf8).base64EncodedString())>").count < 10)
    }

    @Test("takes a time that grows with the output only, for secrets and output that look alike", .timeLimit(.minutes(1)))
    func isLinear() {
        let redaction = Redaction([Secret(String(repeating: "a", count: 60) + "b"), Secret(String(repeating: "\\", count: 60))])
        let output = String(repeating: "a", count: 20_000) + String(repeating: "\\\\\\u005c", count: 4000)

        #expect(redaction.text(output).contains("•••"))
    }

    @Test("goes on rightly when it had to forget what it learnt")
    func forgets() {
        var random = SeededRandom(seed: 3)
        let secrets = (0..<12).map { _ in Self.secret(&random) }
        var redactor = Redaction(secrets.map { Secret($0) }).redactor()
        var (output, expected): ([UInt8], [UInt8]) = ([], [])
        for secret in secrets {
            for spelling in SpellingSample.allCases {
                output += Array(spelling.spell(secret).utf8) + [0]
                expected += Self.mask + [0]
            }
        }

        let pieces = redactor.take(output, of: .first) + redactor.finish()

        #expect(Self.bytes(pieces, .first) == expected)
    }

    // What the tests share

    /// A random text of 4...40 characters that is no part of its own escapes, and with no blanks around it.
    private static func secret(_ random: inout SeededRandom) -> String {
        let characters = Array("abcXYZ019+/\\\"'&<>$`%-_.~ \n\té日😀")
        let middle = (0..<Int.random(in: 2...38, using: &random)).map { _ in characters.randomElement(using: &random) ?? "a" }
        return "Q" + String(middle) + "Z"
    }

    /// Random bytes, and now and then none.
    private static func noise(_ random: inout SeededRandom) -> [UInt8] { bytes(Int.random(in: 0...200, using: &random), &random) }

    private static func bytes(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private static func bytes(_ pieces: [Redactor.Piece], _ lane: Redactor.Lane) -> [UInt8] {
        pieces.filter { $0.lane == lane }.flatMap(\.bytes)
    }

    /// Redacts output in pieces of random sizes.
    private static func redact(_ redaction: Redaction, _ output: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var redactor = redaction.redactor()
        var (pieces, rest): ([Redactor.Piece], ArraySlice<UInt8>) = ([], output[...])
        let most = [1, 3, 20, 1000].randomElement(using: &random) ?? 1
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...most, using: &random))
            rest = rest.dropFirst(piece.count)
            pieces += redactor.take(Array(piece), of: .first)
        }
        redaction.learn(from: redactor)
        return bytes(pieces + redactor.finish(), .first)
    }
}
