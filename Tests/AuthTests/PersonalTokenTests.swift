import Contracts
import Testing
import Vocabulary

@testable import Auth

@Suite("Personal tokens")
struct PersonalTokenTests {
    @Test("a token acts for its owner, cut down to its scope")
    func scope() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        let input = MakeToken(name: "dashboard", scope: [.jobsRead, .executionsRead, .jobsRead], expiresInDays: 30)

        let made = try await house.call(AuthAPI.makeToken, input, as: administrator)

        let caller = try await house.caller(made.token)
        #expect(made.token.reveal().hasPrefix("opc_"))
        #expect(made.record.scope == [.jobsRead, .executionsRead])
        #expect(caller.user == administrator.user)
        #expect(caller.session == nil)
        #expect(caller.permissions == [.jobsRead, .executionsRead])
        #expect(try await house.call(AuthAPI.me, Nothing(), as: caller).permissions == [.jobsRead, .executionsRead])
    }

    @Test("a token never may more than its owner's role at that moment")
    func role() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        let anna = try await house.addUser("anna", .operator, by: administrator)
        let session = try await house.caller(try await house.login("anna", SignInHouse.otherPassword).accessToken)
        let made = try await house.call(
            AuthAPI.makeToken, MakeToken(name: "all", scope: [.jobsRun, .usersManage, .jobsRead], expiresInDays: 1), as: session)
        #expect(try await house.caller(made.token).permissions == [.jobsRead, .jobsRun])

        _ = try await house.call(
            UsersAPI.update, ["user": "anna"], SaveUser(username: "anna", role: .viewer), as: administrator)

        #expect(try await house.caller(made.token).permissions == [.jobsRead])
        try await disable(anna, in: house, by: administrator)
        await expectProblem("unauthenticated") { try await house.caller(made.token) }
    }

    @Test("a token ends on its day")
    func expiry() async throws {
        let house = try await SignInHouse()
        let made = try await house.call(
            AuthAPI.makeToken, MakeToken(name: "day", expiresInDays: 1), as: try await house.administrator())

        house.clock.advance(by: .seconds(86_399))
        _ = try await house.caller(made.token)
        house.clock.advance(by: .seconds(1))

        await expectProblem("unauthenticated", 401) { try await house.caller(made.token) }
    }

    @Test("a token makes no token and manages no sign-in", arguments: [nil, [Permission.jobsRead]])
    func noTokens(scope: [Permission]?) async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.addUser("anna", .operator, by: administrator)
        let session = try await house.caller(try await house.login("anna", SignInHouse.otherPassword).accessToken)
        let made = try await house.call(
            AuthAPI.makeToken, MakeToken(name: "cut", scope: scope, expiresInDays: 1), as: session)
        let token = try await house.caller(made.token)
        let change = ChangePassword(current: SignInHouse.otherPassword, new: SignInHouse.password)

        await expectProblem("sign-in-needed", 403) {
            try await house.call(AuthAPI.makeToken, MakeToken(name: "more", expiresInDays: 1), as: token)
        }
        await expectProblem("sign-in-needed") {
            try await house.call(AuthAPI.revokeToken, ["token": made.record.id.text], Nothing(), as: token)
        }
        await expectProblem("sign-in-needed") {
            let own = ["session": try #require(session.session).text]
            return try await house.call(AuthAPI.revokeSession, own, Nothing(), as: token)
        }
        await expectProblem("sign-in-needed") { try await house.call(AuthAPI.changePassword, change, as: token) }
        await expectProblem("sign-in-needed") { try await house.call(AuthAPI.logout, Nothing(), as: token) }
    }

    @Test("a scope that is empty or names what no token can have is refused", arguments: [[], [Permission.service]])
    func badScope(scope: [Permission]) async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()

        await expectProblem("invalid-input", 422) {
            try await house.call(
                AuthAPI.makeToken, MakeToken(name: "bad", scope: scope, expiresInDays: 1), as: administrator)
        }
    }

    @Test("tokens are listed without their text, and a revoked one is gone at once")
    func listAndRevoke() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.addUser("anna", .viewer, by: administrator)
        let anna = try await house.caller(try await house.login("anna", SignInHouse.otherPassword).accessToken)
        let made = try await house.call(AuthAPI.makeToken, MakeToken(name: "one", expiresInDays: 2), as: administrator)
        _ = try await house.caller(made.token)

        let listed = try await house.call(AuthAPI.tokens, PageQuery(), as: administrator).items
        #expect(listed.map(\.id) == [made.record.id])
        #expect(listed.first?.lastUsedAt == house.clock.now())
        #expect(try await house.call(AuthAPI.tokens, PageQuery(), as: anna).items.isEmpty)
        let path = ["token": made.record.id.text]
        await expectProblem("not-found") { try await house.call(AuthAPI.revokeToken, path, Nothing(), as: anna) }
        _ = try await house.call(AuthAPI.revokeToken, path, Nothing(), as: administrator)
        await expectProblem("unauthenticated") { try await house.caller(made.token) }
        await expectProblem("not-found") { try await house.call(AuthAPI.revokeToken, path, Nothing(), as: administrator) }
    }
}
