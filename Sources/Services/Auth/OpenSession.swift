import Contracts
import Vocabulary

/// A sign-in as it is kept.
struct OpenSession: Sendable, Equatable {
    let id: SessionID
    let user: UserID
    let kind: SignInKind
    let createdAt: Timestamp
    let lastUsedAt: Timestamp
    let expiresAt: Timestamp
    let address: String?
    let userAgent: String?

    /// When it ends if nobody uses it: at its end, or, in a browser, after `idle` without a request.
    func end(idle: Duration) -> Timestamp { kind == .session ? min(expiresAt, lastUsedAt + idle) : expiresAt }

    /// Whether it has ended.
    func isOver(at now: Timestamp, idle: Duration) -> Bool { now >= end(idle: idle) }

    /// As the API shows it to `caller`.
    func shown(to caller: Caller) -> Session {
        Session(
            id: id, user: user, kind: kind, createdAt: createdAt, lastUsedAt: lastUsedAt, expiresAt: expiresAt,
            address: address, userAgent: userAgent, isCurrent: caller.session == id)
    }
}

/// Where a sign-in comes from.
struct ClientPlace: Sendable {
    let address: String?
    let userAgent: String?

    init(address: String?, userAgent: String?) {
        self.address = address.map { String($0.prefix(64)) }
        self.userAgent = userAgent.map { String($0.prefix(256)) }
    }
}

/// A refresh token as it is kept.
struct RefreshToken: Sendable, Equatable {
    let session: SessionID
    let isUsed: Bool
}

/// A personal token as it is kept.
struct IssuedToken: Sendable, Equatable {
    static let prefix = "opc_"

    let id: TokenID
    let user: UserID
    let name: String
    let scope: [Permission]?
    let createdAt: Timestamp
    let expiresAt: Timestamp
    let lastUsedAt: Timestamp?

    /// A token of `user` as `input` wants it.
    /// - Throws: `AuthError.tokenMalformed`, `.scopeInvalid`.
    static func new(_ id: TokenID, of user: UserID, _ input: MakeToken, at now: Timestamp) throws(AuthError) -> IssuedToken {
        guard (1...128).contains(input.name.count), (1...366).contains(input.expiresInDays) else { throw .tokenMalformed }
        if let scope = input.scope {
            let refused = scope.filter { !Permission.grantable.contains($0) }
            guard refused.isEmpty, !scope.isEmpty else { throw .scopeInvalid(refused) }
        }
        let scope = input.scope.map { wanted in Permission.grantable.filter(wanted.contains) }
        return IssuedToken(
            id: id, user: user, name: input.name, scope: scope, createdAt: now,
            expiresAt: now + .seconds(input.expiresInDays * 86_400), lastUsedAt: nil)
    }

    /// As the API shows it.
    var shown: PersonalToken {
        PersonalToken(
            id: id, name: name, scope: scope, createdAt: createdAt, expiresAt: expiresAt, lastUsedAt: lastUsedAt)
    }
}

/// A one-time link as it is kept.
struct PendingLink: Sendable, Equatable {
    /// How long a set-up link is good for.
    static let setUpLife = Duration.seconds(30 * 60)
    /// How long a link for a user is good for.
    static let userLife = Duration.seconds(86_400)

    /// SHA-256 of its token.
    let digest: String
    /// Whose password it sets; nil sets up the first administrator.
    let user: UserID?
    let expiresAt: Timestamp
}
