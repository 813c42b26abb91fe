import Ledger
import Testing
import Vocabulary

@Suite("Ledger")
struct LedgerTests {
    private func text(_ json: JSONValue) -> String { String(decoding: CanonicalJSON.bytes(json), as: UTF8.self) }

    @Test("canonical JSON is that of RFC 8785, its own examples included")
    func canonical() {
        #expect(
            text(.object(["€": "Euro Sign", "\r": "Carriage Return", "\u{FB33}": "Hebrew", "1": "One", "\u{1F600}": "Emoji", "ö": "o"]))
                == "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"ö\":\"o\",\"€\":\"Euro Sign\",\"\u{1F600}\":\"Emoji\",\"\u{FB33}\":\"Hebrew\"}"
        )
        #expect(text(.string("€$\u{0F}\nA'B\"\\\\\"/")) == #""€$\u000f\nA'B\"\\\\\"/""#)
        #expect(text(.array([.null, true, false, 56, .object([:]), .array([])])) == "[null,true,false,56,{},[]]")
    }

    @Test(
        "numbers are written as ECMAScript does",
        arguments: [
            ("0", "0"), ("-0", "0"), ("5e-324", "5e-324"), ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("9007199254740992", "9007199254740992"), ("295147905179352830000", "295147905179352830000"),
            ("9.999999999999997e22", "9.999999999999997e+22"), ("1e23", "1e+23"), ("1e21", "1e+21"),
            ("9.999999999999999e20", "999999999999999900000"), ("333333333.3333333", "333333333.3333333"), ("0.000001", "0.000001"),
            ("1e-7", "1e-7"), ("-0.0000033333333333333333", "-0.0000033333333333333333"), ("1424953923781206.2", "1424953923781206.2"),
            ("4.5", "4.5"), ("2e-3", "0.002"), ("1e30", "1e+30"), ("inf", "null"),
        ])
    func numbers(written: String, expected: String) throws {
        let value = try #require(Double(written))
        #expect(text(.number(value)) == expected)
    }

    @Test("a scan finds the members of an object and refuses what is none")
    func scan() throws {
        let source = Array(#"{"a":{"x":"}"},"b":[1,{"c":"]"}],"d":"e\"f","g":-12,"h":true}"#.utf8)
        let scan = try #require(LedgerScan(source[...]))

        #expect(scan.names == ["a", "b", "d", "g", "h"])
        #expect(scan.value("a").map { String(decoding: $0, as: UTF8.self) } == #"{"x":"}"}"#)
        #expect(scan.number("g") == -12 && scan.plain("d") == nil && scan.value("z") == nil)
        for bad in ["", "{", "[]", #"{"a":1"#, #"{"a":1}x"#, #"{"a" :1}"#, #"{a:1}"#, #"{"a":"b}"#] {
            let found = LedgerScan(Array(bad.utf8)[...])
            #expect(found == nil, "\(bad)")
        }
    }

    @Test("an entry reads back as it was written, and a line of an export holds it byte by byte")
    func roundTrip() throws {
        let note = AuditHouse.change(3, "jobs", at: Timestamp(milliseconds: 1_790_000_000_123))
        let entry = LedgerEntry(
            source: "jobs", number: 7, previous: LedgerEntry.firstPrevious, id: "i", storedAt: Timestamp(milliseconds: 5), note: note)
        let json = entry.json
        #expect(LedgerEntry(json) == entry)

        let hash = LedgerEntry.hash(of: entry.content)
        let found = try #require(LedgerLine.read(LedgerLine.bytes(entry.content, hash)[...]))
        #expect(found.content == entry.content && found.hash == hash && found.number == 7 && found.source == "jobs")
        #expect(LedgerLine.read(Array("{}".utf8)[...]) == nil)
    }

    @Test("a head is signed and read back, and a changed one is not believed")
    func heads() throws {
        let head = try AuditHouse.keys.head("jobs", 3, String(repeating: "a", count: 64), at: Timestamp(milliseconds: 7))
        let read = try #require(LedgerHead(line: head.line))
        #expect(read == head)
        #expect(read.isSigned(by: AuditHouse.keys.publicKeys))
        for change in [\LedgerHead.source, \.hash, \.key] {
            var forged = head
            forged[keyPath: change] += "x"
            #expect(!forged.isSigned(by: AuditHouse.keys.publicKeys))
        }
        var longer = head
        longer.number += 1
        #expect(!longer.isSigned(by: AuditHouse.keys.publicKeys))
    }

    @Test("a signed document is believed whole, and not when any byte of it differs")
    func documents() throws {
        let text = Array(#"{"a":"b","type":"opsconductor evidence"}"#.utf8)
        let document = SignedDocument.head + text + (try SignedDocument.tail(LedgerEntry.hash(of: text), AuditHouse.keys))
        let content = try SignedDocument.read(document)
        #expect(Array(content.text) == text && content.key == AuditHouse.keys.publicKeys[0])

        for index in document.indices.dropLast() {
            var changed = document
            changed[index] ^= 1
            #expect(throws: SignedDocumentError.self, "byte \(index)") { try SignedDocument.read(changed) }
        }
    }

    @Test("lines are cut however the bytes come")
    func cutting() {
        for size in 1...7 {
            var (cutter, lines): (LineCutter, [String]) = (LineCutter(), [])
            let bytes = Array("one\n\nthree\nrest".utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                cutter.take(Array(bytes[start..<min(bytes.count, start + size)])) { lines.append(String(decoding: $0, as: UTF8.self)) }
            }
            #expect(lines == ["one", "", "three"] && cutter.unfinished == Array("rest".utf8))
        }
    }
}
