import Bus
import Calendar
import Contracts
import Crypto
import Jobs
import Logging
import Store
import Support
import Synchronization
import Testing
import Vault
import Vocabulary
import Web

@testable import Schedules

/// The Schedules room as it runs, with the real Jobs room beside it. Executions, Targets and Users are other rooms; here they only keep what tests say.
final class SchedulesHouse: Sendable {
    static let anna = Caller.user(UserID.sample, name: "anna", role: .operator)
    static let viewer = Caller.user(UserID(trusted: "01990000-0000-7000-8000-000000000002"), name: "vera", role: .viewer)

    let clock: ManualClock
    let room: SchedulesRoom
    let peer: LocalPeer
    let database: any Database
    private let state = Mutex(World())

    /// What the other rooms know.
    struct World {
        var role: Role? = .operator
        var orders: [(order: StartExecutions.Order, serial: String)] = []
        var isExecutionsAway = false
        var refusal: Problem?
        /// The names of targets by filter; every other filter matches `web-1`.
        var targets: [String: [String]] = [:]
        /// Runs once, before the next orders are taken.
        var before: (@Sendable () async throws -> Void)?
    }

    /// Starts at an instant.
    init(
        at start: String = "2026-06-15T12:00:00Z", time: (any WallClock)? = nil, zones: ZoneDirectory = ZoneDirectory()
    ) async throws {
        clock = ManualClock(try #require(Timestamp(start)))
        let (ids, logger) = (SystemIDs(), Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        peer = LocalPeer(ids: ids, logger: logger)
        database = try await TestDatabase.make(SchedulesService.migrations, service: SchedulesService.name)
        let jobs = try await TestDatabase.make(JobsService.migrations, service: JobsService.name)
        let keys = try #require(KeyRing([1: SymmetricKey(size: .bits256)]))
        room = SchedulesRoom(
            database: database, peer: peer, vault: Vault(keys), bus: InProcessBus(), news: .unheard(database), clock: time ?? clock,
            ids: ids,
            settings: SchedulesSettings(), zones: zones, logger: logger)
        var routes = Routes()
        SchedulesService(room).routes(into: &routes)
        JobsService(database: jobs, peer: peer, news: .unheard(jobs), clock: clock, ids: ids).routes(into: &routes)
        routes.serve(ExecutionsAPI.startMany) { [weak self] in try await self?.start($0.body) ?? StartedExecutions(results: []) }
        routes.serve(ExecutionsAPI.begun) { [weak self] in try self?.begun($0.body) ?? BegunExecutions(begun: []) }
        routes.serve(TargetsAPI.select) { [weak self] in self?.select($0.body) ?? SelectedTargets(targets: [], leftOut: []) }
        routes.serve(UsersAPI.find) { [weak self] call in FoundUser(user: self?.user(call.body.id)) }
        peer.attach(routes)
        _ = try await peer.call(
            JobsAPI.create, [:],
            SaveJob(
                yaml: """
                    name: backup
                    targets: all
                    parameters:
                      - {name: mode, type: string}
                      - {name: token, type: secret}
                    steps:
                      - {name: a, command: "true"}
                    """),
            as: Self.anna)
    }

    private func user(_ id: UserID?) -> User? {
        guard let id, let role = world({ $0.role }) else { return nil }
        return User(
            id: id, username: "anna", displayName: "Anna", role: role, isActive: true, revision: 1, createdAt: clock.now(),
            updatedAt: clock.now())
    }

    private func select(_ wish: SelectTargets) -> SelectedTargets {
        let names = world { $0.targets[wish.filter ?? ""] } ?? ["web-1"]
        return SelectedTargets(targets: names.map(Self.target), leftOut: [])
    }

    private static func target(_ name: String) -> TargetSnapshot {
        let number = name.utf8.reduce(0) { $0 * 31 + Int64($1) } & 0xffff_ffff
        return TargetSnapshot(
            id: TargetID(trusted: UUIDv7.text(milliseconds: number, random: [UInt8](repeating: 7, count: 10))), serial: "T1", name: name,
            host: name, type: .server, os: "", environment: "", location: "", tags: [], facts: [:])
    }

    private func start(_ input: StartExecutions) async throws -> StartedExecutions {
        let hook = world { world in
            defer { world.before = nil }
            return world.before
        }
        try await hook?()
        return try world { world in
            if world.isExecutionsAway { throw Problem.unavailable("Executions does not answer.") }
            return StartedExecutions(
                results: input.orders.map { order in
                    if let refusal = world.refusal { return StartResult(problem: refusal) }
                    if let known = world.orders.first(where: { $0.order.idempotencyKey == order.idempotencyKey }) {
                        return StartResult(receipt: RunReceipt(id: .sample, serial: known.serial, targets: 1, leftOut: []))
                    }
                    let serial = "\(order.jobSerial).\(world.orders.count + 1)"
                    world.orders.append((order, serial))
                    return StartResult(receipt: RunReceipt(id: .sample, serial: serial, targets: 1, leftOut: []))
                })
        }
    }

    private func begun(_ wish: AskBegun) throws -> BegunExecutions {
        try world { world in
            if world.isExecutionsAway { throw Problem.unavailable("Executions does not answer.") }
            return BegunExecutions(
                begun: world.orders.compactMap { order, serial in
                    guard wish.keys.contains(order.idempotencyKey) else { return nil }
                    return .init(key: order.idempotencyKey, receipt: RunReceipt(id: .sample, serial: serial, targets: 1, leftOut: []))
                })
        }
    }

    /// Reads or changes what the other rooms know.
    @discardableResult
    func world<Result>(_ body: (inout World) throws -> sending Result) rethrows -> sending Result { try state.withLock { try body(&$0) } }

    /// The instants of the runs that were started, in order.
    var fired: [String] { world { $0.orders.compactMap { $0.order.trigger.at?.description } } }

    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String] = [:], _ input: Input, as caller: Caller = anna
    ) async throws -> Output { try await peer.call(endpoint, path, input, as: caller) }

