import Vocabulary

/// What a `HealthPolicyID` names.
package enum HealthPolicySubject {}
/// A policy's id.
package typealias HealthPolicyID = Identifier<HealthPolicySubject>

/// How often targets are checked, and what counts as critical. Of several that match a target the first counts.
package struct HealthPolicy: Codable, Sendable, Hashable {
    /// The id.
    package var id: HealthPolicyID
    /// The name; `default` is the one for targets that no other matches.
    package var name: String
    /// Which targets it is for; empty for the default.
    package var filter: String
    /// Its place in the order, from 1; the default has the last.
    package var position: Int
    /// Whether targets are checked at all.
    package var enabled: Bool
    /// Seconds from one check to the next.
    package var intervalSeconds: Int
    /// Most seconds that a check may take.
    package var timeoutSeconds: Int
    /// So many checks in a row have to fail, or to be slow, before the state gets worse.
    package var failThreshold: Int
    /// So many checks in a row have to succeed before the state gets better.
    package var recoverThreshold: Int
    /// A check that takes longer is slow; nil for never.
    package var warnMilliseconds: Int?
    /// How many connection methods are checked by it.
    package var methods: Int
    /// Counts changes; send it back with an update.
    package var revision: Int
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(
        id: HealthPolicyID, name: String, filter: String, position: Int, enabled: Bool, intervalSeconds: Int,
        timeoutSeconds: Int, failThreshold: Int, recoverThreshold: Int, warnMilliseconds: Int? = nil, methods: Int,
        revision: Int, updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.filter = filter
        self.position = position
        self.enabled = enabled
        self.intervalSeconds = intervalSeconds
        self.timeoutSeconds = timeoutSeconds
        self.failThreshold = failThreshold
        self.recoverThreshold = recoverThreshold
        self.warnMilliseconds = warnMilliseconds
        self.methods = methods
        self.revision = revision
        self.updatedAt = updatedAt
    }
}

/// All policies.
package struct HealthPolicies: Codable, Sendable, Hashable {
    /// In order; the default is the last.
    package var items: [HealthPolicy]
    /// Makes the value.
    package init(items: [HealthPolicy]) { self.items = items }
}

/// A policy to save; what is absent is as in a new installation.
package struct SaveHealthPolicy: Codable, Sendable, WireConstrained {
    /// The name; the default's stays.
    package var name: String
    /// Which targets it is for, for example `env = production`; nothing for the default.
    package var filter: String?
    /// Its place in the order, from 1; a new one comes right before the default, a changed one stays where it is.
    package var position: Int?
    /// Whether targets are checked at all; true when absent.
    package var enabled: Bool?
    /// Seconds from one check to the next; 300 when absent.
    package var intervalSeconds: Int?
    /// Most seconds that a check may take; 10 when absent.
    package var timeoutSeconds: Int?
    /// So many checks in a row have to fail, or to be slow; 3 when absent.
    package var failThreshold: Int?
    /// So many checks in a row have to succeed; 2 when absent.
    package var recoverThreshold: Int?
    /// A check that takes longer is slow; absent for never.
    package var warnMilliseconds: Int?
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(
        name: String, filter: String? = nil, position: Int? = nil, enabled: Bool? = nil, intervalSeconds: Int? = nil,
        timeoutSeconds: Int? = nil, failThreshold: Int? = nil, recoverThreshold: Int? = nil, warnMilliseconds: Int? = nil,
        revision: Int? = nil
    ) {
        self.name = name
        self.filter = filter
        self.position = position
        self.enabled = enabled
        self.intervalSeconds = intervalSeconds
        self.timeoutSeconds = timeoutSeconds
        self.failThreshold = failThreshold
        self.recoverThreshold = recoverThreshold
        self.warnMilliseconds = warnMilliseconds
        self.revision = revision
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"), "filter": .length(0...4000), "position": .range(1...1000),
            "intervalSeconds": .range(5...86400), "timeoutSeconds": .range(1...120), "failThreshold": .range(1...100),
            "recoverThreshold": .range(1...100), "warnMilliseconds": .range(1...120_000),
        ]
    }
}
