import Vocabulary

/// What an installation may choose about sign-ins.
package struct AuthSettings: Sendable {
    /// The program's version, for `/api/config`.
    package var version: String
    /// A browser session ends after this time without a request.
    package var sessionIdle: Duration
    /// Any sign-in ends this long after it began.
    package var sessionLife: Duration
    /// How long an access token of a token sign-in is good for.
    package var accessTokenLife: Duration
    /// How many failed sign-ins one address may have in a minute.
    package var failuresPerAddress: Int
    /// Whether browsers reach the product only over TLS, so that the cookie may be marked `Secure`.
    package var cookieIsSecure: Bool

    /// Settings with their defaults: idle 8 hours, life 7 days, access tokens 10 minutes, 20 failures a minute, no TLS at the edge.
    package init(
        version: String, sessionIdle: Duration = .seconds(8 * 3600), sessionLife: Duration = .seconds(7 * 86_400),
        accessTokenLife: Duration = .seconds(600), failuresPerAddress: Int = 20, cookieIsSecure: Bool = false
    ) {
        self.version = version
        self.sessionIdle = sessionIdle
        self.sessionLife = sessionLife
        self.accessTokenLife = accessTokenLife
        self.failuresPerAddress = failuresPerAddress
        self.cookieIsSecure = cookieIsSecure
    }

    /// The cookie that carries a browser's session.
    package static let cookieName = "opsconductor_session"
    /// `OpsConductor`
    package static let product = "OpsConductor"
}
