import Contracts
import Testing
import Vocabulary

@testable import Targets

@Suite("Addresses of ranges")
struct AddressTests {
    @Test(
        "Blocks that can be scanned are read",
        arguments: [
            ("10.1.0.0/24", "10.1.0.0/24", 254), ("10.1.0.7", "10.1.0.7/32", 1), ("192.168.0.0/16", "192.168.0.0/16", 65_534),
            ("10.0.0.4/31", "10.0.0.4/31", 2), ("2001:db8::/112", "2001:db8::/112", 65_536), ("2001:DB8::1", "2001:db8::1/128", 1),
            ("fd00:0:0:1::10/124", "fd00:0:0:1::10/124", 16),
        ])
    func sound(text: String, shown: String, count: Int) throws {
        let block = try AddressBlock(text)
        #expect(block.description == shown)
        #expect(AddressPlan(block, exclude: []).count == count)
    }

    @Test(
        "Everything else is refused with a sentence",
        arguments: [
            ("0.0.0.0/0", "too large"), ("10.0.0.0/15", "too large"), ("::/0", "too large"), ("2001:db8::/64", "too large"),
            ("10.1.0.1/24", "10.1.0.0/24"), ("10.1.0", "not a range"), ("010.1.0.0/24", "not a range"), ("10.1.0.0/33", "prefix length"),
            ("10.1.0.0/", "prefix length"), ("10.1.0.256", "not a range"), ("1::2::3", "not a range"), ("", "not a range"),
            ("example.org", "not a range"), ("10.1.0.0/-1", "prefix length"), ("::ffff:10.0.0.1", "not a range"),
        ])
    func refused(text: String, hint: String) {
        var sentence = ""
        do throws(AddressBlock.Refusal) { _ = try AddressBlock(text) } catch { sentence = error.sentence }
        #expect(sentence.contains(hint), "\(text): \(sentence)")
    }

    @Test("What is left out is never among the addresses, wherever a piece begins")
    func exclusions() throws {
        let plan = try #require(AddressPlan.of("10.0.0.0/24", ["10.0.0.0/28", "10.0.0.100", "10.0.0.200/29", "10.9.0.0/24"]))
        #expect(plan.count == 254 - 15 - 1 - 8)
        let all = plan.addresses(from: 0, count: 1000).map(\.description)
        #expect(all.count == plan.count)
        #expect(all.first == "10.0.0.16" && all.last == "10.0.0.254")
        #expect(!all.contains("10.0.0.100") && !all.contains("10.0.0.203"))
        var pieces: [String] = []
        while pieces.count < plan.count { pieces += plan.addresses(from: pieces.count, count: 7).map(\.description) }
        #expect(pieces == all)
    }

    @Test("Texts of addresses come back as they are, in order of their keys")
    func texts() {
        let texts = ["9.9.9.9", "10.0.0.2", "10.0.0.10", "255.255.255.255", "::1", "2001:db8::1:0:0:1", "fe80::1"]
        let addresses = texts.compactMap { NetworkAddress($0) }
        #expect(addresses.map(\.description) == texts)
        #expect(addresses.map(\.key) == addresses.map(\.key).sorted())
        #expect(addresses == addresses.sorted())
    }

    @Test(
        "Special addresses have to be meant, or are never scanned",
        arguments: [
            ("127.0.0.0/24", "loopback", false), ("169.254.0.0/16", "link-local", false), ("::1", "loopback", false),
            ("fe80::/112", "link-local", false), ("224.0.0.0/24", "multicast", true), ("0.0.0.0/24", "this network", true),
            ("255.255.255.255", "reserved", true), ("ff02::/120", "multicast", true),
        ])
    func special(text: String, hint: String, never: Bool) throws {
        let concern = try AddressBlock(text).concern
        #expect((never ? concern.never : concern.local)?.contains(hint) == true)
        #expect((never ? concern.local : concern.never) == nil)
    }
}

@Suite("Classification of hosts")
struct ClassifierTests {
    private func host(_ ports: [FoundPort], snmp: String? = nil, everything: Bool = false) -> FoundHost {
        FoundHost(
            address: "10.0.0.1", names: [], reachedBy: "ICMP echo", milliseconds: 1, ports: ports, hostKeys: [],
            snmp: snmp.map {
                SNMPSystem(description: $0, objectId: "1.3", name: "n", location: "", contact: "", credential: .sample)
            }, answersEverything: everything)
    }

