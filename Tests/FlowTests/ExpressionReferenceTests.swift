import Flow
import Foundation
import Testing
import Vocabulary

@Suite("Names in expressions")
struct ExpressionReferenceTests {
    @Test("Every name is told with its constant parts, in order and with its place")
    func references() throws {
        let text = """
            steps.build.exit_code == 0 and
              steps["check disk"].outputs.version in default(parameters["x"], item)[0].y
              or steps[item.name].state == "a.b" or target.facts[parameters.a + "b"].z
            """
        let references = try Flow.Expression(parsing: text).references

        let paths = [
            ["steps", "build", "exit_code"], ["steps", "check disk", "outputs", "version"], ["parameters", "x"], ["item"], ["steps"],
            ["item", "name"], ["target", "facts"], ["parameters", "a"],
        ]
        #expect(references.map(\.path) == paths)
        #expect(references.map(\.line) == [1, 2, 2, 2, 3, 3, 3, 3])
        #expect(references.map(\.column) == [1, 3, 50, 67, 6, 12, 41, 54])
        #expect(references[1].name == "steps[\"check disk\"].outputs.version")
        #expect(references[1].offset == 33)
    }

    @Test("The first name that means nothing is told with the nearest one that does")
    func unknown() throws {
        let known = ["parameters.count", "parameters.max-users", "steps.build.exit_code", "steps.check disk.state", "item"]
        func error(_ text: String) throws -> ExpressionError? {
            try Flow.Expression(parsing: text).firstUnknown(among: known) { path in
                known.contains { $0 == path.joined(separator: ".") || $0.hasPrefix(path.joined(separator: ".") + ".") }
            }
        }

        #expect(try error("parameters.count > 1 and steps[item].state == 'a'") == nil)
        let misspelt = try #require(try error("parameters.count > 1 and\n  parameters.cuont > 2"))
        #expect(misspelt.reason == .unknownName("parameters.cuont", suggestion: "parameters.count"))
        #expect((misspelt.offset, misspelt.line, misspelt.column) == (27, 2, 3))
        #expect(misspelt.description == "There is no parameters.cuont; did you mean parameters.count?")
        #expect(try error("parameters.maxusers")?.reason == .unknownName("parameters.maxusers", suggestion: "parameters[\"max-users\"]"))
        #expect(try error("steps['chek disk'].state")?.description.hasSuffix("did you mean steps[\"check disk\"].state?") == true)
        #expect(try error("stepps[item].state")?.reason == .unknownName("stepps", suggestion: "steps"))
        #expect(try error("parameters.max-users > 3")?.reason == .unknownName("parameters.max", suggestion: "parameters[\"max-users\"]"))
        #expect(try error("parameters.count-parameters.x")?.reason == .unknownName("parameters.x", suggestion: nil))
        #expect(try error("True")?.reason == .unknownName("True", suggestion: "true"))
        #expect(try error("nonsense.entirely")?.description.contains("there are parameters.NAME") == true)
    }

    @Test("Every expression that its page shows is understood, and every function is shown")
    func documented() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/expressions.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        let expressions = rows.flatMap { row in
            row.dropFirst().split(separator: " | ")[0].split(separator: "`").map(String.init).filter { !", ".contains($0) && $0 != " " }
        }

        #expect(expressions.count > 50)
        for expression in expressions { #expect(throws: Never.self, "\(expression)") { try Flow.Expression(parsing: expression) } }
        let text = expressions.joined(separator: "\n")
        for function in ["default", "ends_with", "first", "join", "json", "last", "length", "lines", "lower", "max", "min"]
            + ["number", "range", "split", "starts_with", "text", "trim", "upper", "words"]
        {
            #expect(text.contains("\(function)("), "\(function)")
        }
    }

    @Test("What the page says to be the value of an example is its value")
    func examples() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/expressions.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        var count = 0
        for row in rows {
            let pieces = row.dropFirst(3).components(separatedBy: "` | `")
            guard pieces.count == 2, !pieces[0].contains("`"), let end = pieces[1].firstIndex(of: "`") else { continue }
            count += 1
            let value = try Flow.Expression(parsing: pieces[0]).value(ExpressionSample.values)
            let said = try Flow.Expression(parsing: String(pieces[1][..<end])).value(ExpressionSample.values)
            #expect(value == said, "\(row)")
        }
        #expect(count >= 15)
    }
}
