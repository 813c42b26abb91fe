import Contracts
import Vocabulary
import Web

/// The tokens of one run of the CLI: a personal token from the environment, or the stored sign-in, renewed when it is about to end.
package actor ClientSession {
    /// Where the sign-in is kept.
    package nonisolated let file: LoginFile
    /// The server's address.
    package nonisolated let server: String
    /// Reaches the server.
    package nonisolated let client: HTTPClient
    private let personalToken: String?
    private let anonymous: RemotePeer
    private let clock: any WallClock
    private var login: StoredLogin?
    private var renewal: Task<StoredLogin, any Error>?

    /// Chooses the server: the option, `OPSCONDUCTOR_SERVER`, or the one of the stored sign-in, in this order.
    /// - Throws: `ClientFailure` when none of them says which.
    package init(option: String?, environment: [String: String], clock: any WallClock = SystemClock()) throws {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        file = try LoginFile(environment: environment)
        let stored = try file.read()
        guard let chosen = option ?? value("OPSCONDUCTOR_SERVER") ?? stored?.server else {
            throw ClientFailure.usage("No server is known; say which with --server or OPSCONDUCTOR_SERVER, for example http://host:port.")
        }
        server = chosen.hasSuffix("/") ? String(chosen.dropLast()) : chosen
        personalToken = value("OPSCONDUCTOR_TOKEN")
        // Tokens go to the server that gave them and to no other.
        login = stored?.server == server ? stored : nil
        client = try HTTPClient(base: server, authorities: value("OPSCONDUCTOR_CA_FILE"))
        anonymous = RemotePeer(client, bearer: nil)
        self.clock = clock
    }

    /// A peer that shows no credentials.
    package nonisolated var stranger: RemotePeer { anonymous }

    /// A token that is good for a while.
    /// - Throws: `ClientFailure` with code 3 when nobody is signed in at the server.
    package func token() async throws -> String {
        if let personalToken { return personalToken }
        guard let login else { throw ClientFailure.signIn("You are not signed in at \(server); run: opsconductor login") }
        if login.expiresAt - clock.now() > .seconds(20) { return login.accessToken.reveal() }
        return try await renew(login).accessToken.reveal()
    }

    /// After the server refused a token: whether there is another one to try.
    /// - Throws: `ClientFailure` with code 3 when the sign-in has ended, or the token of the environment was the one that was refused.
    package func hasNewToken(insteadOf refused: String) async throws -> Bool {
        guard personalToken == nil else {
            throw ClientFailure.signIn("\(server) does not accept the token in OPSCONDUCTOR_TOKEN; it was revoked, or is over.")
        }
        guard let login else { return false }
        if login.accessToken.reveal() != refused { return true }
        return try await renew(login).accessToken.reveal() != refused
    }

    /// Keeps a new sign-in.
    package func keep(_ signedIn: SignedIn) async throws {
        let fresh = try Self.login(signedIn, server: server, at: clock.now())
        let file = file
        try await file.locked(clock) { try file.write(fresh) }
        login = fresh
    }

    private func renew(_ old: StoredLogin) async throws -> StoredLogin {
        if let renewal { return try await renewal.value }
        let (file, clock, peer, server) = (file, clock, anonymous, server)
        let task = Task {
            try await file.locked(clock) {
                // Another command may have been faster: a refresh token works only once.
                if let stored = try file.read(), stored.server == server, stored.refreshToken != old.refreshToken,
                    stored.expiresAt - clock.now() > .seconds(20)
                {
                    return stored
                }
                let current = try file.read().flatMap { $0.server == server ? $0 : nil } ?? old
                do {
                    let answer = try await peer.call(AuthAPI.refresh, [:], Refresh(refreshToken: current.refreshToken), as: .anonymous)
                    let fresh = try Self.login(answer, server: server, at: clock.now())
                    try file.write(fresh)
                    return fresh
                } catch let problem as Problem where problem.status == 401 {
                    throw ClientFailure.signIn("Your sign-in at \(server) has ended; run: opsconductor login")
                }
            }
        }
        renewal = task
        defer { renewal = nil }
        let fresh = try await task.value
        login = fresh
        return fresh
    }

    private static func login(_ answer: SignedIn, server: String, at now: Timestamp) throws -> StoredLogin {
        guard let access = answer.accessToken, let refresh = answer.refreshToken, let seconds = answer.expiresInSeconds else {
            throw ClientFailure.signIn("The server at \(server) gave no tokens; client and server may differ in version.")
        }
        return StoredLogin(
            server: server, username: answer.me.username, accessToken: access, expiresAt: now + .seconds(seconds), refreshToken: refresh)
    }
}