    /// Adds a schedule of the job `backup`.
    @discardableResult
    func schedule(
        _ timing: ScheduleTiming, name: String = "nightly", run: ScheduledRun? = nil, calendars: [String]? = nil, missed: MissedRuns? = nil,
        overlap: OverlapPolicy? = nil, as caller: Caller = anna
    ) async throws -> Contracts.Schedule {
        let definition = ScheduleDefinition(
            name: name, job: "backup", timing: timing, run: run, calendars: calendars, missed: missed, overlap: overlap)
        return try await call(SchedulesAPI.create, [:], SaveSchedule(definition: definition), as: caller)
    }

    /// Moves the clock and does what is to be done then.
    func pass(_ duration: Duration) async throws {
        clock.advance(by: duration)
        try await tick()
    }

    /// Does what is to be done now.
    func tick() async throws { try await Clockwork(room: room).tick() }

    /// The ledger, oldest first, as `2026-06-15T12:00:00.000Z fired`.
    func ledger(_ schedule: String? = nil) async throws -> [String] {
        try await occurrences(schedule).map { "\($0.at) \($0.state.rawValue)" }
    }

    func occurrences(_ schedule: String? = nil) async throws -> [Occurrence] {
        try await call(SchedulesAPI.occurrences, [:], OccurrenceQuery(schedule: schedule, limit: 500)).items.reversed()
    }

    /// Tells the room that the newest run, or the one of a number from 1, ended.
    func end(_ number: Int? = nil, _ state: ExecutionState = .succeeded, after duration: Duration = .seconds(1)) async throws {
        let (order, serial) = world { world in world.orders[(number ?? world.orders.count) - 1] }
        let counts = BranchCounts(total: 1, waiting: 0, running: 0, succeeded: 1, failed: 0, cancelled: 0, unclear: 0)
        let run = Execution(
            id: .sample, serial: serial, kind: .job, job: order.job, jobSerial: order.jobSerial, name: "backup", jobVersion: 1,
            state: state,
            counts: counts, targets: "all", maxParallel: 1, startedBy: order.trigger.starter, trigger: order.trigger,
            createdAt: clock.now() + (.zero - duration), startedAt: clock.now() + (.zero - duration), endedAt: clock.now(), lastSequence: 1)
        let item = try Outbox.News(topic: "schedules", kind: ExecutionNews.ended, encoding: ExecutionNews.Ended(executions: [run]))
        let _: Nothing = try await peer.call(
            SchedulesAPI.news, [:],
            NewsDelivery(
                from: "executions",
                items: [NewsItem(id: SystemIDs().next(), kind: item.kind, payload: item.payload, createdAt: clock.now())]),
            as: .service("executions"))
    }

    /// The problem that a call ends with.
    func problem(_ work: () async throws -> Void) async throws -> Problem {
        do {
            try await work()
        } catch let problem as Problem {
            return problem
        }
        Issue.record("nothing was refused")
        throw CancellationError()
    }
}
