import Foundation
import Glibc
import Synchronization

/// A server program that runs as long as this value lives, in a folder of its own. It ends, and its folder goes, also when this process ends in whatever way.
package final class ServerProcess: Sendable {
    /// Where its files are.
    package let folder: String
    private let lifeline: Mutex<FileHandle?>

    /// Starts a program. `files` are written into its folder first, in which it runs; what it says goes into the file `log`.
    /// - Throws: `SSHServer.Failure` when it is not ready in time.
    package init(
        _ program: String, _ arguments: [String], files: [String: String] = [:], environment: [String: String] = [:],
        isReady: (_ log: String) -> Bool
    ) throws {
        folder = NSTemporaryDirectory() + "server-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        // The shell in between waits for the end of its input, which comes with our own end at the latest.
        process.arguments =
            ["-c", "\"$@\" >log 2>&1 </dev/null & p=$!; cat >/dev/null; kill -9 $p; wait; rm -rf \"$PWD\"", "sh", program] + arguments
        let pipe = Pipe()
        process.standardInput = pipe
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try? pipe.fileHandleForReading.close()
        lifeline = Mutex(pipe.fileHandleForWriting)
        for _ in 0..<2000 {
            if isReady(log) { return }
            poll(nil, 0, 5)
        }
        throw SSHServer.Failure(text: "\(program) does not start: \(log)")
    }

    deinit { stop() }

    /// What it has said so far.
    package var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    /// Ends it.
    package func stop() {
        lifeline.withLock { lifeline in
            try? lifeline?.close()
            lifeline = nil
        }
    }
}

/// A real SNMP agent with a community and users.
package enum SNMPAgent {
    /// What it answers to.
    package static let (community, user, password, passphrase) = (
        "conductor-reads", "conductor", "maple-syrup-authority", "birch-syrup-privacy"
    )

    /// Starts an agent. `users` are created beside with these hashes, as `conductor-SHA-256` and so on.
    package static func start(address: String, port: Int, name: String, hashes: [String] = []) throws -> ServerProcess {
        let users = hashes.flatMap { hash in
            [
                "createUser \(user)-\(hash) \(hash) \"\(password)\" AES \"\(passphrase)\"", "rouser \(user)-\(hash) auth",
            ]
        }
        let configuration =
            [
                "agentAddress udp:\(address):\(port)", "rocommunity \(community)", "sysName \(name)", "sysLocation Rack 7",
                "sysContact noc@example.org", "sysDescr Linux \(name) 6.1.0 Debian",
            ] + users
        return try ServerProcess(
            "/usr/sbin/snmpd", ["-f", "-Lo", "-C", "-c", "snmpd.conf"], files: ["snmpd.conf": configuration.joined(separator: "\n") + "\n"],
            environment: ["SNMP_PERSISTENT_DIR": NSTemporaryDirectory() + "snmp-" + UUID().uuidString, "MIBS": ""]
        ) { $0.contains("NET-SNMP version") }
    }
}
