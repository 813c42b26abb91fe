import Vocabulary

/// A sign of life.
package struct Heartbeat: Codable, Sendable {
    /// The worker's name.
    package var worker: String
    /// The leases it holds.
    package var held: [HeldBranch]
    /// Makes the value.
    package init(worker: String, held: [HeldBranch]) {
        self.worker = worker
        self.held = held
    }
}

/// A lease that a worker holds.
package struct HeldBranch: Codable, Sendable, Hashable {
    /// Which branch.
    package var key: BranchKey
    /// The fencing token.
    package var fence: Int
    /// Makes the value.
    package init(key: BranchKey, fence: Int) {
        self.key = key
        self.fence = fence
    }
}

/// The answer to a sign of life.
package struct HeartbeatAnswer: Codable, Sendable {
    /// Branches that are to be ended because somebody cancelled them.
    package var cancel: [BranchKey]
    /// Branches that this worker no longer holds; it must end them without reporting.
    package var revoked: [BranchKey]
    /// Makes the value.
    package init(cancel: [BranchKey], revoked: [BranchKey]) {
        self.cancel = cancel
        self.revoked = revoked
    }
}
