import Contracts
import Store
import Support
import Testing
import Vocabulary

@testable import Users

@Suite("UserStore promises")
struct UserStorePromises {
    private static let now = Timestamp(milliseconds: 1_790_000_000_000)

    private static func user(_ name: String, _ role: Role = .viewer, isActive: Bool = true) -> User {
        User(
            id: .make(SystemIDs()), username: name, displayName: name, role: role, isActive: isActive, revision: 1,
            createdAt: now, updatedAt: now)
    }

    private func onStore(
        _ maker: StoreMaker, _ body: @escaping @Sendable (any UserStore) async throws -> Void
    ) async throws {
        try await maker.withDatabase(UsersService.migrations, service: UsersService.name) { database in
            try await database.transact { try await body(SQLUserStore($0)) }
        }
    }

    @Test("what was inserted is found by id and by name in any case", arguments: StoreMaker.all)
    func found(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let anna = Self.user("Anna", .operator, isActive: false)
            try await store.insert(anna)

            #expect(try await store.user(anna.id) == anna)
            #expect(try await store.user(named: "aNNA") == anna)
            #expect(try await store.user(named: "bert") == nil)
            #expect(try await store.count() == 1)
        }
    }

    @Test("a taken name is refused for new and for changed users", arguments: StoreMaker.all)
    func takenName(maker: StoreMaker) async throws {
        try await maker.withDatabase(UsersService.migrations, service: UsersService.name) { database in
            let bert = Self.user("bert")
            try await database.transact { transaction in
                for user in [Self.user("anna"), bert] { try await SQLUserStore(transaction).insert(user) }
            }

            await #expect(throws: UserError.nameTaken("ANNA")) {
                try await database.transact { try await SQLUserStore($0).insert(Self.user("ANNA")) }
            }
            await #expect(throws: UserError.nameTaken("Anna")) {
                try await database.transact { transaction in
                    var renamed = bert
                    renamed.username = "Anna"
                    try await SQLUserStore(transaction).save(renamed, over: 1)
                }
            }
            #expect(try await database.read { try await SQLUserStore($0).count() } == 2)
        }
    }

    @Test("saving over another revision, or a user who is gone, is refused and changes nothing", arguments: StoreMaker.all)
    func staleSave(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let anna = Self.user("anna")
            try await store.insert(anna)
            var changed = anna
            changed.role = .administrator
            changed.revision = 6

            await #expect(throws: UserError.staleRevision(sent: 5, current: 1)) { try await store.save(changed, over: 5) }
            #expect(try await store.user(anna.id) == anna)
            try await store.remove(anna.id)
            await #expect(throws: UserError.notFound(anna.id.text)) { try await store.save(changed, over: 1) }
        }
    }

    @Test("administrators are counted when they are active, without the one who is asked about", arguments: StoreMaker.all)
    func administrators(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            let root = Self.user("root", .administrator)
            for user in [root, Self.user("off", .administrator, isActive: false), Self.user("anna", .operator)] {
                try await store.insert(user)
            }

            try await store.lock()
            #expect(try await store.administrators(besides: root.id) == 0)
            #expect(try await store.administrators(besides: .sample) == 1)
        }
    }

    @Test("pages follow each other by name without gaps", arguments: StoreMaker.all)
    func pages(maker: StoreMaker) async throws {
        try await onStore(maker) { store in
            for name in ["d", "B", "a", "C"] { try await store.insert(Self.user(name)) }

            #expect(try await store.page(after: nil, limit: 2).map(\.username) == ["a", "B"])
            #expect(try await store.page(after: "b", limit: 9).map(\.username) == ["C", "d"])
        }
    }
}
