import Contracts
import Foundation
import Testing
import Vocabulary

@testable import Jobs

@Suite("Checking a job")
struct JobCheckTests {
    /// What a check says: line, column and the beginning of the sentence.
    struct Finding: Sendable, CustomStringConvertible {
        var line: Int
        var column: Int
        var text: String
        init(_ line: Int, _ column: Int, _ text: String) { (self.line, self.column, self.text) = (line, column, text) }
        var description: String { "\(line):\(column) \(text)" }
    }

    private func expect(_ yaml: String, _ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
        let found = JobDocument.text(yaml).mistakes
        #expect(found.count == findings.count, "\(found)", sourceLocation: sourceLocation)
        for (mistake, finding) in zip(found, findings) {
            #expect(mistake.position?.line == finding.line, "\(mistake)", sourceLocation: sourceLocation)
            #expect(mistake.position?.column == finding.column, "\(mistake)", sourceLocation: sourceLocation)
            #expect(mistake.detail.contains(finding.text), "\(mistake)", sourceLocation: sourceLocation)
        }
    }

    @Test("reads a complete job without complaint")
    func readsJob() throws {
        let document = JobDocument.text(Sample.full)

        #expect(document.mistakes == [])
        let job = try #require(document.definition)
        #expect(job.steps[1].script?.arguments == ["-x", "5"])
        #expect(job.steps[1].environment == ["PORT": "8080"])
        #expect(job.steps[0].retries == RetryDefinition(attempts: 3, delaySeconds: 2, factor: 1.5))
        #expect(job.parameters?[2].default == "soft")
        #expect(document.yaml == Sample.full + "\n" || document.yaml == Sample.full)
    }

    @Test("names wrong types, missing and unknown fields with their places, all at once")
    func namesStructuralMistakes() {
        expect(
            """
            name: 12
            descripton: x
            max_parallel: many
            steps:
              - nmae: a
                command: [a, b]
                repeatable: yes
              - just a text
              - name: c
                script: {text: x, interpretr: sh}
                retries: {delay_seconds: 1.5}
                on_failure: contine
            """,
            [
                Finding(1, 7, "name must be a text, not a whole number"), Finding(2, 1, "no field descripton; did you mean description?"),
                Finding(3, 15, "max_parallel must be a whole number"),
                Finding(5, 5, "no field nmae; did you mean name?"), Finding(5, 5, "name is missing"),
                Finding(6, 14, "command must be a text, not a list"),
                Finding(7, 17, "repeatable must be true or false"), Finding(8, 5, "must be an object"),
                Finding(10, 23, "no field interpretr; did you mean interpreter?"), Finding(11, 14, "attempts is missing"),
                Finding(11, 30, "delay_seconds must be a whole number"), Finding(12, 17, "did you mean continue?"),
            ])
        expect("- a\n- b\n", [Finding(1, 1, "A job must be an object")])
        expect("description: x\n", [Finding(1, 1, "name is missing"), Finding(1, 1, "steps is missing")])
        expect("name: a\nsteps: []\n", [Finding(2, 8, "steps must not be empty")])
    }

