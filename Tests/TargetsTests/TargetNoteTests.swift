import Contracts
import Foundation
import Store
import Support
import Testing
import Vocabulary

@Suite("Notes of Targets", .timeLimit(.minutes(1)))
struct TargetNoteTests {
    @Test("every change of a target, group or credential has its note, and one that is refused has none")
    func changes() async throws {
        let house = try await TargetsHouse()
        let credential = try await house.password("deploy", "hunter2-hunter2")
        _ = try await house.call(
            TargetsAPI.updateCredential, ["credential": "deploy"],
            SaveCredential(name: "deploy", kind: .password, username: "root", password: Secret("hunter3-hunter3")))
        let target = try await house.add("web", credential: credential.id)
        _ = try await house.call(
            TargetsAPI.update, ["target": "web"], SaveTarget(name: "web-2", environment: "prod", connections: target.connections))
        _ = await problem { try await house.call(TargetsAPI.update, ["target": "web-2"], SaveTarget(name: "x", revision: 1)) }
        let group = try await house.call(TargetsAPI.createGroup, [:], SaveTargetGroup(name: "g", filter: "all"))
        _ = try await house.call(TargetsAPI.updateGroup, ["group": "g"], SaveTargetGroup(name: "g", filter: "name = a"))
        _ = try await house.call(TargetsAPI.deleteGroup, ["group": "g"], Nothing())
        _ = try await house.call(TargetsAPI.tag, [:], TagTargets(filter: "all", add: ["new"]))
        _ = try await house.call(TargetsAPI.test, ["target": "web-2"], TestTarget()) as ConnectionTest
        _ = try await house.call(TargetsAPI.delete, ["target": "web-2"], Nothing())
        _ = try await house.call(TargetsAPI.deleteCredential, ["credential": "deploy"], Nothing())

        let notes = try await AuditNote.lying(in: house.database)
        #expect(
            notes.map(\.action) == [
                "credential.created", "credential.updated", "target.created", "target.updated", "target_group.created",
                "target_group.updated", "target_group.deleted", "targets.tagged", "target.tested", "target.deleted", "credential.deleted",
            ])
        #expect(notes.allSatisfy { $0.origin.caller.name == "anna" })
        #expect(notes[1].detail == "Set anew: password." && notes[1].before?[member: "username"] == "deploy")
        #expect(notes[2].object == .init("target", target.id.text, "web") && notes[2].after?[member: "name"] == "web")
        #expect(notes[3].before?[member: "environment"] == "" && notes[3].after?[member: "environment"] == "prod")
        #expect(notes[5].object.id == group.id.text && notes[5].after?[member: "filter"] == "name = a")
        let payloads = try await NewsDesk.lying(in: house.database, for: "audit").map(\.payload).joined()
        #expect(!payloads.contains("hunter"))
    }

    @Test("an import is one note with counts and names, a dry run and a refused one are none")
    func imports() async throws {
        let house = try await TargetsHouse()
        _ = try await house.importing(.csv, "name\na\nb\n", dryRun: true)
        _ = try await house.importing(.csv, "name\na\na\n")
        _ = try await house.importing(.csv, "name\na\nb\n")
        _ = try await house.exporting(.csv)

        let notes = try await AuditNote.lying(in: house.database)
        #expect(notes.map(\.action) == ["targets.imported", "targets.exported"])
        #expect(notes[0].after?[member: "created"] == 2 && notes[0].after?[member: "created_names"] == .array(["a", "b"]))
    }

    @Test("a large import keeps its note small")
    func largeImport() async throws {
        let house = try await TargetsHouse()
        let names = (0..<3000).map { "a-rather-long-name-of-a-target-\($0)" }
        let receipt = try await house.importing(.csv, "name\n" + names.joined(separator: "\n") + "\n")
        #expect(receipt.created == 3000)

        let payloads = try await NewsDesk.lying(in: house.database, for: "audit")
        #expect(payloads.count == 1 && payloads[0].payload.utf8.count < AuditNote.mostBytes + 1000)
        #expect(payloads[0].payload.contains("3000 in all"))
    }

    @Test("host keys are told when they are pinned, removed and seen for the first time, and another key once an hour")
    func hostKeys() async throws {
        let house = try await TargetsHouse()
        let target = try await house.add("web", host: "web.example", policy: .pinOnFirstUse)
        let (first, other) = (Data(Self.blob(1)).base64EncodedString(), Data(Self.blob(2)).base64EncodedString())
        func report(_ blob: String, change: String? = nil) async throws {
            let _: Nothing = try await house.call(
                TargetsAPI.reportHostKey, [:], ReportHostKey(target: target.id, algorithm: "ssh-ed25519", blob: blob, change: change))
        }
        try await report(first)
        try await report(first)
        for _ in 0..<3 { try await report(other, change: "The host key has changed.") }
        house.clock.advance(by: .seconds(3601))
        try await report(other, change: "The host key has changed.")
        let pinned = try await house.show("web").hostKeys
        _ = try await house.call(TargetsAPI.unpinHostKey, ["target": "web", "fingerprint": pinned[0].fingerprint], Nothing())

        let notes = try await AuditNote.lying(in: house.database).dropFirst()
        #expect(notes.map(\.action) == ["host_key.pinned", "host_key.alarm", "host_key.alarm", "host_key.unpinned"])
        #expect(pinned.count == 1 && notes.first?.detail?.hasSuffix("on first use") == true)
        #expect(notes.dropFirst().first?.detail == "The host key has changed.")
    }

    /// A public key in the form of SSH.
    private static func blob(_ byte: UInt8) -> [UInt8] {
        [0, 0, 0, 11] + Array("ssh-ed25519".utf8) + [0, 0, 0, 32] + [UInt8](repeating: byte, count: 32)
    }
}
