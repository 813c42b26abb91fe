import Contracts
import Store
import Testing
import Vocabulary
import Web

@testable import Targets

@Suite("Parts of targets")
struct TargetPartsTests {
    @Test("What is read in one piece is what the tables say, after every kind of change")
    func agree() async throws {
        let house = try await TargetsHouse()
        let bastion = try await house.add("bastion", policy: .pinOnFirstUse)
        let rich = SaveTarget(
            name: "rich", tags: ["Web", "b"], facts: ["Zone": "a \"quoted\" \\ ✓", "cores": "8"],
            connections: [
                ConnectionMethod(kind: .ssh, host: "10.0.0.1", port: 2222, user: "root", jump: bastion.id, connectTimeoutSeconds: 5),
                ConnectionMethod(kind: .local),
            ])
        let target = try await house.add(rich)
        try await expectAgreement(house, "made")

        var changed = rich
        changed.tags = ["c"]
        changed.facts = [:]
        changed.revision = target.revision
        _ = try await house.call(TargetsAPI.update, ["target": "rich"], changed)
        try await expectAgreement(house, "changed")

        _ = try await house.call(TargetsAPI.tag, [:], TagTargets(filter: "all", add: ["x", "Y"], remove: ["c"]))
        try await expectAgreement(house, "tagged")

        let key = try KeygenFolder(type: "ed25519", passphrase: "").publicKey.split(separator: " ").map(String.init)
        _ = try await house.call(TargetsAPI.reportHostKey, [:], ReportHostKey(target: bastion.id, algorithm: key[0], blob: key[1]))
        try await expectAgreement(house, "first key seen")

        let pinned = try await house.call(TargetsAPI.pinHostKey, ["target": "rich"], PinHostKey(algorithm: key[0], blob: key[1]))
        try await expectAgreement(house, "pinned")
        let fingerprint = try #require(pinned.hostKeys.first?.fingerprint)
        _ = try await house.call(TargetsAPI.unpinHostKey, ["target": "rich", "fingerprint": fingerprint], Nothing())
        try await expectAgreement(house, "unpinned")
    }

    private func expectAgreement(_ house: TargetsHouse, _ when: Comment) async throws {
        let rows = try await house.database.query(
            "SELECT t.name, t.parts, \(TargetParts.rendered(house.database.dialect)) AS fresh FROM targets t ORDER BY t.name_key")
        #expect(rows.count == 2)
        for row in rows {
            let (kept, fresh) = (try Self.kinds(row.text("parts")), try Self.kinds(row.text("fresh")))
            #expect(kept == fresh, when)
        }
    }

    /// PostgreSQL says null for no rows.
    private static func kinds(_ text: String) throws -> [JSONNode] {
        guard case .array(let kinds) = try JSONParser.parse(text.utf8) else { return [] }
        return kinds.map { $0 == .null ? .array([]) : $0 }
    }
}
