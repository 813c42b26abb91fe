import Flow
import Testing
import Vocabulary

@Suite("Parameters")
struct ParameterTests {
    let parameters = [
        Parameter(name: "version", kind: .string, isRequired: true, pattern: "[0-9]+(\\.[0-9]+)*"),
        Parameter(name: "count", kind: .integer, fallback: 3),
        Parameter(name: "force", kind: .boolean),
        Parameter(name: "mode", kind: .choice, fallback: "rolling", choices: ["rolling", "all"]),
        Parameter(name: "password", kind: .secret, isRequired: true),
    ]

    @Test("fills in defaults, keeps secrets apart and gives the empty text to what has no value")
    func fillsDefaults() throws {
        let values = try ParameterValues(given: ["version": "1.2", "password": "hush", "count": .null], for: parameters)

        #expect(values.plain == ["version": "1.2", "count": 3, "force": "", "mode": "rolling"])
        #expect(values.secret == ["password": Secret("hush")])
    }

    @Test("tells all mistakes at once, with a suggestion for a misspelt name")
    func tellsAllMistakes() {
        #expect {
            try ParameterValues(
                given: ["version": "1.x", "count": "3", "force": 1, "mode": "roling", "pasword": "hush"], for: parameters)
        } throws: { error in
            guard let mistakes = (error as? ParameterValues.Mistakes)?.all else { return false }
            #expect(mistakes.map(\.name) == ["version", "count", "force", "mode", "password", "pasword"])
            #expect(
                mistakes.map(\.detail) == [
                    "must match [0-9]+(\\.[0-9]+)*", "must be a whole number, not a text", "must be true or false, not a whole number",
                    "must be one of rolling, all; did you mean rolling?", "is required", "is not a parameter; did you mean password?",
                ])
            return true
        }
    }

    @Test("never says what a secret was")
    func hidesSecrets() {
        let secret = Parameter(name: "pin", kind: .secret, pattern: "[0-9]{4}")

        #expect(secret.error(in: "tell-tale")?.contains("tell-tale") == false)
    }

    @Test(
        "matches a pattern against the whole value",
        arguments: [
            ("a", "a", true), ("a", "ab", false), ("^a$", "a", true), ("a|bc", "bc", true), ("(a|b)*c", "ababc", true),
            ("a{2,3}", "aaaa", false),
            ("a{2,}", "aaaa", true), ("a{2}", "aa", true), ("[^a-c]", "b", false), ("[^a-c]", "d", true), ("[]a]", "]", true),
            ("[a\\-]", "-", true),
            ("[a-]", "-", true), ("\\d+\\.\\d", "12.3", true), ("\\w+\\s\\S", "ab c", true), (".", "é", true), (".", "\n", false),
            ("", "", true),
            ("a??", "a", true), ("(?:x)+", "xx", true), ("[\\d_]+", "1_2", true), ("a^b", "ab", false), ("\\{a\\}", "{a}", true),
            ("日+", "日日", true),
        ])
    func matches(pattern: String, text: String, isMatch: Bool) throws {
        #expect(try ParameterPattern(pattern).matches(text) == isMatch)
    }

    @Test(
        "refuses a pattern that it cannot read and says where",
        arguments: [
            ("(a", 1), ("a)", 2), ("*a", 1), ("a**", 3), ("[a", 1), ("a\\", 3), ("\\1", 2), ("(?=a)", 3), ("a{3,1}", 7), ("a{x}", 3),
            ("[z-a]", 5),
            ("a{1001}", 6), ("((a{1000}){1000}){1000}", 1), ("\\b", 2),
        ])
    func refusesPatterns(pattern: String, position: Int) {
        #expect { try ParameterPattern(pattern) } throws: { ($0 as? PatternError)?.position == position }
    }

    @Test("takes a bounded time for patterns that hang other engines", .timeLimit(.minutes(1)))
    func isBounded() throws {
        for pattern in ["(a+)+b", "(a|a)*b", "(a?){50}a{50}b", "((a*)*)*b", "(.*)*x"] {
            let isMatch = try ParameterPattern(pattern).matches(String(repeating: "a", count: 1000))

            #expect(!isMatch)
        }
        #expect(throws: PatternError.self) { try ParameterPattern(String(repeating: "(", count: 100_000)) }
    }

    @Test("refuses what cannot be passed on: a NUL, and a value that is too long")
    func refusesUnusableValues() {
        let text = Parameter(name: "text", kind: .string)

        #expect(text.error(in: "a\0") != nil)
        #expect(text.error(in: .string(String(repeating: "x", count: Parameter.valueLimit + 1))) != nil)
        #expect(text.error(in: .string(String(repeating: "x", count: Parameter.valueLimit))) == nil)
    }
}
