import Store
import Vocabulary

/// Forwarding in a database.
package struct SQLForwardingStore: ForwardingStore {
    /// There is nothing to configure.
    package init() {}

    /// See `ForwardingStore`.
    package func claim(
        _ holder: String, until: Timestamp, at now: Timestamp, in transaction: any Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            -- audit.claim_forwarding
            UPDATE audit_forwarder SET holder = \(holder), until = \(until) WHERE id = 1 AND (holder = \(holder) OR until < \(now))
            """) > 0
    }

    /// See `ForwardingStore`.
    package func forwarded(in reading: any Reading) async throws -> [String: Forwarded] {
        let rows = try await reading.query("-- audit.forwarded\nSELECT source, entries, heads FROM audit_forwarding ORDER BY source")
        let places = try rows.map { row in
            Forwarded(source: try row.text("source"), entries: try row.int("entries"), heads: try row.int("heads"))
        }
        return Dictionary(places.map { ($0.source, $0) }) { first, _ in first }
    }

    /// See `ForwardingStore`.
    package func keep(_ places: [Forwarded], in transaction: any Transaction) async throws {
        try await transaction.insert(
            "-- audit.keep_forwarded\nINSERT INTO audit_forwarding (source, entries, heads)",
            places.map { [.of($0.source), .of($0.entries), .of($0.heads)] },
            "ON CONFLICT (source) DO UPDATE SET entries = excluded.entries, heads = excluded.heads")
    }
}
