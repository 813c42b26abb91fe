import ConnectorPort
import Foundation
import LocalConnector
import Reactor
import SSHConnector
import Support
import Testing
import Vocabulary

/// What all tests share: two reactors and one sshd.
enum Stage {
    static let reactors = ReactorPool(count: 2)
    static let ssh = SSHConnector(reactors: reactors)
    static let local = LocalConnector(reactors: reactors)
    private static let sshd = Result { try SSHServer.start(withAccounts: true) }

    static func server() throws -> SSHServer { try sshd.get() }
}

/// The connectors that keep the same promises.
enum ConnectorUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case local
    case ssh

    var testDescription: String { rawValue }

    func open() async throws -> any Connection {
        switch self {
        case .local: try await Stage.local.open(ConnectionPlan(target: "here")) { _ in }
        case .ssh: try await Stage.ssh.open(try Stage.server().plan()) { _ in }
        }
    }
}

extension SSHServer {
    /// The plan for root with the client's key and the pinned host key.
    func plan(_ address: String? = nil) -> ConnectionPlan {
        ConnectionPlan(
            target: "box", host: address ?? addresses[0], port: port, user: "root", credential: clientKey.credential,
            hostTrust: .strict(hostKeys.map(\.hostKey)), connectTimeout: .seconds(20))
    }

    /// The plan for another account with its password.
    func plan(account: String, password: String = SSHServer.password) -> ConnectionPlan {
        var plan = plan()
        plan.user = account
        plan.credential = .password(Secret(password))
        return plan
    }
}

extension SSHKeyPair {
    /// The pair as a credential.
    var credential: CredentialMaterial { .privateKey(Secret(privateText), passphrase: nil, certificate: certificate) }
    /// The pair's public half as a host key.
    var hostKey: HostKey { HostKey(algorithm: algorithm, blob: blob) }
}

/// Processes of this machine, which is the target too.
enum ProcessList {
    /// Whether a process is there and not a zombie.
    static func isAlive(_ pid: Int) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let end = stat.lastIndex(of: ")") else {
            return false
        }
        return !stat[end...].hasPrefix(") Z")
    }

    /// The process ids whose argument list or environment contains a text.
    static func showing(_ text: String) -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(Int.init).filter { pid in
            ["cmdline", "environ"].contains { file in
                let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/\(file)") ?? Data()
                return String(decoding: bytes, as: UTF8.self).contains(text)
            }
        }
    }

    /// The resident memory of this process in bytes.
    static func residentMemory() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }
}
