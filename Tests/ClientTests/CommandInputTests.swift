import Contracts
import Foundation
import Testing
import Vocabulary

@testable import Client

@Suite("What the CLI makes of its input")
struct CommandInputTests {
    let definitions = [
        ParameterDefinition(name: "count", type: .integer), ParameterDefinition(name: "force", type: .boolean),
        ParameterDefinition(name: "text", type: .string), ParameterDefinition(name: "token", type: .secret),
    ]

    @Test("gives parameters the types of the job and leaves what does not fit to the server")
    func typesParameters() throws {
        let values = try RunInput.parameters(
            given: ["count=3", "force=true", "text=a=b", "other=1"], secretFiles: [], definitions: definitions)

        #expect(values == ["count": 3, "force": true, "text": "a=b", "other": "1"])
        #expect(
            try RunInput.parameters(given: ["count=x", "force=yes"], secretFiles: [], definitions: definitions) == [
                "count": "x", "force": "yes",
            ])
    }

    @Test("takes secrets out of files and refuses them on the command line")
    func takesSecretsFromFiles() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "secret-\(SystemIDs().next())").path
        try Data("hush\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }

        #expect(try RunInput.parameters(given: [], secretFiles: ["token=\(path)"], definitions: definitions) == ["token": "hush"])
        for wrong in [(["token=hush"], []), (["count"], []), (["=1"], []), (["count=1", "count=2"], []), ([], ["token=/nonexistent"])] {
            #expect { try RunInput.parameters(given: wrong.0, secretFiles: wrong.1, definitions: definitions) } throws: {
                ($0 as? ClientFailure)?.code == 2
            }
        }
    }

    @Test("takes one word as a line for the shell and quotes the words of a command where that is needed")
    func joinsCommands() {
        #expect(CommandText.join(["uptime; df -h | tail -1"]) == "uptime; df -h | tail -1")
        #expect(CommandText.join(["df", "-h", "/"]) == "df -h /")
        #expect(CommandText.join(["echo", "it's $HOME", "", "a;b"]) == "echo 'it'\\''s $HOME' '' 'a;b'")
    }

    @Test("ends a complaint before it says where to read on")
    func hints() {
        #expect(CommandText.hinted("Unknown option '--x'") == "Unknown option '--x'. See --help.")
        #expect(CommandText.hinted("Say what to run after --.") == "Say what to run after --. See --help.")
        #expect(CommandText.hinted("Unknown option '--serve'. Did you mean '--server'?").hasSuffix("'--server'? See --help."))
        #expect(CommandText.hinted("One of:\n  - a\n  - b") == "One of:\n  - a\n  - b\nSee --help.")
    }

    @Test("counts one target as one")
    func counts() {
        #expect([0, 1, 2].map { CommandText.count($0, "target") } == ["0 targets", "1 target", "2 targets"])
    }

    @Test("splits a text into documents that keep the numbers of their lines")
    func splitsDocuments() {
        let documents = JobFiles.documents("# c\n---\na: 1\nb: 2\n---\n\n---  \nc: 3\n")

        #expect(documents.map { $0.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains(":") } } == [2, 7])
    }

    @Test("shows nothing that a terminal would obey")
    func showsSafely() {
        #expect(TextTable.visible("a\u{1B}[31mb\u{7}\r\n\u{9B}\u{202E}é") == "a\\x1b[31mb\\x07\\x0d\\n\\x9b\\x202eé")
        var table = TextTable(["name", "state"])
        table.add(["a\tb", ""])
        table.add(["longer", "ok"])
        #expect(table.lines == ["NAME    STATE", "a b", "longer  ok"])
    }

    @Test(
        "ends with the exit code that scripts expect",
        arguments: [
            (Problem.unauthenticated, 3), (.forbidden(.jobsRun), 1), (.notFound("job x"), 2), (.invalid("no"), 2), (.unavailable("no"), 3),
            (.staleRevision(sent: 1, current: 2), 2),
        ] as [(Problem, Int32)])
    func mapsProblems(problem: Problem, code: Int32) {
        #expect(ClientFailure(problem).code == code)
    }
}
