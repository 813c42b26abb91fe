import Contracts
import Store
import Vocabulary

/// What can be done with pinned host keys. They do not count as changes of the target's description: its revision stays.
struct HostKeyOperations: Sendable {
    let database: any Database
    let targets: any TargetStore
    let notes: TargetNotes
    /// Changed keys that were told of: a run that tries again and again tells it once an hour.
    let alarms: RecentlyTold
    let clock: any WallClock

    /// Pins a key, instead of those that are pinned if asked to.
    /// - Throws: `TargetError.notFound`, `invalid`.
    func pin(_ request: PinHostKey, to reference: String, by who: String) async throws -> Target {
        let key = try HostKeyText.pinned(algorithm: request.algorithm, blob: request.blob, at: clock.now(), by: who)
        let pinned = try await database.transact { transaction in
            let target = try await find(reference, in: transaction)
            if request.replace == true { _ = try await targets.unpin(nil, from: target.id, in: transaction) }
            try await targets.pin(key, to: target.id, in: transaction)
            let next = try await find(target.id.text, in: transaction)
            try await notes.target("host_key.pinned", next, from: target, detail: Self.named(key), in: transaction)
            return next
        }
        notes.news.ring()
        return pinned
    }

    /// Removes a pinned key.
    /// - Throws: `TargetError.notFound`, `hostKeyNotPinned`.
    func unpin(_ fingerprint: String, from reference: String) async throws -> Target {
        let left = try await database.transact { transaction in
            let target = try await find(reference, in: transaction)
            guard try await targets.unpin(fingerprint, from: target.id, in: transaction) > 0 else {
                throw TargetError.hostKeyNotPinned(target: target.name, fingerprint: fingerprint)
            }
            let next = try await find(target.id.text, in: transaction)
            try await notes.target("host_key.unpinned", next, from: target, detail: fingerprint, in: transaction)
            return next
        }
        notes.news.ring()
        return left
    }

    /// Pins what a worker saw first, if the target's policy allows it and no key is pinned; does nothing otherwise. A key that is not the pinned one is
    /// only told of.
    /// - Throws: `TargetError.invalid` for something that is no host key.
    func report(_ seen: ReportHostKey) async throws {
        let key = try HostKeyText.pinned(algorithm: seen.algorithm, blob: seen.blob, at: clock.now(), by: "first use")
        if seen.change != nil, !alarms.isNews("\(seen.target) \(key.fingerprint)", at: clock.now()) { return }
        try await database.transact { transaction in
            guard let target = try await targets.target(seen.target.text, in: transaction) else { return }
            if let change = seen.change { return try await notes.about(target, "host_key.alarm", change, in: transaction) }
            try await targets.pinFirst(key, to: seen.target, in: transaction)
            let next = try await find(seen.target.text, in: transaction)
            guard next.hostKeys != target.hostKeys else { return }
            try await notes.target("host_key.pinned", next, from: target, detail: "\(Self.named(key)), on first use", in: transaction)
        }
        notes.news.ring()
    }

    private static func named(_ key: PinnedHostKey) -> String { "\(key.algorithm) \(key.fingerprint)" }

    private func find(_ reference: String, in transaction: any Transaction) async throws -> Target {
        guard let target = try await targets.target(reference, in: transaction) else {
            throw TargetError.notFound(.target, reference)
        }
        return target
    }
}
