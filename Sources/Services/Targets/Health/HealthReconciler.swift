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

    /// Which policies there are, and which targets another than the default is for.
    private struct Rules: Sendable {
        let all: [HealthPolicy]
        let usual: HealthPolicy
        let chosen: [TargetID: HealthPolicy]
    }

    /// By so much earlier than the last change that was seen others may have been made that were not to be seen yet.
    private static let overlap = Duration.seconds(5)
    /// So many methods are looked at in one transaction.
    private static let most = 2000

    /// Takes in what has changed since `seen`, or everything if that is nil or policies or groups have changed; returns what to go on from.
    /// - Throws: `StoreError`.
    func tick(since seen: HealthMark?) async throws -> HealthMark {
        let mark = try await health.mark(in: database)
        if mark == seen { return mark }
        let since: Timestamp =
            if let seen, seen.rules == mark.rules { seen.changedAt + (.zero - Self.overlap) } else { Timestamp(milliseconds: 0) }
        guard let rules = try await database.read({ try await rules(in: $0) }) else { return mark }
        var isTold = try await forget(since: since)
        var last: WantedMethod?
        repeat {
            let taken = try await take(since: since, after: last, rules)
            last = taken.last
            isTold = isTold || taken.isTold
        } while last != nil
        if isTold { sums.news.ring() }
        return mark
    }

    /// Forgets what is not to be checked any more. Returns whether something was told.
    private func forget(since: Timestamp) async throws -> Bool {
        let now = clock.now()
        return try await database.transact(.lockingRows) { transaction in
            let gone = try await health.gone(since: since, in: transaction)
            try await health.keepSums(since: since, in: transaction)
            try await health.remove(gone, in: transaction)
            return try await sums.refresh(Set(gone.map(\.target)), at: now, in: transaction)
        }
    }

    /// Takes in methods that come after another one; returns the last of them if there may be more, and whether something was told.
    private func take(since: Timestamp, after: WantedMethod?, _ rules: Rules) async throws -> (last: WantedMethod?, isTold: Bool) {
        let now = clock.now()
        return try await database.transact(.lockingRows) { transaction in
            let wanted = try await health.wanted(
                since: since, besides: rules.all.count == 1 ? rules.usual : nil, after: after, limit: Self.most, in: transaction)
            let (new, changed) = changes(wanted, rules, at: now)
            try await health.add(new, in: transaction)
            try await health.change(changed, at: now, in: transaction)
            let isTold = try await sums.refresh(Set(changed.filter(\.forgets).map(\.method.target)), at: now, in: transaction)
            return (wanted.count < Self.most ? nil : wanted.last, isTold)
        }
    }

    private func changes(_ wanted: [WantedMethod], _ rules: Rules, at now: Timestamp) -> (new: [NewCheck], changed: [ChangedCheck]) {
        var changes: (new: [NewCheck], changed: [ChangedCheck]) = ([], [])
        let count = wanted.count { $0.checked == nil }
        for method in wanted {
            let policy = rules.chosen[method.target] ?? rules.usual
            guard let old = method.checked else {
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
        return changes
    }

    private func rules(in reading: any Transaction) async throws -> Rules? {
        let all = try await policies.all(counting: false, in: reading)
        guard let usual = all.last else { return nil }
        return Rules(all: all, usual: usual, chosen: try await choices(all, in: reading))
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
