import Flow
import Testing
import Vocabulary

@Suite("Captures")
struct CaptureTests {
    private static let json = """
        {"items": [{"name": "a", "kube-system": {"x.y": 1}}, {"name": "b"}], "count": 2, "0": true}
        """

    @Test(
        "A pattern finds its first group, or all of it",
        arguments: [
            ("version (\\S+)", "the version 1.2 and version 3", "1.2"), ("[0-9]+", "ab 12 34", "12"), ("^b.*$", "abc\nbcd\r\nbx", "bcd"),
            ("(?:a|b)c (x)", "ac x", "x"), ("<(.*?)>", "<a> <b>", "a"), ("<(.*)>", "<a> <b>", "a> <b"), ("(a*)b", "b", ""),
            ("a|ab", "ab", "a"),
            ("(a)(b)", "ab", "a"), ("((a)b)", "ab", "ab"), ("(a|b)*c", "abc", "b"), ("x*", "abc", ""), ("é(.)", "éß", "ß"),
            ("b$", "ab\nb", "b"),
        ])
    func patterns(pattern: String, output: String, expected: String) throws {
        #expect(try Capture(.pattern(pattern)).value(of: output) == .string(expected))
    }

    @Test(
        "A path selects a part of JSON",
        arguments: [
            ("items[0].name", "a"), ("items[-1].name", "b"), (".items[1].name", "b"), ("count", 2), ("[\"count\"]", 2), (".[\"count\"]", 2),
            ("items[0].kube-system[\"x.y\"]", 1), ("items[0]['kube-system']", .object(["x.y": 1])), ("0", true),
        ] as [(String, JSONValue)])
    func paths(path: String, expected: JSONValue) throws {
        #expect(try Capture(.json(path)).value(of: Self.json) == expected)
    }

    @Test("The whole of JSON, texts and lines")
    func others() throws {
        #expect(try Capture(.json(".")).value(of: " [1] \n") == [1])
        #expect(try Capture(.json("[0]")).value(of: "[7]") == 7)
        #expect(try Capture(.wholeText).value(of: " a\n\nb\r\n\n") == " a\n\nb")
        #expect(try Capture(.wholeText).value(of: "\n\r\n") == "")
        #expect(try Capture(.wholeText).value(of: "a\r") == "a\r")
        #expect(try Capture(.lines).value(of: "a\r\n\n b \nc") == ["a", " b ", "c"])
        #expect(try Capture(.lines).value(of: "") == [])
    }

    @Test(
        "What cannot be read is refused at its place",
        arguments: [
            (.pattern(""), nil, "empty"), (.pattern("(a"), 1, "a ( is not closed"), (.pattern("a**"), 3, "nothing to repeat"),
            (.pattern(String(repeating: "a", count: 4001)), 1, "4000"), (.json(""), 1, "empty"), (.json("a..b"), 3, "a name here"),
            (.json("a."), 3, "a name here"), (.json("a[x]"), 3, "a whole number"), (.json("a[1"), 2, "not closed"),
            (.json("a b"), 2, ". or ["),
            (.json("a['b]"), 3, "no closing quote"), (.json("a[1]b"), 5, ". or ["), (.json("a[99999999999999999999]"), 3, "whole number"),
            (.json(String(repeating: "a", count: 1001)), 1, "1000 characters"), (.json("a['\\n']"), 4, "escapes"),
        ] as [(Capture.Way, Int?, String)])
    func refused(way: Capture.Way, column: Int?, hint: String) {
        let error = #expect(throws: CaptureError.self) { try Capture(way) }

        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
        if error?.reason != .unreadablePath("it has more than 1000 characters") { #expect(error?.column == column) }
    }

    @Test(
        "What is not in the output is said",
        arguments: [
            (.pattern("version (\\d+)"), "nothing", "not found"), (.pattern("(a)|b"), "b", "takes no part"),
            (.json("a"), "", "The output is not JSON at line 1, column 1: the text ends too early."),
            (.json("a"), "{\n  \"b\": tru }", "at line 2, column 8"),
            (.json("nmae"), "{\"name\": 1}", "The output has no field nmae; did you mean name?"),
            (.json("a[0].b"), "{\"a\": [{}]}", "a[0] of the output has no field b."),
            (.json("a[2]"), "{\"a\": [1]}", "no element 2: it is a list of 1"),
            (.json("a.b"), "{\"a\": [1]}", "a of the output is a list, not an object with a field b."),
            (.json("a[0]"), "{\"a\": 1}", "not a list"),
            (.json("a[-2]"), "{\"a\": [1]}", "no element -2"), (.json("x"), "[1]", "The output is a list"),
            (.wholeText, String(repeating: "x", count: 65_537), "more than 65536 bytes"),
            (.pattern("x+"), String(repeating: "x", count: 65_537), "more than 65536"),
            (.lines, String(repeating: "x\n", count: 10_001), "more than 10000 elements"),
            (.lines, String(repeating: "xxxxxxx\n", count: 9_000), "65536 bytes"),
            (.json("."), "[" + String(repeating: "[", count: 100_000), "64 levels"),
        ] as [(Capture.Way, String, String)])
    func missing(way: Capture.Way, output: String, hint: String) throws {
        let capture = try Capture(way)

        let error = #expect(throws: CaptureError.self) { try capture.value(of: output) }

        #expect(error?.description.contains(hint) == true, "\(error?.description ?? "")")
    }

    @Test("A search that takes too long is given up")
    func bounded() throws {
        let capture = try Capture(.pattern("(a?){200}(a?){200}b"))

        let error = #expect(throws: CaptureError.self) { try capture.value(of: String(repeating: "a", count: 10_000), work: 100_000) }

        #expect(error?.reason == .tooMuchWork)
    }

    @Test("A value of the greatest size is taken")
    func greatest() throws {
        let text = String(repeating: "x", count: Capture.bytes)

        #expect(try Capture(.wholeText).value(of: text + "\n") == .string(text))
    }

    @Test("Any output of one character after the other is a value or an error", arguments: (1...5).map { UInt64($0) })
    func anything(seed: UInt64) throws {
        var random = ExpressionGenerator(seed: seed)
        let ways: [Capture.Way] = [.json("."), .json("a[0]"), .lines, .wholeText, .pattern("a(.)")]
        let pieces = [
            "{", "}", "[", "]", "\"", "a", ":", ",", "1", "-", "0.", "e", "\\", "u00e9", "\n", "\r\n", "é", "true", "null", "\0", " ",
        ]
        for _ in 0..<400 {
            let output = (0...random.below(10)).map { _ in random.pick(pieces) }.joined()
            let capture = try Capture(random.pick(ways))
            do {
                _ = try capture.value(of: output)
            } catch {
                #expect(!error.description.isEmpty, "seed \(seed): \(output)")
            }
        }
    }
}
