import Testing
import Vocabulary

@testable import Flow

@Suite("Paths into values")
struct ValuePathTests {
    private let value: JSONValue = .object([
        "body": .object([
            "a": .object(["b c": .array([1, "x", .object(["d": .null])])]), "ref": "main", "x-y": 3, "empty": .array([]),
        ])
    ])

    @Test(
        "find what stands there",
        arguments: [
            ("body.ref", JSONValue.string("main")), (#"body.a["b c"][0]"#, 1), ("body.a['b c'][-2]", "x"), ("body.x-y", 3),
            ("body.empty", .array([])), (".body.ref", "main"),
        ])
    func finds(path: String, expected: JSONValue) throws {
        let found = try ValuePath(path).value(in: value)
        #expect(found == expected)
    }

    @Test(
        "find nothing where there is nothing, or null",
        arguments: ["body.no", "body.no.deep", "body.empty[0]", #"body.a["b c"][2].d.e"#, "none.x"])
    func nothing(path: String) throws {
        let found = try ValuePath(path).value(in: value)
        #expect(found == nil)
    }

    @Test(
        "say what stands in the way", arguments: [("body.ref.x", "body.ref is a text"), ("body.a[0]", "body.a is an object, not a list")])
    func wrongTypes(path: String, sentence: String) throws {
        let error = #expect(throws: ValuePathError.self) { _ = try ValuePath(path).value(in: value) }
        #expect(error?.description.contains(sentence) == true)
    }

    @Test("are refused with the place of the mistake", arguments: ["", "a.", "a..b", "a[", "a[x]", "a[*]", "a b", "a[\"b", "a]"])
    func unreadable(path: String) {
        let error = #expect(throws: ValuePathError.self) { _ = try ValuePath(path) }
        #expect(error?.description.hasPrefix("The path cannot be read") == true)
    }

    @Test("begin with a name")
    func first() throws {
        let firsts = try ["body.x", "[0].x", ".", #"["a b"]"#].map { try ValuePath($0).first }
        #expect(firsts == ["body", nil, nil, "a b"])
    }

    @Test("values of another type are read where they mean the same")
    func reading() {
        func read(_ kind: Parameter.Kind, _ value: JSONValue) -> JSONValue { Parameter(name: "p", kind: kind).reading(value) }
        #expect(read(.string, 5) == "5")
        #expect(read(.string, .number(1.5)) == "1.5")
        #expect(read(.string, true) == "true")
        #expect(read(.secret, .object(["b": 1, "a": .array([.null])])) == #"{"a":[null],"b":1}"#)
        #expect(read(.string, .null) == .null)
        #expect(read(.integer, "-12") == -12)
        #expect(read(.integer, .number(3.0)) == 3)
        for wrong in ["", " 1", "1.0", "+1", "007", "1e3", "9223372036854775808", "0x10"] as [JSONValue] {
            #expect(read(.integer, wrong) == wrong)
        }
        #expect(read(.integer, .number(3.5)) == .number(3.5))
        #expect(read(.integer, true) == true)
        #expect(read(.boolean, "false") == false)
        for wrong in ["yes", "True", 1, 0] as [JSONValue] { #expect(read(.boolean, wrong) == wrong) }
    }
}
