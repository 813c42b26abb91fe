import Crypto
import Vocabulary

/// A random text that proves something to us and is stored only as its digest.
struct OpaqueToken: Sendable {
    /// The text to hand out.
    let text: String

    /// 256 random bits behind a prefix.
    static func random(prefix: String = "") -> OpaqueToken {
        OpaqueToken(text: prefix + Base64URL.encode(SymmetricKey(size: .bits256).withUnsafeBytes { [UInt8]($0) }))
    }

    /// What is stored.
    var digest: String { Self.digest(of: text) }

    /// SHA-256 in hexadecimal. The texts are random, so there is nothing to guess and no salt is needed.
    static func digest(of text: String) -> String { hexadecimal(SHA256.hash(data: [UInt8](text.utf8))) }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
