import Contracts
import Vocabulary
import Web

/// Endpoint to operation.
struct AuthRoutes: Sendable {
    let auth: AuthOperations

    func add(to routes: inout Routes) {
        let auth = auth
        routes.serve(AuthAPI.config) { _ in try await auth.config() }
        routes.serve(AuthAPI.me) { call in try await auth.me(call.caller) }
        routes.serve(AuthAPI.introspect) { call in try await auth.introspect(call.body) }
        routes.serve(AuthAPI.endUser) { call in
            try await auth.end(call.body)
            return Nothing()
        }
        addSignIns(to: &routes)
        addSessions(to: &routes)
        addTokens(to: &routes)
    }

    private func addSignIns(to routes: inout Routes) {
        let auth = auth
        routes.serve(AuthAPI.setUp) { call in
            answer(try await auth.setUp(call.body, from: call.client), call.reply)
        }
        routes.serve(AuthAPI.login) { call in
            answer(try await auth.login(call.body, from: call.client, replacing: call.caller.session), call.reply)
        }
        routes.serve(AuthAPI.redeem) { call in
            answer(try await auth.redeem(call.body, from: call.client), call.reply)
        }
        routes.serve(AuthAPI.refresh) { call in answer(try await auth.refresh(call.body), call.reply) }
        routes.serve(AuthAPI.makeLink) { call in try await auth.makeLink(call.body) }
        routes.serve(AuthAPI.logout) { call in
            try await auth.logout(call.caller)
            call.reply.add("Set-Cookie", cookie("", seconds: 0))
            return Nothing()
        }
    }

    private func addSessions(to routes: inout Routes) {
        let auth = auth
        routes.serve(AuthAPI.sessions) { call in try await auth.sessions(call.body, of: call.caller) }
        routes.serve(AuthAPI.revokeSession) { call in
            try await auth.revokeSession(call.parameter("session"), by: call.caller)
            return Nothing()
        }
        routes.serve(AuthAPI.changePassword) { call in
            try await auth.changePassword(call.body, of: call.caller, from: call.client)
            return Nothing()
        }
    }

    private func addTokens(to routes: inout Routes) {
        let auth = auth
        routes.serve(AuthAPI.tokens) { call in try await auth.tokens(call.body, of: call.caller) }
        routes.serve(AuthAPI.makeToken) { call in try await auth.makeToken(call.body, for: call.caller) }
        routes.serve(AuthAPI.revokeToken) { call in
            try await auth.revokeToken(call.parameter("token"), by: call.caller)
            return Nothing()
        }
    }

    private func answer(_ opened: OpenedSignIn, _ reply: Reply) -> SignedIn {
        if let secret = opened.cookie {
            reply.add("Set-Cookie", cookie(secret.reveal(), seconds: auth.settings.sessionLife.components.seconds))
        }
        return opened.answer
    }

    private func cookie(_ value: String, seconds: Int64) -> String {
        "\(AuthSettings.cookieName)=\(value); HttpOnly; SameSite=Strict; Path=/; Max-Age=\(seconds)"
            + (auth.settings.cookieIsSecure ? "; Secure" : "")
    }
}

extension Call {
    /// Where the call comes from.
    fileprivate var client: ClientPlace { ClientPlace(address: address, userAgent: userAgent) }
}
