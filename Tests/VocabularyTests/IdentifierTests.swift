import Foundation
import Testing
import Vocabulary

@Suite("Identifier")
struct IdentifierTests {
    @Test("the layout is that of RFC 9562, section 5.7 and its example")
    func layout() {
        // RFC 9562, appendix A.6
        let random: [UInt8] = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]
        #expect(UUIDv7.text(milliseconds: 0x017f_22e2_79b0, random: random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test("version and variant hold whatever the random bytes are")
    func versionAndVariant() {
        for byte: UInt8 in [0x00, 0x5a, 0xff] {
            let text = Array(UUIDv7.text(milliseconds: .max, random: [UInt8](repeating: byte, count: 10)))
            #expect(text.count == 36)
            #expect(text[14] == "7")
            #expect("89ab".contains(text[19]))
        }
    }

    @Test("later ids sort after earlier ones")
    func order() {
        let random = [UInt8](repeating: 9, count: 10)
        let ids = (0..<50).map { UserID(at: Timestamp(milliseconds: 1_790_000_000_000 + $0), random: random) }
        #expect(ids.map(\.text).sorted() == ids.map(\.text))
    }

    @Test("the system's ids are valid and differ")
    func system() {
        let ids = Set((0..<1000).map { _ in SystemIDs().next() })
        #expect(ids.count == 1000)
        #expect(ids.allSatisfy { UserID($0) != nil })
    }

    @Test("what is not a UUID is refused, capitals are taken as lower case")
    func parsing() {
        let whole = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
        for text in ["", "x", String(whole.dropLast()), whole.filter { $0 != "-" }, whole.dropLast() + "g"] {
            #expect(UserID(text) == nil)
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([UserID].self, from: Data("[\"\(text)\"]".utf8)) }
        }
        #expect(UserID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")?.text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }
}
