import Contracts
import Flow
import Store
import Vocabulary
import Web

/// What can be asked about the health of targets.
struct HealthOperations: Sendable {
    let database: any Database
    let targets: any TargetStore
    let health: any HealthStore
    let history: any HealthHistoryStore
    let policies: any HealthPolicyStore
    let filters: FilterReader
    let reconciler: HealthReconciler
    let checks: HealthChecks
    let clock: any WallClock

    /// The most single checks that are shown.
    private static let mostPoints = 2000
    /// Single checks are kept for so long, hours for so long.
    static let (pointsKept, hoursKept) = (Duration.seconds(48 * 3600), Duration.seconds(90 * 86_400))

    /// How targets that match are doing, by name; the first page says how many match in all. Retired ones are left out.
    /// - Throws: `TargetError.invalidFilter`, `invalidCursor`.
    func list(_ query: HealthQuery) async throws -> Page<TargetHealth> {
        let after = try NameCursor.read(query.cursor)
        let limit = min(max(query.limit ?? NameCursor.usualLimit, 1), 500)
        return try await database.read { transaction in
            var parts: [FilterExpression] = [.not(.compare(.status, .equal, TargetStatus.retired.rawValue))]
            if let filter = try await filters.read(query.filter, in: transaction) { parts.append(filter) }
            if let states = query.state, !states.isEmpty { parts.append(.oneOf(.health, states.map(\.rawValue))) }
            let filter: FilterExpression = parts.count == 1 ? parts[0] : .and(parts)
            let found = try await targets.page(filter, status: nil, after: after, limit: limit + 1, in: transaction)
            let total = after == nil ? try await targets.count(filter, status: nil, in: transaction) : nil
            let page = NameCursor.page(found, limit: limit, total: total) { FilterText.folded($0.name) }
            return Page(items: try await sums(of: page.items, in: transaction), nextCursor: page.nextCursor, total: page.total)
        }
    }

    /// How one target is doing, method by method.
    /// - Throws: `TargetError.notFound`.
    func show(_ reference: String) async throws -> TargetHealthDetail {
        try await database.read { transaction in
            let target = try await find(reference, in: transaction)
            let names = Dictionary(try await policies.all(counting: false, in: transaction).map { ($0.id, $0.name) }) { first, _ in first }
            let methods = try await health.methods(of: [target.id], in: transaction)
            guard let sum = try await sums(of: [target], in: transaction).first else { throw TargetError.notFound(.target, reference) }
            return TargetHealthDetail(health: sum, methods: try methods.map { try MethodHealth($0, policy: names[$0.policy] ?? "") })
        }
    }

    /// What checks of one method found.
    /// - Throws: `TargetError.notFound`.
    func history(_ reference: String, _ query: HealthHistoryQuery) async throws -> HealthHistory {
        let now = clock.now()
        let since = now + .seconds(-3600 * max(1, min(query.hours ?? 48, 2160)))
        return try await database.read { transaction in
            let target = try await find(reference, in: transaction)
            let hours = try await history.hours(of: target.id, query.method ?? 0, since: since, in: transaction)
            let points = hours.flatMap(\.points).filter { $0.at >= now + (.zero - Self.pointsKept) && $0.at >= since }
            return HealthHistory(points: Array(points.suffix(Self.mostPoints)), hours: hours.map(\.hour))
        }
    }

    /// How many targets are how.
    func summary() async throws -> HealthSummary {
        let now = clock.now()
        return try await database.read { transaction in
            let (environments, resting) = try await health.counts(in: transaction)
            var counts = HealthCounts()
            for state in HealthState.allCases { counts.add(environments.reduce(0) { $0 + $1.counts[state] }, state) }
            let due = try await health.nextDue(in: transaction)
            return HealthSummary(
                counts: counts, environments: environments, inMaintenance: resting, lagSeconds: max(0, due.map { (now - $0).seconds } ?? 0))
        }
    }

    /// Checks all methods of a target at once.
    /// - Throws: `TargetError.notFound`, `nothingToTest`; the problem of Executions.
    func check(_ reference: String) async throws -> TargetHealthDetail {
        let target = try await find(reference, in: database)
        var claimed = try await checks.claim(of: target.id, limit: 10)
        if claimed == nil {
            // Nobody has looked at it since it was described.
            _ = try await reconciler.tick(since: nil)
            claimed = try await checks.claim(of: target.id, limit: 10)
        }
        guard let batch = claimed else {
            throw TargetError.nothingToTest(target: target.name, methods: target.connections.count)
        }
        try await checks.run(batch)
        return try await show(target.id.text)
    }

    private func find(_ reference: String, in reading: any Reading) async throws -> Target {
        guard let target = try await targets.target(reference, in: reading) else { throw TargetError.notFound(.target, reference) }
        return target
    }

    private func sums(of targets: [Target], in reading: any Reading) async throws -> [TargetHealth] {
        if targets.isEmpty { return [] }
        let ids = targets.map(\.id)
        let stored = Dictionary(try await health.sums(of: ids, locking: false, in: reading).map { ($0.target, $0) }) { first, _ in first }
        let next = Dictionary(grouping: try await health.methods(of: ids, in: reading), by: \.target)
        let recent = try await history.hours(of: ids, since: clock.now() + .seconds(-86_400), in: reading)
        return targets.map { target in
            let sum = stored[target.id]
            return TargetHealth(
                target: target.id, serial: target.serial, name: target.name, environment: target.environment, status: target.status,
                state: sum?.state ?? .unknown, since: sum?.since, cause: sum?.cause, checkedAt: sum?.checkedAt,
                nextAt: next[target.id]?.compactMap(\.nextAt).min(), milliseconds: sum?.milliseconds, recent: recent[target.id] ?? [])
        }
    }
}

extension HealthCounts {
    /// How many there are in a state.
    subscript(state: HealthState) -> Int {
        switch state {
        case .unknown: unknown
        case .healthy: healthy
        case .warning: warning
        case .critical: critical
        }
    }
}

extension MethodHealth {
    fileprivate init(_ method: CheckedMethod, policy: String) throws {
        let attempt = try method.failure.map { try JSONCodec.decode(ConnectionAttempt.self, from: Array($0.utf8)) }
        self.init(
            method: method.position, kind: method.kind, state: method.run.state, since: method.run.since,
            failuresInARow: method.run.failures, successesInARow: method.run.successes, checkedAt: method.checkedAt,
            nextAt: method.nextAt, milliseconds: method.milliseconds, policy: policy, cause: method.cause, failedAt: method.failedAt,
            lastFailure: attempt)
    }
}
