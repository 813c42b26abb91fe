import Contracts
import Logging
import Vocabulary

/// Sends what happened to Executions: everything that came while one report was under way goes with the next, in order.
/// Whoever adds output waits while too much is under way, so that slow storage slows the targets down instead of filling the memory.
actor Reporter {
    private let peer: any Peer
    private let worker: String
    private let clock: any WallClock
    private let logger: Logger
    private let revoke: @Sendable ([BranchKey]) async -> Void
    private let ended: @Sendable ([BranchKey]) async -> Void

    private var waiting: [ReportEntry] = []
    private var probes: [ProbeResult] = []
    private var waitingBytes = 0
    private var isSending = false
    private var blocked: [CheckedContinuation<Void, Never>] = []
    private var idle: [CheckedContinuation<Void, Never>] = []

    private static let mostBytes = 4_000_000
    private static let mostEntries = 2000
    private static let mostPieceBytes = 65_536

    init(
        peer: any Peer, worker: String, clock: any WallClock, logger: Logger,
        revoke: @escaping @Sendable ([BranchKey]) async -> Void, ended: @escaping @Sendable ([BranchKey]) async -> Void
    ) {
        self.peer = peer
        self.worker = worker
        self.clock = clock
        self.logger = logger
        self.revoke = revoke
        self.ended = ended
    }

    /// Adds entries of one branch, in order.
    func add(_ entries: [ReportEntry]) async {
        for entry in entries {
            waitingBytes += entry.output?.bytes.count ?? 0
            if !joinsLast(entry) { waiting.append(entry) }
        }
        startSending()
        while waitingBytes > Self.mostBytes {
            await withCheckedContinuation { blocked.append($0) }
        }
    }

    /// Puts output behind the last piece, if that is of the same stream and waits still.
    private func joinsLast(_ entry: ReportEntry) -> Bool {
        guard let piece = entry.output, let last = waiting.last, last.key == entry.key, last.fence == entry.fence,
            let before = last.output, before.step == piece.step, before.attempt == piece.attempt,
            before.stream == piece.stream, before.bytes.count + piece.bytes.count <= Self.mostPieceBytes
        else { return false }
        waiting[waiting.count - 1].output?.bytes += piece.bytes
        return true
    }

    /// Adds the result of a connection test.
    func add(_ probe: ProbeResult) {
        probes.append(probe)
        startSending()
    }

    /// Returns when everything that was added has been stored.
    func flushed() async {
        while isSending { await withCheckedContinuation { idle.append($0) } }
    }

    private func startSending() {
        guard !isSending, !(waiting.isEmpty && probes.isEmpty) else { return }
        isSending = true
        Task { await sendAll() }
    }

    private func sendAll() async {
        while !(waiting.isEmpty && probes.isEmpty) {
            let entries = Array(waiting.prefix(Self.mostEntries))
            let results = probes
            waiting.removeFirst(entries.count)
            probes = []
            await send(WorkerReport(worker: worker, entries: entries, probes: results))
            for entry in entries { waitingBytes -= entry.output?.bytes.count ?? 0 }
            wake(&blocked)
        }
        isSending = false
        wake(&idle)
    }

    private func wake(_ waiters: inout [CheckedContinuation<Void, Never>]) {
        let all = waiters
        waiters = []
        for waiter in all { waiter.resume() }
    }

    /// Sends one report until it is stored. A report that can never be stored is given up, with a word in the log.
    private func send(_ report: WorkerReport) async {
        var delay = Duration.milliseconds(100)
        while true {
            do {
                let receipt = try await peer.call(ExecutionsAPI.report, [:], report, as: .worker(worker))
                if !receipt.revoked.isEmpty { await revoke(receipt.revoked) }
                let over = report.entries.filter { $0.ended != nil }.map(\.key)
                if !over.isEmpty { await ended(over) }
                return
            } catch let problem as Problem where (400..<500).contains(problem.status) {
                logger.error("A report was refused", metadata: ["problem": "\(problem.detail)"])
                return
            } catch {
                logger.warning("A report could not be stored; trying again", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: delay)
                delay = min(delay * 2, .seconds(5))
            }
        }
    }
}
