import Foundation

/// A fresh SSH key pair made by ssh-keygen.
package struct SSHKeyPair: Sendable {
    /// The private key's text in OpenSSH's format.
    package let privateText: String
    /// The public key's line: algorithm, blob in base64, comment.
    package let publicLine: String
    /// The text of a user certificate for it, if one was made.
    package var certificate: String?

    /// The algorithm of the public key, for example `ssh-ed25519`.
    package var algorithm: String { String(publicLine.split(separator: " ")[0]) }
    /// The public key blob in base64.
    package var blob: String { String(publicLine.split(separator: " ")[1]) }

    /// Makes a pair of a kind that `ssh-keygen -t` knows.
    package static func make(_ kind: String = "ed25519", passphrase: String = "") throws -> SSHKeyPair {
        try inFolder { folder in
            let file = folder + "/key"
            let size = kind == "rsa" ? ["-b", "2048"] : []
            try run("/usr/bin/ssh-keygen", ["-q", "-t", kind, "-N", passphrase, "-C", "test", "-f", file] + size)
            return SSHKeyPair(
                privateText: try String(contentsOfFile: file, encoding: .utf8),
                publicLine: try String(contentsOfFile: file + ".pub", encoding: .utf8).trimmingCharacters(in: .newlines))
        }
    }

    /// The same pair with a certificate for an account, signed by this authority.
    package func certified(by authority: SSHKeyPair, for account: String) throws -> SSHKeyPair {
        try Self.inFolder { folder in
            let (signer, file) = (folder + "/authority", folder + "/key.pub")
            _ = FileManager.default.createFile(
                atPath: signer, contents: Data(authority.privateText.utf8), attributes: [.posixPermissions: 0o600])
            try publicLine.write(toFile: file, atomically: true, encoding: .utf8)
            try Self.run("/usr/bin/ssh-keygen", ["-q", "-s", signer, "-I", "test", "-n", account, "-V", "-1m:+1d", file])
            var pair = self
            pair.certificate = try String(contentsOfFile: folder + "/key-cert.pub", encoding: .utf8)
            return pair
        }
    }

    private static func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = NSTemporaryDirectory() + "keys-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try body(folder)
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw SSHServer.Failure(text: "\(program) failed") }
    }
}
