import Contracts
import Store
import Vocabulary

/// Sign-ins and refresh tokens in a database.
extension SQLAuthStore {
    private static let columns = SQL(
        trusted: "id, user_id, kind, created_at, last_used_at, expires_at, address, user_agent")

    func insertSession(_ session: OpenSession, digest: String?) async throws {
        try await transaction.execute(
            """
            -- auth.insert_session
            INSERT INTO sessions
                (id, user_id, kind, digest, created_at, last_used_at, expires_at, address, user_agent)
            VALUES
                (\(session.id), \(session.user), \(session.kind), \(digest), \(session.createdAt), \(session.lastUsedAt),
                 \(session.expiresAt), \(session.address), \(session.userAgent))
            """)
    }

    func session(_ id: SessionID) async throws -> OpenSession? {
        try await transaction.first(
            """
            -- auth.session
            SELECT \(Self.columns) FROM sessions WHERE id = \(id)
            """
        ).map(Self.session)
    }

    func session(cookie digest: String) async throws -> OpenSession? {
        try await transaction.first(
            """
            -- auth.session_by_cookie
            SELECT \(Self.columns) FROM sessions WHERE digest = \(digest)
            """
        ).map(Self.session)
    }

    func touchSession(_ id: SessionID, at now: Timestamp) async throws {
        try await transaction.execute(
            """
            -- auth.touch_session
            UPDATE sessions SET last_used_at = \(now) WHERE id = \(id) AND last_used_at < \(now)
            """)
    }

    func sessions(
        of user: UserID, before cursor: SessionID?, limit: Int, at now: Timestamp, idle: Duration
    ) async throws -> [OpenSession] {
        let idleSince = Timestamp(milliseconds: now.milliseconds - idle.milliseconds)
        let older: SQL = if let cursor { "AND id < \(cursor)" } else { "" }
        return try await transaction.query(
            """
            -- auth.sessions
            SELECT \(Self.columns) FROM sessions
            WHERE user_id = \(user) \(older)
              AND expires_at > \(now)
              AND (kind <> \(SignInKind.session) OR last_used_at > \(idleSince))
            ORDER BY id DESC
            LIMIT \(limit)
            """
        ).map(Self.session)
    }

    func removeSession(_ id: SessionID) async throws {
        try await transaction.execute(
            """
            -- auth.remove_refresh_tokens
            DELETE FROM refresh_tokens WHERE session_id = \(id)
            """)
        try await transaction.execute(
            """
            -- auth.remove_session
            DELETE FROM sessions WHERE id = \(id)
            """)
    }

    func removeSessions(of user: UserID, except kept: SessionID?) async throws {
        try await transaction.execute(
            """
            -- auth.remove_refresh_tokens_of_user
            DELETE FROM refresh_tokens
            WHERE session_id IN (SELECT id FROM sessions WHERE user_id = \(user) AND id <> \(kept?.text ?? ""))
            """)
        try await transaction.execute(
            """
            -- auth.remove_sessions_of_user
            DELETE FROM sessions WHERE user_id = \(user) AND id <> \(kept?.text ?? "")
            """)
    }

    func insertRefreshToken(_ digest: String, of session: SessionID) async throws {
        try await transaction.execute(
            """
            -- auth.insert_refresh_token
            INSERT INTO refresh_tokens (digest, session_id, used_at)
            VALUES (\(digest), \(session), NULL)
            """)
    }

    func refreshToken(_ digest: String) async throws -> RefreshToken? {
        try await transaction.first(
            """
            -- auth.refresh_token
            SELECT session_id, used_at FROM refresh_tokens WHERE digest = \(digest)
            """
        ).map { row in
            RefreshToken(session: try row.id("session_id"), isUsed: try row.optionalTime("used_at") != nil)
        }
    }

    func useRefreshToken(_ digest: String, at now: Timestamp) async throws -> Bool {
        try await transaction.execute(
            """
            -- auth.use_refresh_token
            UPDATE refresh_tokens SET used_at = \(now) WHERE digest = \(digest) AND used_at IS NULL
            """) == 1
    }

    private static func session(_ row: Row) throws -> OpenSession {
        OpenSession(
            id: try row.id("id"), user: try row.id("user_id"), kind: try row.word("kind"),
            createdAt: try row.time("created_at"), lastUsedAt: try row.time("last_used_at"),
            expiresAt: try row.time("expires_at"), address: try row.optionalText("address"),
            userAgent: try row.optionalText("user_agent"))
    }
}
