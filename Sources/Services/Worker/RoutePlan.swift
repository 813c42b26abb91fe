import ConnectorPort
import Contracts
import Vault
import Vocabulary
import Web

/// Opens the sealed credentials of a lease and turns routes into plans for the connectors.
struct RoutePlans: Sendable {
    private let credentials: [CredentialID: CredentialMaterial]

    /// Opens everything that was sealed for this worker.
    /// - Throws: `VaultError`, `DecodingError`.
    init(_ connections: TargetConnections, key: WorkerKey) throws {
        var opened: [CredentialID: CredentialMaterial] = [:]
        for (text, sealed) in connections.credentials {
            guard let id = CredentialID(text) else { continue }
            opened[id] = Self.material(try JSONCodec.decode(SealedCredential.self, from: try key.open(sealed)))
        }
        credentials = opened
    }

    /// Passwords and passphrases of all ways to a target, its jump hosts included.
    func secrets(of connection: TargetConnection?) -> [Secret] {
        (connection?.methods ?? []).flatMap { [$0] + $0.jumps }
            .flatMap { $0.credential.flatMap { credentials[$0] }?.secrets ?? [] }
    }

    /// The plan for one route to a target; the plans of jump hosts are named by their hosts.
    func plan(_ route: ConnectionRoute, target: String) -> ConnectionPlan {
        let keys = route.hostKeys.map { HostKey(algorithm: $0.algorithm, blob: $0.blob) }
        return ConnectionPlan(
            target: target, host: route.host, port: route.port, user: route.user,
            credential: route.credential.flatMap { credentials[$0] },
            hostTrust: route.hostKeyPolicy == .pinOnFirstUse ? .pinOnFirstUse(keys) : .strict(keys),
            jumps: route.jumps.map { plan($0, target: $0.host) }, connectTimeout: .seconds(route.connectTimeoutSeconds))
    }

    private static func material(_ credential: SealedCredential) -> CredentialMaterial? {
        switch credential.kind {
        case .password: credential.password.map { .password($0) }
        case .sshKey:
            credential.privateKey.map {
                .privateKey($0, passphrase: credential.passphrase, certificate: credential.certificate)
            }
        case .snmpCommunity, .snmpUser: nil
        }
    }
}

extension ConnectionRoute {
    /// How the run's history names this route, for example `ssh root@web-01:2222`.
    var title: String {
        switch kind {
        case .local: "local"
        case .ssh: "ssh \(user)@\(host)" + (port == 22 ? "" : ":\(port)") + jumps.map { " via \($0.host)" }.joined()
        }
    }
}
