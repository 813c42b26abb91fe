import Contracts
import Foundation
import Testing
import Vocabulary

@testable import Jobs

@Suite("Checking the flow of a job")
struct JobFlowTests {
    private static func mistakes(_ steps: String, parameters: String = "") -> [JobMistake] {
        JobDocument.text("name: flow\n\(parameters)steps:\n\(steps)").mistakes
    }

    private static let complete = """
        name: Roll out
        parameters:
          - name: names
            type: string
        steps:
          - name: look
            command: cat /etc/version
            outputs:
              all:
                take: lines
              version:
                pattern: 'v([0-9.]+)'
                optional: true
          - name: fetch
            needs: []
            for_each: [a, 2, true]
            command: echo {{ item }} {{ item_index }}
          - name: install
            needs: [look, fetch]
            join: any
            when: steps.look.outputs.version != "2.0" and target.os == "linux"
            only_on: tag = web
            for_each: steps.look.outputs.all
            command: install {{ steps.look.outputs.version }} {{ item }}
            rollback:
              command: remove {{ steps.install.outputs.id }} {{ steps.look.stdout }}
              timeout_seconds: 5
            outputs:
              id:
                json: items[0].id
          - name: tell
            runs: failure
            command: echo failed
        """

    @Test("reads needs, conditions, loops, outputs and rollbacks, and writes them back")
    func complete() throws {
        let document = JobDocument.text(Self.complete)

        #expect(document.mistakes == [])
        let job = try #require(document.definition)
        #expect(job.steps[1].needs == [])
        #expect(job.steps[1].forEach == .array(["a", 2, true]))
        #expect(job.steps[2].join == .any)
        #expect(job.steps[2].forEach == "steps.look.outputs.all")
        #expect(job.steps[0].outputs?["version"] == CaptureDefinition(pattern: "v([0-9.]+)", optional: true))
        #expect(job.steps[2].rollbackStep?.timeoutSeconds == 5)
        #expect(JobDocument.text(JobDocument.form(job).yaml).definition == job)
    }

    @Test("the job on the page about workflows is one that can be saved")
    func page() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/workflows.md"), encoding: .utf8)
        let start = try #require(page.range(of: "```yaml\n"))
        let end = try #require(page.range(of: "```\n", range: start.upperBound..<page.endIndex))
        let document = JobDocument.text(String(page[start.upperBound..<end.lowerBound]))

        #expect(document.mistakes == [])
        #expect(document.definition?.steps.count == 6)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let steps: String
        let line: Int
        let column: Int
        let text: String
        var testDescription: String { text }
    }

    static let cases = [
        Case(
            steps: "  - {name: a, needs: [b], command: x}\n  - {name: b, needs: [a], command: x}\n", line: 3, column: 22,
            text: "can ever run: a → b → a"),
        Case(steps: "  - {name: a, needs: [a], command: x}\n", line: 3, column: 23, text: "cannot wait for itself"),
        Case(
            steps: "  - {name: build, command: x}\n  - {name: b, needs: [biuld], command: x}\n", line: 4, column: 23,
            text: "did you mean build?"),
        Case(
            steps: "  - {name: a, runs: failure, command: x}\n", line: 3, column: 21, text: "so it can never run"),
        Case(
            steps: "  - {name: a, on_failure: ignore, command: x}\n  - {name: b, runs: failure, command: x}\n", line: 4, column: 21,
            text: "so it can never run"),
        Case(
            steps: "  - name: a\n    when: steps.b.exit_code == 0\n    command: x\n  - {name: b, command: x}\n", line: 4, column: 11,
            text: "steps.b.exit_code"),
        Case(
            steps: "  - {name: a, command: x}\n  - name: b\n    when: steps.a.exit_kode == 0\n    command: x\n", line: 5, column: 11,
            text: "did you mean steps.a.exit_code?"),
        Case(
            steps: "  - name: a\n    when: target.os == \n    command: x\n", line: 4, column: 23,
            text: "There must be a value before the end"),
        Case(
            steps: "  - name: a\n    when: parameters.token == \"x\"\n    command: x\n", line: 7, column: 11, text: "The secret token"),
        Case(steps: "  - {name: a, command: 'x {{ item }}'}\n", line: 3, column: 27, text: "There is no item to insert"),
        Case(
            steps: "  - {name: a, command: x}\n  - {name: b, command: 'x {{ steps.a.outputs.none }}'}\n", line: 4, column: 27,
            text: "There is no steps.a.outputs.none to insert"),
        Case(steps: "  - {name: a, only_on: 'group = x', command: x}\n", line: 3, column: 24, text: "The saved group x cannot stand here"),
        Case(steps: "  - {name: a, only_on: 'tag =', command: x}\n", line: 3, column: 30, text: "The filter cannot be read"),
        Case(steps: "  - {name: a, for_each: [], command: x}\n", line: 3, column: 25, text: "between 1 and 1000"),
        Case(
            steps: "  - {name: a, command: x, outputs: {1a: {take: text}}}\n", line: 3, column: 41, text: "cannot be the name of an output"),
        Case(steps: "  - {name: a, command: x, outputs: {v: {}}}\n", line: 3, column: 40, text: "exactly one of pattern, json and take"),
        Case(
            steps: "  - {name: a, command: x, outputs: {v: {pattern: '(', optional: true}}}\n", line: 3, column: 50,
            text: "The pattern cannot be read at its character 1"),
        Case(steps: "  - {name: a, command: x, rollback: {}}\n", line: 3, column: 37, text: "A rollback needs a command or a script"),
        Case(
            steps: "  - {name: a, command: x, rollback: {command: 'x {{ nothing }}'}}\n", line: 3, column: 50,
            text: "There is no nothing to insert"),
    ]

    @Test("names what cannot be, at its place", arguments: cases)
    func mistakes(one: Case) throws {
        let secret = one.text.contains("token") ? "parameters:\n  - name: token\n    type: secret\n" : ""
        let found = Self.mistakes(one.steps, parameters: secret)

        #expect(found.count == 1, "\(found)")
        let mistake = try #require(found.first)
        #expect(mistake.detail.contains(one.text), "\(mistake)")
        #expect(mistake.position?.line == one.line, "\(mistake)")
        #expect(mistake.position?.column == one.column, "\(mistake)")
    }
}
