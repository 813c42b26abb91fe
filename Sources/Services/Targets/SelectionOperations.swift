import Contracts
import Flow
import Foundation
import Store
import Vault
import Vocabulary
import Web

/// What runs ask for: which targets, and how to reach them.
struct SelectionOperations: Sendable {
    let database: any Database
    let targets: any TargetStore
    let credentials: any CredentialStore
    let filters: FilterReader
    let vault: Vault

    /// The active targets of a run; the others that match are named.
    /// - Throws: `TargetError.invalidFilter`.
    func select(_ request: SelectTargets) async throws -> SelectedTargets {
        // Groups, if the filter names any, and then the targets, all in one statement: what is changed between the two was changed before or after.
        let filter = try await filters.read(request.filter, in: database)
        let asked = request.ids ?? []
        let excluded = request.exclude ?? []
        let found = try await targets.snapshots(filter, ids: asked, excluding: excluded, in: database)
        let missing = Set(asked).subtracting(excluded).subtracting(found.map(\.snapshot.id))
        return SelectedTargets(
            targets: found.filter { $0.status == .active }.map(\.snapshot),
            leftOut: found.filter { $0.status != .active }.map(\.snapshot.name) + missing.map(\.text).sorted())
    }

    /// How to reach targets; each credential is sealed once for the worker.
    /// - Throws: `TargetError.badRecipientKey`.
    func connections(_ request: AskConnections) async throws -> TargetConnections {
        let sealer: RecipientSealer?
        do throws(VaultError) {
            sealer = try request.recipientKey.map { key throws(VaultError) in try RecipientSealer(to: key) }
        } catch {
            throw TargetError.badRecipientKey
        }
        let (loaded, stored) = try await load(request.targets, request.credentials ?? [])
        var (sealed, unusable): ([String: String], [CredentialID: String]) = ([:], [:])
        for credential in stored {
            guard let sealer else { break }
            let id = credential.credential.id
            do throws(VaultError) {
                sealed[id.text] = try seal(credential, with: sealer)
            } catch {
                unusable[id] = "The credential `\(credential.credential.name)` cannot be used: \(error)"
            }
        }
        let usernames = Dictionary(stored.map { ($0.credential.id, $0.credential.username) }) { first, _ in first }
        let builder = RouteBuilder(targets: loaded, usernames: usernames, unusable: unusable)
        let routes = request.targets.compactMap { loaded[$0] }.map { builder.connection(to: $0, method: request.method) }
        let used = Set(routes.flatMap(\.methods).flatMap { [$0] + $0.jumps }.compactMap(\.credential?.text))
            .union(request.credentials?.map(\.text) ?? [])
        let names = stored.map(\.credential).filter { used.contains($0.id.text) }.map { ($0.id.text, $0.name) }
        return TargetConnections(
            targets: routes, credentials: sealed.filter { used.contains($0.key) },
            names: names.isEmpty ? nil : Dictionary(names) { first, _ in first })
    }

    /// Targets with all that they go through, and all credentials of these and others.
    private func load(_ ids: [TargetID], _ more: [CredentialID]) async throws -> ([TargetID: Target], [StoredCredential]) {
        try await database.read { transaction in
            var loaded: [TargetID: Target] = [:]
            var waiting = Set(ids)
            while !waiting.isEmpty {
                let found = try await targets.targets(Array(waiting), in: transaction)
                for target in found { loaded[target.id] = target }
                waiting = Set(found.flatMap(\.connections).compactMap(\.jump)).subtracting(loaded.keys).subtracting(waiting)
            }
            let wanted = Set(loaded.values.flatMap(\.connections).compactMap(\.credential)).union(more)
            return (loaded, try await credentials.credentials(Array(wanted), in: transaction))
        }
    }

    private func seal(_ stored: StoredCredential, with sealer: RecipientSealer) throws(VaultError) -> String {
        let id = stored.credential.id
        func opened(_ bytes: [UInt8]?, _ field: String) throws(VaultError) -> Secret? {
            guard let bytes else { return nil }
            return Secret(String(decoding: try vault.open(bytes, for: CredentialPlace.of(id, field)), as: UTF8.self))
        }
        let secrets = SealedCredential(
            kind: stored.credential.kind, password: try opened(stored.password, "password"),
            privateKey: try opened(stored.privateKey, "private_key"), passphrase: try opened(stored.passphrase, "passphrase"),
            certificate: stored.certificate, username: stored.credential.username,
            snmpAuthentication: stored.credential.snmpAuthentication)
        guard let json = try? JSONCodec.encode(secrets) else { throw .malformed }
        return try sealer.seal(json)
    }
}
