import Contracts
import Logging
import ServiceLifecycle
import Store
import Vocabulary
import Web

/// Everything about health, put together on a database.
package struct HealthRoom: Sendable {
    let operations: HealthOperations
    let policies: HealthPolicyOperations
    let reconciler: HealthReconciler
    let checks: HealthChecks
    let loop: HealthLoop

    init(
        database: any Database, targets: any TargetStore, filters: FilterReader, peer: any Peer, news: NewsDesk, clock: any WallClock,
        ids: any IDSource, logger: Logger
    ) {
        let (health, history, policies) = (SQLHealthStore(), SQLHealthHistoryStore(), SQLHealthPolicyStore())
        let sums = HealthSums(health: health, targets: targets, news: news)
        checks = HealthChecks(
            database: database, health: health, history: history, policies: policies, sums: sums, peer: peer, clock: clock, ids: ids)
        reconciler = HealthReconciler(
            database: database, targets: targets, health: health, policies: policies, filters: filters, sums: sums, clock: clock,
            logger: logger)
        operations = HealthOperations(
            database: database, targets: targets, health: health, history: history, policies: policies, filters: filters,
            reconciler: reconciler, checks: checks, clock: clock)
        self.policies = HealthPolicyOperations(
            database: database, policies: policies, filters: filters, news: news, clock: clock, ids: ids)
        loop = HealthLoop(
            reconciler: reconciler, checks: checks, history: history, database: database, clock: clock, logger: logger)
    }

    /// Takes in what has changed, and checks what is due, one batch after the other; returns how many checks were done.
    /// - Throws: `StoreError`; the problem of Executions.
    package func tick() async throws -> Int {
        _ = try await reconciler.tick(since: nil)
        var done = 0
        while let batch = try await checks.claim() {
            try await checks.run(batch)
            done += batch.checks.count
        }
        return done
    }

    /// Forgets history that was kept for long enough.
    /// - Throws: `StoreError`.
    package func prune() async throws { try await loop.prune() }

    /// What is measured: targets by health, and how late checks are.
    func metrics() async throws -> [Metric] {
        let summary = try await operations.summary()
        return [
            Metric(
                "opsconductor_targets", .gauge, "Targets that are not retired, by health.",
                HealthState.allCases.map { Metric.Sample(Double(summary.counts[$0]), [("health", $0.rawValue)]) }),
            Metric(
                "opsconductor_health_lag_seconds", .gauge, "By how much the check that has waited longest is late.", summary.lagSeconds),
        ]
    }
}
