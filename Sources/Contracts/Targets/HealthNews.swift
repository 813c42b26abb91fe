import Vocabulary

/// What other services are told of the health of targets; the kinds of their news items.
package enum HealthNews {
    /// A target's health changed; the payload is a `Changed`, which may hold several. Nothing is told of targets in maintenance, nor that one
    /// which nobody had looked at is healthy; what is still so after maintenance is told then.
    package static let changed = "target.health_changed"

    /// Changes that were found together.
    package struct Changed: Codable, Sendable, Hashable {
        /// The changes.
        package var changes: [Change]
        /// Makes the value.
        package init(changes: [Change]) { self.changes = changes }
    }

    /// A change of one target's health.
    package struct Change: Codable, Sendable, Hashable {
        /// The target, as runs keep it, for filters.
        package var target: TargetSnapshot
        /// The state that was told last; `unknown` at first.
        package var from: HealthState
        /// The state now.
        package var to: HealthState
        /// Why, in one sentence; nil when it is healthy.
        package var cause: String?
        /// Since when it is so.
        package var since: Timestamp
        /// Makes the value.
        package init(target: TargetSnapshot, from: HealthState, to: HealthState, cause: String? = nil, since: Timestamp) {
            self.target = target
            self.from = from
            self.to = to
            self.cause = cause
            self.since = since
        }
    }
}
