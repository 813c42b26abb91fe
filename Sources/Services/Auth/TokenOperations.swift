import Contracts
import Vocabulary
import Web

/// Personal tokens.
extension AuthOperations {
    /// The caller's tokens.
    /// - Throws: `AuthError.cursorInvalid`.
    func tokens(_ query: PageQuery, of caller: Caller) async throws -> Page<PersonalToken> {
        guard let user = caller.user else { throw Problem.unauthenticated }
        let limit = min(max(query.limit ?? 50, 1), 500)
        let cursor: TokenID? = try Self.cursor(query.cursor)
        let found = try await read { try await $0.tokens(of: user, before: cursor, limit: limit + 1) }
        let shown = found.prefix(limit)
        return Page(items: shown.map(\.shown), nextCursor: found.count > limit ? shown.last?.id.text : nil)
    }

    /// Makes a token. Only a sign-in can, so that no token makes a broader one.
    /// - Throws: `AuthError.signInNeeded`, `.scopeInvalid`, `.tokenMalformed`.
    func makeToken(_ input: MakeToken, for caller: Caller) async throws -> MadeToken {
        let user = try Self.signedIn(caller).user
        let record = try IssuedToken.new(.make(ids), of: user, input, at: clock.now())
        let token = OpaqueToken.random(prefix: IssuedToken.prefix)
        let told = note("token.created", .init("token", record.shown.id.text, record.shown.name), after: AuditNote.state(of: record.shown))
        try await write(noting: { _ in told }) { try await $0.insertToken(record, digest: token.digest) }
        return MadeToken(record: record.shown, token: Secret(token.text))
    }

    /// Ends a token of the caller.
    /// - Throws: `AuthError.signInNeeded`, `.tokenNotFound`.
    func revokeToken(_ text: String, by caller: Caller) async throws {
        let user = try Self.signedIn(caller).user
        guard let id = TokenID(text) else { throw AuthError.tokenNotFound(text) }
        let told = note("token.revoked", .init("token", id.text, caller.name))
        guard try await ending(noting: { $0 ? told : nil }, { try await $0.removeToken(id, of: user) }) else {
            throw AuthError.tokenNotFound(text)
        }
    }
}
