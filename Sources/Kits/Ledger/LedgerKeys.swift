import Crypto
import Foundation
import Vocabulary

/// What an installation seals the entries of its chains with, and signs their heads. The newest keys are used, older ones still recognised.
package struct LedgerKeys: Sendable {
    private let seals: [SymmetricKey]
    private let signers: [Curve25519.Signing.PrivateKey]

    /// Takes keys of 32 bytes each, the newest first; nil when there are none.
    package init?(seals: [SymmetricKey], signers: [SymmetricKey]) {
        let made = signers.compactMap { key in
            try? Curve25519.Signing.PrivateKey(rawRepresentation: key.withUnsafeBytes { Data($0) })
        }
        guard !seals.isEmpty, !made.isEmpty, made.count == signers.count else { return nil }
        self.seals = seals
        self.signers = made
    }

    /// What shows that this installation wrote an entry: the first 16 bytes of the HMAC-SHA256 of its hash in hexadecimal digits.
    package func seal(_ hash: String) -> String { Self.seal(hash, seals[0]) }

    /// Whether an entry with this hash was sealed by this installation.
    package func recognises(_ seal: String, of hash: String) -> Bool { seals.contains { Self.seal(hash, $0) == seal } }

    private static func seal(_ hash: String, _ key: SymmetricKey) -> String {
        Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: Array(hash.utf8), using: key).prefix(16))
    }

    /// The keys with which others check what was signed, the one in use first.
    package var publicKeys: [PublicKey] { signers.map { PublicKey($0.publicKey) } }

    /// Signs a text with the key in use.
    package func sign(_ text: [UInt8]) throws -> (key: String, signature: String) {
        (PublicKey(signers[0].publicKey).id, try signers[0].signature(for: Data(text)).base64EncodedString())
    }

    /// A head of a chain, signed.
    package func head(_ source: String, _ number: Int, _ hash: String, at now: Timestamp) throws -> LedgerHead {
        var head = LedgerHead(source: source, number: number, hash: hash, at: now, key: publicKeys[0].id, signature: "")
        head.signature = try sign(head.signedText).signature
        return head
    }
}

/// An Ed25519 public key.
package struct PublicKey: Sendable, Hashable {
    /// What signatures call it: the first 16 hexadecimal digits of the SHA-256 of its bytes.
    package let id: String
    /// Its 32 bytes in base64.
    package let text: String
    private let bytes: [UInt8]

    /// Reads base64; nil for anything but a key.
    package init?(_ text: String) {
        guard let data = Data(base64Encoded: text), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: data) else { return nil }
        self.init(key)
    }

    init(_ key: Curve25519.Signing.PublicKey) {
        bytes = [UInt8](key.rawRepresentation)
        text = Data(bytes).base64EncodedString()
        id = String(Hexadecimal.text(SHA256.hash(data: bytes)).prefix(16))
    }

    /// Whether it signed a text.
    package func signed(_ text: [UInt8], _ signature: String) -> Bool {
        guard let signature = Data(base64Encoded: signature), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
            return false
        }
        return key.isValidSignature(signature, for: Data(text))
    }
}

/// A signed head of a chain: up to this number it had this hash.
package struct LedgerHead: Sendable, Hashable {
    /// The service whose chain it is.
    package var source: String
    /// The number of its last entry then.
    package var number: Int
    /// The hash of that entry.
    package var hash: String
    /// When it was signed.
    package var at: Timestamp
    /// The id of the key that signed.
    package var key: String
    /// The Ed25519 signature (RFC 8032) of `signedText` in base64.
    package var signature: String

    private static let kind = "opsconductor audit head"

    /// Makes a head.
    package init(source: String, number: Int, hash: String, at: Timestamp, key: String, signature: String) {
        self.source = source
        self.number = number
        self.hash = hash
        self.at = at
        self.key = key
        self.signature = signature
    }

    private var members: [String: JSONValue] {
        [
            "at": .string(at.description), "hash": .string(hash), "key": .string(key), "number": .integer(Int64(number)),
            "source": .string(source), "type": .string(Self.kind),
        ]
    }

    /// What is signed: the head in canonical JSON without its signature.
    package var signedText: [UInt8] { CanonicalJSON.bytes(.object(members)) }

    /// The head as a line of a file, without its end.
    package var line: [UInt8] {
        CanonicalJSON.bytes(.object(members.merging(["signature": .string(signature)]) { first, _ in first }))
    }

    /// Reads a line; nil for anything else.
    package init?(line: some Collection<UInt8>) {
        guard case .object(let members)? = try? JSONDecoder().decode(JSONValue.self, from: Data(line)),
            members["type"]?.string == Self.kind, let source = members["source"]?.string, case .integer(let number)? = members["number"],
            let hash = members["hash"]?.string, let at = members["at"]?.string.flatMap({ Timestamp($0) }),
            let key = members["key"]?.string, let signature = members["signature"]?.string
        else { return nil }
        self.init(source: source, number: Int(number), hash: hash, at: at, key: key, signature: signature)
    }

    /// Whether one of these keys signed it.
    package func isSigned(by keys: [PublicKey]) -> Bool { keys.contains { $0.id == key && $0.signed(signedText, signature) } }
}
