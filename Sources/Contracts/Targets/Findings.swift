import Vocabulary

/// What a `FindingID` names.
package enum FindingSubject {}
/// A finding's id.
package typealias FindingID = Identifier<FindingSubject>

/// What a finding is to whoever reviews it.
package enum FindingStatus: String, WireEnum {
    /// No target is this host.
    case new
    /// A target is this host, and nothing is different from the scan before.
    case known
    /// It is not as it was in the scan before.
    case changed
    /// It did not answer in the last scan.
    case gone
}

/// By what a host was recognised as a target.
package enum FindingMatch: String, WireEnum {
    /// By a pinned host key.
    case hostKey = "host_key"
    /// By the address of a connection method, or its resolved name.
    case address
    /// By a name of the host.
    case name
}

/// A target that a host was recognised as.
package struct FindingTarget: Codable, Sendable, Hashable {
    /// The target.
    package var id: TargetID
    /// Its serial.
    package var serial: String
    /// Its name.
    package var name: String
    /// By what.
    package var by: FindingMatch
    /// Makes the value.
    package init(id: TargetID, serial: String, name: String, by: FindingMatch) {
        self.id = id
        self.serial = serial
        self.name = name
        self.by = by
    }
}

/// What a host seems to be, and why.
package struct Classification: Codable, Sendable, Hashable {
    /// In words, for example `Linux server`.
    package var label: String
    /// The kind of system that a target for it would be.
    package var type: TargetType
    /// The operating system, for example `debian`; empty when unknown.
    package var os: String
    /// What says so, one sentence each.
    package var evidence: [String]
    /// Makes the value.
    package init(label: String, type: TargetType, os: String, evidence: [String]) {
        self.label = label
        self.type = type
        self.os = os
        self.evidence = evidence
    }
}

/// A host that scans found.
package struct Finding: Codable, Sendable, Hashable {
    /// The id; the same in every scan.
    package var id: FindingID
    /// The range it was found in.
    package var range: DiscoveryRangeID
    /// What it is to whoever reviews it.
    package var status: FindingStatus
    /// Whether somebody left it out of review.
    package var ignored: Bool
    /// What was found.
    package var host: FoundHost
    /// What it seems to be.
    package var classification: Classification
    /// The target that it is.
    package var target: FindingTarget?
    /// What is different from the scan before, one sentence each.
    package var differences: [String]
    /// The name that an import would give it.
    package var suggestedName: String
    /// When it was first found.
    package var firstSeenAt: Timestamp
    /// When it last answered.
    package var lastSeenAt: Timestamp
    /// The scan that looked at it last.
    package var scan: DiscoveryScanID
    /// Makes the value.
    package init(
        id: FindingID, range: DiscoveryRangeID, status: FindingStatus, ignored: Bool, host: FoundHost,
        classification: Classification, target: FindingTarget? = nil, differences: [String], suggestedName: String,
        firstSeenAt: Timestamp, lastSeenAt: Timestamp, scan: DiscoveryScanID
    ) {
        self.id = id
        self.range = range
        self.status = status
        self.ignored = ignored
        self.host = host
        self.classification = classification
        self.target = target
        self.differences = differences
        self.suggestedName = suggestedName
        self.firstSeenAt = firstSeenAt
        self.lastSeenAt = lastSeenAt
        self.scan = scan
    }
}

/// Which findings to list.
package struct FindingQuery: Codable, Sendable, WireConstrained {
    /// The id or name of a range; all when absent.
    package var range: String?
    /// Only these; all when absent.
    package var status: [FindingStatus]?
    /// Only those that were left out of review (true) or were not (false); those that were not when absent.
    package var ignored: Bool?
    /// Only where the address, a name or the classification contains this.
    package var search: String?
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes the value.
    package init(
        range: String? = nil, status: [FindingStatus]? = nil, ignored: Bool? = nil, search: String? = nil, limit: Int? = nil,
        cursor: String? = nil
    ) {
        self.range = range
        self.status = status
        self.ignored = ignored
        self.search = search
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500), "search": .length(0...200)] }
}

