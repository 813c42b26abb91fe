import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Auth

@Suite("AuthStore promises")
struct AuthStorePromises {
    private static let now = Timestamp(milliseconds: 1_790_000_000_000)
    private static let anna = UserID.make(SystemIDs())
    private static let bert = UserID.make(SystemIDs())

    private static func session(_ user: UserID, _ kind: SignInKind = .session, lastUsed: Timestamp = now) -> OpenSession {
        OpenSession(
            id: .make(SystemIDs()), user: user, kind: kind, createdAt: now, lastUsedAt: lastUsed,
            expiresAt: now + .seconds(1000), address: nil, userAgent: "browser")
    }

    private func onStore(
        _ maker: StoreMaker, _ body: @escaping @Sendable (any AuthStore) async throws -> Void
    ) async throws {
        try await maker.withDatabase(AuthService.migrations, service: AuthService.name) { database in
            try await database.transact { try await body(SQLAuthStore($0)) }
        }
    }

    @Test("a password is set, replaced and forgotten", arguments: StoreMaker.all)
    func passwords(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            #expect(try await !store.hasPasswords())
            try await store.setPassword("one", of: Self.anna, at: Self.now)
            try await store.setPassword("two", of: Self.anna, at: Self.now)

            #expect(try await store.hasPasswords())
            #expect(try await store.passwordHash(of: Self.anna) == "two")
            #expect(try await store.passwordHash(of: Self.bert) == nil)
            try await store.forgetPassword(of: Self.anna)
            #expect(try await !store.hasPasswords())
        }
    }

    @Test("a link replaces those of the same user only and is used up once", arguments: StoreMaker.all)
    func links(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let setUp = PendingLink(digest: "s", user: nil, expiresAt: Self.now)
            for link in [
                PendingLink(digest: "old", user: nil, expiresAt: Self.now), setUp,
                PendingLink(digest: "a1", user: Self.anna, expiresAt: Self.now),
                PendingLink(digest: "a2", user: Self.anna, expiresAt: Self.now),
                PendingLink(digest: "b", user: Self.bert, expiresAt: Self.now),
            ] { try await store.replaceLink(link) }

            #expect(try await store.link("s") == setUp)
            for (digest, isThere) in [("old", false), ("s", true), ("a1", false), ("a2", true), ("b", true)] {
                #expect(try await store.consumeLink(digest) == isThere)
                #expect(try await !store.consumeLink(digest))
            }
        }
    }

    @Test("a session is found by id and by cookie and goes with its refresh tokens", arguments: StoreMaker.all)
    func sessions(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let browser = Self.session(Self.anna)
            let program = Self.session(Self.anna, .token)
            try await store.insertSession(browser, digest: "cookie")
            try await store.insertSession(program, digest: nil)
            try await store.insertRefreshToken("r", of: program.id)

            #expect(try await store.session(cookie: "cookie") == browser)
            #expect(try await store.session(program.id) == program)
            #expect(try await store.refreshToken("r") == RefreshToken(session: program.id, isUsed: false))
            try await store.removeSessions(of: Self.anna, except: browser.id)
            #expect(try await store.session(program.id) == nil)
            #expect(try await store.refreshToken("r") == nil)
            try await store.removeSession(browser.id)
            #expect(try await store.session(cookie: "cookie") == nil)
        }
    }

    @Test("a use never goes back in time", arguments: StoreMaker.all)
    func touched(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let session = Self.session(Self.anna)
            try await store.insertSession(session, digest: "cookie")

            try await store.touchSession(session.id, at: Self.now + .seconds(9))
            try await store.touchSession(session.id, at: Self.now + .seconds(5))

            #expect(try await store.session(session.id)?.lastUsedAt == Self.now + .seconds(9))
        }
    }

    @Test("only sessions of the user that are not over are listed, newest first", arguments: StoreMaker.all)
    func listed(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let idle = Self.session(Self.anna, lastUsed: Timestamp(milliseconds: Self.now.milliseconds - 60_000))
            let quiet = Self.session(Self.anna, .token, lastUsed: Timestamp(milliseconds: Self.now.milliseconds - 60_000))
            let fresh = Self.session(Self.anna)
            for (number, session) in [idle, quiet, fresh, Self.session(Self.bert)].enumerated() {
                try await store.insertSession(session, digest: "\(number)")
            }
            func page(_ cursor: SessionID?, _ limit: Int, _ now: Timestamp) async throws -> [SessionID] {
                try await store.sessions(of: Self.anna, before: cursor, limit: limit, at: now, idle: .seconds(60)).map(\.id)
            }

            let expected = [quiet.id, fresh.id].sorted { $0.text > $1.text }
            #expect(try await page(nil, 9, Self.now) == expected)
            #expect(try await page(expected[0], 9, Self.now) == [expected[1]])
            #expect(try await page(nil, 9, Self.now + .seconds(1000)).isEmpty)
        }
    }

    @Test("a refresh token is used up once", arguments: StoreMaker.all)
    func refreshOnce(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let session = Self.session(Self.anna, .token)
            try await store.insertSession(session, digest: nil)
            try await store.insertRefreshToken("r", of: session.id)

            #expect(try await store.useRefreshToken("r", at: Self.now))
            #expect(try await !store.useRefreshToken("r", at: Self.now))
            #expect(try await store.refreshToken("r")?.isUsed == true)
            #expect(try await !store.useRefreshToken("unknown", at: Self.now))
        }
    }

    @Test("a personal token keeps its scope and belongs to its user", arguments: StoreMaker.all)
    func tokens(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let cut = try IssuedToken.new(
                .make(SystemIDs()), of: Self.anna, MakeToken(name: "cut", scope: [.jobsRun, .jobsRead], expiresInDays: 1), at: Self.now)
            let full = try IssuedToken.new(
                .make(SystemIDs()), of: Self.anna, MakeToken(name: "full", expiresInDays: 366), at: Self.now)
            try await store.insertToken(cut, digest: "cut")
            try await store.insertToken(full, digest: "full")

            #expect(try await store.token("cut") == cut)
            #expect(try await store.token("full") == full)
            #expect(try await !store.removeToken(cut.id, of: Self.bert))
            #expect(try await store.removeToken(cut.id, of: Self.anna))
            #expect(try await store.tokens(of: Self.anna, before: nil, limit: 9) == [full])
            try await store.removeTokens(of: Self.anna)
            #expect(try await store.token("full") == nil)
        }
    }

    @Test("a count is saved only over the count it was made from", arguments: StoreMaker.all)
    func attempts(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let one = SignInAttempts(failures: 1, lastAt: Self.now)
            let two = SignInAttempts(failures: 2, lastAt: Self.now)

            #expect(try await store.saveAttempts(one, over: nil, "anna", from: "x"))
            #expect(try await !store.saveAttempts(one, over: nil, "anna", from: "x"))
            #expect(try await store.saveAttempts(two, over: one, "anna", from: "x"))
            #expect(try await !store.saveAttempts(two, over: one, "anna", from: "x"))
            #expect(try await store.attempts("anna", from: "y") == nil)
            try await store.withdrawAttempt("anna", from: "x")
            #expect(try await store.attempts("anna", from: "x") == one)
            try await store.clearAttempts("anna", from: "x")
            #expect(try await store.attempts("anna", from: "x") == nil)
        }
    }

    @Test("a place is known since the last sign-in from there", arguments: StoreMaker.all)
    func places(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            try await store.rememberPlace("x", of: "anna", at: Self.now)
            try await store.rememberPlace("x", of: "anna", at: Self.now + .seconds(9))

            #expect(try await store.isKnownPlace("x", of: "anna", since: Self.now + .seconds(8)))
            #expect(try await !store.isKnownPlace("x", of: "anna", since: Self.now + .seconds(9)))
            #expect(try await !store.isKnownPlace("x", of: "bert", since: Self.now))
        }
    }
}
