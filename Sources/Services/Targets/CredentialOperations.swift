import Contracts
import Flow
import Foundation
import Store
import Vault
import Vocabulary

/// What can be done with credentials. Secrets are sealed before they reach the database and never come back out of these operations.
struct CredentialOperations: Sendable {
    let database: any Database
    let credentials: any CredentialStore
    let vault: Vault
    let notes: TargetNotes
    let clock: any WallClock
    let ids: any IDSource

    /// Credentials by name.
    func list(_ query: PageQuery) async throws -> Page<Credential> {
        let after = try NameCursor.read(query.cursor)
        let limit = min(max(query.limit ?? NameCursor.usualLimit, 1), 500)
        return try await database.read { transaction in
            let found = try await credentials.page(after: after, limit: limit + 1, in: transaction)
            let total = after == nil ? try await credentials.count(in: transaction) : nil
            return NameCursor.page(found, limit: limit, total: total) { FilterText.folded($0.name) }
        }
    }

    /// Adds a credential.
    /// - Throws: `TargetError.invalid`, `nameTaken`.
    func create(_ save: SaveCredential) async throws -> Credential {
        let now = clock.now()
        let id = CredentialID.make(ids)
        let empty = Credential(
            id: id, name: save.name, kind: save.kind, username: "", description: "", usedBy: 0, revision: 0, createdAt: now, updatedAt: now)
        let next = try changed(StoredCredential(credential: empty), to: save, at: now)
        let made = try await database.transact { transaction in
            guard try await credentials.credential(save.name, in: transaction) == nil else {
                throw TargetError.nameTaken(.credential, save.name)
            }
            try await credentials.insert(next, in: transaction)
            try await notes.credential("credential.created", next.credential, changing: save.secretNames, in: transaction)
            return next.credential
        }
        notes.news.ring()
        return made
    }

    /// Changes a credential; absent secrets stay. A new private key comes with its own passphrase and certificate, or with none.
    /// - Throws: as `create`; `TargetError.notFound`, `staleRevision`.
    func update(_ reference: String, to save: SaveCredential) async throws -> Credential {
        let now = clock.now()
        let saved = try await database.transact { transaction in
            guard let current = try await credentials.credential(reference, in: transaction) else {
                throw TargetError.notFound(.credential, reference)
            }
            if let sent = save.revision, sent != current.credential.revision {
                throw TargetError.staleRevision(sent: sent, current: current.credential.revision)
            }
            let namesake = try await credentials.credential(save.name, in: transaction)
            guard namesake == nil || namesake?.credential.id == current.credential.id else {
                throw TargetError.nameTaken(.credential, save.name)
            }
            let next = try changed(current, to: save, at: now)
            try await credentials.save(next, in: transaction)
            try await notes.credential(
                "credential.updated", next.credential, from: current.credential, changing: save.secretNames, in: transaction)
            return next.credential
        }
        notes.news.ring()
        return saved
    }

    /// Deletes a credential.
    /// - Throws: `TargetError.notFound`, `credentialInUse`.
    func delete(_ reference: String) async throws {
        try await database.transact { transaction in
            guard let stored = try await credentials.credential(reference, in: transaction) else {
                throw TargetError.notFound(.credential, reference)
            }
            let users = try await credentials.users(of: stored.credential.id, in: transaction)
            guard users.count == 0 else {
                throw TargetError.credentialInUse(stored.credential.name, by: users.names, count: users.count)
            }
            try await credentials.delete(stored.credential.id, in: transaction)
            try await notes.credential("credential.deleted", stored.credential, from: stored.credential, in: transaction)
        }
        notes.news.ring()
    }

    /// The stored form of a changed credential.
    private func changed(_ current: StoredCredential, to save: SaveCredential, at now: Timestamp) throws -> StoredCredential {
        var places = CredentialRules.mistakes(in: save)
        var next = current
        if current.credential.kind != save.kind {
            next = StoredCredential(credential: current.credential)
            (next.credential.publicKey, next.credential.snmpAuthentication) = (nil, nil)
        }
        next.credential.name = save.name
        next.credential.kind = save.kind
        next.credential.username = save.username ?? ""
        next.credential.description = save.description ?? ""
        next.credential.revision += 1
        next.credential.updatedAt = now
        switch save.kind {
        case .password: places += try setPassword(of: &next, to: save)
        case .sshKey: places += try setKey(of: &next, to: save)
        case .snmpCommunity: places += try setPassword(of: &next, to: save, "community")
        case .snmpUser: places += try setUser(of: &next, to: save)
        }
        guard places.isEmpty else { throw TargetError.invalid(.credential, places) }
        return next
    }

    private func setPassword(
        of stored: inout StoredCredential, to save: SaveCredential, _ noun: String = "password"
    ) throws -> [ProblemPlace] {
        if let password = save.password, CredentialRules.given(password) {
            stored.password = try seal(password, "password", of: stored.credential.id)
        }
        return stored.password == nil ? [ProblemPlace("The \(noun) is missing.", pointer: "#/password")] : []
    }

    private func setUser(of stored: inout StoredCredential, to save: SaveCredential) throws -> [ProblemPlace] {
        stored.credential.snmpAuthentication = save.snmpAuthentication ?? stored.credential.snmpAuthentication ?? .sha256
        if let passphrase = save.passphrase, CredentialRules.given(passphrase) {
            stored.passphrase = try seal(passphrase, "passphrase", of: stored.credential.id)
        }
        return try setPassword(of: &stored, to: save) + CredentialRules.snmpMistakes(in: save)
    }

    private func setKey(of stored: inout StoredCredential, to save: SaveCredential) throws -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        if let secret = save.privateKey, CredentialRules.given(secret) {
            do {
                let key = try PrivateKeyText(secret.reveal())
                if key.isEncrypted, !CredentialRules.given(save.passphrase) {
                    places.append(ProblemPlace("The private key is protected by a passphrase; give it as well.", pointer: "#/passphrase"))
                }
                stored.credential.publicKey = key.publicKey
                (stored.passphrase, stored.certificate) = (nil, nil)
                stored.privateKey = try seal(Secret(key.text), "private_key", of: stored.credential.id)
            } catch let mistake as PrivateKeyText.Mistake {
                return [ProblemPlace(mistake.message, pointer: "#/private_key")]
            }
        }
        if stored.privateKey == nil { places.append(ProblemPlace("The private key is missing.", pointer: "#/private_key")) }
        if let passphrase = save.passphrase, CredentialRules.given(passphrase) {
            stored.passphrase = try seal(passphrase, "passphrase", of: stored.credential.id)
        }
        if let certificate = save.certificate?.trimmingCharacters(in: .whitespacesAndNewlines) {
            stored.certificate = certificate.isEmpty ? nil : certificate
            if !certificate.isEmpty { places += CredentialRules.certificateMistakes(certificate) }
        }
        return places
    }

    private func seal(_ secret: Secret, _ field: String, of id: CredentialID) throws -> [UInt8] {
        try vault.seal(Array(secret.reveal().utf8), for: CredentialPlace.of(id, field))
    }
}

/// Where a sealed secret belongs; one that was moved does not open.
enum CredentialPlace {
    static func of(_ id: CredentialID, _ field: String) -> String { "credentials/\(id.text)/\(field)" }
}

extension SaveCredential {
    /// Which secrets it brings.
    fileprivate var secretNames: [String] {
        [("password", password), ("private key", privateKey), ("passphrase", passphrase)].filter { CredentialRules.given($0.1) }.map(\.0)
    }
}
