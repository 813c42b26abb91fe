import Contracts
import Testing
import Vocabulary

@testable import Jobs

@Suite("YAML and form")
struct YAMLWriterTests {
    private static let twoSteps = JobDefinition(
        name: "Two steps", description: "",
        parameters: [
            ParameterDefinition(name: "n", type: .integer, required: true, default: 3),
            ParameterDefinition(name: "c", type: .choice, default: "yes", choices: ["yes", "1", "a, b"]),
        ], targets: "tag = web", maxParallel: 5,
        steps: [
            StepDefinition(
                name: "first", command: "echo one\necho two", standardInput: "x: y\n", environment: ["B": "1", "A": "# no"],
                retries: RetryDefinition(attempts: 2, factor: 2), acceptedExitCodes: [0, 1]),
            StepDefinition(
                name: "second", script: ScriptDefinition(text: "exit 0\n", arguments: ["-v", "a'b", "c\td", "C:\\x"]), runs: .always
            ),
        ])

    @Test("writes a form as a person would: fields in order, several lines as a block, quotes only where needed")
    func writesForm() {
        let document = JobDocument.form(Self.twoSteps)

        #expect(document.mistakes == [])
        #expect(
            document.yaml == """
                name: Two steps
                targets: tag = web
                max_parallel: 5
                parameters:
                  - name: "n"
                    type: integer
                    required: true
                    default: 3
                  - name: c
                    type: choice
                    default: "yes"
                    choices:
                      - "yes"
                      - "1"
                      - a, b
                steps:
                  - name: first
                    command: |-
                      echo one
                      echo two
                    standard_input: |
                      x: y
                    environment:
                      A: "# no"
                      B: "1"
                    retries:
                      attempts: 2
                      factor: 2.0
                    accepted_exit_codes: [0, 1]
                  - name: second
                    script:
                      text: |
                        exit 0
                      arguments:
                        - "-v"
                        - a'b
                        - "c\\td"
                        - C:\\x
                    runs: always

                """)
    }

    @Test("reads back every form that it writes")
    func readsBack() throws {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of the forms: \(seed)")
        var generator = Generator(seed: seed)
        for _ in 0..<2000 {
            let job = generator.job()
            let yaml = YAMLWriter.text(JobOutline.tree(of: job))
            let document = JobDocument.text(yaml)
            #expect(document.definition == job, "seed \(seed):\n\(yaml)\n\(document.mistakes)")
            if document.definition != job { return }
        }
    }

    @Test(
        "keeps the blank lines at the end of a text exactly where its block keeps them",
        arguments: [
            ("|+\n      x\n\n\n", "x\n\n\n"), ("|+\n      x\n", "x\n"), ("|+\n      x", "x\n"), (">+\n      x\n\n", "x\n\n"),
            ("|1+\n      x\n\n", " x\n\n"), ("|+1 # keep\n      x\n\n", " x\n\n"), ("|\n      x\n\n\n", "x\n"), ("|-\n      x\n\n", "x"),
            ("x\n\n\n", "x"),
        ])
    func blankEnd(written: String, expected: String) throws {
        let job = "name: a\nsteps:\n  - name: s\n    command: cat\n    standard_input: \(written)"

        for text in [job, "---\n\(job)", job.replacing("\n", with: "\r\n")] {
            let document = JobDocument.text(text)
            #expect(document.definition?.steps.first?.standardInput == expected, "\(document.mistakes)")
            #expect(JobDocument.text(document.yaml).definition == document.definition)
            #expect(JobDocument.form(try #require(document.definition)).definition == document.definition)
        }
        let two = JobDocument.texts("\(job)\(job.hasSuffix("\n") ? "" : "\n")---\n\(job)")
        #expect(two.map { $0.definition?.steps.first?.standardInput } == [expected, expected])
    }

    @Test("a text is the same with and without blank lines after it")
    func blankLinesAfter() {
        let job = "name: a\nsteps:\n  - name: s\n    command: true\n"

        #expect(JobDocument.text(job + "\n\n").yaml == job)
        #expect(JobDocument.texts(job + "\n---\n" + job + "\n").map(\.yaml) == [job, job])
    }

    @Test("reads back short lists whose texts end a value inside brackets", arguments: ["a:?", "0x1f:?b", "a,b", "a]", "a:{"])
    func readsBackLists(text: String) {
        let script = ScriptDefinition(text: "true", arguments: [text, "b"])
        let job = JobDefinition(name: "lists", steps: [StepDefinition(name: "one", script: script)])

        let document = JobDocument.text(YAMLWriter.text(JobOutline.tree(of: job)))

        #expect(document.definition == job, "\(document.mistakes)")
    }

    /// Makes forms of awkward texts.
    private struct Generator {
        var numbers: LinearNumbers
        init(seed: UInt64) { numbers = LinearNumbers(state: seed) }

        static let pieces = [
            "a", "b c", " ", "\n", "\t", ":", ": ", "#", " #", "-", "- ", "'", "\"", "\\", "|", ">", "{", "}", "[", "]", ",", "&x", "*x",
            "!t", "%", "@",
            "`", "yes", "null", "~", "1", "1.5", "0x1f", "1e3", "2026-11-26", "12:30", "true", "é", "日本", "\u{1F600}", "\u{85}", "\u{2028}",
            "\u{FEFF}", "\u{7F}", "\u{1B}", "\r", "---", "...", "<<", "=", "?", "? ", "  x", "\n\n", "{{ target.host }}",
        ]

        mutating func text() -> String {
            let count = Int.random(in: 0...5, using: &numbers)
            let text = (0..<count).map { _ in Self.pieces.randomElement(using: &numbers) ?? "" }.joined()
            // No text of a job begins with a byte order mark.
            return String(String.UnicodeScalarView(text.unicodeScalars.drop { $0 == "\u{FEFF}" }))
        }

        mutating func some<Value>(_ value: Value) -> Value? { Bool.random(using: &numbers) ? value : nil }

        mutating func job() -> JobDefinition {
            let value: JSONValue =
                [.string(text()), .integer(.random(in: -9...9, using: &numbers)), .boolean(true), .number(0.5)].randomElement(
                    using: &numbers) ?? "x"
            var step = StepDefinition(name: text(), command: some(text()), standardInput: some(text()))
            step.environment = some([text(): text(), "B": text()])
            step.script = some(ScriptDefinition(text: text(), interpreter: some(text()), arguments: some([text(), text()])))
            step.retries = some(RetryDefinition(attempts: 2, factor: some(1.25)))
            step.acceptedExitCodes = some([0, 255])
            return JobDefinition(
                name: text(), description: some(text()),
                parameters: some([ParameterDefinition(name: text(), type: .choice, default: value, choices: some([text(), text()]))]),
                targets: some(text()), steps: [step, StepDefinition(name: text(), repeatable: some(false))]
            ).normalized
        }
    }

    private struct LinearNumbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test("names the paths that differ")
    func namesDifferences() throws {
        let old = try #require(JobDocument.text(Sample.full).definition)
        var new = old
        new.steps[0].command = "true"
        new.steps[0].retries?.attempts = 4
        new.steps[1].environment = ["PORT": "8080", "X": "y"]
        new.parameters?.removeLast()
        new.targets = nil

        let paths = OutlineNode.differences(JobOutline.tree(of: old), JobOutline.tree(of: new))

        #expect(paths == ["parameters[2]", "steps[0].command", "steps[0].retries.attempts", "steps[1].environment.X", "targets"])
        #expect(OutlineNode.differences(JobOutline.tree(of: old), JobOutline.tree(of: old)) == [])
    }
}
