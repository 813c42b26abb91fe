import Crypto
import Testing
import Vault

@Suite("Vault")
struct VaultTests {
    private let old = SymmetricKey(size: .bits256)
    private let new = SymmetricKey(size: .bits256)

    private func vault(_ keys: [Int: SymmetricKey]) throws -> Vault { Vault(try #require(KeyRing(keys))) }

    @Test("what was sealed opens at its place", arguments: [[], [7], [UInt8](repeating: 1, count: 100_000)] as [[UInt8]])
    func opens(secret: [UInt8]) throws {
        let vault = try vault([1: old])
        let sealed = try vault.seal(secret, for: "credentials/1/password")

        #expect(try vault.open(sealed, for: "credentials/1/password") == secret)
        #expect(try vault.seal(secret, for: "credentials/1/password") != sealed)
    }

    @Test("what was sealed for one row does not open at another")
    func swapped() throws {
        let vault = try vault([1: old])
        let sealed = try vault.seal([1, 2, 3], for: "credentials/1/password")

        for place in ["credentials/2/password", "credentials/1/passphrase", "credentials/1/password ", ""] {
            #expect(throws: VaultError.notAuthentic) { try vault.open(sealed, for: place) }
        }
    }

    @Test("a change of any bit or a cut at any length is noticed")
    func changed() throws {
        let vault = try vault([1: old])
        let sealed = try vault.seal([1, 2, 3], for: "a")

        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << UInt8(bit)
                #expect(throws: VaultError.self) { try vault.open(changed, for: "a") }
            }
            #expect(throws: VaultError.self) { try vault.open(Array(sealed.prefix(index)), for: "a") }
        }
        #expect(throws: VaultError.notAuthentic) { try vault.open(sealed + [0], for: "a") }
    }

    @Test("parts of two sealed secrets cannot be put together")
    func mixed() throws {
        let vault = try vault([1: old])
        let (one, two) = (try vault.seal([1], for: "a"), try vault.seal([2], for: "a"))

        #expect(throws: VaultError.notAuthentic) { try vault.open(Array(one.prefix(65) + two.dropFirst(65)), for: "a") }
    }

    @Test("an older key still opens, the newest seals, and a missing one is named")
    func rotation() throws {
        let before = try vault([1: old]).seal([9], for: "a")
        let rotated = try vault([1: old, 2: new])
        let after = try rotated.seal([9], for: "a")

        #expect(try rotated.open(before, for: "a") == [9])
        #expect(try vault([2: new]).open(after, for: "a") == [9])
        #expect(throws: VaultError.unknownKey(version: 1)) { try vault([2: new]).open(before, for: "a") }
        #expect(throws: VaultError.notAuthentic) { try vault([1: new]).open(before, for: "a") }
    }

    @Test("derived keys differ by purpose and version and stay the same")
    func derived() throws {
        let ring = try #require(KeyRing([1: old, 2: new]))

        #expect(ring.derive("auth.jwt") == ring.derivations("auth.jwt")[0])
        #expect(ring.derive("auth.jwt") != ring.derive("auth.link"))
        #expect(ring.derivations("auth.jwt").count == 2)
        #expect(ring.derivations("auth.jwt")[1] == KeyRing([1: old])?.derive("auth.jwt"))
    }
}
