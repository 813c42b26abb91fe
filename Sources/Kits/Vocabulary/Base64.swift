import Foundation

/// Base64 (RFC 4648 section 4) for bytes at hand.
package enum Base64 {
    /// The text form with padding.
    package static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The bytes, or nil when the text is not base64.
    package static func decode(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { Array($0) } }
}
