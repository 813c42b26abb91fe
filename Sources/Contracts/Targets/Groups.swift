import Vocabulary

/// What a `TargetGroupID` names.
package enum TargetGroupSubject {}
/// A group's id.
package typealias TargetGroupID = Identifier<TargetGroupSubject>

/// A saved filter; its members are whatever matches at the moment.
package struct TargetGroup: Codable, Sendable {
    /// The id.
    package var id: TargetGroupID
    /// The name; used in filters as `group = NAME`.
    package var name: String
    /// What it is for.
    package var description: String
    /// The filter.
    package var filter: String
    /// How many targets match now.
    package var count: Int
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Makes the value.
    package init(id: TargetGroupID, name: String, description: String, filter: String, count: Int, updatedAt: Timestamp) {
        self.id = id
        self.name = name
        self.description = description
        self.filter = filter
        self.count = count
        self.updatedAt = updatedAt
    }
}

/// A group to save.
package struct SaveTargetGroup: Codable, Sendable, WireConstrained {
    /// The name.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The filter.
    package var filter: String
    /// Makes the value.
    package init(name: String, description: String? = nil, filter: String) {
        self.name = name
        self.description = description
        self.filter = filter
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["name": .pattern("[A-Za-z0-9][A-Za-z0-9._-]{0,127}"), "filter": .length(1...4000), "description": .length(0...2000)]
    }
}
