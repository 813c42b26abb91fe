import Contracts
import Store
import Support
import Testing
import Vocabulary

@Suite("Notes of Auth and Users", .timeLimit(.minutes(1)))
struct AuthNoteTests {
    @Test("sign-ins, links, tokens and passwords are told with who did it, and nothing of them is a secret")
    func signIns() async throws {
        let house = try await SignInHouse()
        let admin = try await house.administrator()
        let user = try await house.addUser("vera", .viewer, by: admin)
        let signedIn = try await house.login("vera", SignInHouse.otherPassword)
        let vera = try await house.caller(signedIn.accessToken)
        let token = try await house.call(AuthAPI.makeToken, MakeToken(name: "mine", expiresInDays: 1), as: vera)
        let _: Nothing = try await house.call(AuthAPI.revokeToken, ["token": token.record.id.text], Nothing(), as: vera)
        _ = try await house.call(AuthAPI.logout, Nothing(), as: vera)
        await expectProblem("sign-in-failed") { try await house.login("vera", Secret("not the right one at all")) }
        await expectProblem("sign-in-failed") { try await house.login("a-password-in-the-wrong-field", Secret("x")) }

        let notes = try await AuditNote.lying(in: house.authDatabase)
        #expect(
            notes.map(\.action) == [
                "auth.set_up_link_made", "auth.set_up", "auth.link_made", "auth.link_redeemed", "auth.signed_in", "token.created",
                "token.revoked", "auth.signed_out", "auth.sign_in_refused", "auth.sign_in_refused",
            ])
        #expect(notes[1].origin.caller.name == "root-admin" && notes[2].origin.caller.name == "root-admin")
        #expect(notes[3...7].allSatisfy { $0.origin.caller.user == user.id })
        #expect(notes[8].object.id == user.id.text && notes[8].origin.caller.kind == .anonymous)
        #expect(notes[9].object == .init("user", "", "unknown"))
        let payloads = try await NewsDesk.lying(in: house.authDatabase, for: "audit").map(\.payload).joined()
        let secrets = [
            SignInHouse.password.reveal(), SignInHouse.otherPassword.reveal(), token.token.reveal(), signedIn.accessToken?.reveal() ?? "?",
            signedIn.refreshToken?.reveal() ?? "?", "wrong-field",
        ]
        #expect(secrets.allSatisfy { !payloads.contains($0) })
    }

    @Test("whoever guesses too often is told of once a minute")
    func throttled() async throws {
        let house = try await SignInHouse()
        try await house.setUp()
        for _ in 0..<5 { await expectProblem("sign-in-failed") { try await house.login("root-admin", Secret("x")) } }
        for _ in 0..<7 { await expectProblem("too-many-attempts") { try await house.login("root-admin", Secret("x")) } }

        let notes = try await AuditNote.lying(in: house.authDatabase)
        #expect(notes.count { $0.action == "auth.sign_in_throttled" } == 1)
        #expect(notes.count { $0.action == "auth.sign_in_refused" } == 5)
    }

    @Test("people are told of with how they were, and a change that is refused is not")
    func people() async throws {
        let house = try await SignInHouse()
        let admin = try await house.administrator()
        let user = try await house.call(UsersAPI.create, SaveUser(username: "olga", role: .viewer), as: admin)
        _ = try await house.call(UsersAPI.update, ["user": "olga"], SaveUser(username: "olga", role: .operator, revision: 1), as: admin)
        await expectProblem("stale-revision") {
            try await house.call(UsersAPI.update, ["user": "olga"], SaveUser(username: "olga", role: .viewer, revision: 1), as: admin)
        }
        _ = try await house.call(UsersAPI.delete, ["user": "olga"], Nothing(), as: admin)

        let notes = try await AuditNote.lying(in: house.usersDatabase).filter { $0.object.id == user.id.text }
        #expect(notes.map(\.action) == ["user.created", "user.updated", "user.deleted"])
        #expect(notes[0].before == nil && notes[2].after == nil)
        #expect(notes[1].before?[member: "role"] == "viewer" && notes[1].after?[member: "role"] == "operator")
        #expect(notes.allSatisfy { $0.origin.caller.user == admin.user })
    }
}
