import Crypto
import Foundation

/// Seals secrets for storage (envelope encryption). Each secret gets a random key of its own, which is wrapped by the newest key
/// of the ring; both layers are AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces. What was sealed for one place does not open at another.
package struct Vault: Sendable {
    private static let format: UInt8 = 1
    private static let headLength = 5
    private static let wrappedLength = 12 + 32 + 16
    private static let overhead = 12 + 16

    let keys: KeyRing

    /// Seals and opens with these keys.
    package init(_ keys: KeyRing) { self.keys = keys }

    /// Seals bytes for a place such as `credentials/ID/password`.
    /// The result is: format (1 byte), key version (4), wrapped key (60), nonce (12), ciphertext, tag (16).
    package func seal(_ plaintext: [UInt8], for place: String) throws(VaultError) -> [UInt8] {
        guard let master = keys.key(keys.newest) else { throw .unknownKey(version: keys.newest) }
        let head = Self.head(version: keys.newest)
        let own = SymmetricKey(size: .bits256)
        let wrapped = try Self.seal(own.withUnsafeBytes { [UInt8]($0) }, master, Self.bound("key", head, place))
        return head + wrapped + (try Self.seal(plaintext, own, Self.bound("secret", head, place)))
    }

    /// Opens what `seal` returned for the same place.
    /// - Throws: `malformed`, `unknownKey`, `notAuthentic`.
    package func open(_ sealed: [UInt8], for place: String) throws(VaultError) -> [UInt8] {
        guard sealed.count >= Self.headLength + Self.wrappedLength + Self.overhead, sealed[0] == Self.format else {
            throw .malformed
        }
        let head = Array(sealed.prefix(Self.headLength))
        let rest = sealed.dropFirst(Self.headLength)
        let version = Self.version(of: head)
        guard let master = keys.key(version) else { throw .unknownKey(version: version) }
        let own = try Self.open(rest.prefix(Self.wrappedLength), master, Self.bound("key", head, place))
        return try Self.open(
            rest.dropFirst(Self.wrappedLength), SymmetricKey(data: own), Self.bound("secret", head, place))
    }

    static func head(version: Int) -> [UInt8] {
        [format] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: version >> $0) }
    }

    private static func version(of head: [UInt8]) -> Int { head[1..<5].reduce(0) { $0 << 8 | Int($1) } }

    /// The associated data: what it is, with which format and key version, for which place.
    private static func bound(_ what: String, _ head: [UInt8], _ place: String) -> [UInt8] {
        Array("opsconductor vault \(what)\0".utf8) + head + Array(place.utf8)
    }

    private static func seal(_ bytes: [UInt8], _ key: SymmetricKey, _ bound: [UInt8]) throws(VaultError) -> [UInt8] {
        guard let box = try? AES.GCM.seal(bytes, using: key, authenticating: bound), let combined = box.combined else {
            throw .malformed
        }
        return [UInt8](combined)
    }

    private static func open(_ bytes: ArraySlice<UInt8>, _ key: SymmetricKey, _ bound: [UInt8]) throws(VaultError) -> [UInt8] {
        guard let box = try? AES.GCM.SealedBox(combined: Data(bytes)),
            let plaintext = try? AES.GCM.open(box, using: key, authenticating: bound)
        else { throw .notAuthentic }
        return [UInt8](plaintext)
    }
}

/// Why something sealed does not open.
package enum VaultError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It was never sealed by this program, or it was cut.
    case malformed
    /// It was sealed with a key that is not in the key file.
    case unknownKey(version: Int)
    /// It was changed, moved from another place, or sealed with another key.
    case notAuthentic
    /// It is no X25519 public key in base64.
    case badRecipient

    /// One sentence that says what is wrong and what to do.
    package var description: String {
        switch self {
        case .malformed: "This is not a sealed secret; set the secret again."
        case .unknownKey(let version):
            "The secret was sealed with key version \(version), which is not in the key file; restore the key file from a backup."
        case .notAuthentic: "The sealed secret was changed or does not belong here; set the secret again."
        case .badRecipient: "The recipient's key is not an X25519 public key in base64; join the worker again."
        }
    }
}
