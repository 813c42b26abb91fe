import ConnectorPort
import Contracts
import Flow
import Support
import Testing
import Vocabulary

@testable import Worker

@Suite("A worker hides secrets", .timeLimit(.minutes(2)))
struct RedactionTests {
    @Test("what a step prints of its secret parameters is masked before it is stored, in whatever pieces it comes")
    func masksOutput() async throws {
        try await WorkingHouse.open { house in
            let script = "pin={{ parameters.pin }}; echo \"a $pin b\"; printf hunt; sleep 0.1; echo er2; printf %s \"$pin\" | base64 >&2"
            let receipt = try await house.fixture.start(
                [StepDefinition(name: "one", script: ScriptDefinition(text: script))], secrets: ["pin": Secret("hunter2")])
            let reader = try LiveReader(house.fixture.service, receipt.id)
            let feed = try await reader.toTheEnd()
            try await reader.leave()

            #expect(feed.text() == "a ••• b\n•••\n")
            #expect(feed.text(.stderr) == "•••=\n" || feed.text(.stderr) == "•••==\n")
        }
    }

    @Test("the limit of a step counts what is kept, so that it never cuts through a secret")
    func masksBeforeLimit() async {
        let sent = Sent()
        let collector = OutputCollector(step: 1, limit: 5, redaction: Redaction([Secret("hunter2")])) { await sent.add($0) }

        await collector.take(.stdout, Array("hunter2 and more".utf8))
        await collector.finish()

        let text = String(decoding: await sent.pieces.flatMap(\.bytes), as: UTF8.self)
        #expect(!text.contains("hunt"))
        #expect(text.contains("output limit of 5 bytes reached"))
    }

    @Test("causes are told without secrets")
    func masksCauses() {
        var entry = ReportEntry(
            key: BranchKey(execution: ExecutionID(trusted: "01990000-0000-7000-8000-00000000000b"), number: 1), fence: 1)
        entry.step = StepResult(
            number: 1, name: "one", state: .failed, attempt: 1, cause: "It said hunter2.", outputBytes: 0, truncated: false)
        entry.ended = BranchEnd(state: .failed, cause: "Step 1 (one): It said hunter2.")

        entry.redact(Redaction([Secret("hunter2")]))

        #expect(entry.step?.cause == "It said •••.")
        #expect(entry.ended?.cause == "Step 1 (one): It said •••.")
    }

    @Test("what opens the ways to a target is hidden, private keys excepted, which no command can print")
    func hidesCredentials() {
        #expect(CredentialMaterial.password(Secret("hunter2")).secrets == [Secret("hunter2")])
        #expect(CredentialMaterial.privateKey(Secret("key"), passphrase: Secret("open"), certificate: nil).secrets == [Secret("open")])
    }
}

/// The pieces that a collector sent.
private actor Sent {
    private(set) var pieces: [OutputPiece] = []
    func add(_ piece: OutputPiece) { pieces.append(piece) }
}
