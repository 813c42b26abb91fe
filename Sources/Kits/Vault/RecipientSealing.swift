import Crypto
import Foundation
import Synchronization

/// Seals messages on their way to one recipient: X25519 (RFC 7748) between a sender key made for the occasion and the recipient's key,
/// HKDF-SHA256, AES-256-GCM. One sealer may seal many messages; only the recipient opens them.
///
/// A message is base64 of: format (1 byte), sender's public key (32), nonce (12), ciphertext, tag (16).
package struct RecipientSealer: Sendable {
    private let key: SymmetricKey
    private let head: [UInt8]

    /// Prepares for a recipient, given as `WorkerKey.publicKey`.
    /// - Throws: `VaultError.badRecipient`.
    package init(to recipient: String) throws(VaultError) {
        guard let bytes = Data(base64Encoded: recipient),
            let recipient = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes)
        else { throw .badRecipient }
        let sender = Curve25519.KeyAgreement.PrivateKey()
        guard let shared = RecipientMessage.secret(sender, recipient) else { throw .badRecipient }
        let senderBytes = [UInt8](sender.publicKey.rawRepresentation)
        key = RecipientMessage.key(shared, sender: senderBytes, recipient: [UInt8](bytes))
        head = [RecipientMessage.format] + senderBytes
    }

    /// Seals bytes; `purpose` must be the same on opening.
    package func seal(_ bytes: [UInt8], for purpose: String = "") throws(VaultError) -> String {
        guard let box = try? AES.GCM.seal(bytes, using: key, authenticating: Array(purpose.utf8)),
            let combined = box.combined
        else { throw .malformed }
        return Data(head + [UInt8](combined)).base64EncodedString()
    }
}

/// Sealing of single messages.
package enum RecipientSealing {
    /// Seals bytes for a recipient with a sender key of their own; for many messages make a `RecipientSealer`.
    /// - Throws: `VaultError.badRecipient`.
    package static func seal(_ bytes: [UInt8], to recipient: String, for purpose: String = "") throws(VaultError) -> String {
        try RecipientSealer(to: recipient).seal(bytes, for: purpose)
    }
}

/// A worker's key pair; it lives in memory only and ends with the process.
package final class WorkerKey: Sendable {
    private struct Known: Sendable {
        let sender: [UInt8]
        let key: SymmetricKey
    }
    private let pair = Curve25519.KeyAgreement.PrivateKey()
    private let latest = Mutex<Known?>(nil)

    /// Makes a new pair.
    package init() {}

    /// What others seal with: the public key in base64.
    package var publicKey: String { pair.publicKey.rawRepresentation.base64EncodedString() }

    /// Opens a message that was sealed for this key and purpose.
    /// - Throws: `VaultError.malformed`, `notAuthentic`.
    package func open(_ message: String, for purpose: String = "") throws(VaultError) -> [UInt8] {
        guard let data = Data(base64Encoded: message), data.count >= 1 + 32 + 12 + 16,
            data[data.startIndex] == RecipientMessage.format
        else { throw .malformed }
        let key = try key(for: [UInt8](data.dropFirst().prefix(32)))
        guard let box = try? AES.GCM.SealedBox(combined: data.dropFirst(33)),
            let plaintext = try? AES.GCM.open(box, using: key, authenticating: Array(purpose.utf8))
        else { throw .notAuthentic }
        return [UInt8](plaintext)
    }

    /// The shared key with a sender; the latest one is remembered because many messages come from one sealer.
    private func key(for sender: [UInt8]) throws(VaultError) -> SymmetricKey {
        if let known = latest.withLock({ $0 }), known.sender == sender { return known.key }
        guard let peer = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: sender),
            let shared = RecipientMessage.secret(pair, peer)
        else { throw .malformed }
        let key = RecipientMessage.key(shared, sender: sender, recipient: [UInt8](pair.publicKey.rawRepresentation))
        latest.withLock { $0 = Known(sender: sender, key: key) }
        return key
    }
}

/// What both sides of a message agree on.
private enum RecipientMessage {
    static let format: UInt8 = 1

    /// Nil for a public key that would make the secret known to everybody, all zeros (RFC 7748 section 6.1).
    static func secret(_ own: Curve25519.KeyAgreement.PrivateKey, _ peer: Curve25519.KeyAgreement.PublicKey) -> SharedSecret? {
        guard let shared = try? own.sharedSecretFromKeyAgreement(with: peer),
            shared.withUnsafeBytes({ $0.contains { $0 != 0 } })
        else { return nil }
        return shared
    }

    static func key(_ shared: SharedSecret, sender: [UInt8], recipient: [UInt8]) -> SymmetricKey {
        shared.hkdfDerivedSymmetricKey(
            using: SHA256.self, salt: Data(), sharedInfo: Array("opsconductor recipient 1\0".utf8) + sender + recipient,
            outputByteCount: 32)
    }
}
