import Crypto
import Testing
import Vault

@Suite("Key marks")
struct KeyMarkTests {
    private let old = SymmetricKey(size: .bits256)
    private let new = SymmetricKey(size: .bits256)

    private func vault(_ keys: [Int: SymmetricKey]) throws -> Vault { Vault(try #require(KeyRing(keys))) }

    @Test("a mark is recognised by its own key, also after a newer one was added")
    func recognised() throws {
        let mark = try vault([1: old]).mark(for: "targets")

        try vault([1: old]).recognise(mark, of: "targets")
        let rotated = try vault([1: old, 2: new])
        try rotated.recognise(mark, of: "targets")
        #expect(rotated.newestVersion == 2 && rotated.isOutdated(mark))
    }

    @Test("a mark of another key, a missing key or another service is refused")
    func refused() throws {
        let mark = try vault([1: old]).mark(for: "targets")

        #expect(throws: VaultError.notAuthentic) { try vault([1: new]).recognise(mark, of: "targets") }
        #expect(throws: VaultError.unknownKey(version: 1)) { try vault([2: new]).recognise(mark, of: "targets") }
        #expect(throws: VaultError.notAuthentic) { try vault([1: old]).recognise(mark, of: "executions") }
        #expect(throws: VaultError.malformed) { try vault([1: old]).recognise([], of: "targets") }
    }
}
