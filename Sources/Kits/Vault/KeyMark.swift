/// Something sealed, with the place that it was sealed for.
package struct SealedValue: Sendable {
    /// What `Vault.seal` returned.
    package let bytes: [UInt8]
    /// The place, such as `credentials/ID/password`.
    package let place: String

    /// Makes the value.
    package init(_ bytes: [UInt8], for place: String) {
        self.bytes = bytes
        self.place = place
    }
}

/// Marks by which a database recognises the keys that it was sealed with, before a secret that matters fails to open.
extension Vault {
    /// The key version that seals, and so the one that a new mark is for.
    package var newestVersion: Int { keys.newest }

    /// Whether something was sealed with another key than the newest.
    package func isOutdated(_ sealed: [UInt8]) -> Bool { !sealed.starts(with: Self.head(version: keys.newest)) }

    /// A new mark of the newest key for the database of a service.
    package func mark(for service: String) throws(VaultError) -> [UInt8] { try seal([], for: Self.place(service)) }

    /// Makes sure that the key of a mark is at hand.
    /// - Throws: `unknownKey`, `notAuthentic` for a mark of another key or another service, `malformed`.
    package func recognise(_ mark: [UInt8], of service: String) throws(VaultError) { _ = try open(mark, for: Self.place(service)) }

    private static func place(_ service: String) -> String { "key marks/\(service)" }
}
