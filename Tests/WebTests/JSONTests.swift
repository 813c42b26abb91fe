import Testing
import Vocabulary
import Web

@Suite("JSONCodec")
struct JSONTests {
    @Test("names are snake_case on the wire and dictionary keys stay as they are")
    func names() throws {
        var paint = Paint.sample
        paint.mixedAt = Timestamp(milliseconds: 0)
        paint.layers = [.init(depthMicrons: 3, below: [.init(depthMicrons: 1)])]

        let text = String(decoding: try JSONCodec.encode(paint), as: UTF8.self)

        #expect(
            text == #"{"name":"sky","coat_count":2,"colour":"dark_blue","labels":{"maxDepth":"5"},"#
                + #""layers":[{"depth_microns":3,"below":[{"depth_microns":1}]}],"mixed_at":"1970-01-01T00:00:00.000Z"}"#)
        #expect(try JSONCodec.decode(Paint.self, from: text.utf8) == paint)
    }

    @Test(
        "strings survive the way there and back",
        arguments: ["", "a/b", "\"\\\n\r\t\u{1}\u{8}\u{c}", "ä€😀", "\u{2028}", String(repeating: "x\"", count: 5000)])
    func strings(text: String) throws {
        #expect(try JSONCodec.decode([String].self, from: JSONCodec.encode([text])) == [text])
    }

    @Test("numbers keep their exact value and whole ones have no fraction")
    func numbers() throws {
        let values: [Double] = [0, -1.5, 1e300, .leastNonzeroMagnitude, 0.1, 1_000_000]

        let bytes = try JSONCodec.encode(values)

        #expect(try JSONCodec.decode([Double].self, from: bytes) == values)
        #expect(String(decoding: bytes, as: UTF8.self).hasSuffix(",1000000]"))
        #expect(try JSONCodec.decode([Int64].self, from: JSONCodec.encode([Int64.min, .max])) == [.min, .max])
        #expect(throws: EncodingError.self) { try JSONCodec.encode([Double.infinity]) }
    }

    @Test("bytes travel as base64")
    func bytes() throws {
        let raw: [UInt8] = [0, 255, 10]

        #expect(String(decoding: try JSONCodec.encode(["a": raw]), as: UTF8.self) == #"{"a":"AP8K"}"#)
        #expect(try JSONCodec.decode([UInt8].self, from: #""AP8K""#.utf8) == raw)
    }

    @Test("any JSON value survives the way there and back")
    func values() throws {
        let value = JSONValue.object(["a": .array([.null, true, 3, .number(2.5), "x"]), "dontTouch": .object([:])])

        #expect(try JSONCodec.decode(JSONValue.self, from: JSONCodec.encode(value)) == value)
    }

    @Test("empty values, pages and ids are written as expected")
    func special() throws {
        #expect(try JSONCodec.encode(Nothing()) == Array("{}".utf8))
        #expect(try JSONCodec.encode(Page(items: [1], nextCursor: nil)) == Array(#"{"items":[1]}"#.utf8))
        #expect(try JSONCodec.encode([UserID.sample]) == Array("[\"\(UserID.sample)\"]".utf8))
    }

    @Test(
        "surrogate pairs and escapes are decoded",
        arguments: [(#""\ud83d\ude00""#, "😀"), (#""\u00e4\/\b""#, "ä/\u{8}"), (#""\u0000""#, "\0")])
    func escapes(text: String, value: String) throws {
        #expect(try JSONParser.parse(text.utf8) == .string(value))
    }

    @Test(
        "what is not JSON is refused with its place",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "nul", "truex", "01", "1.", ".5", "1e", "+1", "\"", "\"\\x\"", "\"\\u12\"",
            #""\ud83d""#, #""\ude00""#, #""\ud83dx""#, "\"\n\"", "[1] 2", "{\"a\":1,\"a\":2}", "1e999", "\u{feff}1", "NaN",
            String(repeating: "9", count: 500),
        ])
    func malformed(text: String) throws {
        let fault = #expect(throws: JSONFault.self) { try JSONParser.parse(text.utf8) }

        #expect((fault?.line ?? 0) >= 1)
        #expect((fault?.column ?? 0) >= 1)
    }

    @Test("bytes that are not UTF-8 are refused")
    func encoding() {
        #expect(throws: JSONFault.self) { try JSONParser.parse([0x22, 0xff, 0x22]) }
        #expect(throws: JSONFault.self) { try JSONParser.parse([0x22, 0xed, 0xa0, 0x80, 0x22]) }
    }

    @Test("64 levels are taken, 65 and a million are refused without a crash")
    func depth() throws {
        let nested = { (count: Int) in String(repeating: "[", count: count) + String(repeating: "]", count: count) }

        _ = try JSONParser.parse(nested(64).utf8)

        #expect(throws: JSONFault.self) { try JSONParser.parse(nested(65).utf8) }
        #expect(throws: JSONFault.self) { try JSONParser.parse(nested(1_000_000).utf8) }
        #expect(throws: JSONFault.self) { try JSONParser.parse(String(repeating: "{\"a\":", count: 1_000_000).utf8) }
    }

    @Test(
        "property names convert both ways",
        arguments: [("targetId", "target_id"), ("url", "url"), ("md5Sum", "md5_sum"), ("nextCursor", "next_cursor")])
    func conversion(property: String, wire: String) {
        #expect(SnakeCase.wire(property) == wire)
        #expect(SnakeCase.property(wire) == property)
    }
}