    @Test("A Linux server is one by its banner, and the evidence is shown")
    func linux() {
        let found = Classifier.classify(host([FoundPort(port: 22, service: "ssh", banner: "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3")]))
        #expect(found.label == "Linux server")
        #expect(found.type == .server)
        #expect(found.os == "debian")
        #expect(found.evidence == ["port 22: banner SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", "port 22 speaks ssh"])
    }

    @Test("The table decides", arguments: ClassifierTests.table)
    func decides(ports: [FoundPort], snmp: String?, label: String, type: TargetType, os: String) {
        let found = Classifier.classify(host(ports, snmp: snmp))
        #expect(found.label == label)
        #expect(found.type == type)
        #expect(found.os == os)
        #expect(!found.evidence.isEmpty)
    }

    static let table: [([FoundPort], String?, String, TargetType, String)] = [
        ([FoundPort(port: 445), FoundPort(port: 3389)], nil, "Windows server", .server, "windows"),
        ([FoundPort(port: 135), FoundPort(port: 445)], nil, "Windows server", .server, "windows"),
        ([FoundPort(port: 80, service: "http", banner: "Microsoft-IIS/10.0")], nil, "Windows server", .server, "windows"),
        ([FoundPort(port: 22, service: "ssh", banner: "SSH-2.0-OpenSSH_9.3")], nil, "Unix server", .server, ""),
        ([FoundPort(port: 22, service: "ssh", banner: "SSH-2.0-Cisco-1.25")], nil, "Network device", .networkDevice, ""),
        ([FoundPort(port: 22, service: "ssh", banner: "SSH-2.0-dropbear")], nil, "SSH server", .server, ""),
        ([], "Cisco IOS Software, C2960", "Network device", .networkDevice, ""), ([], "Linux box 6.1.0", "Linux server", .server, "linux"),
        ([], "Something unheard of", "Network device", .networkDevice, ""),
        ([FoundPort(port: 9100)], "HP LaserJet 400", "Printer", .other, ""),
        ([FoundPort(port: 5432)], nil, "Database server", .database, ""),
        ([FoundPort(port: 25, service: "smtp", banner: "220 x ESMTP")], nil, "Mail server", .server, ""),
        ([FoundPort(port: 443, service: "https")], nil, "Web server", .api, ""), ([FoundPort(port: 4711)], nil, "Unknown host", .other, ""),
    ]

    @Test("A host that takes every connection is called that, whatever it shows")
    func everything() {
        let found = Classifier.classify(host([FoundPort(port: 22, service: "ssh", banner: "SSH-2.0-OpenSSH Debian")], everything: true))
        #expect(found.label == "Takes every connection")
    }

    @Test("A name comes from DNS, SNMP or a certificate, else from the address")
    func names() {
        var found = host([FoundPort(port: 443, certificateNames: ["*.example.org", "www.example.org"])])
        #expect(FindingRules.name(of: found) == "www.example.org")
        found.names = ["Web-1.example.org"]
        #expect(FindingRules.name(of: found) == "web-1.example.org")
        #expect(FindingRules.name(of: found, .address) == "10.0.0.1")
        found.names = ["bad name!"]
        found.ports = []
        #expect(FindingRules.name(of: found) == "10.0.0.1")
        found.address = "2001:db8::1"
        #expect(FindingRules.name(of: found) == "2001-db8--1")
    }

    @Test("Differences to the scan before are said one by one")
    func differences() {
        let before = host([FoundPort(port: 22, service: "ssh", banner: "a"), FoundPort(port: 80)])
        var after = host([FoundPort(port: 22, service: "ssh", banner: "b"), FoundPort(port: 443)])
        #expect(FindingRules.differences(from: before, to: before).isEmpty)
        #expect(
            FindingRules.differences(from: before, to: after)
                == ["port 443 is open now", "port 80 is closed now", "port 22 said `a` and says `b`"])
        var keyed = before
        keyed.hostKeys = [FoundHostKey(port: 22, algorithm: "ssh-ed25519", blob: "AA", fingerprint: "SHA256:a")]
        after = keyed
        after.hostKeys[0].fingerprint = "SHA256:b"
        #expect(FindingRules.differences(from: keyed, to: after) == ["it shows another host key"])
    }
}
