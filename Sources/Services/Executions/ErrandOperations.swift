import Contracts
import ServiceLifecycle
import Store
import Vocabulary

/// Has workers do what is no part of a run: tests of connections, many together, and scans. Errands have leases of their own, so that they
/// take no place that a branch could have.
package struct ErrandOperations: Sendable {
    let room: ExecutionsRoom

    /// Rung when there is an errand, a result, or one that nobody wants any more.
    static let topic = "errands"
    /// Without a ring errands are looked for so often: that is how late a silent worker's are seen.
    private static let pause = Duration.seconds(5)

    /// Waits for a worker to do something and returns what it found.
    /// - Throws: `ExecutionError.noWorker` when none did in time, `errandEnded` when somebody ended it.
    package func run(_ wish: RunErrand) async throws -> ErrandResult {
        let start = room.clock.now()
        let end = start + .seconds(max(1, min(wish.waitSeconds, 180)))
        try await room.database.transact { try await room.errands.insert(wish.errand, until: end, at: start, in: $0) }
        await ring()
        while true {
            let seen = room.errandBell.generation
            let (result, isGone) = try await room.errands.result(wish.errand.id, in: room.database)
            if let result {
                try await forget(wish.errand.id)
                return result
            }
            if isGone { throw ExecutionError.errandEnded }
            let left = end - room.clock.now()
            if left <= .zero { break }
            await room.errandBell.wait(since: seen, atMost: min(left, Self.pause), room.clock)
            try Task.checkCancellation()
        }
        try await forget(wish.errand.id)
        throw ExecutionError.noWorker
    }

    private func forget(_ id: String) async throws {
        let before = room.clock.now() + .seconds(-60)
        try await room.database.transact { try await room.errands.forget(id, before: before, in: $0) }
    }

    /// Ends an errand; the worker that has it hears of it with its next heartbeat.
    package func cancel(_ id: String) async throws {
        try await forget(id)
        await ring()
    }

    private func ring() async { await room.bus.publish(Self.topic) }

    /// Leases an errand to a worker; waits until there is one or the time is over.
    package func lease(_ ask: AskErrand) async throws -> ErrandLease {
        let end = room.clock.now() + .seconds(max(0, min(ask.waitSeconds, 25)))
        while true {
            let seen = room.errandBell.generation
            // Looking first keeps an idle worker from writing.
            if try await room.errands.hasWaiting(ask.kinds, at: room.clock.now(), in: room.database), let lease = try await take(ask) {
                return lease
            }
            let left = end - room.clock.now()
            try Task.checkCancellation()
            if left <= .zero { break }
            await room.errandBell.wait(since: seen, atMost: min(left, Self.pause), room.clock)
        }
        return ErrandLease(
            errand: nil, fence: 0, connections: TargetConnections(targets: [], credentials: [:]),
            leaseSeconds: Int(room.settings.lease.seconds))
    }

    private func take(_ ask: AskErrand) async throws -> ErrandLease? {
        let taken = try await room.database.transact(.lockingRows) { transaction in
            let now = room.clock.now()
            return try await room.errands.claim(ask.worker, ask.kinds, until: now + room.settings.lease, at: now, in: transaction)
        }
        guard let taken else { return nil }
        do {
            let targets = Set(taken.errand.probes?.map(\.target) ?? []).sorted { $0.text < $1.text }
            var connections = TargetConnections(targets: [], credentials: [:])
            let credentials = taken.errand.scan?.snmpCredentials ?? []
            if !targets.isEmpty || !credentials.isEmpty {
                connections = try await room.peer.call(
                    TargetsAPI.connections, [:],
                    AskConnections(targets: targets, recipientKey: ask.publicKey, credentials: credentials.isEmpty ? nil : credentials),
                    as: ExecutionsRoom.caller)
                try await room.tellErrand(connections, to: ask.worker)
                connections.names = nil
            }
            // Whoever asked may be gone.
            try Task.checkCancellation()
            return ErrandLease(
                errand: taken.errand, fence: taken.fence, connections: connections, leaseSeconds: Int(room.settings.lease.seconds))
        } catch {
            let (room, held) = (room, HeldErrand(id: taken.errand.id, fence: taken.fence))
            try await Task { try await room.database.transact { try await room.errands.giveBack(held, in: $0) } }.value
            throw error
        }
    }

    /// Keeps leases alive and tells which errands are not the worker's any more.
    package func heartbeat(_ beat: ErrandHeartbeat) async throws -> RevokedErrands {
        let kept = try await room.database.transact(.lockingRows) { transaction in
            try await room.errands.extend(beat.held, of: beat.worker, until: room.clock.now() + room.settings.lease, in: transaction)
        }
        return RevokedErrands(revoked: beat.held.filter { !kept.contains($0) })
    }

    /// Stores a result, unless the errand is another worker's by now or nobody wants it any more.
    package func report(_ report: ErrandReport) async throws -> RevokedErrands {
        let isKept = try await room.database.transact(.lockingRows) { transaction in
            try await room.errands.finish(report.held, of: report.worker, report.result, in: transaction)
        }
        guard isKept else { return RevokedErrands(revoked: [report.held]) }
        for key in (report.result.probes ?? []).compactMap(\.firstSeenKey) {
            _ = try await room.peer.call(TargetsAPI.reportHostKey, [:], key, as: ExecutionsRoom.caller)
        }
        await ring()
        return RevokedErrands(revoked: [])
    }
}

/// Rings the bell of this process when the bus says that there is news of errands.
struct ErrandBellLoop: Service {
    let room: ExecutionsRoom

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in room.bus.subscribe(ErrandOperations.topic) { room.errandBell.ring() }
        }
    }
}
