import Contracts
import Synchronization
import Vocabulary

/// A sign-in as a route answers it.
struct OpenedSignIn: Sendable {
    let answer: SignedIn
    /// The value of the session cookie; nil for a token sign-in.
    let cookie: Secret?
}

/// Signing in, staying signed in, signing out.
extension AuthOperations {
    /// Signs in with name and password. A browser's former session ends.
    /// - Throws: `AuthError.signInFailed`, `.tooManyAttempts`, `.busy`.
    func login(_ input: Login, from client: ClientPlace, replacing former: SessionID?) async throws -> OpenedSignIn {
        let attempt = try await beginAttempt(input.username, client)
        let found = Mutex<User?>(nil)
        let user = try await judged(attempt) { () -> User? in
            let user = try await find(FindUser(username: input.username))
            found.withLock { $0 = user }
            let hash = try await read { try await $0.passwordHash(of: user?.id ?? .sample) }
            let isRight = try await hashing.verify(NormalPassword(input.password), hash ?? PasswordHashing.nobody)
            guard isRight, let user, user.isActive, let hash else { return nil }
            if PasswordHashing.isOutdated(hash) { try await renewHash(input.password, of: user.id) }
            return user
        }
        guard let user else {
            logger.notice("Sign-in failed", metadata: ["address": "\(client.address ?? "-")"])
            try await tellRefused(
                "auth.sign_in_refused", of: found.withLock { $0 },
                detail: "The name, the password or both were wrong, or the user is disabled.")
            throw AuthError.signInFailed
        }
        let new = NewSignIn(user, input.kind ?? .session, client, settings, ids, at: clock.now())
        if let former {
            try await ending(noting: { _ in note("auth.signed_in", new, of: user) }) { store in
                try await store.removeSession(former)
                try await new.save(to: store)
            }
        } else {
            try await write(noting: { _ in note("auth.signed_in", new, of: user) }) { try await new.save(to: $0) }
        }
        return try opened(new, user)
    }

    /// Trades a refresh token. A token that was used before has been copied by someone, so its sign-in ends.
    /// - Throws: `AuthError.refreshTokenInvalid`.
    func refresh(_ input: Refresh) async throws -> OpenedSignIn {
        let digest = OpaqueToken.digest(of: input.refreshToken.reveal())
        let now = clock.now()
        let found = try await read { store -> OpenSession? in
            guard let token = try await store.refreshToken(digest) else { return nil }
            return try await store.session(token.session)
        }
        guard let session = found, !session.isOver(at: now, idle: settings.sessionIdle) else {
            throw AuthError.refreshTokenInvalid
        }
        guard let user = try await find(FindUser(id: session.user)), user.isActive else { throw AuthError.refreshTokenInvalid }
        let next = OpaqueToken.random()
        let reused = note(
            "auth.refresh_reused", user.id, user.username, after: .object(["session": .string(session.id.text)]),
            detail: "A refresh token was used twice, so somebody has copied it; its sign-in has ended.")
        let isFirstUse = try await write(noting: { $0 ? nil : reused }) { store in
            guard try await store.useRefreshToken(digest, at: now) else {
                try await store.removeSession(session.id)
                return false
            }
            try await store.insertRefreshToken(next.digest, of: session.id)
            try await store.touchSession(session.id, at: now)
            return true
        }
        guard isFirstUse else {
            await bus.publish(SignInNews.topic)
            logger.warning(
                "A refresh token was used twice; its sign-in has ended",
                metadata: ["user_id": "\(session.user)", "session_id": "\(session.id)"])
            throw AuthError.refreshTokenInvalid
        }
        return try opened(NewSignIn(session: session, secret: next), user)
    }

    /// Ends the session in use.
    /// - Throws: `AuthError.signInNeeded`.
    func logout(_ caller: Caller) async throws {
        let session = try Self.signedIn(caller).session
        let told = note("auth.signed_out", caller.user, caller.name, after: .object(["session": .string(session.text)]))
        try await ending(noting: { _ in told }) { try await $0.removeSession(session) }
    }

    /// The answer to a sign-in that was saved.
    func opened(_ new: NewSignIn, _ user: User) throws -> OpenedSignIn {
        let session = new.session
        let me = Me(user, .user(user.id, name: user.username, role: user.role, session: session.id))
        guard session.kind == .token else {
            return OpenedSignIn(answer: SignedIn(me: me), cookie: Secret(new.secret.text))
        }
        let answer = SignedIn(
            me: me, accessToken: try signer.sign(user.id, session.id, at: clock.now(), life: settings.accessTokenLife),
            expiresInSeconds: Int(settings.accessTokenLife.components.seconds), refreshToken: Secret(new.secret.text))
        return OpenedSignIn(answer: answer, cookie: nil)
    }

    private func renewHash(_ password: Secret, of user: UserID) async throws {
        let hash = try await hashing.hash(NormalPassword(password))
        try await write { try await $0.setPassword(hash, of: user, at: clock.now()) }
    }
}

/// A sign-in with the secret that its client gets: the cookie or the first refresh token.
struct NewSignIn: Sendable {
    let session: OpenSession
    let secret: OpaqueToken

    init(session: OpenSession, secret: OpaqueToken) {
        self.session = session
        self.secret = secret
    }

    init(
        _ user: User, _ kind: SignInKind, _ client: ClientPlace, _ settings: AuthSettings, _ ids: any IDSource,
        at now: Timestamp
    ) {
        self.init(
            session: OpenSession(
                id: .make(ids), user: user.id, kind: kind, createdAt: now, lastUsedAt: now,
                expiresAt: now + settings.sessionLife, address: client.address, userAgent: client.userAgent),
            secret: .random())
    }

    func save(to store: any AuthStore) async throws {
        try await store.insertSession(session, digest: session.kind == .session ? secret.digest : nil)
        if session.kind == .token { try await store.insertRefreshToken(secret.digest, of: session.id) }
    }
}
