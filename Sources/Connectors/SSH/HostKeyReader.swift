import CLibSSH
import ConnectorPort

/// Host keys: reading the one that a server showed, and asking for the right one.
enum HostKeyReader {
    /// libssh's own order of host key algorithms (0.10), newest first.
    private static let order = [
        "ssh-ed25519", "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com", "rsa-sha2-512", "rsa-sha2-256",
    ]

    /// The key that the server has proved to hold, and its fingerprint.
    static func presented(by session: ssh_session) -> (key: HostKey, fingerprint: String)? {
        var key: ssh_key?
        guard ssh_get_server_publickey(session, &key) == SSH_OK, let key else { return nil }
        defer { ssh_key_free(key) }
        var text: UnsafeMutablePointer<CChar>?
        guard ssh_pki_export_pubkey_base64(key, &text) == SSH_OK, let text, let name = ssh_key_type_to_char(ssh_key_type(key)) else {
            return nil
        }
        defer { ssh_string_free_char(text) }
        return (HostKey(algorithm: String(cString: name), blob: String(cString: text)), fingerprint(key))
    }

    /// `SHA256:` and the digest of the public key in base64, as OpenSSH prints it.
    static func fingerprint(_ key: ssh_key) -> String {
        var digest: UnsafeMutablePointer<UInt8>?
        var length = 0
        guard ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &digest, &length) == 0 else { return "SHA256:?" }
        defer { ssh_clean_pubkey_hash(&digest) }
        guard let text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, digest, length) else { return "SHA256:?" }
        defer { ssh_string_free_char(text) }
        return String(cString: text)
    }

    /// The algorithms to ask for when these keys are pinned: theirs first, so that a server with several keys shows a pinned one.
    /// Nil leaves the order as it is.
    static func preference(for pinned: [HostKey]) -> String? {
        let names = pinned.flatMap { $0.algorithm == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [$0.algorithm] }
        guard let first = order.first, !names.isEmpty, !names.contains(first) else { return nil }
        let known = order.filter(names.contains)
        return known.isEmpty ? nil : (known + order.filter { !names.contains($0) }).joined(separator: ",")
    }
}
