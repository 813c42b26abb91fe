import Flow
import Support
import Testing

@Suite("Looking for patterns")
struct CapturePatternTests {
    @Test("Finds what Swift's own engine finds", arguments: (1...10).map { UInt64($0) })
    func agrees(seed: UInt64) throws {
        var random = ExpressionGenerator(seed: seed)
        var found = 0
        for _ in 0..<150 {
            let isByLine = random.below(2) == 0
            let pattern = Self.pattern(depth: 3, &random)
            let letters = isByLine ? ["a", "b", "é", "\n"] : ["a", "b", "日", "😀"]
            let text = (0..<random.below(9)).map { _ in random.pick(letters) }.joined()
            var work = 1_000_000
            let match = try SearchPattern(pattern, anchors: isByLine ? .lines : .text).firstMatch(in: Array(text.utf8), work: &work)
            let regex = try Regex(pattern).matchingSemantics(.unicodeScalar).anchorsMatchLineEndings(isByLine).asciiOnlyWordCharacters()
            let expected = try regex.firstMatch(in: text)
            if expected != nil { found += 1 }
            #expect(match?.whole == Self.bytes(expected?.range, of: text), "seed \(seed): \(pattern) in \(text.debugDescription)")
            let group = expected.flatMap { $0.output.count > 1 ? $0.output[1].range : nil }
            #expect(match?.group == Self.bytes(group, of: text), "seed \(seed): the group of \(pattern) in \(text.debugDescription)")
        }
        #expect(found > 30, "seed \(seed)")
    }

    private static func bytes(_ range: Range<String.Index>?, of text: String) -> Range<Int>? {
        range.map {
            text.utf8.distance(from: text.startIndex, to: $0.lowerBound)..<text.utf8.distance(from: text.startIndex, to: $0.upperBound)
        }
    }

    private static func pattern(depth: Int, _ random: inout ExpressionGenerator) -> String {
        guard depth > 0 else { return random.pick(["a", "b", "é", ".", "[a😀]", "[^a]", "\\w", "^", "$"]) }
        let first = pattern(depth: depth - 1, &random)
        let second = pattern(depth: depth - 1, &random)
        switch random.below(6) {
        case 0: return "(\(first)|\(second))"
        case 1: return "(?:\(first)\(second))" + random.pick(["", "?", "??"])
        case 2: return random.pick(["a", "[b日]", "."]) + random.pick(["*", "+", "?", "*?", "+?", "{1,2}", "{2}"]) + second
        case 3: return "(?:a\(first))" + random.pick(["*", "+", "*?"]) + second
        default: return first + second
        }
    }

    @Test(
        "Any mixture of pieces is a pattern that fits the whole text as a parameter's does, or an error",
        arguments: (1...10).map { UInt64($0) })
    func anything(seed: UInt64) {
        var random = ExpressionGenerator(seed: seed)
        let pieces = [
            "a", "b", "(", ")", "(?:", "|", "*", "+", "?", "{2}", "{0,3}", "[ab]", "[^", "]", "^", "$", ".", "\\d", "\\", "{", "é", ",",
        ]
        for _ in 0..<200 {
            let pattern = (0...random.below(9)).map { _ in random.pick(pieces) }.joined()
            guard let whole = try? ParameterPattern(pattern), let search = try? SearchPattern("^(\(pattern))$", anchors: .text) else {
                #expect(
                    (try? ParameterPattern(pattern)) == nil && (try? SearchPattern(pattern, anchors: .lines)) == nil,
                    "seed \(seed): \(pattern)")
                continue
            }
            for text in ["", "a", "ab", "aab", "bé", "b1ab"] {
                var work = 1_000_000
                let match = search.firstMatch(in: Array(text.utf8), work: &work)
                #expect((match != nil) == whole.matches(text), "seed \(seed): \(pattern) in \(text)")
                #expect(match == nil || match?.group == match?.whole, "seed \(seed): \(pattern) in \(text)")
            }
        }
    }

    @Test(
        "No pattern takes long to read",
        arguments: [
            String(repeating: "|", count: 4_000), String(repeating: "(){1000}", count: 500),
            "((((((){1000}){1000}){1000}){1000}){1000}){1000}",
            "((((((a{0}){1000}){1000}){1000}){1000}){1000}){1000}", String(repeating: "(", count: 4_000),
            String(repeating: "a?", count: 2_000),
        ])
    func readsQuickly(pattern: String) {
        let isSearched = (try? SearchPattern(pattern, anchors: .text)) != nil
        let isMatched = (try? ParameterPattern(pattern)) != nil

        #expect(isSearched == isMatched)
    }

    @Test("Counts its work and gives up below zero")
    func work() throws {
        var work = 100
        let pattern = try SearchPattern("(?:a?){20}b", anchors: .text)

        #expect(pattern.firstMatch(in: Array(repeating: UInt8(ascii: "a"), count: 100), work: &work) == nil)
        #expect(work < 0)
    }

    @Test("Skips quickly what no match can begin with")
    func skips() throws {
        var work = 1_100
        let pattern = try SearchPattern("(?:b|c+)d", anchors: .text)

        #expect(pattern.firstMatch(in: Array(repeating: UInt8(ascii: "a"), count: 1_000) + Array("cd".utf8), work: &work) != nil)
        #expect(work > 0)
    }
}
