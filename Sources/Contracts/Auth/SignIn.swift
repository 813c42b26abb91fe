import Vocabulary

/// How a client keeps its sign-in.
package enum SignInKind: String, WireEnum {
    /// An HttpOnly cookie; for browsers.
    case session
    /// An access token and a refresh token; for the CLI and programs.
    case token
}

/// The first administrator, through the one-time link.
package struct SetUp: Codable, Sendable, WireConstrained {
    /// The token of the link.
    package var token: Secret
    /// The name to sign in with.
    package var username: String
    /// The password, 15 to 128 characters.
    package var password: Secret
    /// How to stay signed in; a cookie unless said otherwise.
    package var kind: SignInKind?
    /// Makes the input.
    package init(token: Secret, username: String, password: Secret, kind: SignInKind? = nil) {
        self.token = token
        self.username = username
        self.password = password
        self.kind = kind
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["username": .pattern("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")] }
}

/// Name and password.
package struct Login: Codable, Sendable, WireConstrained {
    /// The user name.
    package var username: String
    /// The password.
    package var password: Secret
    /// How to stay signed in; a cookie unless said otherwise.
    package var kind: SignInKind?
    /// Makes the input.
    package init(username: String, password: Secret, kind: SignInKind? = nil) {
        self.username = username
        self.password = password
        self.kind = kind
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["username": .length(1...128)] }
}

/// A refresh token.
package struct Refresh: Codable, Sendable {
    /// The token from the last sign-in or refresh.
    package var refreshToken: Secret
    /// Makes the input.
    package init(refreshToken: Secret) { self.refreshToken = refreshToken }
}

/// A password change.
package struct ChangePassword: Codable, Sendable {
    /// The present password.
    package var current: Secret
    /// The new one, 15 to 128 characters.
    package var new: Secret
    /// Makes the input.
    package init(current: Secret, new: Secret) {
        self.current = current
        self.new = new
    }
}

/// The password that a one-time link sets.
package struct RedeemLink: Codable, Sendable {
    /// The token of the link.
    package var token: Secret
    /// The password, 15 to 128 characters.
    package var password: Secret
    /// How to stay signed in; a cookie unless said otherwise.
    package var kind: SignInKind?
    /// Makes the input.
    package init(token: Secret, password: Secret, kind: SignInKind? = nil) {
        self.token = token
        self.password = password
        self.kind = kind
    }
}

/// For whom to make a link.
package struct MakeLink: Codable, Sendable {
    /// The user.
    package var user: UserID
    /// Makes the input.
    package init(user: UserID) { self.user = user }
}

/// A one-time link; its path goes behind whatever origin the people use.
package struct OneTimeLink: Codable, Sendable {
    /// For example `/redeem?token=...`.
    package var path: String
    /// When it ends.
    package var expiresAt: Timestamp
    /// Makes the answer.
    package init(path: String, expiresAt: Timestamp) {
        self.path = path
        self.expiresAt = expiresAt
    }
}

/// A successful sign-in. A cookie sign-in carries no tokens here.
package struct SignedIn: Codable, Sendable {
    /// Who signed in.
    package var me: Me
    /// A short-lived access token; sent as `Authorization: Bearer`.
    package var accessToken: Secret?
    /// Seconds until the access token ends.
    package var expiresInSeconds: Int?
    /// Gets the next pair, once.
    package var refreshToken: Secret?
    /// Makes the answer.
    package init(me: Me, accessToken: Secret? = nil, expiresInSeconds: Int? = nil, refreshToken: Secret? = nil) {
        self.me = me
        self.accessToken = accessToken
        self.expiresInSeconds = expiresInSeconds
        self.refreshToken = refreshToken
    }
}

/// The caller.
package struct Me: Codable, Sendable {
    /// The user's id.
    package var id: UserID
    /// The user name.
    package var username: String
    /// The name to show; the user name when there is none.
    package var displayName: String
    /// The role.
    package var role: Role
    /// What role and token scope allow.
    package var permissions: [Permission]
    /// The session in use; absent for personal tokens.
    package var session: SessionID?
    /// Makes the answer.
    package init(
        id: UserID, username: String, displayName: String, role: Role, permissions: [Permission], session: SessionID? = nil
    ) {
        self.id = id
        self.username = username
        self.displayName = displayName
        self.role = role
        self.permissions = permissions
        self.session = session
    }
}
