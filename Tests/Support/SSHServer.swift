import Foundation
import Synchronization

/// A real sshd with its own keys, configuration and port. Root logs in with `clientKey`. It ends, and its folder goes, when it is stopped
/// or when this process ends in whatever way.
package final class SSHServer: Sendable {
    /// Why it does not start.
    package struct Failure: Error {
        /// In words.
        package let text: String
    }

    /// Accounts beside root that exist for this server only, all with the password `right password`.
    package static let password = "right password"
    /// An account whose login shell is /bin/sh.
    package static let plainAccount = "plain"
    /// An account whose login shell is /bin/bash.
    package static let bashAccount = "basher"

    /// The addresses it listens on.
    package let addresses: [String]
    /// Its port, the same on all addresses.
    package let port: Int
    /// Its host keys.
    package let hostKeys: [SSHKeyPair]
    /// The key that root may log in with.
    package let clientKey: SSHKeyPair
    /// Where its files are; also root's home directory.
    package let folder: String
    private let lifeline: Mutex<FileHandle?>

    /// Starts a server and returns as soon as it accepts connections.
    /// - Parameters:
    ///   - addresses: loopback addresses, for many hosts in one server.
    ///   - hostKeys: kinds of host keys that `ssh-keygen -t` knows.
    ///   - authorized: keys that may log in beside `clientKey`.
    ///   - settings: lines of sshd_config(5); the first one for a keyword counts, before the server's own.
    ///   - withAccounts: whether `plainAccount` and `bashAccount` exist, by means of a private mount namespace.
    package static func start(
        addresses: [String] = ["127.0.0.1"], hostKeys: [String] = ["ed25519"], authorized: [SSHKeyPair] = [],
        settings: [String] = [], withAccounts: Bool = false
    ) throws -> SSHServer {
        let server = try SSHServer(addresses, try hostKeys.map { try SSHKeyPair.make($0) })
        try server.writeFiles(authorized, settings)
        if withAccounts { try server.writeAccounts() }
        try server.launch(withAccounts)
        return server
    }

    private init(_ addresses: [String], _ hostKeys: [SSHKeyPair]) throws {
        self.addresses = addresses
        self.hostKeys = hostKeys
        clientKey = try SSHKeyPair.make()
        port = try LoopbackPort.free()
        folder = NSTemporaryDirectory() + "sshd-" + UUID().uuidString
        lifeline = Mutex(nil)
    }

    deinit { stop() }

    /// Ends it. Sessions that are open go on until their clients leave.
    package func stop() {
        lifeline.withLock { lifeline in
            try? lifeline?.close()
            lifeline = nil
        }
    }

    /// What it has logged so far, at level DEBUG1.
    package var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    /// The process ids of its sessions.
    package func sessions() -> [Int] {
        let listeners = (0...(addresses.count / 16)).compactMap { index -> Int? in
            let text = try? String(contentsOfFile: "\(folder)/pid\(index)", encoding: .utf8)
            return text.flatMap { Int($0.trimmingCharacters(in: .newlines)) }
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int.init).filter { pid in
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let end = stat.lastIndex(of: ")")
            else { return false }
            let parent = stat[end...].split(separator: " ").dropFirst(2).first.flatMap { Int($0) }
            return parent.map { listeners.contains($0) } ?? false
        }
    }

    private func writeFiles(_ authorized: [SSHKeyPair], _ settings: [String]) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write("keys", ([clientKey] + authorized).map(\.publicLine).joined(separator: "\n") + "\n", 0o644)
        for (index, key) in hostKeys.enumerated() { try write("host\(index)", key.privateText, 0o600) }
        let own = [
            "Port \(port)", "AuthorizedKeysFile \(folder)/keys", "PermitRootLogin yes", "StrictModes no",
            "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "UseDNS no", "PrintMotd no",
            "PrintLastLog no", "MaxStartups 10000:30:20000", "MaxSessions 100", "LogLevel DEBUG1", "SetEnv HOME=\(folder)",
        ]
        // One sshd takes at most 16 addresses (MAX_LISTEN_SOCKS), so many addresses are served by several.
        for (index, first) in stride(from: 0, to: addresses.count, by: 16).enumerated() {
            let places = addresses[first..<min(first + 16, addresses.count)].map { "ListenAddress \($0)" }
            let keys = hostKeys.indices.map { "HostKey \(folder)/host\($0)" }
            let lines = settings + ["PidFile \(folder)/pid\(index)"] + own + places + keys
            try write("config\(index)", lines.joined(separator: "\n") + "\n", 0o600)
        }
    }

    private func writeAccounts() throws {
        let salted = try Self.output(of: "/usr/bin/openssl", ["passwd", "-6", Self.password])
        let accounts = [(Self.plainAccount, 64_001, "/bin/sh"), (Self.bashAccount, 64_002, "/bin/bash")]
        let users = try String(contentsOfFile: "/etc/passwd", encoding: .utf8)
        let secrets = try String(contentsOfFile: "/etc/shadow", encoding: .utf8)
        try write("passwd", users + accounts.map { "\($0.0):x:\($0.1):65534::/tmp:\($0.2)\n" }.joined(), 0o644)
        try write("shadow", secrets + accounts.map { "\($0.0):\(salted):19000:0:99999:7:::\n" }.joined(), 0o640)
    }

    private func write(_ name: String, _ text: String, _ permissions: Int) throws {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: permissions]
        guard FileManager.default.createFile(atPath: folder + "/" + name, contents: Data(text.utf8), attributes: attributes) else {
            throw Failure(text: "\(folder)/\(name) cannot be written")
        }
    }

    /// The shell in between waits for the end of its input, which comes with our own end at the latest.
    private func launch(_ withAccounts: Bool) throws {
        let mounts = withAccounts ? "mount --bind $1/passwd /etc/passwd; mount --bind $1/shadow /etc/shadow;" : ""
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            """
            mkdir -p /run/sshd
            p=
            for c in "$1"/config*; do
              unshare -m sh -ec '\(mounts) exec /usr/sbin/sshd -D -f "$2" -E "$1/log"' sh "$1" "$c" </dev/null & p="$p $!"
            done
            cat >/dev/null; kill $p; wait; rm -rf "$1"
            """, "sh", folder,
        ]
        let pipe = Pipe()
        process.standardInput = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try? pipe.fileHandleForReading.close()
        lifeline.withLock { $0 = pipe.fileHandleForWriting }
        guard LoopbackPort.waits(for: port, at: addresses, seconds: 10) else { throw Failure(text: "sshd does not start: \(log)") }
    }

    private static func output(of program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
