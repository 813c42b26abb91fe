import Contracts
import Testing
import Vocabulary

@testable import Auth

@Suite("Login")
struct LoginTests {
    private static let wrong = Secret("this is not the password")

    @Test("the right password signs in, whatever the case of the name")
    func right() async throws {
        let house = try await SignInHouse()
        try await house.setUp()

        let signedIn = try await house.login("ROOT-Admin")

        #expect(signedIn.me.username == "root-admin")
        #expect(signedIn.me.permissions == Permission.grantable)
        #expect(signedIn.expiresInSeconds == 600)
        #expect(signedIn.refreshToken != nil)
    }

    @Test("a wrong password, an unknown name and a disabled user are refused with the same words")
    func sameWords() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        let anna = try await house.addUser("anna", .viewer, by: administrator)
        try await disable(anna, in: house, by: administrator)

        let problems = [
            await problem { try await house.login("root-admin", Self.wrong) },
            await problem { try await house.login("nobody-here", Self.wrong) },
            await problem { try await house.login("anna", SignInHouse.otherPassword) },
        ]

        #expect(problems[0]?.status == 401)
        #expect(problems[0]?.slug == "sign-in-failed")
        #expect(Set(problems).count == 1)
    }

    @Test("an unknown name costs a password check like a known one")
    func sameWork() async throws {
        let hashing = PasswordHashing(threads: 1)
        let real = try await hashing.hash(NormalPassword(SignInHouse.password))
        let cost = { (hash: String) in hash.split(separator: "$").prefix(3).joined(separator: "$") }

        #expect(cost(PasswordHashing.nobody) == cost(real))
        #expect(!PasswordHashing.isOutdated(PasswordHashing.nobody))
        #expect(try await !hashing.verify(NormalPassword(Self.wrong), PasswordHashing.nobody))
        #expect(try await hashing.verify(NormalPassword(SignInHouse.password), real))
    }

    @Test("a browser gets a cookie that scripts and other sites cannot use, and no tokens")
    func cookie() async throws {
        let house = try await SignInHouse()
        try await house.setUp()

        let answer = try await house.send(
            AuthAPI.login, Login(username: "root-admin", password: SignInHouse.password))

        let cookie = try house.cookie(of: answer)
        #expect(cookie.value.utf8.count == 43)
        #expect(cookie.attributes == ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=604800"])
        guard case .bytes(let bytes) = answer.body else { return #expect(Bool(false), "the answer has a body") }
        #expect(!String(decoding: bytes, as: UTF8.self).contains("token"))
        #expect(try await house.caller(cookie: Secret(cookie.value)).name == "root-admin")
        await expectProblem("unauthenticated") { try await house.caller(Secret(cookie.value)) }
    }

    @Test("behind TLS the cookie is marked secure")
    func secureCookie() async throws {
        let house = try await SignInHouse(AuthSettings(version: "1", cookieIsSecure: true))
        try await house.setUp()

        let answer = try await house.send(
            AuthAPI.login, Login(username: "root-admin", password: SignInHouse.password))

        #expect(try house.cookie(of: answer).attributes.contains("Secure"))
    }

    @Test("every login makes a new session; the browser's former one ends")
    func newSession() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        let first = try await house.browserLogin("root-admin")
        let caller = try await house.caller(cookie: first)

        let answer = try await house.send(
            AuthAPI.login, Login(username: "root-admin", password: SignInHouse.password), as: caller)

        let second = Secret(try house.cookie(of: answer).value)
        #expect(try await house.caller(cookie: second).session != caller.session)
        await expectProblem("unauthenticated") { try await house.caller(cookie: first) }
    }

    @Test("after five failures an account waits, longer each time, up to a quarter of an hour", arguments: ["root-admin", "nobody"])
    func accountWaits(name: String) async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        for _ in 0..<5 { await expectProblem("sign-in-failed") { try await house.login(name, Self.wrong) } }

        var waits: [Int] = []
        for _ in 0..<8 {
            let refused = await problem { try await house.login(name, SignInHouse.password) }
            let wait = try #require(refused?.retryAfterSeconds)
            #expect(refused?.status == 429)
            waits.append(wait)
            house.clock.advance(by: .seconds(wait))
            await expectProblem("sign-in-failed") { try await house.login(name, Self.wrong) }
        }

        #expect(waits == [15, 30, 60, 120, 240, 480, 900, 900])
    }

    @Test("a success forgets the failures")
    func successForgets() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        for _ in 0..<3 {
            for _ in 0..<4 { await expectProblem("sign-in-failed") { try await house.login("root-admin", Self.wrong) } }

            _ = try await house.login("root-admin")
        }
    }

    @Test("many guesses at once are counted like guesses one after the other")
    func burst() async throws {
        let house = try await SignInHouse()
        try await house.setUp()

        let judged = await withTaskGroup(of: Problem?.self) { group in
            for _ in 0..<30 { group.addTask { await problem { try await house.login("root-admin", Self.wrong) } } }
            return await group.reduce(0) { $0 + ($1?.slug == "sign-in-failed" ? 1 : 0) }
        }

        #expect(judged == 5)
    }

    @Test("guesses from elsewhere do not lock out an address that has signed in before")
    func knownAddress() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        _ = try await house.browserLogin("root-admin", from: "192.0.2.1")
        for _ in 0..<6 { _ = await problem { try await house.browserLogin("root-admin", Self.wrong, from: "203.0.113.9") } }

        await expectProblem("too-many-attempts", 429) {
            try await house.browserLogin("root-admin", from: "203.0.113.9")
        }
        _ = try await house.browserLogin("root-admin", from: "192.0.2.1")
    }

    @Test("the address of the set-up is known: guesses from elsewhere do not keep the administrator out")
    func setUpAddress() async throws {
        let house = try await SignInHouse()
        let token = try await house.setUpToken()
        _ = try await house.send(
            AuthAPI.setUp, SetUp(token: token, username: "Root-Admin", password: SignInHouse.password), from: "192.0.2.1")
        for _ in 0..<6 { _ = await problem { try await house.browserLogin("root-admin", Self.wrong, from: "203.0.113.9") } }

        await expectProblem("too-many-attempts", 429) {
            try await house.browserLogin("root-admin", from: "203.0.113.9")
        }
        _ = try await house.browserLogin("root-admin", from: "192.0.2.1")
    }

    @Test("an address has twenty failures a minute, over all names")
    func addressWaits() async throws {
        let house = try await SignInHouse(AuthSettings(version: "1", failuresPerAddress: 3))
        try await house.setUp()
        for number in 0..<3 {
            await expectProblem("sign-in-failed") { try await house.browserLogin("name\(number)", Self.wrong) }
        }

        await expectProblem("too-many-attempts") { try await house.browserLogin("root-admin") }
        _ = try await house.browserLogin("root-admin", from: "192.0.2.2")
        house.clock.advance(by: .seconds(60))
        _ = try await house.browserLogin("root-admin")
        #expect(AuthSettings(version: "1").failuresPerAddress == 20)
    }

    @Test("successes do not use up an address")
    func successesAreFree() async throws {
        let house = try await SignInHouse(AuthSettings(version: "1", failuresPerAddress: 2))
        try await house.setUp()

        for _ in 0..<4 { _ = try await house.browserLogin("root-admin") }
    }

    @Test("more sign-ins at once than may wait are refused")
    func busy() async throws {
        let hashing = PasswordHashing(threads: 1, longestQueue: 2)

        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do { return try await hashing.verify(NormalPassword(Self.wrong), PasswordHashing.nobody) } catch { return true }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }

        #expect(refused >= 1)
        #expect(refused <= 6)
        #expect(AuthError.busy.problem.status == 503)
    }
}

/// The problem that an action ends with; nil when it goes well.
func problem(_ action: () async throws -> some Any) async -> Problem? {
    do {
        _ = try await action()
        return nil
    } catch {
        return (error as? any ProblemConvertible)?.problem
    }
}
