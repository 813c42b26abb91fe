import Contracts
import Logging
import Support
import Synchronization
import Testing
import Vocabulary

@testable import Worker

@Suite("What a worker reports", .timeLimit(.minutes(1)))
struct ReporterTests {
    @Test("of much output from many branches no report is larger than a body may be, and every byte arrives once")
    func bounded() async throws {
        let desk = ReportDesk()
        let owner = Owner()
        let reporter = Reporter(peer: desk, worker: "w", clock: SystemClock(), logger: Logger(label: "test"), owner: owner)
        let execution = ExecutionID(trusted: "01990000-0000-7000-8000-000000000001")
        let piece = 65_536

        await reporter.add([Self.output(execution, 0, [0])])
        await desk.has(1)
        await withTaskGroup(of: Void.self) { group in
            for branch in 1...150 {
                group.addTask { await reporter.add([Self.output(execution, branch, [UInt8](repeating: UInt8(branch), count: piece))]) }
            }
            while await reporter.waiting.count < 150 { await Task.yield() }
            await desk.open()
        }
        await reporter.flushed()

        let sizes = desk.reports.map { report in report.entries.reduce(0) { $0 + ($1.output?.bytes.count ?? 0) } }
        #expect(sizes.allSatisfy { $0 <= 4_000_000 })
        #expect(sizes.reduce(0, +) == 1 + 150 * piece)
        var found: [Int: Int] = [:]
        for entry in desk.reports.flatMap(\.entries) {
            #expect(entry.output?.bytes.allSatisfy { $0 == UInt8(entry.key.number) } == true)
            found[entry.key.number, default: 0] += entry.output?.bytes.count ?? 0
        }
        #expect(found.count == 151 && found.allSatisfy { $0.value == ($0.key == 0 ? 1 : piece) })
    }

    @Test("whoever stores that a step begins goes on only when that is stored, and not when the branch is another worker's")
    func stores() async throws {
        let desk = ReportDesk(revoked: 2)
        let owner = Owner()
        let reporter = Reporter(peer: desk, worker: "w", clock: SystemClock(), logger: Logger(label: "test"), owner: owner)
        let execution = ExecutionID(trusted: "01990000-0000-7000-8000-000000000001")
        let isThrough = Gate()

        let first = Task {
            let isStored = await reporter.store(Self.begun(execution, 1))
            isThrough.pass()
            return isStored
        }
        await desk.has(1)
        let isEarly = isThrough.isPassed
        await desk.open()

        let mine = await first.value
        let others = await reporter.store(Self.begun(execution, 2))
        #expect(!isEarly)
        #expect(mine)
        #expect(!others)
    }

    @Test("what is told under two leases of a branch goes in two reports, so that each answer is about one of them")
    func oneLease() async throws {
        let desk = ReportDesk(revoked: 1)
        let owner = Owner()
        let reporter = Reporter(peer: desk, worker: "w", clock: SystemClock(), logger: Logger(label: "test"), owner: owner)
        let execution = ExecutionID(trusted: "01990000-0000-7000-8000-000000000001")

        await reporter.add([Self.begun(execution, 2)])
        await desk.has(1)
        async let isStored = reporter.store(Self.begun(execution, 1, fence: 3))
        while await reporter.waiting.isEmpty { await Task.yield() }
        await reporter.add([Self.begun(execution, 1, fence: 4), Self.begun(execution, 2)])
        await desk.open()
        await reporter.flushed()

        #expect(await !isStored)
        #expect(desk.reports.map { $0.entries.map(\.fence) } == [[1], [3], [4, 1]])
    }

    @Test("a short run is told in two reports: that its step begins with its connection, and its output with its end")
    func twoReports() async throws {
        let desk = ReportDesk()
        await desk.open()
        let owner = Owner()
        // Its time stands still, so nothing is sent for having waited.
        let reporter = Reporter(peer: desk, worker: "w", clock: ManualClock(), logger: Logger(label: "test"), owner: owner)
        let execution = ExecutionID(trusted: "01990000-0000-7000-8000-000000000001")
        let key = BranchKey(execution: execution, number: 1)

        await reporter.add([ReportEntry(key: key, fence: 1, connected: "local")])
        let isStored = await reporter.store(Self.begun(execution, 1))
        await reporter.add([Self.output(execution, 1, [7])])
        await reporter.add([ReportEntry(key: key, fence: 1, step: .sample(1, .succeeded, exitCode: 0))])
        await reporter.add([ReportEntry(key: key, fence: 1, ended: BranchEnd(state: .succeeded))])
        await reporter.flushed()

        #expect(isStored)
        let told = desk.reports.map(\.entries)
        #expect(told.map(\.count) == [2, 1])
        #expect(told[0].first?.connected == "local" && told[0].last?.step?.state == .running)
        #expect(told[1][0].output?.bytes == [7] && told[1][0].ended?.state == .succeeded)
    }

