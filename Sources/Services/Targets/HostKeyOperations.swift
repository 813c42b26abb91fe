import Contracts
import Store
import Vocabulary

/// What can be done with pinned host keys. They do not count as changes of the target's description: its revision stays.
struct HostKeyOperations: Sendable {
    let database: any Database
    let targets: any TargetStore
    let clock: any WallClock

    /// Pins a key, instead of those that are pinned if asked to.
    /// - Throws: `TargetError.notFound`, `invalid`.
    func pin(_ request: PinHostKey, to reference: String, by who: String) async throws -> Target {
        let key = try HostKeyText.pinned(algorithm: request.algorithm, blob: request.blob, at: clock.now(), by: who)
        return try await database.transact { transaction in
            let target = try await find(reference, in: transaction)
            if request.replace == true { _ = try await targets.unpin(nil, from: target.id, in: transaction) }
            try await targets.pin(key, to: target.id, in: transaction)
            return try await find(target.id.text, in: transaction)
        }
    }

    /// Removes a pinned key.
    /// - Throws: `TargetError.notFound`, `hostKeyNotPinned`.
    func unpin(_ fingerprint: String, from reference: String) async throws -> Target {
        try await database.transact { transaction in
            let target = try await find(reference, in: transaction)
            guard try await targets.unpin(fingerprint, from: target.id, in: transaction) > 0 else {
                throw TargetError.hostKeyNotPinned(target: target.name, fingerprint: fingerprint)
            }
            return try await find(target.id.text, in: transaction)
        }
    }

    /// Pins what a worker saw first, if the target's policy allows it and no key is pinned; does nothing otherwise.
    /// - Throws: `TargetError.invalid` for something that is no host key.
    func report(_ seen: ReportHostKey) async throws {
        let key = try HostKeyText.pinned(algorithm: seen.algorithm, blob: seen.blob, at: clock.now(), by: "first use")
        try await database.transact { try await targets.pinFirst(key, to: seen.target, in: $0) }
    }

    private func find(_ reference: String, in transaction: any Transaction) async throws -> Target {
        guard let target = try await targets.target(reference, in: transaction) else {
            throw TargetError.notFound(.target, reference)
        }
        return target
    }
}