    @Test("names what the rules forbid, with the place inside a text")
    func namesRuleMistakes() {
        expect(
            """
            name: a
            targets: "name ="
            max_parallel: 0
            parameters:
              - {name: p, type: choice}
              - {name: q, type: integer, default: x, choices: [a]}
              - {name: s, type: secret, default: hush}
              - {name: p, type: string, pattern: "(("}
            steps:
              - name: one
                command: echo {{ parameters.x }} \\{{ target.host }}
              - name: one
                accepted_exit_codes: [0, 256]
                environment: {1A: b, TOKEN: "{{ parameters.s }}"}
                script:
                  text: |
                    echo fine
                    echo `{{ target.name }}`
                standard_input: "{{ parameters.s }} {{ broken"
              - name: two
                command: x
                script: {text: y, interpreter: python3}
            """,
            [
                Finding(2, 17, "The filter cannot be read"), Finding(3, 15, "max_parallel must be between 1 and 10000"),
                Finding(5, 5, "A choice needs a list of choices"), Finding(6, 39, "must be a whole number"),
                Finding(6, 51, "Only a parameter of type choice"), Finding(7, 38, "A secret has no default"),
                Finding(8, 12, "two parameters named p"), Finding(8, 38, "The pattern is not valid"),
                Finding(11, 19, "no parameters.x to insert"), Finding(11, 39, "backslash"), Finding(12, 11, "two steps named one"),
                Finding(13, 30, "0 to 255"), Finding(14, 23, "1A cannot be the name"),
                Finding(14, 34, "The secret s cannot be part of an environment variable"),
                Finding(18, 15, "backquotes"), Finding(19, 41, "not closed"), Finding(22, 13, "not both"),
            ])
    }

    @Test("keeps secrets out of what others on the target can see, and placeholders out of other languages")
    func keepsSecretsOut() {
        func errors(_ step: String) -> [String] {
            JobDocument.text(
                "name: a\nparameters: [{name: s, type: secret}, {name: v, type: string}]\nsteps:\n  - name: x\n    \(step)\n"
            ).mistakes.map(\.detail)
        }
        for visible in [
            "command: 'echo {{ parameters.s }}'", "{ command: x, working_directory: '{{ parameters.s }}' }",
            "script: {text: x, arguments: ['{{ parameters.s }}']}",
        ] where !visible.hasPrefix("{") {
            #expect(errors(visible).count == 1)
            #expect(errors(visible).first?.contains("The secret s cannot be part of") == true)
        }
        #expect(errors("command: cat\n    working_directory: '{{ parameters.s }}'").first?.contains("working directory") == true)
        #expect(errors("command: cat\n    standard_input: '{{ parameters.s }}'") == [])
        #expect(errors("script: {text: 'echo {{ parameters.s }}'}") == [])
        #expect(errors("script: {text: 'print({{ parameters.v }})', interpreter: python3}").first?.contains("script for python3") == true)
        #expect(errors("script: {text: 'import sys', interpreter: python3, arguments: ['{{ parameters.v }}']}") == [])
        #expect(errors("script: {text: 'echo {{ parameters.v }}', interpreter: /usr/bin/env bash}") == [])
    }

    @Test(
        "says one clear sentence about text that is not YAML",
        arguments: [
            ("name: a\nsteps:\n\t- name: x\n", 3, "indented with a tab"), ("name: a\nname: b\n", 2, "name is there twice"),
            ("name: [a\n", 2, "This is not YAML"), ("name: {{ parameters.x }}\nsteps: []\n", 1, "must be in quotes"),
            ("name: {{ parameters.x }} there\n", 1, "must be in quotes"), ("name: !!binary aGVsbG8=\nsteps: []\n", 1, "Tags such as"),
            ("name: *a\n", 1, "This is not YAML"), ("a: \"\\ud800\"", 1, "This is not YAML"), ("a: \u{1}", 1, "This is not YAML"),
            ("%YAML 9.9\n---\nname: a\n", 1, "This is not YAML"),
        ])
    func explainsSyntax(yaml: String, line: Int, text: String) {
        let mistakes = JobDocument.texts(yaml).flatMap(\.mistakes)

        #expect(mistakes.first?.position?.line == line, "\(mistakes)")
        #expect(mistakes.first?.detail.contains(text) == true, "\(mistakes)")
    }

