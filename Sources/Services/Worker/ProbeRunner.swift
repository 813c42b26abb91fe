import ConnectorPort
import Contracts
import Flow
import Synchronization
import Vocabulary

/// Tests how a target can be reached, stage by stage.
struct ProbeRunner: Sendable {
    let connectors: [any Connector]
    let plans: RoutePlans
    let worker: String
    let clock: any WallClock

    /// Tests one method or all in order; stops at the first that works unless one was named.
    func run(_ probe: LeasedProbe, _ connection: TargetConnection?) async -> ProbeResult {
        let start = ContinuousClock.now
        var attempts: [ConnectionAttempt] = []
        var firstSeen: ReportHostKey?
        let redaction = Redaction(plans.secrets(of: connection))
        for (position, route) in (connection?.methods ?? []).enumerated() where probe.method == nil || probe.method == position {
            var (attempt, seen) = await run(position, route, probe)
            attempt.redact(redaction)
            attempts.append(attempt)
            firstSeen = seen.map { ReportHostKey(target: route.hostKeyOwner, algorithm: $0.algorithm, blob: $0.blob) }
            if let shown = attempt.presentedKey, shown.isChange {
                firstSeen = ReportHostKey(
                    target: route.hostKeyOwner, algorithm: shown.algorithm, blob: shown.blob, change: attempt.cause ?? "")
            }
            if attempt.succeeded { break }
        }
        if attempts.isEmpty { attempts = [Self.nothingToTest(connection, probe)] }
        let result = ConnectionTest(
            succeeded: attempts.contains(where: \.succeeded), attempts: attempts,
            milliseconds: (ContinuousClock.now - start).seconds * 1000, worker: worker)
        return ProbeResult(id: probe.id, result: result, firstSeenKey: firstSeen)
    }

    private static func nothingToTest(_ connection: TargetConnection?, _ probe: LeasedProbe) -> ConnectionAttempt {
        let cause =
            connection?.problem
            ?? (probe.method.map { "The target \(probe.name) has no connection method \($0)." }
                ?? "The target \(probe.name) has no connection method; add one to it.")
        return ConnectionAttempt(method: probe.method ?? 0, kind: .ssh, succeeded: false, stages: [], cause: cause)
    }

    /// Tests one method; the second value is the host key that was accepted on first use.
    private func run(
        _ position: Int, _ route: ConnectionRoute, _ probe: LeasedProbe
    ) async -> (attempt: ConnectionAttempt, firstSeen: HostKey?) {
        let stages = StageList()
        var seen: HostKey?
        var attempt = ConnectionAttempt(method: position, kind: route.kind, succeeded: false, stages: [])
        do {
            guard let connector = connectors.first(where: { $0.kind == route.kind.rawValue }) else {
                throw ConnectorError(.couldNotStart, "This worker has no connector for \(route.kind.rawValue).")
            }
            var plan = plans.plan(route, target: probe.name)
            if let most = probe.timeoutSeconds { plan.limit(to: .seconds(most)) }
            seen = try await test(plan, connector, stages, probe)
            attempt.succeeded = true
        } catch let error as ConnectorError {
            attempt.cause = error.message
            attempt.presentedKey = error.presentedHostKey.map { Self.key($0, isChange: error.cause == .hostKeyChanged) }
        } catch {
            attempt.cause = "\(error)"
        }
        attempt.stages = stages.all.map {
            ConnectionStage(
                name: ConnectionStageName(rawValue: $0.name.rawValue) ?? .shell, host: $0.host, succeeded: $0.succeeded,
                milliseconds: $0.milliseconds, detail: $0.detail)
        }
        return (attempt, seen)
    }

    /// Tests within the time that is given for all of it.
    private func test(
        _ plan: ConnectionPlan, _ connector: any Connector, _ stages: StageList, _ probe: LeasedProbe
    ) async throws -> HostKey? {
        guard let most = probe.timeoutSeconds else { return try await connector.test(plan) { stages.add($0) } }
        return try await withThrowingTaskGroup(of: HostKey?.self) { group in
            group.addTask { try await connector.test(plan) { stages.add($0) } }
            group.addTask {
                try await clock.sleep(for: .seconds(most))
                throw ConnectorError(.timedOut, "\(probe.name) was not ready within \(most) s.")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private static func key(_ key: HostKey, isChange: Bool) -> PresentedHostKey {
        PresentedHostKey(algorithm: key.algorithm, blob: key.blob, fingerprint: key.fingerprint, isChange: isChange)
    }
}

/// Stages as connectors tell them, from whatever thread.
private final class StageList: Sendable {
    private let stages = Mutex<[TraceStage]>([])
    func add(_ stage: TraceStage) { stages.withLock { $0.append(stage) } }
    var all: [TraceStage] { stages.withLock { $0 } }
}
