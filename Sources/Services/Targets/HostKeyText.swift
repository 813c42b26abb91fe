import Contracts
import Crypto
import Foundation
import Vocabulary

/// Host keys as they are shown and compared.
enum HostKeyText {
    /// The fingerprint as ssh-keygen shows it: `SHA256:` and the digest in base64 without padding.
    static func fingerprint(of blob: [UInt8]) -> String {
        let digest = Data(SHA256.hash(data: blob)).base64EncodedString()
        return "SHA256:" + digest.prefix { $0 != "=" }
    }

    /// A key to pin.
    /// - Throws: `TargetError.invalid` when the blob is no public key of the algorithm.
    static func pinned(algorithm: String, blob: String, at now: Timestamp, by who: String) throws(TargetError) -> PinnedHostKey {
        let text = blob.filter { !$0.isWhitespace }
        guard let data = Data(base64Encoded: text), !data.isEmpty else {
            throw .invalid(
                .target, [ProblemPlace("The host key is not base64; copy the second field of `ssh-keyscan`.", pointer: "#/blob")])
        }
        var reader = SSHReader([UInt8](data)[...])
        guard let name = reader.string(), String(decoding: name, as: UTF8.self) == algorithm, reader.string() != nil else {
            let place = ProblemPlace("The host key is no public key of the algorithm `\(algorithm.prefix(64))`.", pointer: "#/blob")
            throw .invalid(.target, [place])
        }
        return PinnedHostKey(
            algorithm: algorithm, blob: text, fingerprint: fingerprint(of: [UInt8](data)), pinnedAt: now, pinnedBy: who)
    }
}