    @Test("names the second of two equal fields, wherever they stand")
    func namesSecondField() {
        func position(_ yaml: String) -> JobMistake.Position? { JobDocument.text(yaml).mistakes.first?.position }

        #expect(
            position("name: a\nsteps:\n  - name: x\n    command: b\n    name: y\n") == JobMistake.Position(line: 5, column: 5))
        #expect(
            position("name: a\nsteps:\n  - command: |\n      name: b\n    name: x\n    name: y\n")
                == JobMistake.Position(line: 6, column: 5))
        #expect(position("steps: []\nname: a\n\"name\" : b\n") == JobMistake.Position(line: 3, column: 1))
        #expect(position("{name: a, name: b}\n") == JobMistake.Position(line: 1, column: 2))
    }

    @Test("refuses a text that begins with a byte order mark, which YAML cannot keep")
    func refusesByteOrderMark() {
        let step = StepDefinition(name: "x", script: ScriptDefinition(text: "\u{FEFF}echo"))

        let mistakes = JobDocument.form(JobDefinition(name: "a", description: "\u{FEFF}b", steps: [step])).mistakes

        #expect(mistakes.map(\.pointer) == ["/description", "/steps/0/script/text"])
        #expect(mistakes.allSatisfy { $0.detail.contains("byte order mark") })
    }

    @Test("survives hostile text: too large, too deep, growing without bounds, cut anywhere")
    func survivesHostileText() throws {
        let laughs =
            "a: &a [x, x]\n"
            + (0..<30).map { "b\($0): &b\($0) [*\($0 == 0 ? "a" : "b\($0 - 1)"), *\($0 == 0 ? "a" : "b\($0 - 1)")]\n" }.joined()
            + "? *b29\n: x\n"
        let hostile = [
            String(repeating: "a", count: 10_000_000), String(repeating: "[", count: 900_000), String(repeating: "{a: ", count: 200_000),
            String(repeating: "- ", count: 400_000), String(repeating: "? ", count: 400_000), String(repeating: "a: 1\n", count: 150_000),
            laughs,
            (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), String(repeating: "'", count: 900_000),
            "&a [*a]", "name: &x {a: *x}", String(repeating: "---\n", count: 200_000),
            "steps: [" + String(repeating: "{},", count: 200_000) + "]",
            String(repeating: "x", count: 900_000) + ": y", "\u{FEFF}", "---", "...", "name: |" + String(repeating: "\n ", count: 400_000),
            "",
        ]
        for text in hostile {
            let documents = JobDocument.texts(text)

            #expect(!documents.contains { $0.mistakes.isEmpty })
            #expect(documents.reduce(0) { $0 + $1.mistakes.count } <= JobDocument.mistakeLimit)
        }
        #expect(JobDocument.texts(laughs).first?.mistakes.first?.detail.contains("grow without bounds") == true)
        #expect(JobDocument.text(hostile[0]).mistakes.first?.detail.contains("10000000 bytes") == true)
        for length in 0..<Sample.full.utf8.count {
            _ = JobDocument.text(String(decoding: Sample.full.utf8.prefix(length), as: UTF8.self))
        }
    }

    @Test("allows anchors where they help")
    func allowsAnchors() {
        let document = JobDocument.text(
            "name: a\nsteps:\n  - name: x\n    command: a\n    environment: &env {A: b}\n  - name: y\n    command: b\n    environment: *env\n"
        )

        #expect(document.mistakes == [])
        #expect(document.definition?.steps[1].environment == ["A": "b"])
    }

    @Test("reads several documents with the lines of the whole text")
    func readsSeveralDocuments() {
        let documents = JobDocument.texts("# first\n---\n\(Sample.minimal)---\nname: two\nsteps: 5\n")

        #expect(documents.map { $0.definition?.name } == ["hello", "two"])
        #expect(documents[1].mistakes.map(\.position) == [JobMistake.Position(line: 9, column: 8)])
    }

    @Test("accepts every example of the product")
    func acceptsExamples() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../examples")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).filter {
            $0.pathExtension == "yaml"
        }

        #expect(files.count >= 3)
        for file in files {
            #expect(JobDocument.text(try String(contentsOf: file, encoding: .utf8)).mistakes == [], "\(file.lastPathComponent)")
        }
    }
}
