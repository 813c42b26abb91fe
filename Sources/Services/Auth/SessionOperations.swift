import Contracts
import Vocabulary

/// Sessions, the password behind them, and the end of a user.
extension AuthOperations {
    /// The sessions of the caller, or of anybody for `usersManage`.
    /// - Throws: `AuthError.cursorInvalid`, `Problem.forbidden`.
    func sessions(_ query: SessionQuery, of caller: Caller) async throws -> Page<Session> {
        guard let own = caller.user else { throw Problem.unauthenticated }
        let user = query.user ?? own
        if user != own, !caller.holds(.usersManage) { throw Problem.forbidden(.usersManage) }
        let limit = min(max(query.limit ?? 50, 1), 500)
        let cursor: SessionID? = try Self.cursor(query.cursor)
        let now = clock.now()
        let found = try await read { store in
            try await store.sessions(of: user, before: cursor, limit: limit + 1, at: now, idle: settings.sessionIdle)
        }
        let shown = found.prefix(limit)
        return Page(items: shown.map { $0.shown(to: caller) }, nextCursor: found.count > limit ? shown.last?.id.text : nil)
    }

    /// Ends a session of the caller, or of anybody for `usersManage`.
    /// - Throws: `AuthError.sessionNotFound`, `.signInNeeded`.
    func revokeSession(_ text: String, by caller: Caller) async throws {
        guard let id = SessionID(text), let session = try await read({ try await $0.session(id) }) else {
            throw AuthError.sessionNotFound(text)
        }
        if !caller.holds(.usersManage) {
            guard session.user == caller.user else { throw AuthError.sessionNotFound(text) }
            _ = try Self.signedIn(caller)
        }
        let owner = session.user == caller.user ? caller.name : try await find(FindUser(id: session.user))?.username
        let told = note("session.revoked", .init("session", id.text, owner ?? session.user.text))
        try await ending(noting: { _ in told }) { try await $0.removeSession(id) }
    }

    /// Changes the caller's password and ends the other sessions.
    /// - Throws: `AuthError.signInNeeded`, `.currentPasswordWrong`, `.tooManyAttempts`, `.passwordRefused`, `.busy`.
    func changePassword(_ input: ChangePassword, of caller: Caller, from client: ClientPlace) async throws {
        let (user, session) = try Self.signedIn(caller)
        let attempt = try await beginAttempt(caller.name, client)
        let isRight = try await judged(attempt) { () -> Bool? in
            let hash = try await read { try await $0.passwordHash(of: user) }
            return try await hashing.verify(NormalPassword(input.current), hash ?? PasswordHashing.nobody) ? true : nil
        }
        guard isRight == true else {
            let told = note("auth.password_refused", user, caller.name, detail: "The current password was wrong.")
            try await write(noting: { _ in told }, { _ in })
            throw AuthError.currentPasswordWrong
        }
        let hash = try await hashing.hash(try PasswordRules.check(input.new, of: caller.name, property: "new"))
        let now = clock.now()
        let told = note("auth.password_changed", user, caller.name, detail: "The other sessions have ended.")
        try await ending(noting: { _ in told }) { store in
            try await store.setPassword(hash, of: user, at: now)
            try await store.removeSessions(of: user, except: session)
            try await store.removeLinks(of: user)
        }
    }

    /// Ends everything of a user.
    func end(_ input: EndUser) async throws {
        let told = note(
            "auth.access_ended", input.user, input.user.text,
            detail: input.forget ? "Sessions, tokens, links and the password are gone." : "Sessions, tokens and links are gone.")
        try await ending(noting: { _ in told }) { store in
            try await store.removeSessions(of: input.user, except: nil)
            try await store.removeTokens(of: input.user)
            try await store.removeLinks(of: input.user)
            if input.forget { try await store.forgetPassword(of: input.user) }
        }
    }
}
