import Bus
import Contracts
import Logging
import Store
import Vault
import Vocabulary

/// What every operation of this room works with.
package struct ExecutionsRoom: Sendable {
    /// The room's own database.
    package let database: any Database
    /// The way to Targets.
    package let peer: any Peer
    /// Encrypts secret parameters at rest.
    package let vault: Vault
    /// The doorbell to workers and live readers.
    package let bus: any Bus
    /// Where other services are told what must not be missed.
    package let news: NewsDesk
    /// The time, which all services share that use the same database.
    package let clock: StoreClock
    /// New ids.
    package let ids: any IDSource
    /// What can be set.
    package let settings: ExecutionsSettings
    /// Where odd things are told.
    package let logger: Logger

    let executions: any ExecutionStore = SQLExecutionStore()
    let branches: any BranchStore = SQLBranchStore()
    let feed: any FeedStore = SQLFeedStore()
    let approvals: any ApprovalStore = SQLApprovalStore()
    let locks: any LockStore = SQLLockStore()
    let probes: any ProbeStore = SQLProbeStore()
    let errands: any ErrandStore = SQLErrandStore()
    let workers: any WorkerStore = SQLWorkerStore()
    let reports: any ReportStore = SQLReportStore()
    let reportOrder = ReportOrder()
    let outputs: any OutputStore = SQLOutputStore()
    let comparisons: any ComparisonStore = SQLComparisonStore()
    let guards: any GuardStore = SQLGuardStore()
    let guardMemory = GuardMemory()
    let archive: any ArchiveStore = SQLArchiveStore()
    let retention: any RetentionStore = SQLRetentionStore()
    let marks = OutputMarks()
    let bell = WorkBell()
    let starts = Together<PreparedStart, RunReceipt?>()
    let errandBell = WorkBell()
    let credentials = CredentialMemory()
    /// Which credentials workers got for errands lately: targets are checked all the time.
    let errandCredentials = RecentlyTold(for: .seconds(3600))
    /// Who read which output lately, so that not every line that is looked at is told to the audit log.
    let readers = RecentlyTold(for: .seconds(600))
    let relay: OutboxRelay

    /// Puts the room together.
    package init(
        database: any Database, peer: any Peer, vault: Vault, bus: any Bus, news: NewsDesk, clock: any WallClock,
        ids: any IDSource, settings: ExecutionsSettings, logger: Logger
    ) {
        self.database = database
        self.peer = peer
        self.vault = vault
        self.bus = bus
        self.news = news
        self.clock = StoreClock(clock, of: database)
        self.ids = ids
        self.settings = settings
        self.logger = logger
        relay = OutboxRelay(database: database, clock: self.clock, logger: logger) { event in
            await bus.publish(event.topic, Array(event.payload.utf8))
        }
    }

    /// This room as a caller of others.
    static let caller = Caller.service("executions")
    /// Rung when there is something to lease or to cancel.
    static let workTopic = "work"
    /// State changes of all executions; the message is an `Execution` as JSON.
    static let overviewTopic = "executions"
    /// What happened in one execution; the message is a `FeedBatch`.
    static func feedTopic(_ execution: ExecutionID) -> String { "execution/\(execution.text)" }

    /// How many lease calls wait for work in this process.
    package var waitingCalls: Int { bell.waitingCalls }

    /// Wakes workers that wait for a lease, in every process.
    func ringForWork() async { await bus.publish(Self.workTopic) }

    /// Runs a change in one transaction, decides what follows from it for the executions that it touches, and tells the world after the commit.
    /// Whoever changes an execution or its branches reads the execution through the writer first, which locks it.
    func change<Result: Sendable>(
        _ body: @escaping @Sendable (any Transaction, inout FeedWriter, Timestamp) async throws -> Result
    ) async throws -> Result {
        let (result, publication) = try await database.transact(.lockingRows) { transaction in
            let now = clock.now()
            var writer = FeedWriter(self)
            let result = try await body(transaction, &writer, now)
            return (result, try await writer.finish(at: now, in: transaction))
        }
        try await publication.send(from: self)
        return result
    }

    /// Keeps a note for the audit log of something that changes nothing here.
    func note(_ note: AuditNote) async throws {
        try await database.transact(.lockingRows) { try await news.note(note, in: $0) }
        news.ring()
    }

    /// The execution with this id or serial.
    func require(_ name: String, in transaction: any Transaction) async throws -> StoredExecution {
        guard let stored = try await executions.find(name, in: transaction) else { throw ExecutionError.noExecution(name) }
        return stored
    }
}

/// What can be set about executions.
package struct ExecutionsSettings: Sendable {
    /// A lease ends after so long without a heartbeat.
    package var lease: Duration
    /// How often ended leases are looked for.
    package var rescueEvery: Duration
    /// How long a connection test may wait for a worker and its result.
    package var probeTimeout: Duration
    /// So long after the end of a run its output is packed.
    package var archiveAfter: Duration
    /// How often ended runs are packed, and those removed that were kept long enough.
    package var archiveEvery: Duration

    /// Makes the settings.
    package init(
        lease: Duration = .seconds(15), rescueEvery: Duration = .seconds(2), probeTimeout: Duration = .seconds(60),
        archiveAfter: Duration = .seconds(60), archiveEvery: Duration = .seconds(15)
    ) {
        self.lease = lease
        self.rescueEvery = rescueEvery
        self.probeTimeout = probeTimeout
        self.archiveAfter = archiveAfter
        self.archiveEvery = archiveEvery
    }
}
