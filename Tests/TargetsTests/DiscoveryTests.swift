import Contracts
import Foundation
import Store
import Support
import Synchronization
import Testing
import Vocabulary

@testable import Targets

@Suite("Discovery")
struct DiscoveryTests {
    @Test("A scan looks at every address of its range once, in pieces, and shows how far it is")
    func pieces() async throws {
        let network = Network()
        network["10.5.0.7"] = Network.host("10.5.0.7", "db-1.lab.example.org")
        let house = try await TargetsHouse.open(network)
        try await house.allow()

        let done = try await house.scan()

        #expect(done.state == .completed)
        #expect(counts(done.hostsDone, done.hostsTotal, done.found, done.appeared, done.gone) == [254, 254, 1, 1, 0])
        #expect(done.startedBy == "anna")
        let asked = network.asked.withLock { $0 }
        #expect(asked.count == 4)
        #expect(asked.allSatisfy { $0.addresses.count <= 64 && $0.ports == [22, 80] && $0.ratePerSecond == 100 })
        #expect(asked.flatMap(\.addresses) == (1...254).map { "10.5.0.\($0)" })
        let found = try await house.findings()
        #expect(found.map(\.status) == [.new])
        #expect(found[0].classification.label == "Linux server")
        #expect(found[0].suggestedName == "db-1.lab.example.org")
    }

    @Test("A second scan says what is new, what has changed, and what is gone")
    func differences() async throws {
        let network = Network()
        for number in 1...3 { network["10.5.0.\(number)"] = Network.host("10.5.0.\(number)") }
        let house = try await TargetsHouse.open(network)
        try await house.allow()
        _ = try await house.scan()
        network["10.5.0.1"] = nil
        network["10.5.0.2"] = Network.host("10.5.0.2", ports: [22, 80])
        network["10.5.0.4"] = Network.host("10.5.0.4")

        let second = try await house.scan()

        #expect(counts(second.found, second.appeared, second.changed, second.gone) == [3, 1, 1, 1])
        #expect(try await house.findings().map(\.status) == [.gone, .changed, .new, .new])
        #expect(try await house.findings(.changed)[0].differences == ["port 80 is open now"])
        #expect(try await house.findings(.gone).map(\.host.address) == ["10.5.0.1"])
        network["10.5.0.1"] = Network.host("10.5.0.1")
        let third = try await house.scan()
        #expect(counts(third.appeared, third.changed, third.gone) == [0, 1, 0])
        #expect(try await house.findings(.changed).map(\.differences) == [["it answers again"]])
        // Only some addresses: what is elsewhere is not gone.
        network["10.5.0.200"] = Network.host("10.5.0.200")
        let part = try await house.scan(cidr: "10.5.0.192/26")
        #expect(counts(part.hostsTotal, part.found, part.gone) == [62, 1, 0])
        #expect(try await house.findings(.gone).isEmpty)
    }

    @Test("Nothing is scanned that is not allowed, and too much is refused with a sentence")
    func allowList() async throws {
        let house = try await TargetsHouse.open(Network())
        let nothing = await problem {
            try await house.call(TargetsAPI.startDiscoveryScan, [:], StartDiscoveryScan(range: "lab"))
        }
        #expect(nothing?.status == 404)
        for (cidr, hint) in [
            ("0.0.0.0/0", "too large"), ("10.0.0.0/15", "too large"), ("127.0.0.0/24", "allow_local"), ("224.0.0.0/24", "multicast"),
        ] {
            let refused = await problem { try await house.allow(cidr) }
            #expect(refused?.status == 422)
            #expect(refused?.detail.contains(hint) == true, "\(cidr): \(refused?.detail ?? "")")
            #expect(refused?.errors?.map(\.pointer) == ["#/cidr"])
        }
        try await house.allow()
        for cidr in ["10.6.0.0/24", "10.0.0.0/16", "10.5.0.0/23"] {
            let outside = await problem {
                try await house.call(TargetsAPI.startDiscoveryScan, [:], StartDiscoveryScan(range: "lab", cidr: cidr))
            }
            #expect(outside?.detail.contains("nothing outside of it is scanned") == true)
        }
        #expect(house.errands.all.isEmpty)
    }

