import Contracts
import Vocabulary

/// What the Users service asks of its storage, inside one transaction.
package protocol UserStore: Sendable {
    /// Waits until no other transaction decides about administrators or the first user; holds until this one ends.
    func lock() async throws
    /// How many users there are, disabled ones too.
    func count() async throws -> Int
    /// How many active administrators there are besides `user`.
    func administrators(besides user: UserID) async throws -> Int
    /// The user, or nil.
    func user(_ id: UserID) async throws -> User?
    /// The user with this name without regard to case, or nil.
    func user(named username: String) async throws -> User?
    /// At most `limit` users ordered by name without regard to case, after the name `cursor`.
    func page(after cursor: String?, limit: Int) async throws -> [User]
    /// Adds a user.
    /// - Throws: `UserError.nameTaken` (nothing written).
    func insert(_ user: User) async throws
    /// Saves over `revision`.
    /// - Throws: `UserError.staleRevision`, `.nameTaken`, `.notFound` (nothing written).
    func save(_ user: User, over revision: Int) async throws
    /// Removes a user; nothing happens when there is none.
    func remove(_ id: UserID) async throws
}
