import Contracts
import Store
import Vocabulary

/// Sums up how targets are doing, and tells others when that changes.
struct HealthSums: Sendable {
    let health: any HealthStore
    let targets: any TargetStore
    let news: NewsDesk

    /// Whom changes are told.
    private static let receivers = [SchedulesAPI.name, NotificationsAPI.name]

    /// Sums up targets, whose methods are locked or were just changed. Returns whether something was told: ring after the commit then.
    func refresh(_ ids: Set<TargetID>, at now: Timestamp, in transaction: any Transaction) async throws -> Bool {
        if ids.isEmpty { return false }
        let order = ids.sorted { $0.text < $1.text }
        let stored = try await health.sums(of: order, locking: true, in: transaction)
        let methods = Dictionary(grouping: try await health.methods(of: order, in: transaction), by: \.target)
        let snapshots = Dictionary(
            try await targets.snapshots(nil, ids: order, excluding: [], in: transaction).map { ($0.snapshot.id, $0) }
        ) { first, _ in first }
        var (changed, told): ([StoredSum], [HealthNews.Change]) = ([], [])
        for sum in stored {
            var next = Self.summed(sum, methods[sum.target] ?? [], at: now)
            if let target = snapshots[sum.target], target.status == .active, next.told != next.state {
                if let change = Self.change(of: target.snapshot, next) { told.append(change) }
                next.told = next.state
            }
            if next != sum { changed.append(next) }
        }
        try await health.save(changed, in: transaction)
        if told.isEmpty { return false }
        let content = HealthNews.Changed(changes: told)
        try await news.tell(
            Self.receivers.map { try Outbox.News(topic: $0, kind: HealthNews.changed, encoding: content) }, in: transaction, at: now)
        return true
    }

    private static func summed(_ sum: StoredSum, _ methods: [CheckedMethod], at now: Timestamp) -> StoredSum {
        var next = sum
        next.state = HealthSum.state(of: methods.map(\.run.state))
        if next.state != sum.state { next.since = now }
        next.cause = HealthSum.cause(next.state, of: methods)
        next.checkedAt = methods.compactMap(\.checkedAt).max()
        next.milliseconds = methods.first { $0.run.state != .critical && $0.milliseconds != nil }?.milliseconds
        return next
    }

    /// What others are told; nothing of a target that nobody had looked at before and that is healthy.
    private static func change(of target: TargetSnapshot, _ sum: StoredSum) -> HealthNews.Change? {
        guard sum.told != .unknown || sum.state != .healthy, let since = sum.since else { return nil }
        return HealthNews.Change(target: target, from: sum.told, to: sum.state, cause: sum.cause, since: since)
    }
}
