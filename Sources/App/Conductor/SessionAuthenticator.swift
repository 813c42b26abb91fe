import Auth
import Contracts
import Vocabulary
import Web

/// Asks Auth who shows the credentials of a request.
struct SessionAuthenticator: Authenticator {
    let peer: any Peer
    let sessionCookie = AuthSettings.cookieName

    func caller(_ credentials: Web.Credentials) async throws -> Caller {
        if credentials.bearer == nil, credentials.cookie == nil { return .anonymous }
        let question = Contracts.Credentials(
            bearer: credentials.bearer.map(Secret.init), cookie: credentials.cookie.map(Secret.init),
            isRecheck: credentials.isRecheck ? true : nil)
        return try await peer.call(AuthAPI.introspect, [:], question, as: .service("web"))
    }
}
