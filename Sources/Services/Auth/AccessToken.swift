import Crypto
import Foundation
import Vocabulary

/// What an access token says: a user and the sign-in it belongs to.
struct AccessToken: Sendable, Equatable {
    let user: UserID
    let session: SessionID
    let until: Timestamp
}

/// Signs and checks access tokens: JSON Web Tokens (RFC 7519) with HMAC SHA-256 (RFC 7515), of exactly one form.
struct AccessTokenSigner: Sendable {
    /// Claims as they travel. Times are seconds since 1970.
    struct Claims: Codable {
        var iss: String
        var aud: String
        var sub: String
        var sid: String
        var iat: Int64
        var nbf: Int64
        var exp: Int64
    }

    static let issuer = "opsconductor"
    static let audience = "opsconductor-api"
    /// The only header that is accepted, as text: there is no algorithm to choose (RFC 8725 section 3.1). The type is that of RFC 9068.
    static let header = Base64URL.encode([UInt8](#"{"alg":"HS256","typ":"at+jwt"}"#.utf8))
    /// How far the clocks of two of our processes may be apart, in seconds.
    private static let leeway: Int64 = 5
    private static let longest = 1024

    private let key: SymmetricKey

    /// - Parameter key: at least 32 secret bytes that sign nothing else.
    init(key: [UInt8]) {
        precondition(key.count >= 32, "an HMAC SHA-256 key has at least 32 bytes (RFC 7518 section 3.2)")
        self.key = SymmetricKey(data: key)
    }

    /// A token for a sign-in that is good from `now` for `life`.
    func sign(_ user: UserID, _ session: SessionID, at now: Timestamp, life: Duration) throws -> Secret {
        let seconds = now.milliseconds / 1000
        let claims = Claims(
            iss: Self.issuer, aud: Self.audience, sub: user.text, sid: session.text, iat: seconds, nbf: seconds,
            exp: seconds + life.components.seconds)
        return Secret(try seal(claims))
    }

    /// Any claims under our header and key.
    func seal(_ claims: Claims) throws -> String {
        let signed = Self.header + "." + Base64URL.encode([UInt8](try JSONEncoder().encode(claims)))
        let signature = HMAC<SHA256>.authenticationCode(for: [UInt8](signed.utf8), using: key)
        return signed + "." + Base64URL.encode([UInt8](signature))
    }

    /// What the token says; nil unless header, signature, issuer, audience and times are right.
    func check(_ text: String, at now: Timestamp) -> AccessToken? {
        guard text.utf8.count <= Self.longest else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.header, let signature = Base64URL.decode(parts[2]) else { return nil }
        let signed = [UInt8]((parts[0] + "." + parts[1]).utf8)
        guard HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed, using: key),
            let payload = Base64URL.decode(parts[1]),
            let claims = try? JSONDecoder().decode(Claims.self, from: Data(payload))
        else { return nil }
        let seconds = now.milliseconds / 1000
        guard claims.iss == Self.issuer, claims.aud == Self.audience, claims.nbf <= seconds + Self.leeway,
            seconds < claims.exp, let user = UserID(claims.sub), let session = SessionID(claims.sid)
        else { return nil }
        return AccessToken(user: user, session: session, until: Timestamp(milliseconds: claims.exp * 1000))
    }
}
