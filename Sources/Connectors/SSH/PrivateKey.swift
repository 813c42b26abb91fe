import CLibSSH
import ConnectorPort
import Crypto
import Foundation
import Reactor
import Synchronization
import Vocabulary

/// A private key ready for use, with its certificate if it has one.
///
/// `@unchecked Sendable`: after `init` libssh only reads the key, and OpenSSL counts and locks its own parts of it.
final class PrivateKey: @unchecked Sendable {
    let pointer: ssh_key
    /// For example `SHA256:…`, the fingerprint of the public half.
    let fingerprint: String

    private init(_ pointer: ssh_key) {
        self.pointer = pointer
        fingerprint = HostKeyReader.fingerprint(pointer)
    }

    deinit { ssh_key_free(pointer) }

    /// Reads a key. An encrypted one takes about a tenth of a second of computing: not on a reactor.
    static func read(_ text: String, passphrase: String?, certificate: String?) -> Result<PrivateKey, ConnectorError> {
        var key: ssh_key?
        // Despite its name the function takes the whole text; without a callback a missing passphrase asks nobody.
        let unixText = text.replacing("\r\n", with: "\n")
        guard ssh_pki_import_privkey_base64(unixText, passphrase, nil, nil, &key) == SSH_OK, let key else {
            return .failure(ConnectorError(.credentialUnusable, complaint(text, passphrase)))
        }
        let made = PrivateKey(key)
        guard let certificate else { return .success(made) }
        let fields = certificate.split(whereSeparator: \.isWhitespace)
        var signed: ssh_key?
        defer { if let signed { ssh_key_free(signed) } }
        guard fields.count >= 2,
            ssh_pki_import_cert_base64(String(fields[1]), ssh_key_type_from_name(String(fields[0])), &signed) == SSH_OK,
            ssh_pki_copy_cert_to_privkey(signed, key) == SSH_OK
        else {
            return .failure(
                ConnectorError(.credentialUnusable, "The user certificate cannot be read; paste the whole line of the -cert.pub file."))
        }
        return .success(made)
    }

    private static func complaint(_ text: String, _ passphrase: String?) -> String {
        let isKey = text.contains("PRIVATE KEY-----")
        if isKey, isEncrypted(text) {
            return passphrase == nil
                ? "The private key is protected by a passphrase and none was given; add it to the credential."
                : "The passphrase does not open the private key; correct it in the credential."
        }
        return isKey
            ? "The private key cannot be read; it is damaged or of a kind that is not supported."
            : "The credential holds no private key; paste the whole text from BEGIN to END."
    }

    /// PEM says so in a header; OpenSSH's own format (PROTOCOL.key) names the cipher after its 15 bytes of magic.
    private static func isEncrypted(_ text: String) -> Bool {
        if text.contains("ENCRYPTED") { return true }
        guard text.contains("BEGIN OPENSSH PRIVATE KEY") else { return false }
        let body = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        guard let bytes = Data(base64Encoded: body, options: .ignoreUnknownCharacters), bytes.count > 23 else { return false }
        return !bytes.dropFirst(19).starts(with: Array("none".utf8))
    }
}

/// Keeps the keys that were read last, so that the price of an encrypted key is paid once for hundreds of hosts. It knows them by a digest:
/// the texts are not kept.
final class KeyRing: Sendable {
    typealias Taker = @Sendable (Result<PrivateKey, ConnectorError>) -> Void
    private enum Entry {
        case ready(PrivateKey, lastUsed: Moment)
        case reading([Taker])
    }

    private let entries = Mutex<[SHA256Digest: Entry]>([:])
    private let threads: BlockingThreads
    private let limit = 64
    private let lifetime: Duration = .seconds(600)

    init(_ threads: BlockingThreads) { self.threads = threads }

    /// Gives the key to `taker`, at once when it is at hand, else later from another thread.
    func fetch(_ text: Secret, passphrase: Secret?, certificate: String?, _ taker: @escaping Taker) {
        let digest = Self.digest(text.reveal(), passphrase?.reveal(), certificate)
        var ready: PrivateKey?
        var mustRead = false
        entries.withLock { entries in
            switch entries[digest] {
            case .ready(let key, _):
                ready = key
                entries[digest] = .ready(key, lastUsed: .now())
            case .reading(let takers): entries[digest] = .reading(takers + [taker])
            case nil:
                mustRead = true
                entries[digest] = .reading([taker])
            }
        }
        if let ready { return taker(.success(ready)) }
        guard mustRead else { return }
        threads.submit { [self] in
            settle(digest, PrivateKey.read(text.reveal(), passphrase: passphrase?.reveal(), certificate: certificate))
        }
    }

    private func settle(_ digest: SHA256Digest, _ result: Result<PrivateKey, ConnectorError>) {
        let takers = entries.withLock { entries -> [Taker] in
            guard case .reading(let takers) = entries.removeValue(forKey: digest) else { return [] }
            let now = Moment.now()
            entries = entries.filter { if case .ready(_, let used) = $0.value { now - used < lifetime } else { true } }
            if case .success(let key) = result {
                if entries.count >= limit { Self.dropOldest(&entries) }
                entries[digest] = .ready(key, lastUsed: now)
            }
            return takers
        }
        for taker in takers { taker(result) }
    }

    private static func dropOldest(_ entries: inout [SHA256Digest: Entry]) {
        var oldest: (digest: SHA256Digest, used: Moment)?
        for case (let digest, .ready(_, let used)) in entries where used < oldest?.used ?? .now() { oldest = (digest, used) }
        if let oldest { entries[oldest.digest] = nil }
    }

    private static func digest(_ parts: String?...) -> SHA256Digest {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Data("\(part?.utf8.count ?? -1) ".utf8))
            if let part { hash.update(data: Data(part.utf8)) }
        }
        return hash.finalize()
    }
}
