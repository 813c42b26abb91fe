import Contracts
import Flow
import Logging
import Store
import Vocabulary

/// Keeps what is checked, and by which policy, as targets, groups and policies say. Only looks closer when one of these has changed.
struct HealthReconciler: Sendable {
    let database: any Database
    let targets: any TargetStore
    let health: any HealthStore
    let policies: any HealthPolicyStore
    let filters: FilterReader
    let sums: HealthSums
    let clock: any WallClock
    let logger: Logger

    /// What changes of one look are to be made.
    private struct Changes {
        var new: [(method: WantedMethod, policy: HealthPolicy, next: Timestamp?)] = []
        var changed: [(method: WantedMethod, policy: HealthPolicy, next: Timestamp?, forgets: Bool)] = []
        var gone: [KnownMethod] = []
    }

    /// Looks if something has changed since `seen`; returns what to compare with next time.
    /// - Throws: `StoreError`.
    func tick(since seen: String?) async throws -> String {
        let fingerprint = try await health.fingerprint(in: database)
        if fingerprint == seen { return fingerprint }
        let now = clock.now()
        let isTold = try await database.transact(.lockingRows) { transaction in
            let changes = try await changes(at: now, in: transaction)
            try await health.keepSums(in: transaction)
            try await health.add(changes.new, in: transaction)
            try await health.remove(changes.gone, in: transaction)
            try await health.change(changes.changed, at: now, in: transaction)
            let touched = changes.gone.map(\.target) + changes.changed.filter(\.forgets).map(\.method.target)
            return try await sums.refresh(Set(touched), at: now, in: transaction)
        }
        if isTold { sums.news.ring() }
        return fingerprint
    }

    private func changes(at now: Timestamp, in transaction: any Transaction) async throws -> Changes {
        let all = try await policies.all(in: transaction)
        let chosen = try await choices(all, in: transaction)
        guard let usual = all.last else { return Changes() }
        let wanted = try await health.wanted(in: transaction)
        let known = Dictionary(try await health.known(in: transaction).map { ($0.key, $0) }) { first, _ in first }
        var changes = Changes()
        let count = wanted.count { known[$0.key] == nil }
        for method in wanted {
            let policy = chosen[method.target] ?? usual
            guard let old = known[method.key] else {
                let next = CheckTimes.first(method.key, of: count, every: policy.interval, after: now)
                changes.new.append((method, policy, policy.enabled ? next : nil))
                continue
            }
            let leadsElsewhere = old.route != method.route
            guard leadsElsewhere || old.policy != policy.id || old.policyRevision != policy.revision else { continue }
            let usualNext = CheckTimes.next(method.key, every: policy.interval, after: now)
            let next = leadsElsewhere ? CheckTimes.first(method.key, of: 1, every: policy.interval, after: now) : usualNext
            changes.changed.append((method, policy, policy.enabled ? next : nil, leadsElsewhere || !policy.enabled))
        }
        let stays = Set(wanted.map(\.key))
        changes.gone = known.values.filter { !stays.contains($0.key) }.sorted { $0.key < $1.key }
        return changes
    }

    /// The policies of targets that another than the default is for. A policy whose filter cannot be read, because a group is gone, is for none.
    private func choices(_ all: [HealthPolicy], in transaction: any Transaction) async throws -> [TargetID: HealthPolicy] {
        var chosen: [TargetID: HealthPolicy] = [:]
        for policy in all where !policy.isDefault {
            do {
                guard let filter = try await filters.read(policy.filter, in: transaction) else { continue }
                for id in try await targets.ids(filter, in: transaction) where chosen[id] == nil { chosen[id] = policy }
            } catch let error as TargetError {
                logger.warning("A health policy's filter cannot be read", metadata: ["policy": "\(policy.name)", "error": "\(error)"])
            }
        }
        return chosen
    }
}
