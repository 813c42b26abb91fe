import Bus
import ConnectorPort
import Contracts
import Crypto
import Executions
import Logging
import Store
import Support
import Synchronization
import Vault
import Vocabulary
import Web

/// The room of executions on a database in memory, with targets that are answered from a list.
final class ExecutionsFixture: Sendable {
    let peer: LocalPeer
    let service: ExecutionsService
    let room: ExecutionsRoom
    let clock: ManualClock
    let database: any Database
    let pinned = Mutex<[ReportHostKey]>([])
    /// Targets as they are described now, where that is not as they were made; nil for one that is not active any more.
    let described = Mutex<[TargetID: TargetSnapshot?]>([:])
    /// Ways to targets that are not the usual one.
    let ways = Mutex<[TargetID: ConnectionRoute]>([:])
    private let reports = Atomic(0)
    static let operatorCaller = Caller.user(UserID.make(SystemIDs()), name: "olga", role: .operator)

    /// Makes the room; its time is moved by hand in `clock` unless there is another clock.
    init(targets: Int, leftOut: [String] = [], time: (any WallClock)? = nil) async throws {
        let ids = SystemIDs()
        clock = ManualClock()
        let logger = Logger(label: "test")
        peer = LocalPeer(ids: ids, logger: logger)
        database = try await TestDatabase.make(ExecutionsService.migrations, service: ExecutionsService.name)
        guard let keys = KeyRing([1: SymmetricKey(size: .bits256)]) else { throw Problem.unavailable("no key") }
        room = ExecutionsRoom(
            database: database, peer: peer, vault: Vault(keys), bus: InProcessBus(), news: .unheard(database),
            clock: time ?? clock, ids: ids, settings: ExecutionsSettings(), logger: logger)
        service = ExecutionsService(room)
        var routes = Routes()
        service.routes(into: &routes)
        let snapshots = (1...max(1, targets)).prefix(targets).map { Self.target($0) }
        routes.serve(TargetsAPI.select) { [weak self] call in
            let described = self?.described.withLock { $0 } ?? [:]
            let wanted = snapshots.filter { call.body.ids?.contains($0.id) ?? true }.compactMap { described[$0.id] ?? $0 }
            return SelectedTargets(targets: wanted, leftOut: leftOut)
        }
        routes.serve(TargetsAPI.connections) { [weak self] call in
            let ways = self?.ways.withLock { $0 } ?? [:]
            let targets = call.body.targets.map { TargetConnection(target: $0, methods: [ways[$0] ?? Self.local($0)]) }
            let used = Set(targets.flatMap(\.methods).compactMap(\.credential?.text)).sorted()
            return TargetConnections(
                targets: targets, credentials: Dictionary(used.map { ($0, "sealed") }) { first, _ in first },
                names: Dictionary(used.map { ($0, "key \($0.suffix(2))") }) { first, _ in first })
        }
        routes.serve(TargetsAPI.reportHostKey) { [weak self] call in
            self?.pinned.withLock { $0.append(call.body) }
            return Nothing()
        }
        peer.attach(routes)
    }

    static func target(_ number: Int) -> TargetSnapshot {
        TargetSnapshot(
            id: TargetID(trusted: UUIDv7.text(milliseconds: Int64(number), random: [UInt8](repeating: 7, count: 10))),
            serial: "T2026000\(number)", name: "web-\(number)", host: "web-\(number)", type: .server, os: "debian",
            environment: "test", location: "", tags: ["web"], facts: [:])
    }

    static func local(_ target: TargetID) -> ConnectionRoute {
        ConnectionRoute(
            kind: .local, host: "", port: 22, user: "", hostKeyPolicy: .strict, hostKeyOwner: target, hostKeys: [],
            connectTimeoutSeconds: 15, jumps: [])
    }

    static func definition(_ steps: [StepDefinition], maxParallel: Int? = nil) -> JobDefinition {
        JobDefinition(name: "job", maxParallel: maxParallel, steps: steps)
    }

    /// Starts an execution of a job as the Jobs room does.
    func start(
        _ steps: [StepDefinition] = [StepDefinition(name: "a", command: "true")], maxParallel: Int = 50,
        parameters: [String: JSONValue] = [:], secrets: [String: Secret] = [:], key: String? = nil, locks: [String] = [],
        priority: RunPriority = .normal, concurrency: ConcurrencyPolicy? = nil, rollout: RolloutDefinition? = nil
    ) async throws -> RunReceipt {
        var definition = Self.definition(steps, maxParallel: maxParallel)
        (definition.concurrency, definition.rollout) = (concurrency, rollout)
        return try await peer.call(
            ExecutionsAPI.start, [:],
            StartExecution(
                job: JobID(trusted: "01990000-0000-7000-8000-00000000000a"), jobSerial: "J20260001", jobVersion: 3,
                definition: definition, parameters: parameters,
                secretParameters: secrets, targets: "all", exclude: [], maxParallel: maxParallel, locks: locks,
                priority: priority, startedBy: "olga",
                idempotencyKey: key),
            as: .service("jobs"))
    }

    /// Leases as a worker would.
    func lease(_ worker: String = "w1", slots: Int = 100, key: WorkerKey = WorkerKey()) async throws -> Lease {
        try await peer.call(
            ExecutionsAPI.lease, [:], AskLease(worker: worker, slots: slots, waitSeconds: 0, publicKey: key.publicKey),
            as: .worker(worker))
    }

    /// Reports as a worker would.
    @discardableResult
    func report(_ entries: [ReportEntry], _ worker: String = "w1", refill: Int? = nil) async throws -> ReportReceipt {
        let ask = refill.map { AskLease(worker: worker, slots: $0, waitSeconds: 0, publicKey: WorkerKey().publicKey) }
        return try await report(entries, worker, number: nil, ask)
    }

    /// Reports under a number, or the next one.
    @discardableResult
    func report(
        _ entries: [ReportEntry], _ worker: String = "w1", number: Int?, after previous: Int? = nil, _ ask: AskLease? = nil
    ) async throws -> ReportReceipt {
        let next = reports.wrappingAdd(1, ordering: .relaxed).newValue
        let report = WorkerReport(
            worker: worker, number: number ?? next, previous: previous, entries: entries, probes: [], refill: ask)
        return try await peer.call(ExecutionsAPI.report, [:], report, as: .worker(worker))
    }

    func show(_ name: String) async throws -> Execution {
        try await peer.call(ExecutionsAPI.show, ["execution": name], as: Self.operatorCaller).execution
    }

    func branches(_ name: String) async throws -> [Branch] {
        try await peer.call(ExecutionsAPI.branches, ["execution": name], BranchQuery(), as: Self.operatorCaller).items
    }

    func cancel(_ name: String, branches: [Int]? = nil) async throws -> Execution {
        try await peer.call(
            ExecutionsAPI.cancel, ["execution": name], CancelExecution(branches: branches), as: Self.operatorCaller)
    }
}

extension LeasedBranch {
    /// An entry about this branch under its fencing token.
    func entry(
        step: StepResult? = nil, output: OutputPiece? = nil, ended: BranchState? = nil
    ) -> ReportEntry {
        ReportEntry(key: key, fence: fence, step: step, output: output, ended: ended.map { BranchEnd(state: $0) })
    }
}

extension StepResult {
    /// A result with only what matters.
    static func sample(_ number: Int, _ state: StepState, exitCode: Int? = nil) -> StepResult {
        StepResult(
            number: number, name: "step \(number)", state: state, attempt: 1, exitCode: exitCode, outputBytes: 0,
            truncated: false)
    }
}
