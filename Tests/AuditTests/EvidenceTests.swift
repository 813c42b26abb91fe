import Client
import Contracts
import Foundation
import Ledger
import Support
import Testing
import Vocabulary
import Web

@testable import Audit

@Suite("Evidence", .timeLimit(.minutes(1)))
struct EvidenceTests {
    private static let run = Execution(
        id: ExecutionID(trusted: "01990000-0000-7000-8000-000000000e01"), serial: "J20260001.0001", kind: .job, name: "patch",
        state: .failed,
        counts: BranchCounts(total: 450, waiting: 0, running: 0, succeeded: 449, failed: 1, cancelled: 0, unclear: 0), targets: "all",
        maxParallel: 50, priority: .normal, startedBy: "ada", createdAt: Timestamp(milliseconds: 1_790_000_000_000), lastSequence: 9)

    private static func branch(_ number: Int) -> Branch {
        var step = StepResult.waiting(1, "one")
        (step.state, step.outputBytes, step.outputHash) = (.succeeded, 5, String(repeating: "a", count: 64))
        return Branch(
            number: number, serial: "b\(number)", target: .sample, targetSerial: "T1", targetName: "t\(number)", state: .succeeded,
            steps: [step])
    }

    /// A house with an Executions that has one run.
    private func house() async throws -> AuditHouse {
        try await AuditHouse(also: { routes in
            routes.serve(ExecutionsAPI.evidence) { call in
                guard call.body.execution == Self.run.serial || call.body.execution == Self.run.id.text else {
                    throw Problem.notFound("run")
                }
                let (first, last) = (call.body.after + 1, min(450, call.body.after + 200))
                let definition = JobDefinition(name: "patch", steps: [StepDefinition(name: "one", command: "true")])
                return EvidencePage(
                    detail: ExecutionDetail(execution: Self.run, definition: definition, parameters: ["pin": "•••"], leftOut: []),
                    approvals: [], branches: (first...last).map(Self.branch), hasMore: last < 450)
            }
            routes.serve(ExecutionsAPI.evidenceLog) { call in
                Download(contentType: "text/plain", bytes: Array("out\(call.body.branch)".utf8))
            }
        })
    }

    private func bundle(_ house: AuditHouse, outputs: Bool = false) async throws -> [UInt8] {
        let download = try await house.call(
            AuditAPI.evidence, ["execution": Self.run.serial], AskEvidence(outputs: outputs ? true : nil))
        #expect(download.fileName == "J20260001.0001.evidence.json")
        var bytes: [UInt8] = []
        for try await piece in download.body { bytes += piece }
        return bytes
    }

    private func tellOfRun(_ house: AuditHouse) async throws {
        for action in ["execution.started", "execution.ended"] {
            let note = AuditNote(action, .init("execution", Self.run.id.text, Self.run.serial), by: "executions", at: house.clock.now())
            try await house.tell("executions", [house.item(note)])
        }
        let used = AuditNote(
            "credential.used", .init("credential", "c1", "root key"), after: .object(["execution": .string(Self.run.id.text)]),
            by: "executions", at: house.clock.now())
        try await house.tell("executions", [house.item(used), house.item(AuditHouse.change(3, "executions", at: house.clock.now()))])
    }

    @Test("evidence holds the run with all targets and its entries, is canonical, and checks against the public key")
    func whole() async throws {
        let house = try await house()
        try await tellOfRun(house)
        let bytes = try await bundle(house)

        let summary = try EvidenceCheck.check(bytes, AuditHouse.keys.publicKeys)
        #expect((summary.serial, summary.branches, summary.entries, summary.madeBy) == ("J20260001.0001", 450, 4, "ada"))
        #expect(summary.heads == 2)
        let content = try SignedDocument.read(bytes)
        let parsed = try JSONCodec.decode(JSONValue.self, from: content.text)
        #expect(CanonicalJSON.bytes(parsed) == Array(content.text))
    }

    @Test("the output itself is in it when asked for")
    func outputs() async throws {
        let house = try await house()
        let bytes = try await bundle(house, outputs: true)
        _ = try EvidenceCheck.check(bytes, AuditHouse.keys.publicKeys)
        guard case .object(let evidence) = try JSONCodec.decode(JSONValue.self, from: SignedDocument.read(bytes).text),
            case .array(let outputs)? = evidence["outputs"]
        else {
            Issue.record("there are no outputs")
            return
        }
        #expect(outputs.count == 450)
        #expect(outputs.first == .object(["branch": 1, "step": 1, "base64": .string(Data("out1".utf8).base64EncodedString())]))
    }

    @Test("any changed byte, another key, or a missing piece is told")
    func changed() async throws {
        let house = try await house()
        try await tellOfRun(house)
        let bytes = try await bundle(house)
        var random = SeededRandom(seed: 7)
        for _ in 0..<200 {
            var other = bytes
            other[Int.random(in: 0..<(bytes.count - 1), using: &random)] ^= 1
            #expect(throws: (any Error).self) { try EvidenceCheck.check(other, AuditHouse.keys.publicKeys) }
        }
        #expect(throws: (any Error).self) { try EvidenceCheck.check(Array(bytes.dropLast(50)), AuditHouse.keys.publicKeys) }
        #expect(throws: ClientFailure.self) { try EvidenceCheck.check(bytes, []) }
    }

    @Test("who may not read runs gets no evidence, and a run that there is not is said so")
    func refusals() async throws {
        let house = try await house()
        let caller = Caller.user(.sample, name: "x", role: .administrator, scope: [.auditExport])
        await expectProblem("forbidden") {
            try await house.call(AuditAPI.evidence, ["execution": Self.run.serial], AskEvidence(), as: caller)
        }
        await expectProblem("not-found") { try await house.call(AuditAPI.evidence, ["execution": "J0"], AskEvidence()) }
        let entries = try await house.all(AuditQuery(action: "execution.evidence_exported"))
        #expect(entries.isEmpty)
    }
}
