import Contracts
import Store
import Testing
import Vocabulary

@testable import Auth

@Suite("Passwords")
struct PasswordTests {
    @Test(
        "long passwords of unrelated words or random characters are taken",
        arguments: [
            "an old lamp beside four rivers", "Zuckerschnecke fährt Rad", "k7Vq-p2Xw-m9Rt-b4Hs", "839201746529384",
            "🐎🔋📎🎻🧊🚲🌵🪁🦉🧭🎲🪴🧵🪨🫖", "monsoon window gravel", "                 spaced out words",
        ])
    func good(password: String) throws {
        _ = try PasswordRules.check(Secret(password), of: "anna", property: "password")
    }

    @Test(
        "long passwords that are tried first are refused",
        arguments: [
            "passwordpassword", "Password12345678", "P@ssw0rdP@ssw0rd", "qwertyuiopasdfghjkl", "123456789012345",
            "aaaaaaaaaaaaaaaaaaaa", "abcabcabcabcabcabc", "correct horse battery staple", "Correct-Horse-Battery-Staple",
            "iloveyouiloveyou", "Welcome2Welcome2", "letmeinletmein!!", "AdminAdminAdmin1", "1q2w3e4r5t6y7u8i",
            "hunter2hunter2hunter2", "password password", "zyxwvutsrqponmlkj", "!@#$%^&*()!@#$%^&*()",
        ])
    func common(password: String) {
        #expect(throws: AuthError.passwordRefused(.common, property: "new")) {
            _ = try PasswordRules.check(Secret(password), of: "anna", property: "new")
        }
    }

    @Test(
        "passwords made of the user's or the product's name are refused",
        arguments: ["kowalska-kowalska", "OpsConductor2026!", "Opsconductor kowalska"])
    func ownName(password: String) {
        #expect(throws: AuthError.passwordRefused(.ownName, property: "password")) {
            _ = try PasswordRules.check(Secret(password), of: "Kowalska", property: "password")
        }
    }

    @Test("fifteen to 128 characters are counted as Unicode scalars after normalisation")
    func length() throws {
        func flaw(_ text: String) -> PasswordFlaw? {
            do {
                _ = try PasswordRules.check(Secret(text), of: "anna", property: "password")
                return nil
            } catch .passwordRefused(let flaw, _) { return flaw } catch { return nil }
        }
        let letters = String("mqvxjzkwpbyfgrth".prefix(14))

        #expect(flaw(letters) == .tooShort(14))
        #expect(flaw(letters + "e\u{301}") == nil)
        #expect(flaw(String(letters.dropLast()) + "e\u{301}") == .tooShort(14))
        let long = String(repeating: "mqvxjzkwpbyfgrtha", count: 8)
        #expect(flaw(String(long.prefix(128))) == nil)
        #expect(flaw(String(long.prefix(129))) == .tooLong(129))
    }

    @Test("composed and decomposed spellings are the same password")
    func normalised() async throws {
        let hashing = PasswordHashing(threads: 1)

        let hash = try await hashing.hash(NormalPassword(Secret("caf\u{e9} by the river bank")))

        #expect(try await hashing.verify(NormalPassword(Secret("cafe\u{301} by the river bank")), hash))
        #expect(try await !hashing.verify(NormalPassword(Secret("cafe by the river bank")), hash))
    }

    @Test("the same password has a new hash each time, of Argon2id at 19 MiB and two passes")
    func argon2id() async throws {
        let hashing = PasswordHashing(threads: 2)
        let password = NormalPassword(SignInHouse.password)

        let hashes = [try await hashing.hash(password), try await hashing.hash(password)]

        #expect(hashes.allSatisfy { $0.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$") })
        #expect(Set(hashes).count == 2)
    }

    @Test("the password's NUL characters count")
    func nul() async throws {
        let hashing = PasswordHashing(threads: 1)
        let hash = try await hashing.hash(NormalPassword(Secret("an old lamp\u{0}beside four rivers")))

        #expect(try await !hashing.verify(NormalPassword(Secret("an old lamp\u{0}beside five rivers")), hash))
    }

    @Test("a hash of another cost is renewed at the next login")
    func renewed() async throws {
        let house = try await SignInHouse()
        let me = try await house.setUp().me
        let weak = "$argon2id$v=19$m=8,t=1,p=1$SxeUY1rJzPJEJZ/Ev87XBA$y66VUOjs1/4neMXizYzjp81dxWj11gzn6q7sNXtL+yI"
        let now = house.clock.now()
        try await house.authDatabase.transact { try await SQLAuthStore($0).setPassword(weak, of: me.id, at: now) }

        _ = try await house.login("root-admin")

        let hash = try await house.authDatabase.read { try await SQLAuthStore($0).passwordHash(of: me.id) }
        #expect(hash?.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$") == true)
        _ = try await house.login("root-admin")
    }

    @Test("the database holds no secret in clear")
    func nothingInClear() async throws {
        let house = try await SignInHouse()
        let link = try await house.setUpToken()
        let signedIn = try await house.call(
            AuthAPI.setUp, SetUp(token: link, username: "root-admin", password: SignInHouse.password, kind: .token))
        let cookie = try await house.browserLogin("root-admin")
        let caller = try await house.caller(signedIn.accessToken)
        let made = try await house.call(AuthAPI.makeToken, MakeToken(name: "one", expiresInDays: 2), as: caller)
        let unused = try await house.call(AuthAPI.makeLink, MakeLink(user: signedIn.me.id), as: caller)
        _ = await problem { try await house.login("typed-into-the-name-field", SignInHouse.password) }

        let texts = try await everyText(in: house.authDatabase)

        let secrets = [
            SignInHouse.password, link, cookie, made.token, try #require(signedIn.refreshToken),
            try #require(signedIn.accessToken), try SignInHouse.token(of: unused), Secret("typed-into-the-name-field"),
        ]
        #expect(texts.contains { $0.hasPrefix("$argon2id$") })
        #expect(texts.contains("one"))
        for secret in secrets { #expect(!texts.contains { $0.contains(secret.reveal()) }) }
    }

    private func everyText(in database: any Database) async throws -> [String] {
        try await database.read { transaction in
            let places =
                switch transaction.dialect {
                case .sqlite:
                    try await transaction.query(
                        """
                        SELECT s.name AS place, i.name AS field
                        FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS i
                        WHERE s.type = 'table' AND i.type = 'TEXT'
                        """)
                case .postgresql:
                    try await transaction.query(
                        """
                        SELECT table_name AS place, column_name AS field
                        FROM information_schema.columns
                        WHERE table_schema = current_schema() AND data_type = 'text'
                        """)
                }
            var texts: [String] = []
            for place in places {
                let (table, column) = (try place.text("place"), try place.text("field"))
                let rows = try await transaction.query(SQL(trusted: "SELECT \(column) AS found FROM \(table)"))
                texts += try rows.compactMap { try $0.optionalText("found") }
            }
            return texts
        }
    }
}
