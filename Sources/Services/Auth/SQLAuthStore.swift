import Contracts
import Store
import Vocabulary

/// Auth's tables in a database: passwords and links here, sessions, tokens and attempts in the files beside.
struct SQLAuthStore: AuthStore {
    let transaction: any Transaction

    /// Works inside `transaction`.
    init(_ transaction: any Transaction) { self.transaction = transaction }

    func hasPasswords() async throws -> Bool {
        try await transaction.first(
            """
            -- auth.has_passwords
            SELECT 1 AS found FROM passwords LIMIT 1
            """) != nil
    }

    func passwordHash(of user: UserID) async throws -> String? {
        try await transaction.first(
            """
            -- auth.password
            SELECT hash FROM passwords WHERE user_id = \(user)
            """)?.text("hash")
    }

    func setPassword(_ hash: String, of user: UserID, at now: Timestamp) async throws {
        try await transaction.execute(
            """
            -- auth.set_password
            INSERT INTO passwords (user_id, hash, changed_at)
            VALUES (\(user), \(hash), \(now))
            ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at
            """)
    }

    func forgetPassword(of user: UserID) async throws {
        try await transaction.execute(
            """
            -- auth.forget_password
            DELETE FROM passwords WHERE user_id = \(user)
            """)
    }

    func replaceLink(_ link: PendingLink) async throws {
        if let user = link.user {
            try await removeLinks(of: user)
        } else {
            try await transaction.execute(
                """
                -- auth.replace_set_up_link
                DELETE FROM links WHERE user_id IS NULL
                """)
        }
        try await transaction.execute(
            """
            -- auth.insert_link
            INSERT INTO links (digest, user_id, expires_at)
            VALUES (\(link.digest), \(link.user), \(link.expiresAt))
            """)
    }

    func link(_ digest: String) async throws -> PendingLink? {
        try await transaction.first(
            """
            -- auth.link
            SELECT digest, user_id, expires_at FROM links WHERE digest = \(digest)
            """
        ).map { row in
            PendingLink(
                digest: try row.text("digest"), user: try row.optionalId("user_id"), expiresAt: try row.time("expires_at"))
        }
    }

    func consumeLink(_ digest: String) async throws -> Bool {
        try await transaction.execute(
            """
            -- auth.consume_link
            DELETE FROM links WHERE digest = \(digest)
            """) == 1
    }

    func removeLinks(of user: UserID) async throws {
        try await transaction.execute(
            """
            -- auth.remove_links
            DELETE FROM links WHERE user_id = \(user)
            """)
    }

    func clean(at now: Timestamp, idle: Duration) async throws {
        let idleSince = Timestamp(milliseconds: now.milliseconds - idle.milliseconds)
        let attemptsSince = Timestamp(milliseconds: now.milliseconds - SignInAttempts.memory.milliseconds)
        let placesSince = Timestamp(milliseconds: now.milliseconds - SignInAttempts.placeMemory.milliseconds)
        let statements: [SQL] = [
            """
            -- auth.clean_refresh_tokens
            DELETE FROM refresh_tokens WHERE session_id IN (
                SELECT id FROM sessions
                WHERE expires_at <= \(now) OR (kind = \(SignInKind.session) AND last_used_at <= \(idleSince))
            )
            """,
            """
            -- auth.clean_sessions
            DELETE FROM sessions
            WHERE expires_at <= \(now) OR (kind = \(SignInKind.session) AND last_used_at <= \(idleSince))
            """,
            """
            -- auth.clean_links
            DELETE FROM links WHERE expires_at <= \(now)
            """,
            """
            -- auth.clean_tokens
            DELETE FROM personal_tokens WHERE expires_at <= \(now)
            """,
            """
            -- auth.clean_attempts
            DELETE FROM attempts WHERE last_at <= \(attemptsSince)
            """,
            """
            -- auth.clean_places
            DELETE FROM known_places WHERE last_at <= \(placesSince)
            """,
        ]
        for statement in statements { try await transaction.execute(statement) }
    }
}
