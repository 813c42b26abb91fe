import Contracts
import Store
import Vocabulary
import Web

/// Has workers check what is due, many in one call, and takes in what they found. Several processes may do so: what one has claimed the others leave.
struct HealthChecks: Sendable {
    let database: any Database
    let health: any HealthStore
    let history: any HealthHistoryStore
    let policies: any HealthPolicyStore
    let sums: HealthSums
    let peer: any Peer
    let clock: any WallClock
    let ids: any IDSource

    /// The most checks of one call.
    static let mostChecks = 64
    /// Checks whose result nobody told for so long are due again; longer than a worker may take for a batch.
    private static let hold = Duration.seconds(180)
    /// So long a batch that no worker took is not tried again.
    private static let pause = Duration.seconds(15)

    /// Checks that were claimed together.
    struct Batch: Sendable {
        let lease: String
        let checks: [DueCheck]
        /// Whether more may be due.
        var isFull: Bool { checks.count >= mostChecks }
    }

    /// Claims what is due, up to a batch; nil when there is nothing.
    /// - Throws: `StoreError`.
    func claim() async throws -> Batch? {
        // Looking first keeps an idle process from writing.
        guard let due = try await health.nextDue(in: database), due <= clock.now() else { return nil }
        return try await claim(of: nil, limit: Self.mostChecks)
    }

    /// Claims all methods of a target, due or not.
    /// - Throws: `StoreError`.
    func claim(of target: TargetID?, limit: Int) async throws -> Batch? {
        let (lease, now) = (ids.next(), clock.now())
        let checks = try await database.transact(.lockingRows) { transaction in
            try await health.claim(lease, of: target, limit: limit, until: now + Self.hold, at: now, in: transaction)
        }
        return checks.isEmpty ? nil : Batch(lease: lease, checks: checks)
    }

    /// Has a worker check a batch and stores what it found. Where nobody could check nothing is found: the checks are due again soon.
    /// - Throws: `StoreError`; the problem of Executions.
    func run(_ batch: Batch) async throws {
        let all = try await policies.all(counting: false, in: database)
        let timeouts = Dictionary(all.map { ($0.id, $0.timeoutSeconds) }) { first, _ in first }
        let probes = batch.checks.map { check in
            LeasedProbe(
                id: CheckKey.of(check.target, check.position), target: check.target, name: check.name, method: check.position,
                timeoutSeconds: timeouts[check.policy] ?? 10)
        }
        do {
            let errand = Errand(id: batch.lease, probes: probes)
            let result = try await peer.call(
                ExecutionsAPI.runErrand, [:], RunErrand(errand: errand, waitSeconds: 150), as: .service(TargetsService.name))
            try await store(result.probes ?? [], of: batch)
        } catch {
            // Done also when the process is about to end, so that others need not wait.
            let (database, health, next) = (database, health, clock.now() + Self.pause)
            try await Task {
                try await database.transact(.lockingRows) { try await health.release(batch.lease, next: next, in: $0) }
            }.value
            throw error
        }
    }

    /// Stores what was found, in one transaction; what is no longer under the lease is left out.
    func store(_ results: [ProbeResult], of batch: Batch) async throws {
        let found = Dictionary(results.map { ($0.id, $0.result) }) { first, _ in first }
        let now = clock.now()
        let isTold = try await database.transact(.lockingRows) { transaction in
            let all = try await policies.all(counting: false, in: transaction)
            let rules = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
            var checked: [CheckedMethod] = []
            for var method in try await health.leased(batch.lease, in: transaction) {
                guard let test = found[method.key], let policy = rules[method.policy] else { continue }
                try method.take(test, policy, at: now)
                checked.append(method)
            }
            try await health.save(checked, in: transaction)
            try await health.release(batch.lease, next: now + Self.pause, in: transaction)
            try await history.add(
                checked.map { ($0.target, $0.position, $0.run.failures > 0 ? nil : $0.milliseconds) }, at: now, in: transaction)
            return try await sums.refresh(Set(checked.map(\.target)), at: now, in: transaction)
        }
        if isTold { sums.news.ring() }
    }
}

extension CheckedMethod {
    /// Takes in what a check found.
    fileprivate mutating func take(_ test: ConnectionTest, _ policy: HealthPolicy, at now: Timestamp) throws {
        run.take(test.succeeded ? .succeeded(milliseconds: test.milliseconds) : .failed, policy.rules, at: now)
        checkedAt = now
        nextAt = policy.enabled ? CheckTimes.next(key, every: policy.interval, after: now) : nil
        if test.succeeded {
            milliseconds = test.milliseconds
            return
        }
        failedAt = now
        guard let attempt = test.attempts.last else { return }
        cause = attempt.cause ?? "The check failed."
        failure = try JSONCodec.text(attempt)
    }
}
