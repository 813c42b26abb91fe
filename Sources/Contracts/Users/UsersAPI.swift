import Vocabulary

/// The endpoints of the Users service: people and their roles.
package enum UsersAPI {
    /// All users by name.
    package static let list = Endpoint<PageQuery, Page<User>>(.get, "/api/users", needs: .usersRead, "Lists users by name")
    /// Adds a user; a one-time link sets the password.
    package static let create = Endpoint<SaveUser, User>(
        .post, "/api/users", answers: .created, needs: .usersManage, "Adds a user, who sets a password through a one-time link")
    /// One user by id or name.
    package static let show = Endpoint<Nothing, User>(.get, "/api/users/{user}", needs: .usersRead, "Shows a user")
    /// Changes a user; a lower role or disabling takes effect at once.
    package static let update = Endpoint<SaveUser, User>(
        .put, "/api/users/{user}", needs: .usersManage, "Changes a user; takes effect at once")
    /// Deletes a user; what the user did keeps the name.
    package static let delete = Endpoint<Nothing, Nothing>(
        .delete, "/api/users/{user}", answers: .noContent, needs: .usersManage, "Deletes a user")

    /// One user by id or name, for Auth.
    package static let find = Endpoint<FindUser, FoundUser>(
        .post, "/api/users/internal/find", needs: .service, repeatable: true, "Finds a user by id or name")
    /// Makes the first administrator; refused once any user exists.
    package static let createFirst = Endpoint<SaveUser, User>(
        .post, "/api/users/internal/first", answers: .created, needs: .service, "Makes the first administrator")
}

/// A user.
package struct User: Codable, Sendable, Hashable {
    /// The id.
    package var id: UserID
    /// The name to sign in with; unique without regard to case.
    package var username: String
    /// The name to show.
    package var displayName: String
    /// The role.
    package var role: Role
    /// A disabled user cannot sign in and has no sessions.
    package var isActive: Bool
    /// Counts changes; send it back with an update.
    package var revision: Int
    /// When the user was added.
    package var createdAt: Timestamp
    /// When the user was last changed.
    package var updatedAt: Timestamp
    /// Makes a user.
    package init(
        id: UserID, username: String, displayName: String, role: Role, isActive: Bool, revision: Int, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.username = username
        self.displayName = displayName
        self.role = role
        self.isActive = isActive
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// A user to add or the new state of one.
package struct SaveUser: Codable, Sendable, WireConstrained {
    /// The name to sign in with.
    package var username: String
    /// The name to show; the user name when absent.
    package var displayName: String?
    /// The role.
    package var role: Role
    /// Whether the user may sign in; true when absent.
    package var isActive: Bool?
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the input.
    package init(username: String, displayName: String? = nil, role: Role, isActive: Bool? = nil, revision: Int? = nil) {
        self.username = username
        self.displayName = displayName
        self.role = role
        self.isActive = isActive
        self.revision = revision
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["username": .pattern("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}"), "displayName": .length(0...128)]
    }
}

/// Whom to find: by id, else by name.
package struct FindUser: Codable, Sendable {
    /// The id.
    package var id: UserID?
    /// The user name, without regard to case.
    package var username: String?
    /// Makes the question.
    package init(id: UserID? = nil, username: String? = nil) {
        self.id = id
        self.username = username
    }
}

/// The user that was asked for, if there is one.
package struct FoundUser: Codable, Sendable {
    /// The user.
    package var user: User?
    /// Makes the answer.
    package init(user: User?) { self.user = user }
}
