import Contracts
import Vocabulary

/// Finding out who shows credentials; runs for every request.
extension AuthOperations {
    /// What credentials prove, before the user was looked at.
    private struct Proof: Sendable {
        enum Source: Sendable {
            case session(SessionID)
            case token(TokenID)
        }
        let source: Source
        let user: UserID
        let scope: [Permission]?
        let lastUsedAt: Timestamp?
        /// When it stops being one.
        let until: Timestamp
    }
    private static let longestSecret = 2048
    private static let useIsNoted = Duration.seconds(60)

    /// The caller behind the credentials: anonymous when there are none; a bearer token wins over a cookie.
    /// - Throws: `Problem.unauthenticated` when they prove nothing (any more).
    func introspect(_ credentials: Credentials) async throws -> Introspection {
        let now = clock.now()
        let proof: Proof?
        if let bearer = credentials.bearer {
            let token = accessToken(bearer.reveal(), at: now)
            if let token, let console = ConsoleIdentity.caller(token) { return Introspection(caller: console, until: token.until) }
            proof = try await self.proof(bearer: bearer.reveal(), token, at: now)
        } else if let cookie = credentials.cookie {
            proof = try await self.proof(cookie: cookie.reveal(), at: now)
        } else {
            return Introspection(caller: .anonymous)
        }
        guard let proof, let user = try await find(FindUser(id: proof.user)), user.isActive else {
            throw Problem.unauthenticated
        }
        if credentials.isRecheck != true { await noteUse(of: proof, at: now) }
        let session: SessionID? = if case .session(let id) = proof.source { id } else { nil }
        let caller = Caller.user(user.id, name: user.username, role: user.role, scope: proof.scope.map(Set.init), session: session)
        return Introspection(caller: caller, until: proof.until)
    }

    private func proof(cookie: String, at now: Timestamp) async throws -> Proof? {
        guard cookie.utf8.count <= Self.longestSecret else { return nil }
        let digest = OpaqueToken.digest(of: cookie)
        return proof(try await read { try await $0.session(cookie: digest) }, at: now)
    }

    private func accessToken(_ bearer: String, at now: Timestamp) -> AccessToken? {
        bearer.hasPrefix(IssuedToken.prefix) ? nil : signer.check(bearer, at: now)
    }

    private func proof(bearer: String, _ access: AccessToken?, at now: Timestamp) async throws -> Proof? {
        guard bearer.utf8.count <= Self.longestSecret else { return nil }
        if bearer.hasPrefix(IssuedToken.prefix) {
            let digest = OpaqueToken.digest(of: bearer)
            guard let token = try await read({ try await $0.token(digest) }), now < token.expiresAt else { return nil }
            return Proof(
                source: .token(token.id), user: token.user, scope: token.scope, lastUsedAt: token.lastUsedAt, until: token.expiresAt)
        }
        guard let access else { return nil }
        let session = try await read { try await $0.session(access.session) }
        guard let session, session.kind == .token, session.user == access.user else { return nil }
        return proof(session, at: now, before: access.until)
    }

    private func proof(_ session: OpenSession?, at now: Timestamp, before end: Timestamp? = nil) -> Proof? {
        guard let session, !session.isOver(at: now, idle: settings.sessionIdle) else { return nil }
        return Proof(
            source: .session(session.id), user: session.user, scope: nil, lastUsedAt: session.lastUsedAt,
            until: min(session.end(idle: settings.sessionIdle), end ?? session.expiresAt))
    }

    /// At most once a minute, so that reading stays reading. A request is served even when this cannot be written.
    private func noteUse(of proof: Proof, at now: Timestamp) async {
        if let last = proof.lastUsedAt, now - last < Self.useIsNoted { return }
        do {
            try await write { store in
                switch proof.source {
                case .session(let id): try await store.touchSession(id, at: now)
                case .token(let id): try await store.touchToken(id, at: now)
                }
            }
        } catch {
            logger.warning("The use of a sign-in could not be noted", metadata: ["error": "\(error)"])
        }
    }
}