/// Findings to leave out of review.
package struct IgnoreFindings: Codable, Sendable, WireConstrained {
    /// Which.
    package var findings: [FindingID]
    /// True leaves them out, false takes them in again.
    package var ignored: Bool
    /// Makes the value.
    package init(findings: [FindingID], ignored: Bool) {
        self.findings = findings
        self.ignored = ignored
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["findings": .count(1...1000)] }
}

/// How many findings were changed.
package struct FindingReceipt: Codable, Sendable {
    /// How many.
    package var changed: Int
    /// Makes the value.
    package init(changed: Int) { self.changed = changed }
}

/// Where the names of imported targets come from.
package enum FindingNaming: String, WireEnum {
    /// The name that DNS, SNMP or a certificate gives, else the address.
    case found
    /// The address.
    case address
}

/// Findings to make targets of.
package struct ImportFindings: Codable, Sendable, WireConstrained {
    /// Which.
    package var findings: [FindingID]
    /// Whether to only show what would be made.
    package var dryRun: Bool
    /// Where names come from; what was found when absent.
    package var naming: FindingNaming?
    /// Names of some of them, by the id of the finding.
    package var names: [String: String]?
    /// Tags of all of them.
    package var tags: [String]?
    /// The environment of all of them.
    package var environment: String?
    /// Where all of them stand.
    package var location: String?
    /// The id of the credential to log in with.
    package var credential: CredentialID?
    /// The account; the credential's user name when absent.
    package var user: String?
    /// Whether connection methods name the address instead of the name; true when absent.
    package var connectByAddress: Bool?
    /// What to do while no host key is pinned; strict when absent.
    package var hostKeyPolicy: HostKeyPolicy?
    /// Whether to pin the host keys that were found; false when absent. Needs the permission to pin host keys.
    package var pinHostKeys: Bool?
    /// Makes the value.
    package init(
        findings: [FindingID], dryRun: Bool, naming: FindingNaming? = nil, names: [String: String]? = nil, tags: [String]? = nil,
        environment: String? = nil, location: String? = nil, credential: CredentialID? = nil, user: String? = nil,
        connectByAddress: Bool? = nil, hostKeyPolicy: HostKeyPolicy? = nil, pinHostKeys: Bool? = nil
    ) {
        self.findings = findings
        self.dryRun = dryRun
        self.naming = naming
        self.names = names
        self.tags = tags
        self.environment = environment
        self.location = location
        self.credential = credential
        self.user = user
        self.connectByAddress = connectByAddress
        self.hostKeyPolicy = hostKeyPolicy
        self.pinHostKeys = pinHostKeys
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["findings": .count(1...1000), "tags": .count(0...100), "environment": .length(0...64), "location": .length(0...128)]
    }
}

/// What an import does with one finding.
package struct FindingRow: Codable, Sendable, Hashable {
    /// The finding.
    package var finding: FindingID
    /// Its address.
    package var address: String
    /// The name of the target.
    package var name: String
    /// `create`; `unchanged` for a host that is a target already; `refused`.
    package var action: ImportAction
    /// What is wrong with it, or which target it is.
    package var problems: [String]
    /// The fingerprints of the host keys that are pinned with it.
    package var pinned: [String]
    /// The target as it was made.
    package var target: TargetID?
    /// Makes the value.
    package init(
        finding: FindingID, address: String, name: String, action: ImportAction, problems: [String], pinned: [String],
        target: TargetID? = nil
    ) {
        self.finding = finding
        self.address = address
        self.name = name
        self.action = action
        self.problems = problems
        self.pinned = pinned
        self.target = target
    }
}

/// What an import of findings did, or would do. Nothing was made if any row is refused.
package struct FindingImport: Codable, Sendable, Hashable {
    /// Whether it was a dry run.
    package var dryRun: Bool
    /// Whether the targets were made.
    package var applied: Bool
    /// New targets.
    package var created: Int
    /// Hosts that are targets already.
    package var unchanged: Int
    /// Findings that cannot be imported.
    package var refused: Int
    /// Every finding, by address.
    package var rows: [FindingRow]
    /// Makes the value.
    package init(dryRun: Bool, applied: Bool, created: Int, unchanged: Int, refused: Int, rows: [FindingRow]) {
        self.dryRun = dryRun
        self.applied = applied
        self.created = created
        self.unchanged = unchanged
        self.refused = refused
        self.rows = rows
    }
}
