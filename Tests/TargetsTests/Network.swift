import Contracts
import Foundation
import Store
import Support
import Synchronization
import Testing
import Vocabulary

@testable import Targets

/// A network as workers see it.
final class Network: Sendable {
    let hosts = Mutex<[String: FoundHost]>([:])
    let asked = Mutex<[ScanChunk]>([])

    subscript(address: String) -> FoundHost? {
        get { hosts.withLock { $0[address] } }
        set { hosts.withLock { $0[address] = newValue } }
    }

    func answer(_ errand: Errand) -> ErrandResult {
        guard let chunk = errand.scan else { return ErrandResult(worker: "w1") }
        asked.withLock { $0.append(chunk) }
        return ErrandResult(worker: "w1", hosts: hosts.withLock { hosts in chunk.addresses.compactMap { hosts[$0] } })
    }

    static func host(_ address: String, _ name: String? = nil, key: String? = nil, ports: [Int] = [22]) -> FoundHost {
        FoundHost(
            address: address, names: name.map { [$0] } ?? [], reachedBy: "ICMP echo", milliseconds: 1,
            ports: ports.map {
                FoundPort(port: $0, service: $0 == 22 ? "ssh" : nil, banner: $0 == 22 ? "SSH-2.0-OpenSSH Debian" : nil)
            },
            hostKeys: key.map { [FoundHostKey(port: 22, algorithm: "ssh-ed25519", blob: $0, fingerprint: print(of: $0))] } ?? [],
            answersEverything: false)
    }

    static func print(of blob: String) -> String { HostKeyText.fingerprint(of: [UInt8](Data(base64Encoded: blob) ?? Data())) }
}

extension TargetsHouse {

    static func open(_ network: Network) async throws -> TargetsHouse {
        let house = try await TargetsHouse()
        house.errands.answer { network.answer($0) }
        return house
    }

    @discardableResult
    func allow(_ cidr: String = "10.5.0.0/24", rescan: Int? = nil) async throws -> DiscoveryRange {
        try await call(
            TargetsAPI.createDiscoveryRange, [:], SaveDiscoveryRange(name: "lab", cidr: cidr, ports: [22, 80], rescanHours: rescan))
    }

    func scan(cidr: String? = nil) async throws -> DiscoveryScan {
        clock.advance(by: .seconds(1))
        let scan = try await call(TargetsAPI.startDiscoveryScan, [:], StartDiscoveryScan(range: "lab", cidr: cidr))
        _ = try await service.discovery.tick()
        return try await call(TargetsAPI.discoveryScan, ["scan": scan.id.text], Nothing())
    }

    func findings(_ status: FindingStatus...) async throws -> [Finding] {
        try await call(TargetsAPI.discoveryFindings, [:], FindingQuery(range: "lab", status: status.isEmpty ? nil : status)).items
    }
}

/// Numbers to compare together.
func counts(_ numbers: Int...) -> [Int] { numbers }

/// The base64 blob of a new host key.
func hostKeyBlob() throws -> String { String(try SSHKeyPair.make().publicLine.split(separator: " ")[1]) }
