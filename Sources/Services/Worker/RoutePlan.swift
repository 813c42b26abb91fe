import ConnectorPort
import Contracts
import Vault
import Vocabulary
import Web

/// Opens the sealed credentials of a lease and turns routes into plans for the connectors.
struct RoutePlans: Sendable {
    private let credentials: [CredentialID: CredentialMaterial]
    private let identities: [CredentialID: SNMPIdentity]

    /// Opens everything that was sealed for this worker.
    /// - Throws: `VaultError`, `DecodingError`.
    init(_ connections: TargetConnections, key: WorkerKey) throws {
        var (opened, identities): ([CredentialID: CredentialMaterial], [CredentialID: SNMPIdentity]) = ([:], [:])
        for (text, sealed) in connections.credentials {
            guard let id = CredentialID(text) else { continue }
            let credential = try JSONCodec.decode(SealedCredential.self, from: try key.open(sealed))
            opened[id] = Self.material(credential)
            identities[id] = Self.identity(id, credential)
        }
        credentials = opened
        self.identities = identities
    }

    /// As whom an SNMP agent is asked; nil for a credential that is not for that.
    func snmp(_ id: CredentialID) -> SNMPIdentity? { identities[id] }

    private static func identity(_ id: CredentialID, _ credential: SealedCredential) -> SNMPIdentity? {
        guard let password = credential.password else { return nil }
        switch credential.kind {
        case .password, .sshKey: return nil
        case .snmpCommunity: return SNMPIdentity(credential: id.text, proof: .community(password))
        case .snmpUser:
            let hash = SNMPHash(rawValue: (credential.snmpAuthentication ?? .sha256).rawValue) ?? .sha256
            return SNMPIdentity(
                credential: id.text,
                proof: .user(credential.username ?? "", hash: hash, password: password, privacy: credential.passphrase))
        }
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
