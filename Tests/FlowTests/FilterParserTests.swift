import Flow
import Foundation
import Support
import Testing

private func name(_ name: String) -> FilterExpression { .compare(.name, .equal, name) }

@Suite("Filters as text")
struct FilterParserTests {
    static let understoodTexts: [(String, FilterExpression)] = [
        ("all", .everything), ("*", .everything), ("web-01", name("web-01")), ("web*", .compare(.name, .matches, "web*")),
        ("\"all\"", name("all")), ("name = \"web*\"", name("web*")), ("env = production", .compare(.environment, .equal, "production")),
        ("ENVIRONMENT=x", .compare(.environment, .equal, "x")), ("tag != web", .not(.compare(.tag, .equal, "web"))),
        ("os ~ debian*", .compare(.os, .matches, "debian*")), ("os !~ 'debian *'", .not(.compare(.os, .matches, "debian *"))),
        ("fact.Cores >= 8", .compare(.fact("cores"), .greaterOrEqual, "8")), ("has fact.x", .has(fact: "x")),
        ("tag in (a, b)", .oneOf(.tag, ["a", "b"])), ("tag not in (a)", .not(.oneOf(.tag, ["a"]))),
        ("group = Web", .group("Web")), ("group in (a, b)", .or([.group("a"), .group("b")])),
        ("a or b and not c", .or([name("a"), .and([name("b"), .not(name("c"))])])),
        ("a, b | c", .or([name("a"), name("b"), name("c")])),
        ("(a, b) & !c", .and([.or([name("a"), name("b")]), .not(name("c"))])),
        ("env=\"a \\\"b\\\"\"", .compare(.environment, .equal, "a \"b\"")),
    ]

    @Test("A filter is understood as it reads", arguments: understoodTexts)
    func understood(text: String, expected: FilterExpression) throws {
        #expect(try FilterExpression.parse(text) == expected)
    }

    @Test("Every filter that its page shows is understood")
    func documented() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/filters.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        let filters = rows.flatMap { $0.split(separator: "|")[0].split(separator: "`").map(String.init) }.filter { !", ".contains($0) }

        #expect(filters.count > 15)
        for filter in filters { #expect(throws: Never.self, "\(filter)") { try FilterExpression.parse(filter) } }
    }

    @Test("Ranges keep their leading zeros, in names and in lists")
    func ranges() throws {
        let range = try FilterRange("web[01-03,07]")

        #expect(range.names == ["web01", "web02", "web03", "web07"])
        #expect(try FilterExpression.parse("web[01-03,07]") == .range(range))
        #expect(try FilterExpression.parse("name in (db, web[01-03,07])") == .or([.range(range), .oneOf(.name, ["db"])]))
        #expect(try FilterRange("n[8-11]").names == ["n8", "n9", "n10", "n11"])
        #expect(try FilterRange("n[08-10]x[a-b]").names == ["n08xa", "n08xb", "n09xa", "n09xb", "n10xa", "n10xb"])
        for name in range.names { #expect(range.contains(name)) }
        for name in ["web1", "web04", "web001", "web01x", "web", ""] { #expect(!range.contains(name)) }
    }

    @Test(
        "What is no filter is refused at its place with a hint",
        arguments: [
            ("", 1, "empty"), ("enviroment = x", 1, "did you mean `environment`?"), ("a and colour = red", 7, "fact.colour"),
            ("status = activ", 10, "did you mean `active`?"), ("(a", 1, "not closed"), ("a b", 3, "Expected `and`, `or`"),
            ("env =", 6, "Expected a value before the end."), ("env = )", 7, "before `)`; quote"), ("name < 3", 6, "facts only"),
            ("'a", 1, "not closed"), ("tag in a", 8, "parentheses"), ("group ~ x", 7, "group"), ("web[1-", 4, "bracket"),
            ("web[3-1]", 1, "backwards"), ("web[1-3]*", 1, "cannot be combined"), ("web[1-999999999]", 1, "100000"),
            ("a)", 2, "Expected"), ("and", 1, "Expected a name"), ("tag in (a", 8, "not closed"), ("has cores", 5, "has fact.cores"),
            ("name == x", 6, "did you mean `=`?"), ("a or os==x", 8, "did you mean `=`?"), ("name === x", 6, "did you mean `=`?"),
            ("(a, b) == c", 8, "did you mean `=`?"), ("web[1-100000],db[1-2]", 15, "span more than"),
        ])
    func refused(text: String, column: Int, hint: String) {
        let error = #expect(throws: FilterError.self) {
            try FilterExpression.parse(text, closed: [.status: ["active", "maintenance", "retired"]])
        }

        #expect(error?.column == column)
        #expect(error?.message.contains(hint) == true, "\(error?.message ?? "")")
    }

    @Test(
        "No text can exhaust the parser",
        arguments: [
            String(repeating: "(", count: 3900), String(repeating: "!", count: 3900), String(repeating: "not ", count: 900),
            String(repeating: "(a or ", count: 600), String(repeating: "a", count: 4001),
        ])
    func bounded(text: String) {
        #expect(throws: FilterError.self) { try FilterExpression.parse(text) }
    }

    @Test("Any mixture of tokens is either a filter that prints as itself or an error", arguments: [UInt64(1), 2, 3, 4, 5])
    func anything(seed: UInt64) throws {
        var generator = FilterGenerator(seed: seed)
        let pieces = [
            "a", "web[1-2]", "(", ")", "and", "or", "not", "!", "=", "~", "in", ",", "\"x\"", "'", "fact.a", "<", "[", "]", "*", "é",
            "\\", "\0",
        ]
        for _ in 0..<1000 {
            let separator = generator.pick(["", " "])
            let text = (0...generator.below(12)).map { _ in generator.pick(pieces) }.joined(separator: separator)
            guard let expression = try? FilterExpression.parse(text) else { continue }
            #expect(try FilterExpression.parse(expression.description) == expression, "seed \(seed): \(text)")
        }
    }

    @Test("A printed filter reads as the same filter", arguments: (1...20).map { UInt64($0) })
    func roundTrip(seed: UInt64) throws {
        var generator = FilterGenerator(seed: seed)
        for _ in 0..<50 {
            let filter = generator.filter(depth: 4)
            let text = filter.description
            guard text.count <= FilterLimit.length else { continue }
            #expect(try FilterExpression.parse(text) == filter, "seed \(seed): \(text)")
        }
    }
}
