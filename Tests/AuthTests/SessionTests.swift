import Contracts
import Store
import Testing
import Vocabulary

@testable import Auth

@Suite("Sessions")
struct SessionTests {
    @Test("a browser session ends after eight hours without a request")
    func idle() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        let cookie = try await house.browserLogin("root-admin")

        for _ in 0..<3 {
            house.clock.advance(by: .seconds(7 * 3600))
            _ = try await house.caller(cookie: cookie)
        }
        house.clock.advance(by: .seconds(8 * 3600))

        await expectProblem("unauthenticated", 401) { try await house.caller(cookie: cookie) }
    }

    @Test("another look at an open connection is no use: it neither notes nor prolongs anything")
    func recheck() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        let cookie = try await house.browserLogin("root-admin")
        let look = { try await house.call(AuthAPI.introspect, Credentials(cookie: cookie, isRecheck: true), as: .service("web")).caller }

        for _ in 0..<7 {
            house.clock.advance(by: .seconds(3600))
            _ = try await look()
        }
        house.clock.advance(by: .seconds(3600))

        await expectProblem("unauthenticated", 401) { try await look() }
    }

    @Test("a session in use ends seven days after it began")
    func absolute() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        let cookie = try await house.browserLogin("root-admin")
        for _ in 0..<27 {
            house.clock.advance(by: .seconds(6 * 3600))
            _ = try await house.caller(cookie: cookie)
        }

        house.clock.advance(by: .seconds(6 * 3600))

        await expectProblem("unauthenticated") { try await house.caller(cookie: cookie) }
    }

    @Test("a use is noted at most once a minute")
    func noted() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        let cookie = try await house.browserLogin("root-admin")
        let began = house.clock.now()
        let caller = try await house.caller(cookie: cookie)
        func lastUse() async throws -> Timestamp? {
            try await house.call(AuthAPI.sessions, SessionQuery(), as: caller).items.first { $0.isCurrent }?.lastUsedAt
        }

        house.clock.advance(by: .seconds(59))
        _ = try await house.caller(cookie: cookie)
        #expect(try await lastUse() == began)
        house.clock.advance(by: .seconds(1))
        _ = try await house.caller(cookie: cookie)
        #expect(try await lastUse() == began + .seconds(60))
    }

    @Test("sessions are listed page by page with where they came from")
    func listed() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        for _ in 0..<3 { _ = try await house.browserLogin("root-admin") }
        let caller = try await house.caller(cookie: try await house.browserLogin("root-admin", from: "192.0.2.77"))

        let first = try await house.call(AuthAPI.sessions, SessionQuery(limit: 3), as: caller)
        let second = try await house.call(AuthAPI.sessions, SessionQuery(limit: 3, cursor: first.nextCursor), as: caller)

        #expect(first.items.count == 3)
        #expect(second.items.count == 2)
        #expect(second.nextCursor == nil)
        #expect(Set((first.items + second.items).map(\.id)).count == 5)
        let current = try #require((first.items + second.items).first { $0.isCurrent })
        #expect(current.address == "192.0.2.77")
        #expect(current.userAgent == "browser")
        await expectProblem("invalid-input") {
            try await house.call(AuthAPI.sessions, SessionQuery(cursor: "nonsense"), as: caller)
        }
    }

    @Test("a revoked session counts at once, for cookies and for access tokens", arguments: SignInKind.allCases)
    func revoked(kind: SignInKind) async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        let bearer = kind == .token ? try await house.login("root-admin").accessToken : nil
        let cookie = kind == .session ? try await house.browserLogin("root-admin") : Secret("")
        let asked = Credentials(bearer: bearer, cookie: cookie)
        let caller = try await house.call(AuthAPI.introspect, asked, as: .service("web")).caller
        let session = try #require(caller.session)

        _ = try await house.call(AuthAPI.revokeSession, ["session": session.text], Nothing(), as: administrator)

        await expectProblem("unauthenticated") { try await house.call(AuthAPI.introspect, asked, as: .service("web")) }
    }

    @Test("people see and end their own sessions, administrators everybody's")
    func owners() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.addUser("anna", .operator, by: administrator)
        let anna = try await house.caller(try await house.login("anna", SignInHouse.otherPassword).accessToken)
        let foreign = ["session": try #require(administrator.session).text]
        let own = ["session": try #require(anna.session).text]

        await expectProblem("forbidden", 403) {
            try await house.call(AuthAPI.sessions, SessionQuery(user: administrator.user), as: anna)
        }
        await expectProblem("not-found") {
            try await house.call(AuthAPI.revokeSession, foreign, Nothing(), as: anna)
        }
        let seen = try await house.call(AuthAPI.sessions, SessionQuery(user: anna.user), as: administrator)
        #expect(seen.items.allSatisfy { $0.user == anna.user })
        #expect(seen.items.contains { $0.id == anna.session })
        _ = try await house.call(AuthAPI.revokeSession, own, Nothing(), as: anna)
    }

    @Test("logging out ends the session and takes the cookie back")
    func logout() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        let cookie = try await house.browserLogin("root-admin")

        let answer = try await house.send(AuthAPI.logout, Nothing(), as: try await house.caller(cookie: cookie))

        let gone = try house.cookie(of: answer)
        #expect(answer.status == 204)
        #expect(gone.value.isEmpty)
        #expect(gone.attributes.contains("Max-Age=0"))
        await expectProblem("unauthenticated") { try await house.caller(cookie: cookie) }
    }

    @Test("a changed password ends the other sessions and the old password")
    func passwordChange() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        let other = try await house.browserLogin("root-admin")
        let cookie = try await house.browserLogin("root-admin")
        let caller = try await house.caller(cookie: cookie)
        func change(_ current: Secret, _ new: Secret) async throws -> Nothing {
            try await house.call(AuthAPI.changePassword, ChangePassword(current: current, new: new), as: caller)
        }

        await expectProblem("invalid-input") { try await change(SignInHouse.otherPassword, SignInHouse.otherPassword) }
        await expectProblem("invalid-input") { try await change(SignInHouse.password, Secret("short")) }
        _ = try await change(SignInHouse.password, SignInHouse.otherPassword)

        #expect(try await house.caller(cookie: cookie).session == caller.session)
        await expectProblem("unauthenticated") { try await house.caller(cookie: other) }
        await expectProblem("sign-in-failed") { try await house.login("root-admin") }
        _ = try await house.login("root-admin", SignInHouse.otherPassword)
    }

    @Test("guessing the present password is slowed down like a login")
    func passwordChangeWaits() async throws {
        let house = try await SignInHouse()
        let caller = try await house.administrator()
        let guess = ChangePassword(current: SignInHouse.otherPassword, new: SignInHouse.otherPassword)
        for _ in 0..<5 {
            await expectProblem("invalid-input") { try await house.call(AuthAPI.changePassword, guess, as: caller) }
        }

        await expectProblem("too-many-attempts") { try await house.call(AuthAPI.changePassword, guess, as: caller) }
    }

    @Test("no credentials are nobody, wrong ones are refused")
    func nobody() async throws {
        let house = try await SignInHouse()
        try await house.setUp()

        #expect(try await house.caller(nil) == .anonymous)
        for cookie in ["", "x", String(repeating: "A", count: 43), String(repeating: "A", count: 100_000)] {
            await expectProblem("unauthenticated") { try await house.caller(cookie: Secret(cookie)) }
        }
    }

    @Test("a tick removes what is over and nothing else")
    func tick() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.browserLogin("root-admin")
        func rows(_ table: String) async throws -> Int {
            try await house.authDatabase.read {
                try await $0.first("SELECT COUNT(*) AS total FROM \(SQL(trusted: table))")?.int("total") ?? -1
            }
        }
        _ = try await house.call(AuthAPI.makeToken, MakeToken(name: "day", expiresInDays: 1), as: administrator)
        _ = await problem { try await house.login("nobody") }

        house.clock.advance(by: .seconds(3600))
        try await house.auth.tick(at: house.clock.now())
        #expect(try await [rows("sessions"), rows("refresh_tokens"), rows("personal_tokens"), rows("attempts")] == [2, 1, 1, 1])

        house.clock.advance(by: .seconds(86_400))
        try await house.auth.tick(at: house.clock.now())
        #expect(try await [rows("sessions"), rows("refresh_tokens"), rows("personal_tokens"), rows("attempts")] == [1, 1, 0, 0])
        #expect(try await rows("known_places") == 1)

        house.clock.advance(by: .seconds(30 * 86_400))
        try await house.auth.tick(at: house.clock.now())
        #expect(try await [rows("sessions"), rows("refresh_tokens"), rows("known_places"), rows("passwords")] == [0, 0, 0, 1])
    }
}
