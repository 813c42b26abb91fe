import ConnectorPort
import Contracts
import Vocabulary

/// Keeps connections open after a run so that the next one on the same target, with the same credential and host keys, needs no key exchange.
/// A connection is lent to one branch at a time.
actor ConnectionPool {
    private struct Idle {
        let connection: any Connection
        let until: Timestamp
    }
    private let connectors: [String: any Connector]
    private let keep: Duration
    private let clock: any WallClock
    private var idle: [PlanKey: [Idle]] = [:]
    private var count = 0

    /// The most connections that wait for a next run.
    private static let most = 2000

    init(connectors: [any Connector], keep: Duration, clock: any WallClock) {
        self.connectors = Dictionary(uniqueKeysWithValues: connectors.map { ($0.kind, $0) })
        self.keep = keep
        self.clock = clock
    }

    /// A connection that waits, or a new one. The answer says whether it was waiting.
    /// - Throws: `ConnectorError`, `CancellationError`.
    func borrow(
        _ kind: String, _ plan: ConnectionPlan, fresh: Bool = false
    ) async throws -> (connection: any Connection, isReused: Bool) {
        if !fresh {
            while let waiting = take(PlanKey(kind, plan)) {
                if await waiting.isAlive() { return (waiting, true) }
                await waiting.close()
            }
        }
        guard let connector = connectors[kind] else {
            throw ConnectorError(.couldNotStart, "This worker has no connector for \(kind); use a worker that has one.")
        }
        return (try await connector.open(plan) { _ in }, false)
    }

    /// Takes a connection back for the next run, or closes it when it is of no more use.
    func giveBack(_ connection: any Connection, _ kind: String, _ plan: ConnectionPlan) async {
        guard keep > .zero, count < Self.most, await connection.isAlive() else { return await connection.close() }
        idle[PlanKey(kind, plan), default: []].append(Idle(connection: connection, until: clock.now() + keep))
        count += 1
    }

    private func take(_ key: PlanKey) -> (any Connection)? {
        guard let last = idle[key]?.popLast() else { return nil }
        if idle[key]?.isEmpty == true { idle[key] = nil }
        count -= 1
        return last.connection
    }

    /// Closes what has waited for too long.
    func tick(at now: Timestamp) async {
        var old: [any Connection] = []
        for (key, list) in idle {
            let (over, kept) = (list.filter { $0.until <= now }, list.filter { $0.until > now })
            old += over.map(\.connection)
            idle[key] = kept.isEmpty ? nil : kept
        }
        count -= old.count
        for connection in old { await connection.close() }
    }

    /// Closes everything that waits.
    func closeAll() async {
        let all = idle.values.flatMap { $0.map(\.connection) }
        idle = [:]
        count = 0
        for connection in all { await connection.close() }
    }
}

/// What must be equal for a connection to be used again.
private struct PlanKey: Hashable {
    private let kind: String
    private let hops: [Hop]

    private struct Hop: Hashable {
        let host: String
        let port: Int
        let user: String
        let credential: CredentialMaterial?
        let trust: HostTrust
    }

    init(_ kind: String, _ plan: ConnectionPlan) {
        self.kind = kind
        hops = (plan.jumps + [plan]).map {
            Hop(host: $0.host, port: $0.port, user: $0.user, credential: $0.credential, trust: Self.settled($0.hostTrust))
        }
    }

    /// A key that was pinned on first use is the same trust as before.
    private static func settled(_ trust: HostTrust) -> HostTrust {
        if case .pinOnFirstUse(let keys) = trust, !keys.isEmpty { return .strict(keys) }
        return trust
    }
}
