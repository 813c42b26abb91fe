import Contracts
import Testing
import Vocabulary

@Suite("Host keys")
struct HostKeyTests {
    private struct Key {
        let algorithm, blob, fingerprint: String

        init() throws {
            let made = try KeygenFolder(type: "ed25519", passphrase: "")
            let words = made.publicKey.split(separator: " ").map(String.init)
            (algorithm, blob, fingerprint) = (words[0], words[1], made.fingerprint)
        }
    }

    @Test("A pinned key has the fingerprint of ssh-keygen and who pinned it; removing it leaves none")
    func pin() async throws {
        let house = try await TargetsHouse()
        let target = try await house.add("web")
        let key = try Key()

        let pinned = try await house.call(
            TargetsAPI.pinHostKey, ["target": "web"], PinHostKey(algorithm: key.algorithm, blob: key.blob))
        let unpinned = try await house.call(
            TargetsAPI.unpinHostKey, ["target": "web", "fingerprint": key.fingerprint], Nothing())
        let again = await problem {
            try await house.call(TargetsAPI.unpinHostKey, ["target": "web", "fingerprint": key.fingerprint], Nothing())
        }

        #expect(pinned.hostKeys.map(\.fingerprint) == [key.fingerprint])
        #expect(pinned.hostKeys.map(\.pinnedBy) == ["anna"])
        #expect(pinned.revision == target.revision)
        #expect(unpinned.hostKeys.isEmpty)
        #expect(again?.status == 404)
    }

    @Test("Replacing drops the keys that were pinned before, and an update of the target keeps them")
    func replace() async throws {
        let house = try await TargetsHouse()
        try await house.add("web")
        let (old, new) = (try Key(), try Key())
        for key in [old, new] {
            _ = try await house.call(
                TargetsAPI.pinHostKey, ["target": "web"],
                PinHostKey(algorithm: key.algorithm, blob: key.blob, replace: true))
        }

        let updated = try await house.call(TargetsAPI.update, ["target": "web"], SaveTarget(name: "web-2"))

        #expect(updated.hostKeys.map(\.fingerprint) == [new.fingerprint])
        #expect(try await house.show("web-2").hostKeys.map(\.fingerprint) == [new.fingerprint])
    }

    @Test("What is no public key of the algorithm is refused", arguments: [("ssh-rsa", true), ("ssh-ed25519", false)])
    func bad(algorithm: String, keepsBlob: Bool) async throws {
        let house = try await TargetsHouse()
        try await house.add("web")
        let blob = keepsBlob ? try Key().blob : "bm9uc2Vuc2U="

        let refusal = await problem {
            try await house.call(TargetsAPI.pinHostKey, ["target": "web"], PinHostKey(algorithm: algorithm, blob: blob))
        }

        #expect(refusal?.status == 422)
    }

    @Test("Of keys that are reported at the same time one is pinned, and only where the policy allows it")
    func firstUse() async throws {
        let house = try await TargetsHouse()
        let open = try await house.add("open", policy: .pinOnFirstUse)
        let strict = try await house.add("strict")
        let keys = [try Key(), try Key(), try Key()]

        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in keys {
                for target in [open, strict] {
                    group.addTask {
                        let report = ReportHostKey(target: target.id, algorithm: key.algorithm, blob: key.blob)
                        _ = try await house.call(TargetsAPI.reportHostKey, [:], report)
                    }
                }
            }
            try await group.waitForAll()
        }

        let pinned = try await house.show("open").hostKeys
        #expect(pinned.count == 1)
        #expect(pinned.first?.pinnedBy == "first use")
        #expect(try await house.show("strict").hostKeys.isEmpty)
    }
}
