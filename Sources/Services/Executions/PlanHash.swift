import Contracts
import Crypto
import Foundation
import Vocabulary

/// What people agree to, as a short text: the same for the same parts, another one when any part differs.
struct PlanHash {
    private var hash = SHA256()

    /// Adds a part; parts do not run together.
    mutating func add(_ part: String) {
        hash.update(data: Array(part.utf8))
        hash.update(data: [0])
    }

    /// Adds a value; the order of names in it does not matter.
    /// - Throws: `EncodingError` for numbers that JSON has not.
    mutating func add(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        hash.update(data: try encoder.encode(value))
        hash.update(data: [0])
    }

    /// The hash of the parts so far in hexadecimal digits.
    var text: String {
        hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
