import Flow
import Testing
import Vocabulary

@Suite("Template")
struct TemplateTests {
    let values = TemplateValues([
        "parameters": .object(["version": "1.2", "count": 3, "force": true, "none": .null]),
        "target": .object(["host": "10.0.0.7", "tags": .array(["web", "blue"]), "facts": .object(["kernel": "6.1"])]),
        "step": .object(["attempt": 2]),
    ])

    @Test("inserts values by name, numbers and truth values as text and lists with commas")
    func insertsValues() throws {
        let template = try Template(
            parsing:
                "{{parameters.version}} {{ parameters.count }} {{ parameters.force }} {{ target.tags }} {{ target.facts.kernel }} {{ step.attempt }}"
        )

        #expect(try template.render(for: .plain, values: values) == "1.2 3 true web,blue 6.1 2")
    }

    @Test("writes a quoted text as it is, so that braces can be written")
    func writesLiteralBraces() throws {
        let template = try Template(parsing: #"docker inspect --format '{{ "{{" }}.Name{{ "}}" }}' {{ target.host }}"#)

        #expect(try template.render(for: .plain, values: values) == "docker inspect --format '{{.Name}}' 10.0.0.7")
        #expect(template.references.map(\.name) == ["target.host"])
    }

    @Test(
        "says where its syntax is wrong",
        arguments: [
            ("a\nbb {{ parameters.x", 2, 4, TemplateError.Reason.unclosed),
            ("{{ a b }}", 1, 1, .notAName("a b")),
            ("é {{.State}}", 1, 3, .notAName(".State")),
            ("{{}}", 1, 1, .notAName("")),
            ("{{ parameters. }}", 1, 1, .notAName("parameters.")),
        ])
    func saysWhere(text: String, line: Int, column: Int, reason: TemplateError.Reason) {
        #expect { try Template(parsing: text) } throws: { error in
            guard let error = error as? TemplateError else { return false }
            return (error.line, error.column) == (line, column) && error.reason == reason
        }
    }

    @Test("knows the built-in names and the declared parameters, and suggests the nearest name")
    func knowsNames() throws {
        let template = try Template(
            parsing:
                "{{ target.host }}{{ target.facts.any }}{{ parameters.version }}{{ parameters.verison }}{{ target.hots }}{{ env.HOME }}")

        let errors = template.references.compactMap { $0.error(in: NameScope(parameters: ["version"])) }

        #expect(
            errors.map(\.reason) == [
                .unknown("parameters.verison", suggestion: "parameters.version"), .unknown("target.hots", suggestion: "target.host"),
                .unknown("env.HOME", suggestion: nil),
            ])
    }

    @Test("refuses a value that is missing, null or holds a NUL")
    func refusesMissingValues() throws {
        #expect(throws: TemplateError.self) { try Template(parsing: "{{ parameters.none }}").render(for: .plain, values: values) }
        #expect(throws: TemplateError.self) { try Template(parsing: "{{ branch.serial }}").render(for: .shell, values: values) }
        let nul = TemplateValues { _ in "a\0b" }
        #expect(throws: TemplateError.self) { try Template(parsing: "{{ parameters.x }}").render(for: .shell, values: nul) }
        #expect(throws: TemplateError.self) { try Template(parsing: "{{ parameters.x }}").render(for: .plain, values: nul) }
    }

    @Test("reads long texts of awkward parts to their end", .timeLimit(.minutes(1)))
    func readsLargeTexts() throws {
        for piece in ["{{ a }}", "\"$(", "`", "${", "((", "<<A\n", "{ ", "'\"", "\\", "[[ "] {
            let text = String(repeating: piece, count: 60_000 / piece.utf8.count) + " {{ parameters.x }}"
            let template = try Template(parsing: text)

            #expect(template.references.last?.name == "parameters.x")
            _ = template.shellErrors
        }
    }
}
