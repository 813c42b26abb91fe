import Contracts
import Testing
import Vocabulary

@testable import Auth

@Suite("Set-up and one-time links")
struct SetUpTests {
    @Test("the set-up link makes the first administrator and signs in")
    func firstAdministrator() async throws {
        let house = try await SignInHouse()
        #expect(try await house.call(AuthAPI.config, Nothing()).needsSetup)

        let signedIn = try await house.setUp()

        #expect(signedIn.me.role == .administrator)
        #expect(try await house.caller(signedIn.accessToken).name == "root-admin")
        #expect(try await !house.call(AuthAPI.config, Nothing()).needsSetup)
    }

    @Test("the set-up link works once and none is made once there is an administrator")
    func once() async throws {
        let house = try await SignInHouse()
        let token = try await house.setUpToken()
        _ = try await house.call(AuthAPI.setUp, SetUp(token: token, username: "first", password: SignInHouse.password))

        await expectProblem("link-invalid", 410) {
            try await house.call(AuthAPI.setUp, SetUp(token: token, username: "second", password: SignInHouse.password))
        }
        #expect(try await house.auth.setUpLinkIfNeeded() == nil)
        #expect(try await house.userCount() == 1)
    }

    @Test("of several who use the set-up link at once one becomes administrator")
    func race() async throws {
        let house = try await SignInHouse()
        let token = try await house.setUpToken()

        let winners = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let input = SetUp(token: token, username: "racer\(number % 2)", password: SignInHouse.password)
                    return (try? await house.call(AuthAPI.setUp, input)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }

        #expect(winners == 1)
        #expect(try await house.userCount() == 1)
    }

    @Test("the set-up link ends after thirty minutes")
    func ends() async throws {
        let house = try await SignInHouse()
        let token = try await house.setUpToken()
        house.clock.advance(by: .seconds(30 * 60))

        await expectProblem("link-invalid") {
            try await house.call(AuthAPI.setUp, SetUp(token: token, username: "late", password: SignInHouse.password))
        }
    }

    @Test("a new set-up link replaces the one before")
    func replaced() async throws {
        let house = try await SignInHouse()
        let old = try await house.setUpToken()
        let new = try await house.setUpToken()

        await expectProblem("link-invalid") {
            try await house.call(AuthAPI.setUp, SetUp(token: old, username: "first", password: SignInHouse.password))
        }
        _ = try await house.call(AuthAPI.setUp, SetUp(token: new, username: "first", password: SignInHouse.password))
    }

    @Test("a refused password leaves the set-up link usable")
    func refusedPassword() async throws {
        let house = try await SignInHouse()
        let token = try await house.setUpToken()

        await expectProblem("invalid-input", 422) {
            try await house.call(AuthAPI.setUp, SetUp(token: token, username: "first", password: Secret("too short")))
        }
        _ = try await house.call(AuthAPI.setUp, SetUp(token: token, username: "first", password: SignInHouse.password))
    }

    @Test("a set-up that died between the two rooms can be finished with a new link and the same name")
    func interrupted() async throws {
        let house = try await SignInHouse()
        _ = try await house.call(
            UsersAPI.createFirst, SaveUser(username: "first", role: .administrator), as: .service("auth"))
        let token = try await house.setUpToken()

        let signedIn = try await house.call(
            AuthAPI.setUp, SetUp(token: token, username: "first", password: SignInHouse.password, kind: .token))

        #expect(signedIn.me.username == "first")
    }

    @Test("a user's link sets the password, ends open sessions and works once")
    func userLink() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        let user = try await house.addUser("anna", .operator, by: administrator)
        let before = try await house.login("anna", SignInHouse.otherPassword)
        let link = try await house.call(AuthAPI.makeLink, MakeLink(user: user.id), as: administrator)
        let input = RedeemLink(token: try SignInHouse.token(of: link), password: SignInHouse.password, kind: .token)

        let signedIn = try await house.call(AuthAPI.redeem, input)

        #expect(try await house.caller(signedIn.accessToken).user == user.id)
        await expectProblem("unauthenticated") { try await house.caller(before.accessToken) }
        await expectProblem("link-invalid") { try await house.call(AuthAPI.redeem, input) }
        await expectProblem("sign-in-failed") { try await house.login("anna", SignInHouse.otherPassword) }
    }

    @Test("a user's link ends after a day, with a newer one, and with the user")
    func userLinkEnds() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        let user = try await house.call(UsersAPI.create, SaveUser(username: "anna", role: .viewer), as: administrator)
        func link() async throws -> RedeemLink {
            let link = try await house.call(AuthAPI.makeLink, MakeLink(user: user.id), as: administrator)
            return RedeemLink(token: try SignInHouse.token(of: link), password: SignInHouse.password)
        }
        let first = try await link()
        let second = try await link()

        await expectProblem("link-invalid") { try await house.call(AuthAPI.redeem, first) }
        house.clock.advance(by: .seconds(86_400))
        await expectProblem("link-invalid") { try await house.call(AuthAPI.redeem, second) }
        let third = try await link()
        try await disable(user, in: house, by: administrator)
        await expectProblem("link-invalid") { try await house.call(AuthAPI.redeem, third) }
        await expectProblem("conflict") { try await link() }
        await expectProblem("not-found") {
            try await house.call(AuthAPI.makeLink, MakeLink(user: .sample), as: administrator)
        }
    }
}

/// Disables a user.
func disable(_ user: User, in house: SignInHouse, by administrator: Caller) async throws {
    let input = SaveUser(username: user.username, role: user.role, isActive: false)
    _ = try await house.call(UsersAPI.update, ["user": user.id.text], input, as: administrator)
}
