import ConnectorPort
import Contracts
import Logging
import ServiceLifecycle
import Vault
import Vocabulary
import Web

/// Asks for leases as long as there are free slots, runs what it gets, and keeps the leases alive.
actor WorkerLoop: ReporterOwner {
    private let peer: any Peer
    private let connectors: [any Connector]
    private let settings: WorkerSettings
    private let clock: any WallClock
    private let logger: Logger
    private let key = WorkerKey()
    private let pool: ConnectionPool
    private var redactions = Redactions()
    private let home: @Sendable (TargetID) -> any TaskExecutor

    private struct Running {
        let fence: Int
        let hold: LeaseHold
        var task: Task<Void, Never>?
        var isRevoked = false
    }
    private var running: [BranchKey: Running] = [:]
    private var freed: CheckedContinuation<Void, Never>?
    private var reporter: Reporter?
    private var isDraining = false
    /// How long a lease lasts, as Executions said last.
    private var lease = Duration.seconds(15)

    init(
        peer: any Peer, connectors: [any Connector], settings: WorkerSettings, clock: any WallClock, logger: Logger,
        home: @escaping @Sendable (TargetID) -> any TaskExecutor
    ) {
        self.home = home
        self.peer = peer
        self.connectors = connectors
        self.settings = settings
        self.clock = clock
        self.logger = logger
        pool = ConnectionPool(connectors: connectors, keep: settings.connectionIdle, clock: clock)
    }

    private var me: Caller { .worker(settings.name) }

    private func ensureReporter() -> Reporter {
        if let reporter { return reporter }
        let made = Reporter(peer: peer, worker: settings.name, clock: clock, logger: logger, owner: self)
        reporter = made
        return made
    }

    /// Leases until the task is cancelled.
    func lease() async {
        while !Task.isCancelled {
            do {
                let ask = ask(slots: max(0, settings.slots - running.count), waitSeconds: 20)
                let asked = ContinuousClock.now
                begin(try await peer.call(ExecutionsAPI.lease, [:], ask, as: me), since: asked)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("No lease to be had; trying again", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }

    private func ask(slots: Int, waitSeconds: Int) -> AskLease {
        AskLease(
            worker: settings.name, slots: slots, capacity: settings.slots, waitSeconds: waitSeconds, publicKey: key.publicKey)
    }

    /// See `ReporterOwner`. The slots of branches that end are not in any other ask, so that no slot is given away twice.
    func refill(_ count: Int) -> AskLease? { isDraining ? nil : ask(slots: count, waitSeconds: 0) }

    /// See `ReporterOwner`.
    func ended(_ leases: [HeldBranch], _ lease: Lease?, since asked: ContinuousClock.Instant) {
        // The same branch may have been leased to us again meanwhile.
        forget(leases.filter { running[$0.key]?.fence == $0.fence }.map(\.key))
        if let lease { begin(lease, since: asked) }
    }

    private func begin(_ lease: Lease, since asked: ContinuousClock.Instant) {
        for key in lease.cancel { running[key]?.task?.cancel() }
        self.lease = .seconds(lease.leaseSeconds)
        if lease.branches.isEmpty && lease.probes.isEmpty { return }
        let end = asked + .milliseconds(lease.waited) + self.lease
        if ContinuousClock.now >= end {
            logger.warning("Leases were over when they came", metadata: ["branches": "\(lease.branches.count)"])
            return
        }
        let reporter = ensureReporter()
        do {
            let plans = try RoutePlans(lease.connections, key: key)
            let routes = Dictionary(lease.connections.targets.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
            for branch in lease.branches {
                guard let execution = lease.executions[branch.key.execution.text] else { continue }
                let route = BranchRoute(
                    branch: branch, connection: routes[branch.target.id], plans: plans, pool: pool, reporter: reporter)
                let secrets = try secrets(of: execution)
                let redaction = redactions.redaction(secrets, routes[branch.target.id], plans)
                begin(
                    StepPlan(branch: branch, execution: execution, secrets: secrets, redaction: redaction), route, reporter,
                    LeaseHold(until: end))
            }
            for probe in lease.probes {
                let runner = ProbeRunner(connectors: connectors, plans: plans, worker: settings.name, clock: clock)
                Task {
                    await reporter.add(await runner.run(probe, routes[probe.target]))
                }
            }
        } catch {
            logger.error("A lease could not be opened", metadata: ["error": "\(error)"])
        }
    }

    private func begin(_ plan: StepPlan, _ route: BranchRoute, _ reporter: Reporter, _ hold: LeaseHold) {
        let branch = plan.branch
        let runner = BranchRunner(plan: plan, route: route, reporter: reporter, clock: clock, hold: hold)
        running[branch.key]?.hold.lose()
        running[branch.key]?.task?.cancel()
        let task = Task(executorPreference: home(branch.target.id)) {
            if await runner.run() == .givenUp { await self.giveUp(branch.key, fence: branch.fence) }
        }
        running[branch.key] = Running(fence: branch.fence, hold: hold, task: task)
        if branch.cancels == true { task.cancel() }
    }

    /// A branch whose lease was over before a step could begin: Executions gives it to another one.
    private func giveUp(_ key: BranchKey, fence: Int) async {
        await reporter?.forget(key)
        if running[key]?.fence == fence { forget([key]) }
    }

    private func secrets(of execution: LeasedExecution) throws -> [String: Secret] {
        guard let sealed = execution.sealedParameters else { return [:] }
        return try JSONCodec.decode([String: Secret].self, from: try key.open(sealed, for: "parameters"))
    }

    /// See `ReporterOwner`.
    func revoke(_ leases: [HeldBranch]) {
        // The same branch may have been leased to us again meanwhile.
        for lease in leases where running[lease.key]?.fence == lease.fence {
            running[lease.key]?.hold.lose()
            running[lease.key]?.task?.cancel()
            forget([lease.key])
        }
    }

    private func forget(_ keys: [BranchKey]) {
        for key in keys { running[key] = nil }
        freed?.resume()
        freed = nil
    }

    /// Keeps the leases alive until the task is cancelled; closes connections that waited for too long.
    func beat() async {
        while !Task.isCancelled {
            guard (try? await clock.sleep(for: min(.seconds(4), lease / 4))) != nil else { return }
            await pool.tick(at: clock.now())
            if running.isEmpty { continue }
            let held = running.map { HeldBranch(key: $0, fence: $1.fence) }
            let sent = ContinuousClock.now
            do {
                let answer = try await peer.call(
                    ExecutionsAPI.heartbeat, [:], Heartbeat(worker: settings.name, held: held), as: me)
                for key in answer.cancel { running[key]?.task?.cancel() }
                let revoked = Set(answer.revoked)
                revoke(held.filter { revoked.contains($0.key) })
                for branch in held where running[branch.key]?.fence == branch.fence { running[branch.key]?.hold.extend(to: sent + lease) }
            } catch {
                logger.warning("No heartbeat got through", metadata: ["error": "\(error)"])
            }
        }
    }

    var metrics: [Metric] {
        [
            Metric("opsconductor_worker_slots", .gauge, "Branches that the worker runs at the same time, at most.", Double(settings.slots)),
            Metric("opsconductor_worker_busy_slots", .gauge, "Branches that the worker runs now.", Double(running.count)),
        ]
    }

    /// Gives branches back whose steps run under a supervisor, lets the others go on for the drain time, stores what they reported, and closes the connections.
    func drain() async {
        isDraining = true
        let end = clock.now() + settings.drain
        for branch in running.values { branch.hold.handBack() }
        while !running.isEmpty, clock.now() < end {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.someoneEnds() }
                group.addTask { [clock] in try? await clock.sleep(for: max(.zero, end - clock.now())) }
                await group.next()
                group.cancelAll()
                wakeWaiter()
            }
        }
        if let reporter { await reporter.flushed() }
        await pool.closeAll()
    }

    private func someoneEnds() async {
        if running.isEmpty { return }
        await withCheckedContinuation { freed = $0 }
    }

    private func wakeWaiter() {
        freed?.resume()
        freed = nil
    }
}
