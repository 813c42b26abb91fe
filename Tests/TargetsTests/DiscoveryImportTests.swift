import Contracts
import Foundation
import Store
import Support
import Synchronization
import Testing
import Vocabulary

@testable import Targets

@Suite("Review and import of what was found")
struct DiscoveryImportTests {
    @Test("Hosts are recognised by host key before address and name, and are imported once")
    func imports() async throws {
        let (network, blob) = (Network(), try hostKeyBlob())
        network["10.5.0.1"] = Network.host("10.5.0.1", "moved.lab", key: blob)
        network["10.5.0.2"] = Network.host("10.5.0.2")
        network["10.5.0.3"] = Network.host("10.5.0.3", "by-name.lab")
        network["10.5.0.4"] = Network.host("10.5.0.4", "fresh.lab", key: try hostKeyBlob())
        let house = try await TargetsHouse.open(network)
        try await house.add("old-name", host: "10.9.9.9")
        _ = try await house.call(TargetsAPI.pinHostKey, ["target": "old-name"], PinHostKey(algorithm: "ssh-ed25519", blob: blob))
        try await house.add("by-address", host: "10.5.0.2")
        try await house.add("by-name")
        try await house.allow()
        _ = try await house.scan()

        let known = try await house.findings(.known)
        #expect(known.map(\.target?.name) == ["old-name", "by-address", "by-name"])
        #expect(known.map(\.target?.by) == [.hostKey, .address, .name])
        let credential = try await house.password("login")
        let all = try await house.findings().map(\.id)
        var wish = ImportFindings(
            findings: all, dryRun: true, tags: ["found"], environment: "lab", credential: credential.id, pinHostKeys: true)
        let dry = try await house.call(TargetsAPI.importFindings, [:], wish)
        #expect(counts(dry.created, dry.unchanged, dry.refused) == [1, 3, 0])
        #expect(!dry.applied)
        #expect(try await house.names("tag = found").isEmpty)
        wish.dryRun = false
        let made = try await house.call(TargetsAPI.importFindings, [:], wish)
        #expect(made.applied && made.created == 1)
        let target = try await house.show("fresh.lab")
        #expect(target.tags == ["found"] && target.environment == "lab" && target.os == "debian")
        #expect(target.connections == [ConnectionMethod(kind: .ssh, host: "10.5.0.4", credential: credential.id)])
        #expect(target.hostKeys.map(\.fingerprint) == made.rows.last?.pinned)
        #expect(target.hostKeys.map(\.pinnedBy) == ["anna"])
        let again = try await house.call(TargetsAPI.importFindings, [:], wish)
        #expect(counts(again.created, again.unchanged, again.refused) == [0, 4, 0])
        #expect(try await house.findings(.new).isEmpty)
        let notes = try await NewsDesk.lying(in: house.database, for: AuditAPI.name).map(\.kind)
        #expect(
            notes.filter { $0.hasPrefix("discovery") || $0 == "target.imported" }
                == ["discovery_range.created", "discovery_scan.started", "target.imported"])
    }

    @Test("An import with a host that cannot be one makes nothing at all")
    func refusedImport() async throws {
        let network = Network()
        network["10.5.0.1"] = Network.host("10.5.0.1", "good.lab")
        var tarpit = Network.host("10.5.0.2", "tarpit.lab")
        tarpit.answersEverything = true
        network["10.5.0.2"] = tarpit
        network["10.5.0.3"] = Network.host("10.5.0.3", "good.lab")
        let house = try await TargetsHouse.open(network)
        try await house.allow()
        _ = try await house.scan()
        let all = try await house.findings()

        let receipt = try await house.call(
            TargetsAPI.importFindings, [:], ImportFindings(findings: all.map(\.id), dryRun: false, names: [all[0].id.text: "good.lab"]))

        #expect(!receipt.applied)
        #expect(receipt.rows.map(\.action) == [.create, .refused, .refused])
        #expect(receipt.rows[1].problems.contains { $0.contains("takes every connection") })
        #expect(receipt.rows[2].problems.contains { $0.contains("Another one of these") })
        #expect(try await house.names(nil).isEmpty)
        let gone = await problem {
            try await house.call(TargetsAPI.importFindings, [:], ImportFindings(findings: [.sample], dryRun: true))
        }
        #expect(gone?.status == 422)
    }

    @Test("Findings can be left out of review, and are found by words")
    func review() async throws {
        let network = Network()
        for number in 1...120 { network["10.5.0.\(number)"] = Network.host("10.5.0.\(number)", "h\(number).lab") }
        let house = try await TargetsHouse.open(network)
        try await house.allow()
        _ = try await house.scan()
        let first = try await house.call(TargetsAPI.discoveryFindings, [:], FindingQuery(limit: 100))
        #expect(first.total == 120 && first.items.count == 100)
        let rest = try await house.call(TargetsAPI.discoveryFindings, [:], FindingQuery(limit: 100, cursor: first.nextCursor))
        #expect((first.items + rest.items).map(\.host.address) == (1...120).map { "10.5.0.\($0)" })

        let receipt = try await house.call(
            TargetsAPI.ignoreFindings, [:], IgnoreFindings(findings: first.items.map(\.id), ignored: true))

        #expect(receipt.changed == 100)
        #expect(try await house.call(TargetsAPI.discoveryFindings, [:], FindingQuery()).total == 20)
        #expect(try await house.call(TargetsAPI.discoveryFindings, [:], FindingQuery(ignored: true)).total == 100)
        let searched = try await house.call(TargetsAPI.discoveryFindings, [:], FindingQuery(search: "H117.LAB"))
        #expect(searched.items.map(\.host.address) == ["10.5.0.117"])
    }

    @Test("Who may not pin host keys cannot have them pinned by an import")
    func mayNotPin() async throws {
        let house = try await TargetsHouse.open(Network())
        let caller = Caller.user(UserID(trusted: "01990000-0000-7000-8000-00000000000b"), name: "olga", role: .operator)
        let refused = await problem {
            try await house.peer.call(
                TargetsAPI.importFindings, [:], ImportFindings(findings: [.sample], dryRun: true, pinHostKeys: true), as: caller)
        }
        #expect(refused?.status == 403)
    }

    @Test("Credentials for SNMP are kept sealed, are handed to workers of scans, and nobody logs in with them")
    func snmpCredentials() async throws {
        let house = try await TargetsHouse.open(Network())
        let user = try await house.call(
            TargetsAPI.createCredential, [:],
            SaveCredential(
                name: "v3", kind: .snmpUser, username: "conductor", password: Secret("authority-1"), passphrase: Secret("privacy-22"),
                snmpAuthentication: .sha512))
        #expect(user.snmpAuthentication == .sha512)
        let short = await problem {
            try await house.call(
                TargetsAPI.createCredential, [:], SaveCredential(name: "v3b", kind: .snmpUser, password: Secret("short")))
        }
        #expect(Set((short?.errors ?? []).compactMap(\.pointer)) == ["#/username", "#/password"])
        let login = await problem { try await house.add("web-1", credential: user.id) }
        #expect(login?.detail.contains("for SNMP") == true)
        _ = try await house.call(
            TargetsAPI.createDiscoveryRange, [:],
            SaveDiscoveryRange(name: "lab", cidr: "10.5.0.0/30", ports: [22], snmpCredentials: [user.id]))
        _ = try await house.scan()
        #expect(house.errands.all.last?.scan?.snmpCredentials == [user.id])
    }
}
