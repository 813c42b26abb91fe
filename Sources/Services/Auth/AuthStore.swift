import Contracts
import Vocabulary

/// What the Auth service asks of its storage, inside one transaction.
protocol AuthStore: PasswordStore, SessionStore, TokenStore, AttemptStore {
    /// Removes links, sessions, tokens and counts that are over at `now`; `idle` as in `OpenSession.isOver`.
    func clean(at now: Timestamp, idle: Duration) async throws
}

/// Passwords and the links that set them.
protocol PasswordStore: Sendable {
    /// Whether anybody has a password.
    func hasPasswords() async throws -> Bool
    /// The Argon2id string of a user's password, or nil.
    func passwordHash(of user: UserID) async throws -> String?
    /// Sets or replaces a user's password.
    func setPassword(_ hash: String, of user: UserID, at now: Timestamp) async throws
    /// Removes a user's password.
    func forgetPassword(of user: UserID) async throws
    /// Adds a link in place of all others for the same user, or for the set-up.
    func replaceLink(_ link: PendingLink) async throws
    /// The link with this digest, over or not; nil when there is none.
    func link(_ digest: String) async throws -> PendingLink?
    /// Uses a link up. Of several at once one gets true.
    func consumeLink(_ digest: String) async throws -> Bool
    /// Removes a user's links.
    func removeLinks(of user: UserID) async throws
}

/// Sign-ins and their refresh tokens.
protocol SessionStore: Sendable {
    /// Adds a sign-in; `digest` is that of its cookie, nil for a token sign-in.
    func insertSession(_ session: OpenSession, digest: String?) async throws
    /// The sign-in, over or not.
    func session(_ id: SessionID) async throws -> OpenSession?
    /// The sign-in with this cookie, over or not.
    func session(cookie digest: String) async throws -> OpenSession?
    /// Notes a use.
    func touchSession(_ id: SessionID, at now: Timestamp) async throws
    /// At most `limit` sign-ins of a user that are not over, newest first, older than `cursor`.
    func sessions(
        of user: UserID, before cursor: SessionID?, limit: Int, at now: Timestamp, idle: Duration
    ) async throws -> [OpenSession]
    /// Removes a sign-in with its refresh tokens.
    func removeSession(_ id: SessionID) async throws
    /// Removes a user's sign-ins but one.
    func removeSessions(of user: UserID, except kept: SessionID?) async throws
    /// Adds a refresh token that was not used.
    func insertRefreshToken(_ digest: String, of session: SessionID) async throws
    /// The refresh token, used or not.
    func refreshToken(_ digest: String) async throws -> RefreshToken?
    /// Uses a refresh token up. Of several at once one gets true.
    func useRefreshToken(_ digest: String, at now: Timestamp) async throws -> Bool
}

/// Personal tokens.
protocol TokenStore: Sendable {
    /// Adds a token.
    func insertToken(_ token: IssuedToken, digest: String) async throws
    /// The token with this digest, over or not.
    func token(_ digest: String) async throws -> IssuedToken?
    /// Notes a use.
    func touchToken(_ id: TokenID, at now: Timestamp) async throws
    /// At most `limit` tokens of a user, newest first, older than `cursor`.
    func tokens(of user: UserID, before cursor: TokenID?, limit: Int) async throws -> [IssuedToken]
    /// Removes a token; false when the user has no such token.
    func removeToken(_ id: TokenID, of user: UserID) async throws -> Bool
    /// Removes a user's tokens.
    func removeTokens(of user: UserID) async throws
}

/// Failed sign-ins. An account is named by the digest of what was typed as its name, so that a password typed there is not kept.
protocol AttemptStore: Sendable {
    /// The failures in a row; nil when there are none.
    func attempts(_ account: String, from place: String) async throws -> SignInAttempts?
    /// Saves over a count; false, with nothing written, when another attempt came between.
    func saveAttempts(
        _ attempts: SignInAttempts, over present: SignInAttempts?, _ account: String, from place: String
    ) async throws -> Bool
    /// Takes one failure back.
    func withdrawAttempt(_ account: String, from place: String) async throws
    /// Forgets the failures.
    func clearAttempts(_ account: String, from place: String) async throws
    /// Whether the account signed in from here since an instant.
    func isKnownPlace(_ place: String, of account: String, since: Timestamp) async throws -> Bool
    /// Notes that the account signed in from here.
    func rememberPlace(_ place: String, of account: String, at now: Timestamp) async throws
}
