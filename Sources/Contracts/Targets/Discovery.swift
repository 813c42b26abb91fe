import Vocabulary

/// What a `DiscoveryScanID` names.
package enum DiscoveryScanSubject {}
/// A scan's id.
package typealias DiscoveryScanID = Identifier<DiscoveryScanSubject>

/// Where a scan stands.
package enum DiscoveryScanState: String, WireEnum {
    case running
    case completed
    /// Somebody ended it; what was found until then is kept.
    case cancelled
    /// It could not go on.
    case failed

    /// Whether nothing more happens.
    package var isFinal: Bool { self != .running }
}

/// A look at all addresses of a range, or of a part of it.
package struct DiscoveryScan: Codable, Sendable, Hashable {
    /// The id.
    package var id: DiscoveryScanID
    /// The range.
    package var range: DiscoveryRangeID
    /// The range's name.
    package var rangeName: String
    /// The addresses that are looked at.
    package var cidr: String
    /// Where it stands.
    package var state: DiscoveryScanState
    /// Why it failed, or what it waits for.
    package var cause: String?
    /// How many addresses there are to look at.
    package var hostsTotal: Int
    /// How many were looked at.
    package var hostsDone: Int
    /// How many hosts answered.
    package var found: Int
    /// How many of these had not been found before.
    package var appeared: Int
    /// How many are not as they were in the scan before.
    package var changed: Int
    /// How many no longer answered; known at the end.
    package var gone: Int
    /// Who started it; nil for the interval of the range.
    package var startedBy: String?
    /// When it began.
    package var startedAt: Timestamp
    /// When it ended.
    package var endedAt: Timestamp?
    /// Makes the value.
    package init(
        id: DiscoveryScanID, range: DiscoveryRangeID, rangeName: String, cidr: String, state: DiscoveryScanState,
        cause: String? = nil, hostsTotal: Int, hostsDone: Int, found: Int, appeared: Int, changed: Int, gone: Int,
        startedBy: String? = nil, startedAt: Timestamp, endedAt: Timestamp? = nil
    ) {
        self.id = id
        self.range = range
        self.rangeName = rangeName
        self.cidr = cidr
        self.state = state
        self.cause = cause
        self.hostsTotal = hostsTotal
        self.hostsDone = hostsDone
        self.found = found
        self.appeared = appeared
        self.changed = changed
        self.gone = gone
        self.startedBy = startedBy
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}

/// A scan to start.
package struct StartDiscoveryScan: Codable, Sendable, WireConstrained {
    /// The id or name of a range.
    package var range: String
    /// Only these of its addresses; all when absent.
    package var cidr: String?
    /// Makes the value.
    package init(range: String, cidr: String? = nil) {
        self.range = range
        self.cidr = cidr
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["range": .length(1...128), "cidr": .length(1...64)] }
}

/// Which scans to list.
package struct DiscoveryScanQuery: Codable, Sendable, WireConstrained {
    /// The id or name of a range; all when absent.
    package var range: String?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(range: String? = nil, limit: Int? = nil, cursor: String? = nil) {
        self.range = range
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500)] }
}

extension TargetsAPI {
    /// The ranges that may be scanned, by name.
    package static let discoveryRanges = Endpoint<PageQuery, Page<DiscoveryRange>>(
        .get, "/api/targets/discovery/ranges", needs: .discoveryRead, "Lists the ranges of addresses that may be scanned")
    /// One range by id or name.
    package static let discoveryRange = Endpoint<Nothing, DiscoveryRange>(
        .get, "/api/targets/discovery/ranges/{range}", needs: .discoveryRead, "Shows a range of addresses that may be scanned")
    /// Allows a range.
    package static let createDiscoveryRange = Endpoint<SaveDiscoveryRange, DiscoveryRange>(
        .post, "/api/targets/discovery/ranges", answers: .created, needs: .discoveryRanges, "Allows a range of addresses to be scanned")
    /// Changes a range, by id or name.
    package static let updateDiscoveryRange = Endpoint<SaveDiscoveryRange, DiscoveryRange>(
        .put, "/api/targets/discovery/ranges/{range}", needs: .discoveryRanges, "Changes a range of addresses that may be scanned")
    /// Deletes a range with what was found in it; targets stay.
    package static let deleteDiscoveryRange = Endpoint<Nothing, Nothing>(
        .delete, "/api/targets/discovery/ranges/{range}", answers: .noContent, needs: .discoveryRanges,
        "Deletes a range with what was found in it; targets stay")
    /// Scans, the newest first; the last 50 of each range are kept.
    package static let discoveryScans = Endpoint<DiscoveryScanQuery, Page<DiscoveryScan>>(
        .get, "/api/targets/discovery/scans", needs: .discoveryRead, "Lists scans, the newest first")
    /// One scan.
    package static let discoveryScan = Endpoint<Nothing, DiscoveryScan>(
        .get, "/api/targets/discovery/scans/{scan}", needs: .discoveryRead, "Shows how far a scan is")
    /// Starts a scan.
    package static let startDiscoveryScan = Endpoint<StartDiscoveryScan, DiscoveryScan>(
        .post, "/api/targets/discovery/scans", answers: .accepted, needs: .discoveryRun, "Starts a scan of a range")
    /// Ends a scan; what was found until then is kept.
    package static let cancelDiscoveryScan = Endpoint<Nothing, DiscoveryScan>(
        .post, "/api/targets/discovery/scans/{scan}/cancel", needs: .discoveryRun, "Ends a scan; what was found until then is kept")
    /// What was found, by address.
    package static let discoveryFindings = Endpoint<FindingQuery, Page<Finding>>(
        .get, "/api/targets/discovery/findings", needs: .discoveryRead, "Lists the hosts that scans found, by address")
    /// Leaves findings out of review, or takes them in again.
    package static let ignoreFindings = Endpoint<IgnoreFindings, FindingReceipt>(
        .post, "/api/targets/discovery/findings/ignore", needs: .discoveryRun, "Leaves findings out of review, or takes them in again")
    /// Makes targets of findings, all or nothing; a dry run shows what would be made.
    package static let importFindings = Endpoint<ImportFindings, FindingImport>(
        .post, "/api/targets/discovery/import", needs: .targetsWrite, "Makes targets of findings, all or nothing")
}