    @Test("A range with wrong numbers is refused with every place that is wrong")
    func badRange() async throws {
        let house = try await TargetsHouse.open(Network())
        let password = try await house.password("login")
        let save = SaveDiscoveryRange(
            name: "a b", cidr: "10.0.0.0/8", exclude: ["x"], ports: [0, 22, 22], ratePerSecond: 0, snmpCredentials: [password.id])

        let refused = await problem { try await house.call(TargetsAPI.createDiscoveryRange, [:], save) }

        let pointers = Set((refused?.errors ?? []).compactMap(\.pointer))
        #expect(
            pointers == ["#/name", "#/cidr", "#/exclude/0", "#/ports/0", "#/ports", "#/rate_per_second", "#/snmp_credentials/0"])
        let slow = SaveDiscoveryRange(name: "slow", cidr: "10.0.0.0/24", ports: Array(1...200), timeoutMilliseconds: 5000)
        let tooSlow = await problem { try await house.call(TargetsAPI.createDiscoveryRange, [:], slow) }
        #expect(tooSlow?.detail.contains("silent address") == true)
    }

    @Test("A piece whose process is gone is looked at again, and what comes late is not counted twice")
    func leaseLoss() async throws {
        let network = Network()
        network["10.5.0.1"] = Network.host("10.5.0.1")
        let house = try await TargetsHouse.open(network)
        try await house.allow()
        let scan = try await house.call(TargetsAPI.startDiscoveryScan, [:], StartDiscoveryScan(range: "lab"))
        let progress = house.service.discovery.progress
        let first = try #require(try await progress.claim())
        #expect(try await progress.claim() == nil, "one piece of a scan is under way at a time")
        house.clock.advance(by: .seconds(201))

        let again = try #require(try await progress.claim())

        #expect(again.addresses == first.addresses)
        try await progress.store([Network.host("10.5.0.1")], of: first)
        try await progress.run(again)
        _ = try await house.service.discovery.tick()
        let done = try await house.call(TargetsAPI.discoveryScan, ["scan": scan.id.text], Nothing())
        #expect(counts(done.hostsDone, done.found, done.appeared) == [254, 1, 1])
    }

    @Test("A scan that is cancelled keeps what it found, tells its worker, and takes in nothing more")
    func cancelled() async throws {
        let house = try await TargetsHouse.open(Network())
        try await house.allow()
        let scan = try await house.call(TargetsAPI.startDiscoveryScan, [:], StartDiscoveryScan(range: "lab"))
        let busy = await problem { try await house.call(TargetsAPI.startDiscoveryScan, [:], StartDiscoveryScan(range: "lab")) }
        #expect(busy?.status == 409)
        let piece = try #require(try await house.service.discovery.progress.claim())

        let ended = try await house.call(TargetsAPI.cancelDiscoveryScan, ["scan": scan.id.text], Nothing())

        #expect(ended.state == .cancelled)
        try await house.service.discovery.progress.store([Network.host("10.5.0.1")], of: piece)
        #expect(try await house.findings().isEmpty)
        #expect(try await house.service.discovery.tick() == 0)
        let twice = await problem { try await house.call(TargetsAPI.cancelDiscoveryScan, ["scan": scan.id.text], Nothing()) }
        #expect(twice?.status == 409)
    }

    @Test("A worker that tells of addresses which were not asked for is not believed")
    func liar() async throws {
        let house = try await TargetsHouse()
        house.errands.answer { _ in ErrandResult(worker: "w1", hosts: [Network.host("192.0.2.1"), Network.host("10.5.0.1")]) }
        try await house.allow("10.5.0.0/29")

        _ = try await house.scan()

        #expect(try await house.findings().map(\.host.address) == ["10.5.0.1"])
    }

    @Test("A range is scanned again by itself, with nobody as its starter")
    func rescan() async throws {
        let house = try await TargetsHouse.open(Network())
        try await house.allow("10.5.0.0/29", rescan: 6)
        #expect(try await house.service.discovery.tick() == 0)
        house.clock.advance(by: .seconds(6 * 3600))

        #expect(try await house.service.discovery.tick() == 1)

        let scans = try await house.call(TargetsAPI.discoveryScans, [:], DiscoveryScanQuery()).items
        #expect(scans.map(\.state) == [.completed])
        #expect(scans[0].startedBy == nil)
        let range = try await house.call(TargetsAPI.discoveryRange, ["range": "lab"], Nothing())
        #expect(range.nextScanAt == house.clock.now() + .seconds(6 * 3600))
        #expect(try await house.service.discovery.tick() == 0)
    }
}
