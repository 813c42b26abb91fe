import Contracts
import Testing
import Vocabulary

@testable import Users

@Suite("Users")
struct UsersTests {
    @Test("a user is added, shown by id and by name, changed and deleted")
    func life() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()

        let anna = try await house.call(UsersAPI.create, SaveUser(username: "Anna", role: .viewer), as: administrator)
        let byName = try await house.call(UsersAPI.show, ["user": "aNNa"], Nothing(), as: administrator)
        let byId = try await house.call(UsersAPI.show, ["user": anna.id.text], Nothing(), as: administrator)
        house.clock.advance(by: .seconds(5))
        let input = SaveUser(username: "anna.k", displayName: "Anna K.", role: .operator, revision: 1)
        let changed = try await house.call(UsersAPI.update, ["user": "anna"], input, as: administrator)

        #expect(byName == anna)
        #expect(byId == anna)
        #expect(anna.displayName == "Anna")
        #expect(anna.isActive)
        #expect(changed.displayName == "Anna K.")
        #expect(changed.revision == 2)
        #expect(changed.updatedAt == anna.createdAt + .seconds(5))
        _ = try await house.call(UsersAPI.delete, ["user": "anna.k"], Nothing(), as: administrator)
        await expectProblem("not-found", 404) {
            try await house.call(UsersAPI.show, ["user": anna.id.text], Nothing(), as: administrator)
        }
    }

    @Test("a name that differs only in case is taken, for new users and for changed ones")
    func uniqueName() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.call(UsersAPI.create, SaveUser(username: "anna", role: .viewer), as: administrator)
        _ = try await house.call(UsersAPI.create, SaveUser(username: "bert", role: .viewer), as: administrator)

        await expectProblem("conflict", 409) {
            try await house.call(UsersAPI.create, SaveUser(username: "ANNA", role: .viewer), as: administrator)
        }
        await expectProblem("conflict") {
            let input = SaveUser(username: "Anna", role: .viewer)
            return try await house.call(UsersAPI.update, ["user": "bert"], input, as: administrator)
        }
        let input = SaveUser(username: "Bert", role: .viewer)
        #expect(try await house.call(UsersAPI.update, ["user": "bert"], input, as: administrator).username == "Bert")
    }

    @Test("names that are no user names are refused", arguments: ["", "-anna", "anna k", "änna", "a/b", String(repeating: "a", count: 65)])
    func malformedName(name: String) async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()

        await expectProblem("invalid-input", 422) {
            try await house.call(UsersAPI.create, SaveUser(username: name, role: .viewer), as: administrator)
        }
    }

    @Test("a name to show is at most 128 characters on one line; a blank one becomes the user name")
    func displayName() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        for bad in [String(repeating: "n", count: 129), "two\nlines"] {
            await expectProblem("invalid-input") {
                let input = SaveUser(username: "anna", displayName: bad, role: .viewer)
                return try await house.call(UsersAPI.create, input, as: administrator)
            }
        }

        let blank = SaveUser(username: "anna", displayName: "  ", role: .viewer)
        #expect(try await house.call(UsersAPI.create, blank, as: administrator).displayName == "anna")
    }

    @Test("a change based on an older revision is refused and changes nothing")
    func staleRevision() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.call(UsersAPI.create, SaveUser(username: "anna", role: .viewer), as: administrator)
        func change(_ role: Role, _ revision: Int?) async throws -> User {
            let input = SaveUser(username: "anna", role: role, revision: revision)
            return try await house.call(UsersAPI.update, ["user": "anna"], input, as: administrator)
        }
        _ = try await change(.operator, 1)

        await expectProblem("stale-revision", 412) { try await change(.administrator, 1) }

        #expect(try await house.call(UsersAPI.show, ["user": "anna"], Nothing(), as: administrator).role == .operator)
        #expect(try await change(.viewer, nil).revision == 3)
    }

    @Test("the last active administrator is not deleted, disabled or demoted")
    func lastAdministrator() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        let second = try await house.addUser("second", .administrator, by: administrator)
        let caller = try await house.caller(try await house.login("second", SignInHouse.otherPassword).accessToken)
        func save(_ name: String, _ role: Role, isActive: Bool, as caller: Caller) async throws -> User {
            let input = SaveUser(username: name, role: role, isActive: isActive)
            return try await house.call(UsersAPI.update, ["user": name], input, as: caller)
        }
        _ = try await save("root-admin", .viewer, isActive: true, as: caller)

        await expectProblem("conflict", 409) { try await save("second", .operator, isActive: true, as: caller) }
        await expectProblem("conflict") { try await save("second", .administrator, isActive: false, as: administrator) }
        await expectProblem("conflict") {
            try await house.call(UsersAPI.delete, ["user": "second"], Nothing(), as: administrator)
        }
        #expect(try await house.call(UsersAPI.show, ["user": "second"], Nothing(), as: caller).administers)
        _ = try await save("root-admin", .administrator, isActive: true, as: caller)
        _ = try await house.call(UsersAPI.delete, ["user": second.id.text], Nothing(), as: administrator)
    }

    @Test("of two administrators who demote each other at once one stays")
    func mutualDemotion() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.addUser("second", .administrator, by: administrator)

        await withTaskGroup(of: Void.self) { group in
            for name in ["root-admin", "second"] {
                group.addTask {
                    let input = SaveUser(username: name, role: .viewer)
                    _ = try? await house.call(UsersAPI.update, ["user": name], input, as: administrator)
                }
            }
        }

        let users = try await house.call(UsersAPI.list, PageQuery(), as: administrator).items
        #expect(users.filter(\.administers).count == 1)
    }

    @Test("nobody deletes or disables himself")
    func oneself() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.addUser("second", .administrator, by: administrator)

        await expectProblem("conflict") {
            try await house.call(UsersAPI.delete, ["user": "root-admin"], Nothing(), as: administrator)
        }
        await expectProblem("conflict") {
            let input = SaveUser(username: "root-admin", role: .administrator, isActive: false)
            return try await house.call(UsersAPI.update, ["user": "root-admin"], input, as: administrator)
        }
    }

    @Test("a new role counts at the next request")
    func roleAtOnce() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.addUser("anna", .operator, by: administrator)
        let bearer = try await house.login("anna", SignInHouse.otherPassword).accessToken
        #expect(try await house.caller(bearer).holds(.jobsWrite))

        let input = SaveUser(username: "anna", role: .viewer)
        _ = try await house.call(UsersAPI.update, ["user": "anna"], input, as: administrator)

        #expect(try await !house.caller(bearer).holds(.jobsWrite))
        #expect(try await house.caller(bearer).holds(.jobsRead))
    }

    @Test("disabling ends everything at once, and enabling brings no session or token back")
    func disabling() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        let anna = try await house.addUser("anna", .operator, by: administrator)
        let bearer = try await house.login("anna", SignInHouse.otherPassword).accessToken
        let cookie = try await house.browserLogin("anna", SignInHouse.otherPassword)
        let session = try await house.caller(bearer)
        let made = try await house.call(AuthAPI.makeToken, MakeToken(name: "one", expiresInDays: 9), as: session)
        func expectNothing() async {
            await expectProblem("unauthenticated") { try await house.caller(bearer) }
            await expectProblem("unauthenticated") { try await house.caller(cookie: cookie) }
            await expectProblem("unauthenticated") { try await house.caller(made.token) }
        }

        try await disable(anna, in: house, by: administrator)
        await expectNothing()
        let input = SaveUser(username: "anna", role: .operator)
        _ = try await house.call(UsersAPI.update, ["user": "anna"], input, as: administrator)
        await expectNothing()

        _ = try await house.login("anna", SignInHouse.otherPassword)
    }

    @Test("a deleted user's password does not open a new user of the same name")
    func deletedPassword() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        _ = try await house.addUser("anna", .operator, by: administrator)
        let bearer = try await house.login("anna", SignInHouse.otherPassword).accessToken

        _ = try await house.call(UsersAPI.delete, ["user": "anna"], Nothing(), as: administrator)
        _ = try await house.call(UsersAPI.create, SaveUser(username: "anna", role: .viewer), as: administrator)

        await expectProblem("unauthenticated") { try await house.caller(bearer) }
        await expectProblem("sign-in-failed") { try await house.login("anna", SignInHouse.otherPassword) }
    }

    @Test("users are listed by name without regard to case, page by page")
    func listed() async throws {
        let house = try await SignInHouse()
        let administrator = try await house.administrator()
        for name in ["Zoe", "anna", "Bert", "carl"] {
            _ = try await house.call(UsersAPI.create, SaveUser(username: name, role: .viewer), as: administrator)
        }

        let first = try await house.call(UsersAPI.list, PageQuery(limit: 3), as: administrator)
        let second = try await house.call(UsersAPI.list, PageQuery(limit: 3, cursor: first.nextCursor), as: administrator)

        #expect(first.items.map(\.username) == ["anna", "Bert", "carl"])
        #expect(second.items.map(\.username) == ["root-admin", "Zoe"])
        #expect(second.nextCursor == nil)
    }

    @Test("only administrators see and manage users", arguments: [Role.operator, .viewer])
    func permissions(role: Role) async throws {
        let house = try await SignInHouse()
        let caller = Caller.user(.sample, name: "anna", role: role)

        await expectProblem("forbidden") { try await house.call(UsersAPI.list, PageQuery(), as: caller) }
        await expectProblem("forbidden") {
            try await house.call(UsersAPI.create, SaveUser(username: "bert", role: .viewer), as: caller)
        }
        await expectProblem("forbidden") {
            try await house.call(UsersAPI.find, FindUser(username: "bert"), as: .user(.sample, name: "a", role: .administrator))
        }
    }
}
