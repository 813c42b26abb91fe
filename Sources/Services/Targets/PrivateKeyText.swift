import Foundation

/// A private key as text, looked at from outside: enough to refuse what cannot work before it is stored.
struct PrivateKeyText {
    /// The text with plain line ends and one at its end.
    let text: String
    /// Whether it needs a passphrase.
    let isEncrypted: Bool
    /// Its public half as in `authorized_keys`, where the format shows it without the passphrase.
    let publicKey: String?

    /// Why a text is no private key; one sentence that says what to do.
    struct Mistake: Error, Hashable {
        let message: String
    }

    /// Looks at a text.
    /// - Throws: `Mistake`.
    init(_ pasted: String) throws(Mistake) {
        let lines = pasted.replacing("\r\n", with: "\n").replacing("\r", with: "\n").split(separator: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        text = lines.joined(separator: "\n") + "\n"
        guard let first = lines.first else { throw Mistake(message: "The private key is empty; paste the whole file.") }
        try Self.refusePublic(first)
        guard first.hasPrefix("-----BEGIN "), first.hasSuffix("PRIVATE KEY-----") else {
            throw Mistake(
                message:
                    "This is not a private key; paste the whole file, which begins with `-----BEGIN OPENSSH PRIVATE KEY-----` or the like.")
        }
        let label = first.dropFirst("-----BEGIN ".count).dropLast("-----".count)
        guard lines.last == "-----END \(label)-----" else {
            throw Mistake(message: "The private key is cut off; paste the whole file up to the line `-----END \(label)-----`.")
        }
        let inside = lines.dropFirst().dropLast()
        guard label == "OPENSSH PRIVATE KEY" else {
            isEncrypted = label.hasPrefix("ENCRYPTED") || inside.contains { $0.hasPrefix("Proc-Type:") && $0.contains("ENCRYPTED") }
            publicKey = nil
            let body = inside.filter { !$0.contains(":") }.joined()
            guard let data = Data(base64Encoded: body), data.count > 16 else { throw Self.damaged }
            return
        }
        guard let data = Data(base64Encoded: inside.joined()) else { throw Self.damaged }
        (isEncrypted, publicKey) = try Self.openSSH([UInt8](data))
    }

    private static let damaged = Mistake(message: "The private key is damaged; paste the whole file unchanged.")

    private static func refusePublic(_ first: String) throws(Mistake) {
        let isPublic = ["ssh-", "ecdsa-", "sk-"].contains { first.hasPrefix($0) } || first.contains("PUBLIC KEY")
        if isPublic { throw Mistake(message: "This is a public key; paste the private key, the file without `.pub`.") }
        if first.hasPrefix("PuTTY-User-Key-File") {
            throw Mistake(message: "This is a PuTTY key; convert it with `puttygen KEY.ppk -O private-openssh` and paste the result.")
        }
        if first.contains("CERTIFICATE") { throw Mistake(message: "This is a certificate; paste the private key instead.") }
    }

    /// Reads the clear part of an OpenSSH key (PROTOCOL.key of OpenSSH).
    private static func openSSH(_ bytes: [UInt8]) throws(Mistake) -> (isEncrypted: Bool, publicKey: String?) {
        let magic = Array("openssh-key-v1\0".utf8)
        guard bytes.starts(with: magic) else { throw damaged }
        var reader = SSHReader(bytes.dropFirst(magic.count))
        guard let cipher = reader.string(), reader.string() != nil, reader.string() != nil, reader.number() == 1,
            let blob = reader.string(), reader.string() != nil
        else { throw damaged }
        var inner = SSHReader(blob)
        guard let algorithm = inner.string().map({ String(decoding: $0, as: UTF8.self) }) else { throw damaged }
        return (cipher != Array("none".utf8)[...], "\(algorithm) \(Data(blob).base64EncodedString())")
    }
}

/// Reads the data types of SSH (RFC 4251 section 5).
struct SSHReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func number() -> Int? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func string() -> ArraySlice<UInt8>? {
        guard let length = number(), length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(length) }
        return rest.prefix(length)
    }
}
