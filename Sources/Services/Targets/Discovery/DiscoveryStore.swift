import Contracts
import Store
import Vocabulary

/// How the addresses of a scan are looked at, as its range said when it began.
struct ScanSettings: Codable, Sendable, Hashable {
    var exclude: [String]
    var ports: [Int]
    var ratePerSecond: Int
    var concurrency: Int
    var timeoutMilliseconds: Int
    var snmpCredentials: [CredentialID]
}

/// A scan as it is stored.
struct StoredScan: Sendable {
    var scan: DiscoveryScan
    var settings: ScanSettings
    /// The errand that looks at its next addresses.
    var lease: String?
    /// How often in a row these could not be looked at.
    var failures: Int
}

/// What the operations rely on for ranges and scans.
protocol DiscoveryStore: Sendable {
    /// A range by id or name; nil when there is none.
    func range(_ reference: String, in reading: any Reading) async throws -> DiscoveryRange?
    /// Ranges by name, after the folded name `after`.
    func ranges(after: String?, limit: Int, in reading: any Reading) async throws -> [DiscoveryRange]
    /// How many ranges there are.
    func rangeCount(in reading: any Reading) async throws -> Int
    /// Adds a range.
    func insert(_ range: DiscoveryRange, in transaction: any Transaction) async throws
    /// Saves a range over the revision before its own.
    /// - Throws: `TargetError.staleRevision`.
    func save(_ range: DiscoveryRange, in transaction: any Transaction) async throws
    /// Deletes a range with its scans and findings.
    func delete(_ range: DiscoveryRangeID, in transaction: any Transaction) async throws
    /// Ranges whose next scan is due.
    func due(at now: Timestamp, in reading: any Reading) async throws -> [DiscoveryRange]
    /// Notes when a range was scanned, and when it will be next.
    func note(_ range: DiscoveryRangeID, scannedAt: Timestamp?, nextAt: Timestamp?, in transaction: any Transaction) async throws

    /// Adds a scan.
    /// - Throws: `StoreError.duplicate` when one of the range runs.
    func insert(_ scan: StoredScan, next: Timestamp, in transaction: any Transaction) async throws
    /// A scan; `locking` keeps others from changing it meanwhile.
    func scan(_ id: String, locking: Bool, in reading: any Reading) async throws -> StoredScan?
    /// The running scan of a range, if there is one.
    func running(_ range: DiscoveryRangeID, in reading: any Reading) async throws -> StoredScan?
    /// Scans, the newest first, before the id `before`.
    func scans(_ range: DiscoveryRangeID?, before: String?, limit: Int, in reading: any Reading) async throws -> [DiscoveryScan]
    /// When the next piece of a running scan is due.
    func nextDue(in reading: any Reading) async throws -> Timestamp?
    /// Claims the running scan whose next piece has waited longest, until an instant; nil when none is due.
    func claim(_ lease: String, until: Timestamp, at now: Timestamp, in transaction: any Transaction) async throws -> StoredScan?
    /// Saves how far a scan is; `next` is when it goes on.
    func save(_ scan: StoredScan, next: Timestamp?, in transaction: any Transaction) async throws
    /// Forgets all scans of a range but the newest.
    func keepNewest(_ count: Int, of range: DiscoveryRangeID, in transaction: any Transaction) async throws
}

/// A host that was found, as it is stored.
struct StoredFinding: Sendable {
    var id: FindingID
    var range: DiscoveryRangeID
    var host: FoundHost
    var differences: [String]
    var isGone: Bool
    var isChanged: Bool
    var ignored: Bool
    var firstSeenAt: Timestamp
    var lastSeenAt: Timestamp
    var scan: DiscoveryScanID
}

/// Which findings to list.
struct FindingSelection: Sendable {
    var range: DiscoveryRangeID?
    var statuses: Set<FindingStatus>
    var ignored: Bool
    var search: String?
}

/// What the operations rely on for findings.
protocol FindingStore: Sendable {
    /// Findings by address, after a place in the order.
    func page(
        _ selection: FindingSelection, after: String?, limit: Int, in reading: any Reading
    ) async throws -> [StoredFinding]
    /// How many match.
    func count(_ selection: FindingSelection, in reading: any Reading) async throws -> Int
    /// Findings by id, by address.
    func findings(_ ids: [FindingID], in reading: any Reading) async throws -> [StoredFinding]
    /// Findings of a range by address, locked.
    func findings(_ range: DiscoveryRangeID, addresses: [String], in transaction: any Transaction) async throws -> [StoredFinding]
    /// Adds findings, or saves those that are there.
    func save(_ findings: [StoredFinding], in transaction: any Transaction) async throws
    /// Marks findings of a range as gone that a scan of addresses (given by the keys of the first and the last) did not find; returns how many are
    /// since this scan.
    func markGone(
        _ range: DiscoveryRangeID, from first: String, to last: String, scan: DiscoveryScanID, in transaction: any Transaction
    ) async throws -> Int
    /// Leaves findings out of review or takes them in; returns how many changed.
    func ignore(_ ids: [FindingID], _ ignored: Bool, in transaction: any Transaction) async throws -> Int
    /// The targets that findings were recognised as: by host key first, then by address, then by name.
    func targets(of ids: [FindingID], in reading: any Reading) async throws -> [FindingID: FindingTarget]
}
