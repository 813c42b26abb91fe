import Contracts
import Vocabulary

/// One-time links: the set-up of the first administrator, and passwords for users.
extension AuthOperations {
    /// Makes the set-up link in place of an earlier one; nil once anybody has a password.
    func setUpLink() async throws -> OneTimeLink? {
        let token = OpaqueToken.random()
        let expiresAt = clock.now() + PendingLink.setUpLife
        let told = note("auth.set_up_link_made", nil, "first administrator", after: .object(["expires_at": .string(expiresAt.description)]))
        let isMade = try await write(noting: { $0 ? told : nil }) { store in
            guard try await !store.hasPasswords() else { return false }
            try await store.replaceLink(PendingLink(digest: token.digest, user: nil, expiresAt: expiresAt))
            return true
        }
        return isMade ? OneTimeLink(path: "/setup?token=\(token.text)", expiresAt: expiresAt) : nil
    }

    /// Makes a link with which `user` sets a password.
    /// - Throws: `AuthError.userNotFound`, `.userDisabled`.
    func makeLink(_ input: MakeLink) async throws -> OneTimeLink {
        guard let user = try await find(FindUser(id: input.user)) else { throw AuthError.userNotFound(input.user) }
        guard user.isActive else { throw AuthError.userDisabled(user.username) }
        let token = OpaqueToken.random()
        let expiresAt = clock.now() + PendingLink.userLife
        let told = note("auth.link_made", user.id, user.username, after: .object(["expires_at": .string(expiresAt.description)]))
        try await write(noting: { _ in told }) { store in
            try await store.replaceLink(PendingLink(digest: token.digest, user: user.id, expiresAt: expiresAt))
        }
        return OneTimeLink(path: "/redeem?token=\(token.text)", expiresAt: expiresAt)
    }

    /// Makes the first administrator and signs in. What is wrong with the input leaves the link as it is.
    /// - Throws: `AuthError.linkInvalid`, `.passwordRefused`, `.busy`; the problems of `UsersAPI.createFirst`.
    func setUp(_ input: SetUp, from client: ClientPlace) async throws -> OpenedSignIn {
        let link = try await pendingLink(input.token)
        guard link.user == nil, try await !read({ try await $0.hasPasswords() }) else { throw AuthError.linkInvalid }
        let password = try PasswordRules.check(input.password, of: input.username, property: "password")
        let hash = try await hashing.hash(password)
        let user = try await firstAdministrator(input.username)
        return try await redeem(link, hash, user, input.kind, client, "auth.set_up")
    }

    /// Sets a user's password, ends what was open and signs in.
    /// - Throws: `AuthError.linkInvalid`, `.passwordRefused`, `.busy`.
    func redeem(_ input: RedeemLink, from client: ClientPlace) async throws -> OpenedSignIn {
        let link = try await pendingLink(input.token)
        guard let id = link.user, let user = try await find(FindUser(id: id)), user.isActive else {
            throw AuthError.linkInvalid
        }
        let password = try PasswordRules.check(input.password, of: user.username, property: "password")
        return try await redeem(link, try await hashing.hash(password), user, input.kind, client, "auth.link_redeemed")
    }

    private func pendingLink(_ token: Secret) async throws -> PendingLink {
        let digest = OpaqueToken.digest(of: token.reveal())
        guard let link = try await read({ try await $0.link(digest) }), clock.now() < link.expiresAt else {
            throw AuthError.linkInvalid
        }
        return link
    }

    /// Nobody has a password yet, so an administrator of this name was left behind by a set-up that did not come to its end.
    private func firstAdministrator(_ username: String) async throws -> User {
        if let user = try await find(FindUser(username: username)), user.isActive, user.role == .administrator { return user }
        let first = SaveUser(username: username, role: .administrator)
        return try await peer.call(UsersAPI.createFirst, [:], first, as: .service(AuthService.name))
    }

    private func redeem(
        _ link: PendingLink, _ hash: String, _ user: User, _ kind: SignInKind?, _ client: ClientPlace, _ action: String
    ) async throws -> OpenedSignIn {
        let now = clock.now()
        let new = NewSignIn(user, kind ?? .session, client, settings, ids, at: now)
        try await ending(noting: { _ in note(action, new, of: user) }) { store in
            guard try await store.consumeLink(link.digest) else { throw AuthError.linkInvalid }
            try await store.setPassword(hash, of: user.id, at: now)
            try await store.removeSessions(of: user.id, except: nil)
            try await new.save(to: store)
            if let address = client.address {
                try await store.rememberPlace(address, of: OpaqueToken.digest(of: user.username.lowercased()), at: now)
            }
        }
        return try opened(new, user)
    }
}
