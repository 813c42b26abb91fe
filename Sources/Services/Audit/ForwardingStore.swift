import Store
import Vocabulary

/// Up to where a chain was forwarded.
package struct Forwarded: Sendable, Hashable {
    /// The chain.
    package var source: String
    /// The number of the last entry that was forwarded.
    package var entries: Int
    /// The number of the last head that was forwarded.
    package var heads: Int
}

/// What forwarding asks of storage.
package protocol ForwardingStore: Sendable {
    /// Makes one process the one that forwards, until then; false while it is another one.
    func claim(_ holder: String, until: Timestamp, at now: Timestamp, in transaction: any Transaction) async throws -> Bool
    /// Up to where each chain was forwarded.
    func forwarded(in reading: any Reading) async throws -> [String: Forwarded]
    /// Keeps up to where chains were forwarded.
    func keep(_ places: [Forwarded], in transaction: any Transaction) async throws
}
