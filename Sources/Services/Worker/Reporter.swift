import Contracts
import Logging
import Vocabulary

/// Whose branches a reporter reports.
protocol ReporterOwner: Actor {
    /// What the worker takes in place of so many branches that have ended; nil when it takes no more.
    func refill(_ count: Int) -> AskLease?
    /// What was done under these leases is stored to its end; the lease holds others in their place.
    func ended(_ leases: [HeldBranch], _ lease: Lease?, since asked: ContinuousClock.Instant)
    /// These leases are no longer ours.
    func revoke(_ leases: [HeldBranch])
}

/// Sends what happened to Executions: everything that came while one report was under way goes with the next, in order. While that is much,
/// the next is sent before the answer comes, so that Executions reads one while its database stores the other.
/// Whoever adds output waits while too much is under way, so that slow storage slows the targets down instead of filling the memory.
actor Reporter {
    private let peer: any Peer
    private let worker: String
    private let clock: any WallClock
    private let logger: Logger
    private weak var owner: (any ReporterOwner)?

    private(set) var waiting: [ReportEntry] = []
    /// The number of the newest entry of each branch, counted as `taken` does.
    private var newest: [BranchKey: Int] = [:]
    private var probes: [ProbeResult] = []
    /// Who waits until entries of a branch are stored, and behind how many entries.
    private var starters: [(lease: HeldBranch, behind: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    /// What is to be done when entries of a branch are stored, and behind how many entries.
    private var errands: [(lease: HeldBranch, behind: Int, run: @Sendable () async -> Void)] = []
    private var runningErrands = 0
    /// How many entries were ever taken, and how many were answered.
    private var (taken, answered) = (0, 0)
    private var waitingBytes = 0
    /// The branches that have reported something, but not yet their end.
    private var active: Set<BranchKey> = []
    /// How many of the waiting entries tell the end of a branch.
    private var ends = 0
    private var lastNumber = 0
    private var isSending = false
    /// Reports that are not answered yet.
    private var underWay = 0
    /// Resumed when the next report may be sent.
    private var turning: CheckedContinuation<Void, Never>?
    /// Resumed when what has come meanwhile is to be sent.
    private var resting: CheckedContinuation<Void, Never>?
    private var blocked: [CheckedContinuation<Void, Never>] = []
    private var idle: [CheckedContinuation<Void, Never>] = []

    private static let mostBytes = 4_000_000
    private static let mostEntries = 2000
    private static let mostPieceBytes = 65_536
    /// So many reports may be under way, of which the second has so many entries at least: below that one transaction is to serve all.
    private static let (mostUnderWay, manyEntries) = (2, 200)
    /// A few branches are told at once. While more of them are under way, one transaction is to serve many: a report waits until a
    /// quarter of them has ended, whose places others take, or much output has come, but no longer than a person would notice.
    private static let (fewBranches, share, longestPause, muchOutput) = (8, 4, Duration.milliseconds(150), 500_000)
    /// What a few branches tell waits so long for what comes right behind it: the step after the connection, the end after the last output.
    private static let shortPause = Duration.milliseconds(3)

    init(peer: any Peer, worker: String, clock: any WallClock, logger: Logger, owner: any ReporterOwner) {
        self.peer = peer
        self.worker = worker
        self.clock = clock
        self.logger = logger
        self.owner = owner
    }

    /// Adds entries of one branch, in order.
    func add(_ entries: [ReportEntry]) async {
        for entry in entries {
            waitingBytes += entry.output?.bytes.count ?? 0
            if entry.ended == nil {
                active.insert(entry.key)
            } else {
                active.remove(entry.key)
                ends += 1
            }
            if !joinsNewest(entry) { append(entry) }
        }
        startSending()
        if isWorthSending { endRest() }
        while waitingBytes > Self.mostBytes {
            await withCheckedContinuation { blocked.append($0) }
        }
    }

    /// Adds an entry and returns when it is stored: true, or false when the branch is another worker's now.
    func store(_ entry: ReportEntry) async -> Bool {
        active.insert(entry.key)
        append(entry)
        return await withCheckedContinuation { continuation in
            starters.append((HeldBranch(key: entry.key, fence: entry.fence), taken, continuation))
            startSending()
            endRest()
        }
    }

    /// Does something when all entries so far are stored, unless the branch is another worker's by then.
    func afterwards(_ lease: HeldBranch, _ errand: @escaping @Sendable () async -> Void) {
        if taken == answered { return run(errand) }
        errands.append((lease, taken, errand))
    }

    private func run(_ errand: @escaping @Sendable () async -> Void) {
        runningErrands += 1
        Task {
            await errand()
            runningErrands -= 1
            if !isSending, runningErrands == 0 { wake(&idle) }
        }
    }

    /// A branch tells nothing more.
    func forget(_ key: BranchKey) {
        active.remove(key)
        newest[key] = nil
    }

    private func append(_ entry: ReportEntry) {
        newest[entry.key] = taken
        waiting.append(entry)
        taken += 1
        if waiting.count == Self.manyEntries { endTurn() }
    }

    /// Tells it with the newest entry of its branch, if that waits still.
    private func joinsNewest(_ entry: ReportEntry) -> Bool {
        guard let number = newest[entry.key], number >= taken - waiting.count else { return false }
        return waiting[number - (taken - waiting.count)].take(entry, atMost: Self.mostPieceBytes)
    }

    /// Adds the result of a connection test.
    func add(_ probe: ProbeResult) {
        probes.append(probe)
        startSending()
        endRest()
    }

    /// Returns when everything that was added has been stored.
    func flushed() async {
        while isSending || runningErrands > 0 { await withCheckedContinuation { idle.append($0) } }
    }

    private func startSending() {
        guard !isSending, !(waiting.isEmpty && probes.isEmpty) else { return }
        isSending = true
        Task { await sendAll() }
    }

    private func sendAll() async {
        var newest: Task<Void, Never>?
        while underWay > 0 || !(waiting.isEmpty && probes.isEmpty) {
            guard await turn() else { continue }
            await rest()
            let entries = Array(waiting.prefix(worthOneReport))
            let results = probes
            waiting.removeFirst(entries.count)
            probes = []
            ends -= entries.count { $0.ended != nil }
            for entry in entries where entry.ended != nil { self.newest[entry.key] = nil }
            lastNumber += 1
            let report = WorkerReport(
                worker: worker, number: lastNumber, previous: underWay > 0 ? lastNumber - 1 : nil, entries: entries, probes: results)
            underWay += 1
            let before = newest
            newest = Task { await carry(report, behind: before) }
        }
        isSending = false
        wake(&idle)
    }

    /// Waits until the next report may be sent; false when there is nothing to send and the last one was answered.
    private func turn() async -> Bool {
        while underWay > 0, underWay >= Self.mostUnderWay || waiting.count < Self.manyEntries {
            await withCheckedContinuation { turning = $0 }
        }
        return !(waiting.isEmpty && probes.isEmpty)
    }

    private func endTurn() {
        turning?.resume()
        turning = nil
    }

    /// Sends a report until it is answered, and tells whoever waits for that, after those who wait for the one before.
    private func carry(_ report: WorkerReport, behind before: Task<Void, Never>?) async {
        let revoked = await send(report, behind: before)
        answered += report.entries.count
        answerStarters(revoked)
        for entry in report.entries { waitingBytes -= entry.output?.bytes.count ?? 0 }
        wake(&blocked)
        underWay -= 1
        endTurn()
    }

    /// How many of the waiting entries go with the next report: one at least, together no more than a body may be, and of a branch that was
    /// leased again only what was told under one lease, since the answer names branches.
    private var worthOneReport: Int {
        var (bytes, fences): (Int, [BranchKey: Int]) = (0, [:])
        for (index, entry) in waiting.enumerated() {
            if let before = fences.updateValue(entry.fence, forKey: entry.key), before != entry.fence { return index }
            bytes += entry.output?.bytes.count ?? 0
            if index > 0, index == Self.mostEntries || bytes > Self.mostBytes { return index }
        }
        return waiting.count
    }

    private var isWorthSending: Bool {
        if !starters.isEmpty || !probes.isEmpty || waitingBytes >= Self.muchOutput { return true }
        return active.count <= Self.fewBranches ? ends > 0 : ends * Self.share >= active.count
    }

    /// Waits until enough has come for the next report.
    private func rest() async {
        if isWorthSending { return }
        let pause = active.count <= Self.fewBranches ? Self.shortPause : Self.longestPause
        let alarm = Task {
            try? await clock.sleep(for: pause)
            if !Task.isCancelled { endRest() }
        }
        await withCheckedContinuation { resting = $0 }
        alarm.cancel()
    }

    private func endRest() {
        resting?.resume()
        resting = nil
    }

    private func wake(_ waiters: inout [CheckedContinuation<Void, Never>]) {
        let all = waiters
        waiters = []
        for waiter in all { waiter.resume() }
    }

    /// Lets those go on whose entries were answered. Nil stands for a report that was given up.
    private func answerStarters(_ revoked: Set<HeldBranch>?) {
        let through = starters.filter { $0.behind <= answered }
        starters.removeAll { $0.behind <= answered }
        let due = errands.filter { $0.behind <= answered && revoked?.contains($0.lease) == false }
        errands.removeAll { $0.behind <= answered }
        for errand in due { run(errand.run) }
        for starter in through { starter.continuation.resume(returning: revoked.map { !$0.contains(starter.lease) } ?? false) }
    }

    /// The leases under which a report told what was refused.
    private static func leases(_ revoked: [BranchKey], in report: WorkerReport) -> Set<HeldBranch> {
        let revoked = Set(revoked)
        return Set(report.entries.filter { revoked.contains($0.key) }.map { HeldBranch(key: $0.key, fence: $0.fence) })
    }

    /// Sends one report until it is stored, and returns the leases that are no longer ours. A report that can never be stored is given up,
    /// with a word in the log; that is nil.
    private func send(_ first: WorkerReport, behind before: Task<Void, Never>?) async -> Set<HeldBranch>? {
        var delay = Duration.milliseconds(100)
        var report = first
        let over = report.entries.filter { $0.ended != nil }.map { HeldBranch(key: $0.key, fence: $0.fence) }
        while true {
            do {
                report.refill = over.isEmpty ? nil : await owner?.refill(over.count)
                let asked = ContinuousClock.now
                let receipt = try await peer.call(ExecutionsAPI.report, [:], report, as: .worker(worker))
                await before?.value
                let revoked = Self.leases(receipt.revoked, in: report)
                if !revoked.isEmpty { await owner?.revoke(Array(revoked)) }
                if !over.isEmpty { await owner?.ended(over, receipt.lease, since: asked) }
                return revoked
            } catch _ where report.previous != nil {
                // Whatever it was, the one before comes first.
                await before?.value
                report.previous = nil
            } catch let problem as Problem where (400..<500).contains(problem.status) {
                logger.error("A report was refused", metadata: ["problem": "\(problem.detail)"])
                return nil
            } catch {
                logger.warning("A report could not be stored; trying again", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: delay)
                delay = min(delay * 2, .seconds(5))
            }
        }
    }
}
