import Contracts
import Store
import Vocabulary

/// Personal tokens in a database.
extension SQLAuthStore {
    private static let columns = SQL(trusted: "id, user_id, name, scope, created_at, expires_at, last_used_at")

    func insertToken(_ token: IssuedToken, digest: String) async throws {
        let scope = token.scope.map { $0.map(\.rawValue).joined(separator: " ") }
        try await transaction.execute(
            """
            -- auth.insert_token
            INSERT INTO personal_tokens (id, user_id, name, digest, scope, created_at, expires_at, last_used_at)
            VALUES
                (\(token.id), \(token.user), \(token.name), \(digest), \(scope), \(token.createdAt), \(token.expiresAt),
                 \(token.lastUsedAt))
            """)
    }

    func token(_ digest: String) async throws -> IssuedToken? {
        try await transaction.first(
            """
            -- auth.token
            SELECT \(Self.columns) FROM personal_tokens WHERE digest = \(digest)
            """
        ).map(Self.token)
    }

    func touchToken(_ id: TokenID, at now: Timestamp) async throws {
        try await transaction.execute(
            """
            -- auth.touch_token
            UPDATE personal_tokens SET last_used_at = \(now) WHERE id = \(id)
            """)
    }

    func tokens(of user: UserID, before cursor: TokenID?, limit: Int) async throws -> [IssuedToken] {
        let older: SQL = if let cursor { "AND id < \(cursor)" } else { "" }
        return try await transaction.query(
            """
            -- auth.tokens
            SELECT \(Self.columns) FROM personal_tokens
            WHERE user_id = \(user) \(older)
            ORDER BY id DESC
            LIMIT \(limit)
            """
        ).map(Self.token)
    }

    func removeToken(_ id: TokenID, of user: UserID) async throws -> Bool {
        try await transaction.execute(
            """
            -- auth.remove_token
            DELETE FROM personal_tokens WHERE id = \(id) AND user_id = \(user)
            """) == 1
    }

    func removeTokens(of user: UserID) async throws {
        try await transaction.execute(
            """
            -- auth.remove_tokens_of_user
            DELETE FROM personal_tokens WHERE user_id = \(user)
            """)
    }

    /// A permission that this program does not know any more grants nothing.
    private static func token(_ row: Row) throws -> IssuedToken {
        let scope = try row.optionalText("scope").map { text in
            text.split(separator: " ").compactMap { Permission(rawValue: String($0)) }
        }
        return IssuedToken(
            id: try row.id("id"), user: try row.id("user_id"), name: try row.text("name"), scope: scope,
            createdAt: try row.time("created_at"), expiresAt: try row.time("expires_at"),
            lastUsedAt: try row.optionalTime("last_used_at"))
    }
}
