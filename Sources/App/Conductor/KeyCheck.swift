import Store
import Vault

/// Makes sure at the start that the key file is the one that the databases were sealed with, so that nothing runs into secrets that do not open.
struct KeyCheck: Sendable {
    /// Finds some secret in a service's database; nil when it holds none.
    typealias Sample = @Sendable (any Transaction) async throws -> SealedValue?

    let vault: Vault
    /// The path of the key file, for the error.
    let keyFile: String

    /// Checks the database of a service and leaves a mark of the newest key in it. A database that has no mark yet is known by a secret that it holds.
    /// - Throws: `KeyCheckError`, and nothing is written; `StoreError`.
    func run(_ service: String, on database: any Database, sample: @escaping Sample) async throws {
        try await database.transact { transaction in
            let marks = try await KeyMarks.all(in: transaction)
            let secret = marks.isEmpty ? try await sample(transaction) : nil
            do throws(VaultError) {
                for mark in marks { try vault.recognise(mark, of: service) }
                if let secret { _ = try vault.open(secret.bytes, for: secret.place) }
            } catch {
                throw KeyCheckError.otherKey(keyFile: keyFile, service: service)
            }
            if marks.allSatisfy(vault.isOutdated) {
                try await KeyMarks.add(try vault.mark(for: service), version: vault.newestVersion, in: transaction)
            }
        }
    }
}

/// Why the program does not start with this key file.
package enum KeyCheckError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Secrets in the database of this service were sealed with a key that the file does not have.
    case otherKey(keyFile: String, service: String)

    /// One sentence that says what is wrong and what to do.
    package var description: String {
        switch self {
        case .otherKey(let keyFile, let service):
            "The key file \(keyFile) does not open the secrets in the database of \(service), which were sealed with another key; "
                + "set SECRET_KEY_FILE to the key file that belongs to this DATA_DIR, or restore it from a backup."
        }
    }
}
