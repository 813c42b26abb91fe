import Contracts
import Vocabulary
import Web

/// What the audit log is told of sign-ins, passwords, links and tokens: never one of them itself.
extension AuthOperations {
    /// A note about a user. Who has just proved to be somebody is that somebody, wherever the request came from.
    func note(
        _ action: String, _ user: UserID?, _ name: String, after: JSONValue? = nil, detail: String? = nil, as proved: Caller? = nil
    ) -> AuditNote {
        note(action, .init("user", user?.text ?? "", name), after: after, detail: detail, as: proved)
    }

    /// A note about anything else.
    func note(
        _ action: String, _ object: AuditNote.Object, after: JSONValue? = nil, detail: String? = nil, as proved: Caller? = nil
    ) -> AuditNote {
        var origin = Origin.current
        if let proved {
            origin = Origin(
                caller: proved, address: origin?.address, userAgent: origin?.userAgent, requestId: origin?.requestId)
        }
        return AuditNote(action, object, after: after, detail: detail, origin: origin, by: AuthService.name, at: clock.now())
    }

    /// A note about a new sign-in.
    func note(_ action: String, _ new: NewSignIn, of user: User) -> AuditNote {
        let after: JSONValue = .object([
            "session": .string(new.session.id.text), "kind": .string(new.session.kind.rawValue),
            "expires_at": .string(new.session.expiresAt.description),
        ])
        return note(
            action, user.id, user.username, after: after,
            as: .user(user.id, name: user.username, role: user.role, session: new.session.id))
    }

    /// Tells of a sign-in that was refused. A name that nobody has is not told: it may be a password in the wrong place.
    func tellRefused(_ action: String, of user: User?, detail: String) async throws {
        let told = note(action, user?.id, user?.username ?? "unknown", detail: detail)
        try await write(noting: { _ in told }, { _ in })
    }

    /// Tells that somebody tries too often, once a minute for each place and account.
    func tellThrottled(_ username: String, _ client: ClientPlace) async {
        guard throttled.isNews("\(username.lowercased()) \(client.address ?? "")", at: clock.now()) else { return }
        do {
            let user = try await find(FindUser(username: username))
            try await tellRefused(
                "auth.sign_in_throttled", of: user, detail: "Too many attempts; those of the next minute are not told again.")
        } catch {
            logger.warning("A sign-in that was slowed down could not be told to the audit log", metadata: ["error": "\(error)"])
        }
    }
}
