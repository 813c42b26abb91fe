import Contracts
import Store
import Vocabulary

/// Users in a database.
package struct SQLUserStore: UserStore {
    private static let columns = SQL(
        trusted: "id, username, display_name, role, is_active, revision, created_at, updated_at")
    private let transaction: any Transaction

    /// Works inside `transaction`.
    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// See `UserStore`. Touching the one row makes others wait on engines that run transactions side by side.
    package func lock() async throws {
        try await transaction.execute(
            """
            -- users.lock
            UPDATE users_lock SET taken = taken + 1 WHERE id = 1
            """)
    }

    /// See `UserStore`.
    package func count() async throws -> Int {
        try await transaction.first(
            """
            -- users.count
            SELECT COUNT(*) AS total FROM users
            """)?.int("total") ?? 0
    }

    /// See `UserStore`.
    package func administrators(besides user: UserID) async throws -> Int {
        try await transaction.first(
            """
            -- users.administrators
            SELECT COUNT(*) AS total FROM users
            WHERE role = \(Role.administrator) AND is_active = 1 AND id <> \(user)
            """)?.int("total") ?? 0
    }

    /// See `UserStore`.
    package func user(_ id: UserID) async throws -> User? {
        try await transaction.first(
            """
            -- users.by_id
            SELECT \(Self.columns) FROM users WHERE id = \(id)
            """
        ).map(Self.user)
    }

    /// See `UserStore`.
    package func user(named username: String) async throws -> User? {
        try await transaction.first(
            """
            -- users.by_name
            SELECT \(Self.columns) FROM users WHERE username_key = \(User.key(username))
            """
        ).map(Self.user)
    }

    /// See `UserStore`.
    package func page(after cursor: String?, limit: Int) async throws -> [User] {
        try await transaction.query(
            """
            -- users.page
            SELECT \(Self.columns) FROM users
            WHERE username_key > \(cursor ?? "")
            ORDER BY username_key
            LIMIT \(limit)
            """
        ).map(Self.user)
    }

    /// See `UserStore`.
    package func insert(_ user: User) async throws {
        try await refusingTakenName(user) {
            try await transaction.execute(
                """
                -- users.insert
                INSERT INTO users
                    (id, username, username_key, display_name, role, is_active, revision, created_at, updated_at)
                VALUES
                    (\(user.id), \(user.username), \(User.key(user.username)), \(user.displayName), \(user.role),
                     \(user.isActive), \(user.revision), \(user.createdAt), \(user.updatedAt))
                """)
        }
    }

    /// See `UserStore`.
    package func save(_ user: User, over revision: Int) async throws {
        let changed = try await refusingTakenName(user) {
            try await transaction.execute(
                """
                -- users.save
                UPDATE users
                SET username = \(user.username), username_key = \(User.key(user.username)),
                    display_name = \(user.displayName), role = \(user.role), is_active = \(user.isActive),
                    revision = \(user.revision), updated_at = \(user.updatedAt)
                WHERE id = \(user.id) AND revision = \(revision)
                """)
        }
        guard changed == 0 else { return }
        guard let present = try await self.user(user.id) else { throw UserError.notFound(user.id.text) }
        throw UserError.staleRevision(sent: revision, current: present.revision)
    }

    /// See `UserStore`.
    package func remove(_ id: UserID) async throws {
        try await transaction.execute(
            """
            -- users.remove
            DELETE FROM users WHERE id = \(id)
            """)
    }

    @discardableResult private func refusingTakenName(_ user: User, _ write: () async throws -> Int) async throws -> Int {
        do {
            return try await write()
        } catch StoreError.duplicate {
            throw UserError.nameTaken(user.username)
        }
    }

    private static func user(_ row: Row) throws -> User {
        User(
            id: try row.id("id"), username: try row.text("username"), displayName: try row.text("display_name"),
            role: try row.word("role"), isActive: try row.bool("is_active"), revision: try row.int("revision"),
            createdAt: try row.time("created_at"), updatedAt: try row.time("updated_at"))
    }
}
