import Bus
import Contracts
import Logging
import Store
import Vocabulary

/// What can be done in the Auth service. The use cases stand in files by noun: sign-ins, links, passwords, sessions, tokens.
struct AuthOperations: Sendable {
    let database: any Database
    let peer: any Peer
    let clock: any WallClock
    let ids: any IDSource
    let settings: AuthSettings
    let logger: Logger
    let signer: AccessTokenSigner
    let hashing: PasswordHashing
    let addresses: AddressFailures
    let bus: any Bus
    let news: NewsDesk
    /// Who was told of as trying too often; the first thousand in a minute tell enough.
    let throttled = RecentlyTold(for: .seconds(60), atMost: 1000)

    /// What a client needs to know before sign-in.
    func config() async throws -> ClientConfig {
        let hasPasswords = try await read { try await $0.hasPasswords() }
        return ClientConfig(
            product: AuthSettings.product, version: settings.version, needsSetup: !hasPasswords,
            passwordMinimum: PasswordRules.length.lowerBound, passwordMaximum: PasswordRules.length.upperBound,
            sessionIdleSeconds: Int(settings.sessionIdle.components.seconds))
    }

    /// Who the caller is.
    func me(_ caller: Caller) async throws -> Me {
        if let console = ConsoleIdentity.me(caller) { return console }
        guard let id = caller.user, let user = try await find(FindUser(id: id)), user.isActive else {
            throw Problem.unauthenticated
        }
        return Me(user, caller)
    }

    /// Removes what is over.
    func clean(at now: Timestamp) async throws {
        try await write { try await $0.clean(at: now, idle: settings.sessionIdle) }
    }

    func find(_ question: FindUser) async throws -> User? {
        try await peer.call(UsersAPI.find, [:], question, as: .service(AuthService.name)).user
    }

    /// The user of a caller who signed in. Personal tokens have no session and do not pass.
    /// - Throws: `AuthError.signInNeeded`, `Problem.unauthenticated`.
    static func signedIn(_ caller: Caller) throws -> (user: UserID, session: SessionID) {
        guard let user = caller.user else { throw Problem.unauthenticated }
        guard let session = caller.session else { throw AuthError.signInNeeded }
        return (user, session)
    }

    /// The cursor of a list as the id that it is.
    /// - Throws: `AuthError.cursorInvalid`.
    static func cursor<Subject>(_ text: String?) throws(AuthError) -> Identifier<Subject>? {
        guard let text else { return nil }
        guard let id = Identifier<Subject>(text) else { throw .cursorInvalid }
        return id
    }

    func read<Result: Sendable>(
        _ body: @Sendable (any AuthStore) async throws -> Result
    ) async throws -> Result {
        try await database.read { try await body(SQLAuthStore($0)) }
    }

    /// Writes, together with what the audit log is told of it.
    func write<Result: Sendable>(
        noting note: @Sendable (Result) -> AuditNote? = { _ in nil }, _ body: @Sendable (any AuthStore) async throws -> Result
    ) async throws -> Result {
        let result = try await database.transact { transaction in
            let result = try await body(SQLAuthStore(transaction))
            if let note = note(result) { try await news.note(note, in: transaction) }
            return result
        }
        news.ring()
        return result
    }

    /// Writes what ends sign-ins or tokens, and tells whoever remembers them.
    func ending<Result: Sendable>(
        noting note: @Sendable (Result) -> AuditNote? = { _ in nil }, _ body: @Sendable (any AuthStore) async throws -> Result
    ) async throws -> Result {
        let result = try await write(noting: note, body)
        await bus.publish(SignInNews.topic)
        return result
    }
}

extension Me {
    /// The caller with the user's names.
    init(_ user: User, _ caller: Caller) {
        self.init(
            id: user.id, username: user.username, displayName: user.displayName, role: user.role,
            permissions: caller.permissions, session: caller.session)
    }
}
