import Vocabulary

/// What a request shows to say who it is, and from where it comes.
package struct Credentials: Sendable {
    /// The token of `Authorization: Bearer`.
    package let bearer: String?
    /// The value of the session cookie.
    package let cookie: String?
    /// The HTTP method.
    package let method: String
    /// The path of the request without its query.
    package let path: String
    /// The network address of the client.
    package let address: String?
    /// The client's `User-Agent`.
    package let userAgent: String?
    /// Whether an open connection is looked at again: nobody did anything just now, so it must not count as use of a session.
    package private(set) var isRecheck = false

    /// Makes credentials.
    package init(
        bearer: String? = nil, cookie: String? = nil, method: String = "GET", path: String = "/", address: String? = nil,
        userAgent: String? = nil
    ) {
        self.bearer = bearer
        self.cookie = cookie
        self.method = method
        self.path = path
        self.address = address
        self.userAgent = userAgent
    }

    /// The same credentials for another look at an open connection.
    var again: Credentials {
        var credentials = self
        credentials.isRecheck = true
        return credentials
    }
}

/// Finds out who calls. The Auth room gives one to the server.
package protocol Authenticator: Sendable {
    /// The name of the browser's session cookie.
    var sessionCookie: String { get }
    /// The caller behind credentials; asked only when there is a bearer token or a cookie. A bearer token wins over a cookie.
    /// - Throws: `Problem.unauthenticated` for credentials that are not valid; endpoints that need none ignore that.
    func caller(_ credentials: Credentials) async throws -> Caller
}
