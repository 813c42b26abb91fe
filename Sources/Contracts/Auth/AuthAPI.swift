import Vocabulary

/// The endpoints of the Auth service: who is there, and how they prove it.
package enum AuthAPI {
    /// What a client needs to know before anybody signed in.
    package static let config = Endpoint<Nothing, ClientConfig>(
        .get, "/api/config", needs: .anyone, "What a client needs to know before sign-in")
    /// Redeems the one-time set-up link: makes the first administrator and signs in.
    package static let setUp = Endpoint<SetUp, SignedIn>(
        .post, "/api/auth/setup", answers: .created, needs: .anyone,
        "Sets the first administrator's password through the one-time link")
    /// Signs in with name and password.
    package static let login = Endpoint<Login, SignedIn>(
        .post, "/api/auth/login", needs: .anyone, "Signs in with a user name and password")
    /// Trades a refresh token for new tokens; a refresh token that is used twice ends the session.
    package static let refresh = Endpoint<Refresh, SignedIn>(
        .post, "/api/auth/refresh", needs: .anyone, "Trades a refresh token for new tokens")
    /// Ends the session in use.
    package static let logout = Endpoint<Nothing, Nothing>(
        .post, "/api/auth/logout", answers: .noContent, needs: .signedIn, "Ends the session in use")
    /// Who the caller is and may do.
    package static let me = Endpoint<Nothing, Me>(.get, "/api/auth/me", needs: .signedIn, "Who you are and what you may do")
    /// Changes the caller's own password and ends the other sessions.
    package static let changePassword = Endpoint<ChangePassword, Nothing>(
        .post, "/api/auth/password", answers: .noContent, needs: .signedIn, "Changes your password and ends your other sessions")
    /// Redeems a one-time link that an administrator made for a user: sets the password and signs in.
    package static let redeem = Endpoint<RedeemLink, SignedIn>(
        .post, "/api/auth/redeem", needs: .anyone, "Sets a password through a one-time link")
    /// Makes a one-time link for a user to set a password; valid for a day, replaces earlier ones.
    package static let makeLink = Endpoint<MakeLink, OneTimeLink>(
        .post, "/api/auth/links", answers: .created, needs: .usersManage,
        "Makes a one-time link with which a user sets a password")

    /// The caller's sessions, or those of any user for `usersManage`; newest first.
    package static let sessions = Endpoint<SessionQuery, Page<Session>>(
        .get, "/api/auth/sessions", needs: .signedIn, "Lists sessions")
    /// Ends a session: the caller's own, or anybody's for `usersManage`.
    package static let revokeSession = Endpoint<Nothing, Nothing>(
        .delete, "/api/auth/sessions/{session}", answers: .noContent, needs: .signedIn, "Ends a session")
    /// The caller's personal tokens; newest first.
    package static let tokens = Endpoint<PageQuery, Page<PersonalToken>>(
        .get, "/api/auth/tokens", needs: .signedIn, "Lists your personal tokens")
    /// Makes a personal token; its text is shown once.
    package static let makeToken = Endpoint<MakeToken, MadeToken>(
        .post, "/api/auth/tokens", answers: .created, needs: .signedIn, "Makes a personal token; its text is shown once")
    /// Ends a personal token of the caller.
    package static let revokeToken = Endpoint<Nothing, Nothing>(
        .delete, "/api/auth/tokens/{token}", answers: .noContent, needs: .signedIn, "Ends a personal token")

    /// Says who shows these credentials; asked for requests whose caller is not remembered.
    package static let introspect = Endpoint<Credentials, Introspection>(
        .post, "/api/auth/internal/introspect", needs: .service, repeatable: true, "Says who shows these credentials")
    /// Ends everything of a user that was disabled or deleted.
    package static let endUser = Endpoint<EndUser, Nothing>(
        .post, "/api/auth/internal/end-user", answers: .noContent, needs: .service, repeatable: true,
        "Ends the sessions and tokens of a user; also forgets the password of one that is gone")
}

/// What the web app and CLI need to know before sign-in.
package struct ClientConfig: Codable, Sendable {
    /// `OpsConductor`.
    package var product: String
    /// The program's version.
    package var version: String
    /// True until the first administrator exists.
    package var needsSetup: Bool
    /// The shortest password that is accepted, in characters.
    package var passwordMinimum: Int
    /// The longest password that is accepted, in characters.
    package var passwordMaximum: Int
    /// A browser session ends after so many seconds without a request.
    package var sessionIdleSeconds: Int

    /// Makes the answer.
    package init(
        product: String, version: String, needsSetup: Bool, passwordMinimum: Int, passwordMaximum: Int, sessionIdleSeconds: Int
    ) {
        self.product = product
        self.version = version
        self.needsSetup = needsSetup
        self.passwordMinimum = passwordMinimum
        self.passwordMaximum = passwordMaximum
        self.sessionIdleSeconds = sessionIdleSeconds
    }
}

/// Credentials as they came with a request, or a caller's session to check again.
package struct Credentials: Codable, Sendable {
    /// The text after `Bearer `.
    package var bearer: Secret?
    /// The value of the session cookie.
    package var cookie: Secret?
    /// Whether an open connection is looked at again; that does not count as use.
    package var isRecheck: Bool?

    /// Makes the question.
    package init(bearer: Secret? = nil, cookie: Secret? = nil, isRecheck: Bool? = nil) {
        self.bearer = bearer
        self.cookie = cookie
        self.isRecheck = isRecheck
    }
}

/// Who showed credentials.
package struct Introspection: Codable, Sendable {
    /// Who it is.
    package var caller: Caller
    /// When the credentials stop being good by themselves; nil when they are none.
    package var until: Timestamp?

    /// Makes the answer.
    package init(caller: Caller, until: Timestamp? = nil) {
        self.caller = caller
        self.until = until
    }
}

/// The doorbell that rings after every change of who somebody is or may be: a sign-in or token that ended, a user that was changed.
package enum SignInNews {
    /// The topic on the bus; messages are empty.
    package static let topic = "sign-ins"
}

/// Which user to end.
package struct EndUser: Codable, Sendable {
    /// The user.
    package var user: UserID
    /// Whether the user is gone for good, so that the password is forgotten too.
    package var forget: Bool
    /// Makes the order.
    package init(user: UserID, forget: Bool) {
        self.user = user
        self.forget = forget
    }
}

/// Limit and cursor of a list.
package struct PageQuery: Codable, Sendable, WireConstrained {
    /// At most so many items (1...500; default 50).
    package var limit: Int?
    /// The `next_cursor` of the page before.
    package var cursor: String?
    /// Makes a query.
    package init(limit: Int? = nil, cursor: String? = nil) {
        self.limit = limit
        self.cursor = cursor
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] { ["limit": .range(1...500)] }
}
