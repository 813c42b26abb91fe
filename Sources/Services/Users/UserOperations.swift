import Bus
import Contracts
import Logging
import Store
import Vocabulary
import Web

/// What can be done with users.
struct UserOperations: Sendable {
    let database: any Database
    let peer: any Peer
    let bus: any Bus
    let news: NewsDesk
    let clock: any WallClock
    let ids: any IDSource
    let logger: Logger

    /// One page of users by name.
    func list(_ query: PageQuery) async throws -> Page<User> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        let users = try await read { try await $0.page(after: query.cursor, limit: limit + 1) }
        let shown = Array(users.prefix(limit))
        return Page(items: shown, nextCursor: users.count > limit ? shown.last.map { User.key($0.username) } : nil)
    }

    /// Adds a user.
    func create(_ input: SaveUser) async throws -> User {
        let user = try User.new(.make(ids), input, at: clock.now())
        try await write { store, note in
            try await store.insert(user)
            try await note("user.created", nil, user)
        }
        return user
    }

    /// Adds the first user, who is an active administrator whatever the input says.
    func createFirst(_ input: SaveUser) async throws -> User {
        var first = input
        first.role = .administrator
        first.isActive = true
        let user = try User.new(.make(ids), first, at: clock.now())
        try await write { store, note in
            try await store.lock()
            guard try await store.count() == 0 else { throw UserError.alreadySetUp }
            try await store.insert(user)
            try await note("user.created", nil, user)
        }
        return user
    }

    /// The user with this id or name.
    func show(_ reference: String) async throws -> User { try await read { try await Self.load(reference, $0) } }

    /// The user who is asked for, if there is one.
    func find(_ question: FindUser) async throws -> FoundUser {
        try await read { store in
            if let id = question.id { return FoundUser(user: try await store.user(id)) }
            guard let username = question.username else { return FoundUser(user: nil) }
            return FoundUser(user: try await store.user(named: username))
        }
    }

    /// Changes a user. Nothing that was opened before survives a time of being disabled.
    func update(_ reference: String, _ input: SaveUser, by caller: Caller) async throws -> User {
        let present = try await show(reference)
        if !present.isActive, input.isActive ?? true { try await endInAuth(present.id, forget: false) }
        let now = clock.now()
        let next = try await write { store, note in
            try await store.lock()
            let user = try await Self.load(present.id.text, store)
            let next = try user.changed(to: input, by: caller, at: now)
            if user.administers, !next.administers { try await Self.keepAnAdministrator(besides: user, store) }
            try await store.save(next, over: user.revision)
            try await note("user.updated", user, next)
            return next
        }
        await bus.publish(SignInNews.topic)
        if !next.isActive { await endQuietly(next.id, forget: false) }
        return next
    }

    /// Deletes a user.
    func delete(_ reference: String, by caller: Caller) async throws {
        let gone = try await write { store, note in
            try await store.lock()
            let user = try await Self.load(reference, store)
            try user.refuseOwnAccount(caller)
            if user.administers { try await Self.keepAnAdministrator(besides: user, store) }
            try await store.remove(user.id)
            try await note("user.deleted", user, nil)
            return user.id
        }
        await bus.publish(SignInNews.topic)
        await endQuietly(gone, forget: true)
    }

    private static func load(_ reference: String, _ store: any UserStore) async throws -> User {
        if let id = UserID(reference), let user = try await store.user(id) { return user }
        guard let user = try await store.user(named: reference) else { throw UserError.notFound(reference) }
        return user
    }

    private static func keepAnAdministrator(besides user: User, _ store: any UserStore) async throws {
        guard try await store.administrators(besides: user.id) > 0 else { throw UserError.lastAdministrator(user.username) }
    }

    private func endInAuth(_ user: UserID, forget: Bool) async throws {
        let _: Nothing = try await peer.call(
            AuthAPI.endUser, [:], EndUser(user: user, forget: forget), as: .service(UsersService.name))
    }

    /// The change is saved and told, and whoever looks asks for the user's state, so a failure here only leaves rows behind.
    private func endQuietly(_ user: UserID, forget: Bool) async {
        do {
            try await endInAuth(user, forget: forget)
        } catch {
            logger.warning(
                "Sessions of a disabled or deleted user could not be removed",
                metadata: ["user_id": "\(user)", "error": "\(error)"])
        }
    }

    private func read<Result: Sendable>(
        _ body: @Sendable (any UserStore) async throws -> Result
    ) async throws -> Result {
        try await database.read { try await body(SQLUserStore($0)) }
    }

    /// Tells the audit log what was done to a user, within the transaction.
    private typealias Note = @Sendable (_ action: String, _ before: User?, _ after: User?) async throws -> Void

    private func write<Result: Sendable>(
        _ body: @Sendable (any UserStore, Note) async throws -> Result
    ) async throws -> Result {
        let result = try await database.transact { transaction in
            try await body(SQLUserStore(transaction)) { action, before, after in
                guard let user = after ?? before else { return }
                try await news.note(
                    AuditNote(
                        action, .init("user", user.id.text, user.username), before: AuditNote.state(of: before),
                        after: AuditNote.state(of: after), by: UsersService.name, at: clock.now()), in: transaction)
            }
        }
        news.ring()
        return result
    }
}
