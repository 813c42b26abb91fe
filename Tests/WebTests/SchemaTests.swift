import Testing
import Vocabulary
import Web

@Suite("WireSchema and the input check")
struct SchemaTests {
    private func places(_ json: String, _ type: any Decodable.Type = Paint.self) throws -> [String] {
        try SchemaCheck.places(in: JSONParser.parse(json.utf8), against: WireSchema.of(type)).map {
            "\($0.pointer ?? "") \($0.detail)"
        }
    }

    @Test("a schema knows names, optional members, enums, dictionaries, recursion and limits")
    func derivation() throws {
        let schema = try WireSchema.of(Paint.self)
        let fields = try #require(schema.rootObject).fields

        #expect(fields.map(\.name) == ["name", "coat_count", "colour", "labels", "layers", "note", "mixed_at"])
        #expect(fields.map(\.isOptional) == [false, false, false, false, false, true, true])
        #expect(fields[2].shape == .choice(name: "Colour", values: ["red", "green", "dark_blue"]))
        #expect(fields[3].shape == .dictionary(.scalar(.string())))
        #expect(fields[6].shape == .scalar(.string(format: "date-time")))
        let layer = try #require(schema.objects.values.first { $0.name == "PaintLayer" })
        #expect(layer.fields[1].shape == .list(.object(id: layer.id)))
        #expect(layer.fields[1].isOptional)
    }

    @Test("members with defaults in a hand-written decoder are optional, generic types get readable names")
    func defaults() throws {
        let filter = try #require(try WireSchema.of(Filter.self).rootObject)
        let page = try #require(try WireSchema.of(Page<Paint>.self).rootObject)

        #expect(!filter.fields.contains { !$0.isOptional })
        #expect(page.name == "PaintPage")
        #expect(page.fields.map(\.name) == ["items", "next_cursor", "total"])
    }

    @Test("a type that refuses samples is named")
    func refusal() {
        struct Stubborn: Decodable {
            init(from decoder: any Decoder) throws {
                _ = try decoder.container(keyedBy: Key.self).decode(Int.self, forKey: .number)
                throw Spill()
            }
            enum Key: String, CodingKey { case number }
        }
        let fault = #expect(throws: SchemaFault.self) { try WireSchema.of(Stubborn.self) }

        #expect(fault?.description.contains("Stubborn") == true)
    }

    @Test("input that fits has no wrong places")
    func fits() throws {
        let text = String(decoding: try JSONCodec.encode(Paint.sample), as: UTF8.self)

        #expect(try places(text) == [])
    }

    @Test("all mistakes are found at once, with pointers and suggestions")
    func allAtOnce() throws {
        let found = try places(
            #"{"name":"","coat_count":10,"color":"red","colour":"dark_bleu","labels":{"a/b":5},"#
                + #""layers":[{"depth_microns":1.5,"below":[{"depth_microns":"x"}]}],"note":"ABC","mixed_at":"today"}"#)

        #expect(
            found == [
                "#/color is not a known field; did you mean colour?",
                "#/name must have 1 to 20 characters, not 0",
                "#/coat_count must be 1 to 9",
                "#/colour must be one of red, green, dark_blue; did you mean dark_blue?",
                "#/labels/a~1b must be a string, not a number",
                "#/layers/0/depth_microns must be a whole number, not 1.5",
                "#/layers/0/below/0/depth_microns must be a whole number, not a string",
                "#/note must match the pattern [a-z ]*",
                "#/mixed_at must be an RFC 3339 time in UTC, such as \(Timestamp.sample)",
            ])
    }

    @Test("missing members are named, null counts as absent")
    func missing() throws {
        #expect(
            try places(#"{"name":null,"note":null}"#) == [
                "#/name must be a string, not null", "#/coat_count is missing", "#/colour is missing", "#/labels is missing",
                "#/layers is missing",
            ])
    }

    @Test("lists have limits, NUL characters and wrong roots are refused")
    func limits() throws {
        let layer = #"{"depth_microns":1}"#
        #expect(
            try places(
                #"{"name":"a\u0000","coat_count":2.0,"colour":"red","labels":{},"layers":[\#(layer),\#(layer),\#(layer),\#(layer)]}"#)
                == ["#/name must not contain a NUL character", "#/layers must have 0 to 3 entries, not 4"])
        #expect(try places("[]") == ["# must be an object, not a list"])
        #expect(try places(#""\u0000""#, JSONValue.self) == ["# must not contain a NUL character"])
        #expect(try places(#""x""#, UserID.self) == ["# must be a UUID"])
    }

    @Test("no more than a hundred mistakes are listed")
    func flood() throws {
        let names = (0..<5000).map { "\"field\($0)\":1" }.joined(separator: ",")

        #expect(try places("{\(names)}").count == 100)
    }

    @Test(
        "a query string is read by the same rules",
        arguments: [
            (
                "limit=5&colours=red,green&is_fresh=true&text=a%2Bb+c",
                Filter(limit: 5, colours: [.red, .green], isFresh: true, text: "a+b c")
            ),
            ("colours=red&colours=dark_blue", Filter(colours: [.red, .darkBlue])),
            ("", Filter()),
        ])
    func query(text: String, expected: Filter) throws {
        let node = try QueryInput.node(text, schema: WireSchema.of(Filter.self))

        #expect(try JSONCodec.decode(Filter.self, from: node) == expected)
        #expect(try QueryInput.node(QueryInput.text(of: node), schema: WireSchema.of(Filter.self)) == node)
    }
}
