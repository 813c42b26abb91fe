import Bus
import Contracts
import Logging
import Store
import Support
import Testing
import Vocabulary
import Web

@testable import Auth
@testable import Users

/// The rooms Auth and Users as they run: real routes, real peer, SQLite in memory; only the clock is moved by hand.
struct SignInHouse {
    static let password = Secret("an old lamp beside four rivers")
    static let otherPassword = Secret("seven quiet bells at midnight")
    static let signingKey = [UInt8](repeating: 7, count: 32)

    let clock = ManualClock()
    let bus = InProcessBus()
    let peer: LocalPeer
    let auth: AuthService
    let users: UsersService
    let authDatabase: any Database
    let usersDatabase: any Database
    private let routes: Routes

    init(_ settings: AuthSettings = AuthSettings(version: "1.2.3")) async throws {
        let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        authDatabase = try await TestDatabase.make(AuthService.migrations, service: AuthService.name)
        usersDatabase = try await TestDatabase.make(UsersService.migrations, service: UsersService.name)
        peer = LocalPeer(ids: SystemIDs(), logger: logger)
        auth = AuthService(
            database: authDatabase, peer: peer, bus: bus, tally: InProcessTally(clock: clock), clock: clock, ids: SystemIDs(),
            settings: settings,
            signingKey: Self.signingKey, news: .unheard(authDatabase), logger: logger)
        users = UsersService(
            database: usersDatabase, peer: peer, bus: bus, news: .unheard(usersDatabase), clock: clock, ids: SystemIDs(), logger: logger)
        var routes = Routes()
        auth.routes(into: &routes)
        users.routes(into: &routes)
        self.routes = routes
        peer.attach(routes)
    }

    /// Calls an endpoint as another room or the server would.
    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller = .anonymous
    ) async throws -> Output {
        try await peer.call(endpoint, path, input, as: caller)
    }

    /// Calls an endpoint whose path has no parameters.
    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ input: Input, as caller: Caller = .anonymous
    ) async throws -> Output {
        try await peer.call(endpoint, [:], input, as: caller)
    }

    /// Calls an endpoint from outside: over JSON, from an address.
    func send<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ input: Input, as caller: Caller = .anonymous, from address: String = "192.0.2.1"
    ) async throws -> WireAnswer {
        let route = try #require(routes.all.first { $0.key == endpoint.key })
        return try await route.wireHandler(
            WireCall(
                method: endpoint.method, body: try JSONCodec.encode(input), caller: caller, address: address,
                requestId: "request", userAgent: "browser"))
    }

    /// Makes the first administrator, named `root-admin`, through the link.
    @discardableResult func setUp(_ kind: SignInKind = .token) async throws -> SignedIn {
        let token = try await setUpToken()
        return try await call(
            AuthAPI.setUp, SetUp(token: token, username: "root-admin", password: Self.password, kind: kind))
    }

    /// The token of a new set-up link.
    func setUpToken() async throws -> Secret {
        let link = try #require(try await auth.setUpLinkIfNeeded())
        return try Self.token(of: link)
    }

    static func token(of link: OneTimeLink) throws -> Secret {
        Secret(String(try #require(link.path.split(separator: "=").last)))
    }

    /// Adds a user with `otherPassword` and returns it.
    func addUser(_ name: String, _ role: Role, by administrator: Caller) async throws -> User {
        let user = try await call(UsersAPI.create, SaveUser(username: name, role: role), as: administrator)
        let link = try await call(AuthAPI.makeLink, MakeLink(user: user.id), as: administrator)
        _ = try await call(AuthAPI.redeem, RedeemLink(token: Self.token(of: link), password: Self.otherPassword))
        return user
    }

    /// Signs in for tokens.
    func login(_ name: String, _ password: Secret = SignInHouse.password) async throws -> SignedIn {
        try await call(AuthAPI.login, Login(username: name, password: password, kind: .token))
    }

    /// Signs in like a browser from an address; returns the cookie's value.
    func browserLogin(
        _ name: String, _ password: Secret = SignInHouse.password, from address: String = "192.0.2.1"
    ) async throws -> Secret {
        let answer = try await send(AuthAPI.login, Login(username: name, password: password), from: address)
        return Secret(try cookie(of: answer).value)
    }

    /// The session cookie of an answer with its attributes.
    func cookie(of answer: WireAnswer) throws -> (value: String, attributes: [String]) {
        let header = try #require(answer.headers.first { $0.name == "Set-Cookie" }).value
        let parts = header.components(separatedBy: "; ")
        let value = try #require(parts.first { $0.hasPrefix("opsconductor_session=") })
        return (String(value.dropFirst("opsconductor_session=".count)), Array(parts.dropFirst()))
    }

    /// Who shows a bearer token.
    func caller(_ bearer: Secret?) async throws -> Caller {
        try await call(AuthAPI.introspect, Credentials(bearer: bearer), as: .service("web")).caller
    }

    /// Who shows a cookie.
    func caller(cookie: Secret) async throws -> Caller {
        try await call(AuthAPI.introspect, Credentials(cookie: cookie), as: .service("web")).caller
    }

    /// The administrator of `setUp`, as introspection knows him.
    func administrator() async throws -> Caller { try await caller(try await setUp().accessToken) }

    /// How many users there are.
    func userCount() async throws -> Int { try await usersDatabase.read { try await SQLUserStore($0).count() } }
}

extension String {
    fileprivate func components(separatedBy separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}

/// Expects a problem with this slug; `statusCode` too where it matters.
func expectProblem(
    _ slug: String, _ status: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> some Any
) async {
    do {
        _ = try await body()
        Issue.record("expected the problem \(slug), but it went well", sourceLocation: sourceLocation)
    } catch let error as any ProblemConvertible {
        #expect(error.problem.slug == slug, sourceLocation: sourceLocation)
        if let status { #expect(error.problem.status == status, sourceLocation: sourceLocation) }
    } catch {
        Issue.record("expected the problem \(slug), got \(error)", sourceLocation: sourceLocation)
    }
}
