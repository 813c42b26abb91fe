import ConnectorPort
import Contracts
import Vocabulary

/// The way to one branch's target: connects at the first command, by the methods in order, and keeps the connection for the whole branch.
actor BranchRoute {
    private let key: BranchKey
    private let fence: Int
    private let target: TargetSnapshot
    private let connection: TargetConnection?
    private let plans: RoutePlans
    private let pool: ConnectionPool
    private let reporter: Reporter
    private var open: Open?
    /// Whether one step connects; steps beside it wait for its connection.
    private var isConnecting = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var opened = 0
    /// The connections on which supervised commands ended, by the commands' ids.
    private var holders: [String: any Connection] = [:]
    /// Why the target cannot have a supervisor, once that is known.
    private var obstacle: String?

    /// An open connection, and how it was come by.
    struct Open: Sendable {
        let connection: any Connection
        let kind: String
        let plan: ConnectionPlan
        /// Tells it from the connections before it.
        let number: Int
        var isReused: Bool
    }

    init(
        branch: LeasedBranch, connection: TargetConnection?, plans: RoutePlans, pool: ConnectionPool, reporter: Reporter
    ) {
        key = branch.key
        fence = branch.fence
        target = branch.target
        self.connection = connection
        self.plans = plans
        self.pool = pool
        self.reporter = reporter
    }

    /// Runs a command, connecting first if need be. A connection of an earlier run that turns out to be dead is replaced once.
    /// - Throws: `ConnectorError`, `CancellationError`.
    func run(_ command: CommandPlan, sink: @escaping OutputSink) async throws -> CommandEnd {
        let current = try await connected()
        do {
            let end = try await current.connection.run(command, sink: sink)
            if open?.number == current.number { open?.isReused = false }
            if case .connectionLost = end { await drop(current) }
            return end
        } catch let error as ConnectorError where current.isReused && error.cause != .withdrawn && !Task.isCancelled {
            _ = error
            await drop(current)
            return try await connected(fresh: true).connection.run(command, sink: sink)
        }
    }

    /// Connects, if that has not been done yet.
    /// - Throws: `ConnectorError`, `CancellationError`.
    func prepare() async throws { _ = try await connected() }

    /// The open connection, for `follow`.
    /// - Throws: `ConnectorError`, `CancellationError`.
    func way() async throws -> Open { try await connected() }

    /// Why what runs on the target cannot have a supervisor, as the end of a sentence; nil when it can as far as is known. Connects.
    /// - Throws: `ConnectorError`, `CancellationError`.
    func spoolObstacle() async throws -> String? { try await connected().connection.spoolObstacle ?? obstacle }

    /// Runs or follows a supervised command over a connection, which is given up when it is lost.
    /// - Throws: `ConnectorError`.
    func follow(_ command: CommandPlan, _ spool: SpoolRequest, over way: Open, sink: @escaping OutputSink) async throws -> SpoolEnd {
        do {
            let end = try await way.connection.supervise(command, spool, sink: sink)
            if open?.number == way.number { open?.isReused = false }
            switch end {
            case .broken: await drop(way)
            case .ended: holders[spool.id] = way.connection
            case .unable(let reason): obstacle = reason
            case .lost, .left: break
            }
            return end
        } catch let error as ConnectorError {
            if way.isReused || error.cause == .connectionLost { await drop(way) }
            throw error
        }
    }

    /// Lets the target throw away what it keeps of a supervised command that has ended.
    func discard(spool id: String) async { await holders.removeValue(forKey: id)?.discard(spool: id) }

    /// Gives the connection to the pool.
    func release() async {
        guard let current = open else { return }
        open = nil
        await pool.giveBack(current.connection, current.kind, current.plan)
    }

    private func drop(_ dead: Open) async {
        if open?.number == dead.number { open = nil }
        await dead.connection.close()
    }

    private func connected(fresh: Bool = false) async throws -> Open {
        while isConnecting {
            // Looked at again inside: whoever connected may be through by the time this one waits.
            await withCheckedContinuation { if isConnecting { waiting.append($0) } else { $0.resume() } }
        }
        if let open { return open }
        isConnecting = true
        defer {
            isConnecting = false
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
        return try await connect(fresh: fresh)
    }

    private func connect(fresh: Bool) async throws -> Open {
        var causes: [String] = []
        for route in try routes() {
            let plan = plans.plan(route, target: target.name)
            do {
                let (connection, isReused) = try await pool.borrow(route.kind.rawValue, plan, fresh: fresh)
                opened += 1
                let current = Open(connection: connection, kind: route.kind.rawValue, plan: plan, number: opened, isReused: isReused)
                open = current
                await tell(route, connection, isReused: isReused)
                return current
            } catch let error as ConnectorError {
                causes.append(error.message)
                if error.cause == .hostKeyChanged, let shown = error.presentedHostKey {
                    let alarm = ReportHostKey(
                        target: route.hostKeyOwner, algorithm: shown.algorithm, blob: shown.blob, change: error.message)
                    await reporter.add([ReportEntry(key: key, fence: fence, firstSeenKey: alarm)])
                }
                if !error.allowsFallback { break }
            }
        }
        throw ConnectorError(.unreachable, causes.joined(separator: " "))
    }

    private func routes() throws -> [ConnectionRoute] {
        guard let connection else {
            throw ConnectorError(.couldNotStart, "The target \(target.name) is gone; it was deleted after the run began.")
        }
        if let problem = connection.problem, connection.methods.isEmpty { throw ConnectorError(.couldNotStart, problem) }
        guard !connection.methods.isEmpty else {
            throw ConnectorError(.couldNotStart, "The target \(target.name) has no connection method; add one to it.")
        }
        return connection.methods
    }

    private func tell(_ route: ConnectionRoute, _ connection: any Connection, isReused: Bool) async {
        var entries = [ReportEntry(key: key, fence: fence, connected: route.title)]
        if !isReused {
            for (owner, seen) in Self.firstSeen(route, connection) {
                let report = ReportHostKey(target: owner, algorithm: seen.algorithm, blob: seen.blob)
                entries.append(ReportEntry(key: key, fence: fence, firstSeenKey: report))
            }
        }
        await reporter.add(entries)
    }

    /// Host keys that were accepted on first use, of the target and its jump hosts, with the target that each is to be pinned for.
    private static func firstSeen(
        _ route: ConnectionRoute, _ connection: any Connection
    ) -> [(owner: TargetID, key: HostKey)] {
        let jumps = route.jumps.compactMap { jump in
            connection.firstSeenJumpKeys[jump.host].map { (jump.hostKeyOwner, $0) }
        }
        return jumps + (connection.firstSeenHostKey.map { [(route.hostKeyOwner, $0)] } ?? [])
    }
}
