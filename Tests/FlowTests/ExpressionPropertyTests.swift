import Flow
import Support
import Testing
import Vocabulary

@Suite("Any expression")
struct ExpressionPropertyTests {
    private func outcome(_ text: String) -> Result<JSONValue, ExpressionError> {
        Result { () throws(ExpressionError) in try Expression(parsing: text).value(ExpressionSample.values) }
    }

    @Test("Written with few parentheses or with all of them it has the same value", arguments: (1...20).map { UInt64($0) })
    func roundTrip(seed: UInt64) {
        var generator = ExpressionGenerator(seed: seed)
        var values = 0
        for _ in 0..<60 {
            let tree = generator.tree(generator.pick(ExpressionGenerator.Kind.allCases), depth: 5)
            guard tree.parenthesised.utf8.count <= ExpressionLimit.length else { continue }
            switch (outcome(tree.text), outcome(tree.parenthesised)) {
            case (.success(let short), .success(let long)):
                values += 1
                #expect(short == long, "seed \(seed): \(tree.text)")
            case (.failure(let short), .failure(let long)):
                #expect(!short.description.isEmpty && short.line == 1 && short.offset <= tree.text.utf8.count, "seed \(seed): \(tree.text)")
                #expect(Self.kind(short) == Self.kind(long), "seed \(seed): \(tree.text): \(short) against \(long)")
            default: Issue.record("seed \(seed): \(tree.text) is not as \(tree.parenthesised)")
            }
        }
        #expect(values > 20, "seed \(seed)")
    }

    /// The name of the reason, without what it quotes.
    private static func kind(_ error: ExpressionError) -> String { String("\(error.reason)".prefix { $0 != "(" }) }

    @Test("Numbers and conditions are what Swift makes of them", arguments: (1...20).map { UInt64($0) })
    func arithmetic(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<60 {
            let (text, expected) = Self.sum(depth: 4, &random)
            #expect(outcome(text) == .success(.integer(expected)), "seed \(seed): \(text)")
            let (condition, isTrue) = Self.condition(depth: 4, &random)
            #expect(outcome(condition) == .success(.boolean(isTrue)), "seed \(seed): \(condition)")
        }
    }

    private static func sum(depth: Int, _ random: inout SeededRandom) -> (String, Int64) {
        let choice = depth == 0 ? 0 : random.next() % 5
        guard choice > 0 else {
            let number = Int64(random.next() % 20) - 10
            return number < 0 ? ("(\(number))", number) : ("\(number)", number)
        }
        let (left, first) = sum(depth: depth - 1, &random)
        let (right, second) = sum(depth: depth - 1, &random)
        switch choice {
        case 1: return ("(\(left) + \(right))", first + second)
        case 2: return ("(\(left) - \(right))", first - second)
        case 3: return ("(\(left) * \(right))", first * second)
        default: return second == 0 ? (left, first) : ("(\(left) % \(right))", first % second)
        }
    }

    private static func condition(depth: Int, _ random: inout SeededRandom) -> (String, Bool) {
        guard depth > 0 else {
            let (left, first) = sum(depth: 1, &random)
            let (right, second) = sum(depth: 1, &random)
            return random.next() % 2 == 0 ? ("\(left) < \(right)", first < second) : ("\(left) == \(right)", first == second)
        }
        let (left, first) = condition(depth: depth - 1, &random)
        let (right, second) = condition(depth: depth - 1, &random)
        switch random.next() % 4 {
        case 0: return ("(\(left) and \(right))", first && second)
        case 1: return ("(\(left) or \(right))", first || second)
        case 2: return ("not (\(left))", !first)
        default: return ("((\(left)) != (\(right)))", first != second)
        }
    }

    @Test("Any mixture of tokens is a value or an error with a place in the text", arguments: (1...10).map { UInt64($0) })
    func tokens(seed: UInt64) {
        var random = ExpressionGenerator(seed: seed)
        let pieces = [
            "a", "steps", "parameters.tags", "(", ")", "[", "]", ".", ",", "and", "or", "not", "!", "in", "matches", "==", "!=", "<", ">=",
            "+", "-",
            "*", "/", "%", "1", "2.5", "'a'", "\"", "'", "true", "null", "default(", "length(", "range(1,3)", "json('[]')", "min(", "é",
            "\\", "\0", "\n",
            "=", "&&", "||", "1e", "0", "-9223372036854775808", "\u{301}", "\r\n",
        ]
        for _ in 0..<500 {
            let separator = random.pick(["", " "])
            let text = (0...random.below(14)).map { _ in random.pick(pieces) }.joined(separator: separator)
            guard case .failure(let error) = outcome(text) else { continue }
            #expect((0...text.utf8.count).contains(error.offset) && error.line >= 1 && error.column >= 1, "seed \(seed): \(text)")
            #expect(error.description.hasSuffix(".") || error.description.hasSuffix("?"), "seed \(seed): \(text): \(error)")
        }
    }

    @Test("Any mixture of bytes is a value or an error", arguments: (1...10).map { UInt64($0) })
    func bytes(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let bytes = (0...random.next() % 40).map { _ in UInt8(truncatingIfNeeded: random.next() % (random.next() % 2 == 0 ? 128 : 256))
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if case .failure(let error) = outcome(text) { #expect(!error.description.isEmpty, "seed \(seed): \(bytes)") }
        }
    }

    @Test("An expression that is cut off anywhere is a value or an error", arguments: (1...5).map { UInt64($0) })
    func cutOff(seed: UInt64) {
        var generator = ExpressionGenerator(seed: seed)
        for _ in 0..<10 {
            let text = generator.tree(.any, depth: 4).text
            for count in 0..<min(text.count, 120) {
                if case .failure(let error) = outcome(String(text.prefix(count))) {
                    #expect(error.offset <= text.utf8.count, "seed \(seed): \(text.prefix(count))")
                }
            }
        }
    }
}
