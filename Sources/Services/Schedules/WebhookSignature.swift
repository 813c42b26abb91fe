import Contracts
import Crypto
import Foundation
import Vocabulary

/// Finds out whether a message comes from whoever has the secret. Comparisons take the same time wherever two texts differ.
struct WebhookSignature: Sendable {
    let format: WebhookFormat
    /// The header with the signature, for the format `stripe`.
    let header: String?

    /// What a signature proves.
    struct Proof: Sendable, Equatable {
        /// When the message was signed, in seconds since 1970; nil where the format does not say.
        var signedAt: Int64?
        /// What the sender calls the delivery.
        var name: String?
        /// The SHA-256 of what was signed, in hexadecimal: the same again is the same message.
        var digest: String
    }

    static let timestampHeader = "X-OpsConductor-Timestamp"
    static let signatureHeader = "X-OpsConductor-Signature"
    static let nameHeader = "X-OpsConductor-Delivery"

    /// What a message proves with one of the secrets; nil when nothing.
    func proof(of message: RawRequest, secrets: [Secret]) -> Proof? {
        switch format {
        case .opsconductor:
            signed(message, at: message.header(Self.timestampHeader), message.header(Self.signatureHeader), Self.nameHeader, secrets)
        case .stripe:
            signed(message, at: nil, message.header(header ?? "Stripe-Signature"), nil, secrets)
        case .github: github(message, secrets)
        case .gitlab: gitlab(message, secrets)
        }
    }

    /// `v1=` over the time, a dot and the body; the time stands beside it or before it as `t=`. One of several signatures is enough.
    private func signed(_ message: RawRequest, at time: String?, _ field: String?, _ nameHeader: String?, _ secrets: [Secret]) -> Proof? {
        var (seconds, codes): (String?, [[UInt8]]) = (time, [])
        for part in (field ?? "").split(separator: ",").prefix(20) {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard pair.count == 2 else { continue }
            if pair[0] == "t", format == .stripe { seconds = pair[1] }
            if pair[0] == "v1", let code = Self.bytes(pair[1]) { codes.append(code) }
        }
        let signed = Array((seconds ?? "").utf8) + [UInt8(ascii: ".")] + message.body
        guard Self.isSigned(signed, by: codes, secrets), let seconds, let signedAt = Int64(seconds), (0...9_999_999_999).contains(signedAt)
        else { return nil }
        return Proof(signedAt: signedAt, name: nameHeader.flatMap { Self.name(message, $0) }, digest: Self.digest(signed))
    }

    private func github(_ message: RawRequest, _ secrets: [Secret]) -> Proof? {
        let field = message.header("X-Hub-Signature-256") ?? ""
        let code = field.hasPrefix("sha256=") ? Self.bytes(String(field.dropFirst(7))) : nil
        guard Self.isSigned(message.body, by: code.map { [$0] } ?? [], secrets) else { return nil }
        return Proof(name: Self.name(message, "X-GitHub-Delivery"), digest: Self.digest(message.body))
    }

    private func gitlab(_ message: RawRequest, _ secrets: [Secret]) -> Proof? {
        let shown = Array((message.header("X-Gitlab-Token") ?? "").utf8)
        // Codes of both are compared, whose length says nothing of the secret's.
        let key = SymmetricKey(size: .bits256)
        let code = HMAC<SHA256>.authenticationCode(for: shown, using: key)
        let isRight = secrets.reduce(false) { found, secret in
            HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(secret.reveal().utf8), using: key) || found
        }
        guard isRight else { return nil }
        return Proof(
            name: Self.name(message, "Idempotency-Key") ?? Self.name(message, "X-Gitlab-Event-UUID"), digest: Self.digest(message.body))
    }

    private static func isSigned(_ bytes: [UInt8], by codes: [[UInt8]], _ secrets: [Secret]) -> Bool {
        var isSigned = false
        for secret in secrets {
            let key = SymmetricKey(data: Array(secret.reveal().utf8))
            // What has no signature costs as much as what has a wrong one.
            for code in codes.isEmpty ? [[0]] : codes.prefix(5) {
                if HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: bytes, using: key) { isSigned = true }
            }
        }
        return isSigned
    }

    private static func name(_ message: RawRequest, _ header: String) -> String? {
        guard let name = message.header(header), (1...200).contains(name.utf8.count) else { return nil }
        return name
    }

    static func digest(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The bytes of a SHA-256 in hexadecimal digits.
    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: 64, by: 2) {
            guard let high = Character(Unicode.Scalar(digits[place])).hexDigitValue,
                let low = Character(Unicode.Scalar(digits[place + 1])).hexDigitValue
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}

/// The secrets of webhooks.
enum WebhookSecretText {
    /// So long those may be that senders make.
    static let lengths = 16...256

    /// 256 random bits as text.
    static func random() -> Secret {
        var random = RandomBytes()
        let text = Base64.encode((0..<32).map { _ in random.next() })
        return Secret(text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
    }

    /// What is wrong with one that a sender made.
    static func mistake(in secret: Secret) -> ProblemPlace? {
        let text = secret.reveal()
        guard
            !lengths.contains(text.utf8.count)
                || text.unicodeScalars.contains(where: { !$0.isASCII || $0.value < 0x21 || $0.value == 0x7F })
        else { return nil }
        return ProblemPlace(
            "A secret has \(lengths.lowerBound) to \(lengths.upperBound) visible ASCII characters without blanks.", pointer: "#/secret")
    }
}
