import ConnectorPort
import Contracts
import Vocabulary

/// Has the network scanner look at a chunk of addresses, and says what it found in the words of the contracts.
struct ScanRunner: Sendable {
    let scanner: any NetworkScanner
    let plans: RoutePlans

    /// The hosts that answered, in order of the chunk.
    /// - Throws: `CancellationError`, `ConnectorError`.
    func run(_ chunk: ScanChunk) async throws -> [FoundHost] {
        let plan = ScanPlan(
            addresses: chunk.addresses, ports: chunk.ports, ratePerSecond: chunk.ratePerSecond, concurrency: chunk.concurrency,
            timeout: .milliseconds(chunk.timeoutMilliseconds), snmp: chunk.snmpCredentials.compactMap { plans.snmp($0) })
        return try await scanner.scan(plan).map(FoundHost.init)
    }
}

extension FoundHost {
    fileprivate init(_ host: ScannedHost) {
        self.init(
            address: host.address, names: host.names, reachedBy: host.reachedBy, milliseconds: host.milliseconds,
            ports: host.ports.map {
                FoundPort(
                    port: $0.port, service: $0.service, banner: $0.banner, title: $0.title, certificateNames: $0.certificateNames)
            },
            hostKeys: host.hostKeys.map {
                FoundHostKey(port: $0.port, algorithm: $0.key.algorithm, blob: $0.key.blob, fingerprint: $0.key.fingerprint)
            },
            snmp: host.snmp.flatMap { system in
                CredentialID(system.credential).map {
                    SNMPSystem(
                        description: system.description, objectId: system.objectID, name: system.name, location: system.location,
                        contact: system.contact, credential: $0)
                }
            },
            answersEverything: host.answersEverything)
    }
}
