import Contracts
import Support
import Testing
import Vocabulary

@Suite("Import of anything")
struct ImportAnythingTests {
    private static let pieces = [
        "name", "host", ",", ";", "\"", "'", "\n", "\r\n", "\r", "[", "]", "{", "}", ":", " ", "  ", "\t", "=", "a", "web[1:3]", "Host ",
        "ProxyJump ", "all", "hosts", "children", "vars", "&x ", "*x", "- ", "?", "#", "\0", "é", "\u{FEFF}", "🧨", "1", "null", "\\",
        "Match ",
        "[a:children]", "%h", "!", "|", ">", "---", "\"name\":",
    ]

    @Test("Any text is imported or refused, never a failure", arguments: ImportFormat.allCases)
    func anything(format: ImportFormat) async throws {
        let house = try await TargetsHouse()
        for seed in UInt64(1)...150 {
            var generator = FilterGenerator(seed: seed)
            let text = (0...generator.below(40)).map { _ in generator.pick(Self.pieces) }.joined()
            do {
                _ = try await house.importing(format, text, dryRun: true)
            } catch {
                #expect((error as? Problem)?.status == 422, "seed \(seed)")
            }
        }
    }

    @Test("Deep, long and explosive texts are refused", arguments: ImportFormat.allCases)
    func hostile(format: ImportFormat) async throws {
        let house = try await TargetsHouse()
        let laughs =
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + (1...12).map { level in
                "\(UnicodeScalar(UInt8(97 + level))): &\(UnicodeScalar(UInt8(97 + level))) ["
                    + Array(repeating: "*\(UnicodeScalar(UInt8(96 + level)))", count: 9).joined(separator: ",") + "]\n"
            }.joined()
        let texts = [
            String(repeating: "[", count: 200_000), String(repeating: "{\"a\":", count: 50_000), String(repeating: "{a: ", count: 900),
            String(repeating: "[", count: 990) + String(repeating: "]", count: 990), laughs,
            (0..<900).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), String(repeating: "\"", count: 100_001),
            String(repeating: "x", count: 10 * 1024 * 1024 + 1),
        ]
        for text in texts {
            do {
                let receipt = try await house.importing(format, text, dryRun: true)
                #expect(receipt.refused > 0, "\(text.prefix(20))")
            } catch {
                #expect((error as? Problem)?.status == 422, "\(text.prefix(20))")
            }
        }
    }

    @Test(
        "JSON that is no list of targets is refused at its place",
        arguments: [("{", "not JSON"), ("{}", "an object"), ("[", "line 1"), ("3", "a number")])
    func badJSON(text: String, hint: String) async throws {
        let house = try await TargetsHouse()

        let refusal = await problem { try await house.importing(.json, text) }

        #expect(refusal?.detail.contains(hint) == true, "\(refusal?.detail ?? "")")
    }

    @Test("JSON entries have their line, and unknown fields a suggestion")
    func jsonRows() async throws {
        let house = try await TargetsHouse()
        let text = """
            [
              {"name": "a", "facts": {"cores": 8, "ssd": true}, "connections": [{"host": "h, [x]", "port": 22}]},
              {"name": "b", "enviroment": "x"}, 7,
              {"name": "c", "connections": [{"prot": 1}], "tags": "web"}
            ]
            """

        let receipt = try await house.importing(.json, text)

        #expect(receipt.rows.map(\.line) == [2, 3, 3, 4])
        #expect(receipt.rows[1].problems.first?.contains("did you mean `environment`?") == true)
        #expect(receipt.rows[2].problems == ["A target must be an object, not a number."])
        #expect(receipt.rows[3].problems.contains { $0.contains("did you mean `port`?") })
        #expect(receipt.rows[3].problems.contains { $0.contains("`tags` must be a list") })
    }

    @Test("A default credential that does not exist is refused")
    func defaultCredential() async throws {
        let house = try await TargetsHouse()

        let refusal = await problem { try await house.importing(.csv, "name\na", credential: .sample) }

        #expect(refusal?.errors?.map(\.pointer) == ["#/credential"])
    }
}
