import Contracts
import Testing
import Vocabulary

@testable import Auth

@Suite("Token sign-ins")
struct TokenSignInTests {
    @Test("a refresh token gets new tokens once")
    func rotation() async throws {
        let house = try await SignInHouse()
        let first = try await house.setUp()
        house.clock.advance(by: .seconds(600))
        await expectProblem("unauthenticated") { try await house.caller(first.accessToken) }

        let second = try await refresh(first, house)

        #expect(second.refreshToken != first.refreshToken)
        #expect(try await house.caller(second.accessToken).session == first.me.session)
        #expect(second.me.session == first.me.session)
    }

    @Test("a refresh token that is used twice ends the sign-in, for the thief and for the owner")
    func reuse() async throws {
        let house = try await SignInHouse()
        let first = try await house.setUp()
        let second = try await refresh(first, house)

        await expectProblem("sign-in-over", 401) { try await refresh(first, house) }

        await expectProblem("unauthenticated") { try await house.caller(second.accessToken) }
        await expectProblem("sign-in-over") { try await refresh(second, house) }
    }

    @Test("of several uses of a refresh token at once one at most succeeds, and the sign-in ends")
    func race() async throws {
        let house = try await SignInHouse()
        let first = try await house.setUp()

        let successes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<5 { group.addTask { (try? await refresh(first, house)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }

        #expect(successes <= 1)
        await expectProblem("unauthenticated") { try await house.caller(first.accessToken) }
    }

    @Test("a refresh token is not taken as a bearer token, nor an access token as a refresh token")
    func notMixed() async throws {
        let house = try await SignInHouse()
        let signedIn = try await house.setUp()

        await expectProblem("unauthenticated") { try await house.caller(signedIn.refreshToken) }
        await expectProblem("unauthenticated") {
            try await house.caller(cookie: try #require(signedIn.refreshToken))
        }
        await expectProblem("sign-in-over") {
            try await house.call(AuthAPI.refresh, Refresh(refreshToken: try #require(signedIn.accessToken)))
        }
    }

    @Test("a sign-in ends after seven days, however often it was refreshed")
    func absolute() async throws {
        let house = try await SignInHouse()
        var signedIn = try await house.setUp()
        for _ in 0..<6 {
            house.clock.advance(by: .seconds(86_400))
            signedIn = try await refresh(signedIn, house)
        }

        house.clock.advance(by: .seconds(86_400))

        await expectProblem("sign-in-over") { try await refresh(signedIn, house) }
    }

    @Test("a disabled user gets no new tokens")
    func disabledUser() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        let anna = try await house.addUser("anna", .operator, by: administrator)
        let signedIn = try await house.login("anna", SignInHouse.otherPassword)
        try await disable(anna, in: house, by: administrator)

        await expectProblem("sign-in-over") { try await refresh(signedIn, house) }
        await expectProblem("unauthenticated") { try await house.caller(signedIn.accessToken) }
    }
}

private func refresh(_ signedIn: SignedIn, _ house: SignInHouse) async throws -> SignedIn {
    try await house.call(AuthAPI.refresh, Refresh(refreshToken: try #require(signedIn.refreshToken)))
}

@Suite("Access tokens")
struct AccessTokenTests {
    @Test("a token of ours with the right claims is taken")
    func genuine() async throws {
        let (house, claims) = try await signedIn()

        #expect(try await house.caller(Secret(try own.seal(claims))).kind == .user)
    }

    @Test("claims that are not right are refused", arguments: Forgery.allCases)
    func wrongClaims(forgery: Forgery) async throws {
        let (house, genuine) = try await signedIn()
        var claims = genuine
        switch forgery {
        case .issuer: claims.iss = "someone-else"
        case .audience: claims.aud = "another-api"
        case .expired: claims.exp = house.clock.now().milliseconds / 1000
        case .notYet: claims.nbf += 60
        case .subject: claims.sub = UserID.sample.text
        case .session: claims.sid = SessionID.sample.text
        case .nonsense: claims.sub = "root-admin"
        }

        await expectProblem("unauthenticated", 401) { try await house.caller(Secret(try own.seal(claims))) }
    }

    enum Forgery: CaseIterable { case issuer, audience, expired, notYet, subject, session, nonsense }

    @Test("a token signed with another key is refused")
    func otherKey() async throws {
        let (house, claims) = try await signedIn()
        let other = AccessTokenSigner(key: [UInt8](repeating: 8, count: 32))

        await expectProblem("unauthenticated") { try await house.caller(Secret(try other.seal(claims))) }
    }

    @Test(
        "any header but ours is refused, whatever it says and whatever is behind it",
        arguments: [
            #"{"alg":"none","typ":"at+jwt"}"#, #"{"alg":"None"}"#, #"{"alg":"HS512","typ":"at+jwt"}"#,
            #"{"alg":"RS256","typ":"at+jwt"}"#, #"{"alg":"HS256","typ":"JWT"}"#, #"{"alg":"HS256"}"#, "{}", "",
        ])
    func otherHeader(header: String) async throws {
        let (house, claims) = try await signedIn()
        let parts = try own.seal(claims).split(separator: ".")
        let forged = Base64URL.encode([UInt8](header.utf8))

        for text in ["\(forged).\(parts[1]).\(parts[2])", "\(forged).\(parts[1]).", "\(forged).\(parts[1])"] {
            await expectProblem("unauthenticated") { try await house.caller(Secret(text)) }
        }
    }

    @Test("a changed, cut or stretched token is refused")
    func changed() async throws {
        let (house, claims) = try await signedIn()
        let text = try own.seal(claims)
        let other = try own.seal(
            .init(
                iss: claims.iss, aud: claims.aud, sub: UserID.sample.text, sid: claims.sid, iat: claims.iat, nbf: claims.nbf,
                exp: claims.exp))
        let swapped = text.split(separator: ".").dropLast().joined(separator: ".") + "." + other.split(separator: ".")[2]
        let bad = [
            String(text.dropLast()), text + "A", text + "=", text + ".", "." + text, swapped, "..", "a.b.c", "ö.ö.ö",
            String(repeating: "A", count: 1_000_000),
        ]

        for forged in bad { await expectProblem("unauthenticated") { try await house.caller(Secret(forged)) } }
    }

    private let own = AccessTokenSigner(key: SignInHouse.signingKey)

    private func signedIn() async throws -> (SignInHouse, AccessTokenSigner.Claims) {
        let house = try await SignInHouse()
        let me = try await house.setUp().me
        let now = house.clock.now().milliseconds / 1000
        let session = try #require(me.session)
        return (
            house,
            AccessTokenSigner.Claims(
                iss: "opsconductor", aud: "opsconductor-api", sub: me.id.text, sid: session.text, iat: now, nbf: now,
                exp: now + 600)
        )
    }
}
