import Vocabulary

/// What no run may do without more ado, whoever starts it.
package struct RunGuard: Codable, Sendable, Hashable {
    /// Most targets of one run; no limit when absent.
    package var mostTargets: Int?
    /// The names of environments that are production, without regard to case: a run on such targets must be confirmed.
    package var production: [String]
    /// Counts changes, from 0.
    package var revision: Int
    /// When it was changed; absent while it is as installed.
    package var changedAt: Timestamp?
    /// Who changed it.
    package var changedBy: String?
    /// Makes the value.
    package init(mostTargets: Int? = nil, production: [String], revision: Int, changedAt: Timestamp? = nil, changedBy: String? = nil) {
        self.mostTargets = mostTargets
        self.production = production
        self.revision = revision
        self.changedAt = changedAt
        self.changedBy = changedBy
    }
}

/// A guard to save.
package struct SaveGuard: Codable, Sendable, WireConstrained {
    /// Most targets of one run; no limit when absent.
    package var mostTargets: Int?
    /// The names of environments that are production.
    package var production: [String]
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(mostTargets: Int? = nil, production: [String], revision: Int? = nil) {
        self.mostTargets = mostTargets
        self.production = production
        self.revision = revision
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["mostTargets": .range(1...1_000_000), "production": .count(0...100)] }
}
