import Vocabulary

/// What a `DiscoveryRangeID` names.
package enum DiscoveryRangeSubject {}
/// A range's id.
package typealias DiscoveryRangeID = Identifier<DiscoveryRangeSubject>

/// Addresses that may be scanned. Nothing outside of the ranges is ever scanned; at first there are none.
package struct DiscoveryRange: Codable, Sendable, Hashable {
    /// The id.
    package var id: DiscoveryRangeID
    /// The name; unique without regard to case.
    package var name: String
    /// The addresses, for example `10.1.0.0/24`; at most 65,536 of them.
    package var cidr: String
    /// Addresses and ranges inside that are left out.
    package var exclude: [String]
    /// What it is for.
    package var description: String
    /// Whether it is about addresses of the worker's own machine or link (loopback, link-local), which have to be allowed as such.
    package var allowLocal: Bool
    /// The TCP ports that are tried, in order.
    package var ports: [Int]
    /// The most connections, echo requests and SNMP questions that are begun in a second.
    package var ratePerSecond: Int
    /// The most addresses that are looked at at the same time.
    package var concurrency: Int
    /// How long an answer is waited for.
    package var timeoutMilliseconds: Int
    /// The ids of the credentials to ask for the SNMP system group with, tried in order.
    package var snmpCredentials: [CredentialID]
    /// Hours from one scan to the next that begins by itself; nil for never.
    package var rescanHours: Int?
    /// How many addresses it has, without those left out.
    package var addresses: Int
    /// How many hosts are known in it.
    package var hosts: Int
    /// When its last scan ended.
    package var scannedAt: Timestamp?
    /// When the next scan begins by itself.
    package var nextScanAt: Timestamp?
    /// Counts changes; send it back with an update.
    package var revision: Int
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(
        id: DiscoveryRangeID, name: String, cidr: String, exclude: [String], description: String, allowLocal: Bool,
        ports: [Int], ratePerSecond: Int, concurrency: Int, timeoutMilliseconds: Int, snmpCredentials: [CredentialID],
        rescanHours: Int? = nil, addresses: Int, hosts: Int, scannedAt: Timestamp? = nil, nextScanAt: Timestamp? = nil,
        revision: Int, updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.cidr = cidr
        self.exclude = exclude
        self.description = description
        self.allowLocal = allowLocal
        self.ports = ports
        self.ratePerSecond = ratePerSecond
        self.concurrency = concurrency
        self.timeoutMilliseconds = timeoutMilliseconds
        self.snmpCredentials = snmpCredentials
        self.rescanHours = rescanHours
        self.addresses = addresses
        self.hosts = hosts
        self.scannedAt = scannedAt
        self.nextScanAt = nextScanAt
        self.revision = revision
        self.updatedAt = updatedAt
    }
}

/// A range to save.
package struct SaveDiscoveryRange: Codable, Sendable, WireConstrained {
    /// The name.
    package var name: String
    /// The addresses, for example `10.1.0.0/24`.
    package var cidr: String
    /// Addresses and ranges inside that are left out.
    package var exclude: [String]?
    /// What it is for.
    package var description: String?
    /// Whether addresses of the worker's own machine or link are allowed; false when absent.
    package var allowLocal: Bool?
    /// The TCP ports to try; the usual ones when absent.
    package var ports: [Int]?
    /// The most packets that are begun in a second; 100 when absent.
    package var ratePerSecond: Int?
    /// The most addresses at the same time; 16 when absent.
    package var concurrency: Int?
    /// How long an answer is waited for; 1000 when absent.
    package var timeoutMilliseconds: Int?
    /// The ids of the credentials to ask for the SNMP system group with.
    package var snmpCredentials: [CredentialID]?
    /// Hours from one scan to the next that begins by itself; absent for never.
    package var rescanHours: Int?
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(
        name: String, cidr: String, exclude: [String]? = nil, description: String? = nil, allowLocal: Bool? = nil,
        ports: [Int]? = nil, ratePerSecond: Int? = nil, concurrency: Int? = nil, timeoutMilliseconds: Int? = nil,
        snmpCredentials: [CredentialID]? = nil, rescanHours: Int? = nil, revision: Int? = nil
    ) {
        self.name = name
        self.cidr = cidr
        self.exclude = exclude
        self.description = description
        self.allowLocal = allowLocal
        self.ports = ports
        self.ratePerSecond = ratePerSecond
        self.concurrency = concurrency
        self.timeoutMilliseconds = timeoutMilliseconds
        self.snmpCredentials = snmpCredentials
        self.rescanHours = rescanHours
        self.revision = revision
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"), "cidr": .length(1...64), "exclude": .count(0...100),
            "description": .length(0...2000), "ports": .count(1...200), "ratePerSecond": .range(1...2000),
            "concurrency": .range(1...64), "timeoutMilliseconds": .range(50...10_000), "snmpCredentials": .count(0...5),
            "rescanHours": .range(1...8760),
        ]
    }
}