    @Test("while much has come, one report is sent behind the other; if the first cannot be stored, the second is sent again after it")
    func ahead() async throws {
        let desk = ReportDesk(failures: 1)
        let owner = Owner()
        let reporter = Reporter(peer: desk, worker: "w", clock: SystemClock(), logger: Logger(label: "test"), owner: owner)
        let execution = ExecutionID(trusted: "01990000-0000-7000-8000-000000000001")
        func ended(_ branches: ClosedRange<Int>) -> [ReportEntry] {
            branches.map { ReportEntry(key: BranchKey(execution: execution, number: $0), fence: 1, ended: BranchEnd(state: .succeeded)) }
        }

        await reporter.add(ended(1...1))
        await desk.has(1)
        await reporter.add(ended(2...100))
        while await reporter.waiting.count < 99 { await Task.yield() }
        let soon = desk.reports.count
        await reporter.add(ended(101...300))
        await desk.has(2)
        await reporter.add(ended(301...600))
        while await reporter.waiting.count < 300 { await Task.yield() }
        let most = desk.reports.count
        await desk.open()
        await reporter.flushed()

        #expect(soon == 1 && most == 2)
        let told = desk.reports
        #expect(told.prefix(2).map(\.previous) == [nil, 1])
        // The first try of the first failed, so the second was refused as too early; both came again, one after the other.
        let stored = desk.stored.map(\.number)
        #expect(stored == stored.sorted() && Set(stored) == Set(told.map(\.number)))
        #expect(desk.stored.flatMap { $0.entries.map(\.key.number) } == Array(1...600))
        #expect(told.filter { $0.number == 2 }.map(\.previous) == [1, nil])
    }

    @Test("a lease counts from when it was asked for, can be extended, and stays lost")
    func hold() {
        let now = ContinuousClock.now
        let hold = LeaseHold(until: now + .seconds(60))
        #expect(hold.isHeld)
        hold.extend(to: now - .seconds(1))
        #expect(!hold.isHeld)
        hold.extend(to: now + .seconds(60))
        #expect(hold.isHeld)
        hold.lose()
        hold.extend(to: now + .seconds(60))
        #expect(!hold.isHeld)
    }

    private static func begun(_ execution: ExecutionID, _ branch: Int, fence: Int = 1) -> ReportEntry {
        ReportEntry(key: BranchKey(execution: execution, number: branch), fence: fence, step: .sample(1, .running))
    }

    private static func output(_ execution: ExecutionID, _ branch: Int, _ bytes: [UInt8]) -> ReportEntry {
        ReportEntry(
            key: BranchKey(execution: execution, number: branch), fence: 1,
            output: OutputPiece(step: 1, attempt: 1, stream: .stdout, bytes: bytes))
    }
}

/// Takes reports in place of Executions, in their order; all are held until the desk opens.
private actor ReportDesk: Peer {
    private let kept = Mutex<[WorkerReport]>([])
    private let taken = Mutex<[WorkerReport]>([])
    private var isOpen = false
    /// How many reports cannot be stored at first.
    private var failures: Int
    /// The number of the branch that is no longer the worker's; 0 for none.
    private let revoked: Int
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watchers: [CheckedContinuation<Void, Never>] = []

    init(revoked: Int = 0, failures: Int = 0) { (self.revoked, self.failures) = (revoked, failures) }

    /// What came.
    nonisolated var reports: [WorkerReport] { kept.withLock { $0 } }
    /// What was not refused.
    nonisolated var stored: [WorkerReport] { taken.withLock { $0 } }

    func call<Input, Output>(
        _ endpoint: Endpoint<Input, Output>, _ path: [String: String], _ input: Input, as caller: Caller, idempotencyKey: String?
    ) async throws -> Output {
        let report = try #require(input as? WorkerReport)
        kept.withLock { $0.append(report) }
        for watcher in watchers { watcher.resume() }
        watchers = []
        if !isOpen { await withCheckedContinuation { held.append($0) } }
        if failures > 0 {
            failures -= 1
            throw Problem.unavailable("The disk is full.")
        }
        if let previous = report.previous, !stored.contains(where: { $0.number == previous }) { throw Problem.conflict("too early") }
        taken.withLock { $0.append(report) }
        return try #require(ReportReceipt(revoked: report.entries.map(\.key).filter { $0.number == revoked }) as? Output)
    }

    /// Returns once so many reports have come.
    func has(_ count: Int) async {
        while reports.count < count { await withCheckedContinuation { watchers.append($0) } }
    }

    func open() {
        isOpen = true
        for held in held { held.resume() }
        held = []
    }
}

private actor Owner: ReporterOwner {
    func refill(_ count: Int) -> AskLease? { nil }
    func ended(_ leases: [HeldBranch], _ lease: Lease?, since asked: ContinuousClock.Instant) {}
    func revoke(_ leases: [HeldBranch]) {}
}

/// Whether somebody came through.
private final class Gate: Sendable {
    private let passed = Mutex(false)
    var isPassed: Bool { passed.withLock { $0 } }
    func pass() { passed.withLock { $0 = true } }
}
