import Contracts
import Vocabulary

/// Whoever can read the key file of an installation may act as its administrator from the console: to script a first start, or to get back
/// in when every administrator has lost the password. The key file opens everything anyway; this only makes it convenient.
enum ConsoleIdentity {
    /// The user that a console token names; no real user has this id.
    static let user = UserID(trusted: "00000000-0000-7000-8000-00000000c0de")
    private static let session = SessionID(trusted: "00000000-0000-7000-8000-00000000c0de")
    private static let name = "console"

    /// A token that is good from `now` for `life`.
    static func token(_ signer: AccessTokenSigner, at now: Timestamp, life: Duration) throws -> Secret {
        try signer.sign(user, session, at: now, life: life)
    }

    /// The caller behind a console token; nil for every other one.
    static func caller(_ token: AccessToken) -> Caller? {
        guard token.user == user, token.session == session else { return nil }
        return .user(user, name: name, role: .administrator)
    }

    /// What the caller is told about itself; nil for real users.
    static func me(_ caller: Caller) -> Me? {
        guard caller.user == user else { return nil }
        return Me(
            id: user, username: name, displayName: "Console", role: .administrator, permissions: caller.permissions)
    }
}
