import Auth
import Contracts
import Vocabulary
import Web

/// Asks Auth who shows the credentials of a request, unless that was asked a moment ago.
struct SessionAuthenticator: Authenticator {
    let peer: any Peer
    /// Nil where news of sign-ins do not arrive.
    let remembered: RememberedCallers?
    let clock: any WallClock
    let sessionCookie = AuthSettings.cookieName

    func caller(_ credentials: Web.Credentials) async throws -> Caller {
        if credentials.bearer == nil, credentials.cookie == nil { return .anonymous }
        // Looking again at an open connection is worth the question: it may live for days.
        guard let remembered, !credentials.isRecheck else { return try await ask(credentials).caller }
        let key = RememberedCallers.Key(
            bearer: credentials.bearer, cookie: credentials.bearer == nil ? credentials.cookie : nil)
        let now = clock.now()
        let (caller, ticket) = remembered.find(key, at: now)
        if let caller { return caller }
        let answer = try await ask(credentials)
        if let ticket { remembered.keep(answer, for: key, ticket, at: now) }
        return answer.caller
    }

    private func ask(_ credentials: Web.Credentials) async throws -> Introspection {
        let question = Contracts.Credentials(
            bearer: credentials.bearer.map(Secret.init), cookie: credentials.cookie.map(Secret.init),
            isRecheck: credentials.isRecheck ? true : nil)
        return try await peer.call(AuthAPI.introspect, [:], question, as: .service("web"))
    }
}
