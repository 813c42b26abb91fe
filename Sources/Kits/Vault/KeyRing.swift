import Crypto
import Foundation

/// The installation's secret keys, by version. The newest seals, older ones still open what they sealed.
package struct KeyRing: Sendable {
    private let keys: [Int: SymmetricKey]
    /// The version that seals.
    package let newest: Int

    /// Makes a ring out of 256-bit keys by version; nil when there is none.
    package init?(_ keys: [Int: SymmetricKey]) {
        guard let newest = keys.keys.max() else { return nil }
        self.keys = keys
        self.newest = newest
    }

    /// The key of a version.
    func key(_ version: Int) -> SymmetricKey? { keys[version] }

    /// A 256-bit key for another purpose, such as `auth.jwt`, from the newest version (HKDF-SHA256, RFC 5869).
    package func derive(_ purpose: String) -> SymmetricKey { derivations(purpose)[0] }

    /// A ring with keys for other hands, one from each version: who has it learns nothing about this ring.
    package func derivedRing(_ purpose: String) -> KeyRing {
        KeyRing(keys: keys.mapValues { Self.derived($0, "ring \(purpose)") }, newest: newest)
    }

    /// A ring with one random key that nobody keeps.
    package static func fleeting() -> KeyRing? { KeyRing([1: SymmetricKey(size: .bits256)]) }

    /// The lines of a key file, the oldest version first.
    var lines: String {
        keys.sorted { $0.key < $1.key }.map { version, key in
            "\(version):\(key.withUnsafeBytes { Data($0).base64EncodedString() })\n"
        }.joined()
    }

    private init(keys: [Int: SymmetricKey], newest: Int) {
        self.keys = keys
        self.newest = newest
    }

    private static func derived(_ key: SymmetricKey, _ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data("opsconductor derive 1 \(purpose)".utf8), outputByteCount: 32)
    }

    /// The keys for a purpose from all versions, the newest first; what an older one signed is still recognised.
    package func derivations(_ purpose: String) -> [SymmetricKey] {
        keys.sorted { $0.key > $1.key }.map { _, key in Self.derived(key, purpose) }
    }
}
