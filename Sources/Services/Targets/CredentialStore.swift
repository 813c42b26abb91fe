import Contracts
import Store
import Vocabulary

/// A credential as it is stored: its secrets sealed.
package struct StoredCredential: Sendable {
    /// What may be seen of it.
    package var credential: Credential
    /// The password, sealed.
    package var password: [UInt8]?
    /// The private key, sealed.
    package var privateKey: [UInt8]?
    /// The passphrase of the private key, sealed.
    package var passphrase: [UInt8]?
    /// The OpenSSH certificate; it is public.
    package var certificate: String?
}

/// What the operations rely on for credentials.
package protocol CredentialStore: Sendable {
    /// The credential with this id or name; nil when there is none.
    func credential(_ reference: String, in reading: any Reading) async throws -> StoredCredential?
    /// The credentials with these ids that exist, by name.
    func credentials(_ ids: [CredentialID], in reading: any Reading) async throws -> [StoredCredential]
    /// Credentials by name, after the folded name `after`; nil is no bound.
    func page(after: String?, limit: Int?, in reading: any Reading) async throws -> [Credential]
    /// Some credential that holds a secret; nil when none does.
    func anySealed(in reading: any Reading) async throws -> StoredCredential?
    /// How many credentials there are.
    func count(in reading: any Reading) async throws -> Int
    /// Adds a credential.
    /// - Throws: `StoreError.duplicate` when the name is taken.
    func insert(_ credential: StoredCredential, in transaction: any Transaction) async throws
    /// Saves a credential over the revision before its own.
    /// - Throws: `TargetError.staleRevision`, `StoreError.duplicate`.
    func save(_ credential: StoredCredential, in transaction: any Transaction) async throws
    /// Deletes a credential that no target uses.
    func delete(_ id: CredentialID, in transaction: any Transaction) async throws
    /// The names of the first five targets that use it, and how many do.
    func users(of id: CredentialID, in reading: any Reading) async throws -> (names: [String], count: Int)
}
