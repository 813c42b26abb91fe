import Bus
import Contracts
import Logging
import Store
import Vault
import Vocabulary

/// What everything works with that begins with an event: webhooks and rules.
package struct EventsRoom: Sendable {
    let database: any Database
    let peer: any Peer
    let vault: Vault
    /// Counts senders who prove nothing.
    let brake: any Tally
    let news: NewsDesk
    let clock: any WallClock
    let ids: any IDSource
    let logger: Logger
    /// Finds a schedule by id, serial or name.
    let schedule: @Sendable (String) async throws -> (id: ScheduleID, name: String)?

    let webhooks = SQLWebhookStore()
    let deliveries = SQLDeliveryStore()
    let rules = SQLEventRuleStore()
    let firings = SQLFiringStore()
    /// Rung when a delivery or a rule has something to start.
    let bell = Doorbell()
    let counts = EventCounts()

    /// Puts it together.
    package init(
        database: any Database, peer: any Peer, vault: Vault, brake: any Tally, news: NewsDesk, clock: any WallClock, ids: any IDSource,
        logger: Logger, schedule: @escaping @Sendable (String) async throws -> (id: ScheduleID, name: String)?
    ) {
        (self.database, self.peer, self.vault, self.brake) = (database, peer, vault, brake)
        (self.news, self.clock, self.ids, self.logger) = (news, clock, ids, logger)
        self.schedule = schedule
    }

    /// This service as a caller of others.
    static let caller = Caller.service(SchedulesAPI.name)

    /// How names are compared.
    static func key(_ name: String) -> String { name.lowercased() }

    /// A serial such as `W20260001`.
    static func serial(_ letter: String, year: Int, number: Int) -> String {
        let digits = String(number)
        return "\(letter)\(year)\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
    }

    /// Whoever calls, as the one who answers for what is started.
    /// - Throws: `EventError.mayNotRun` for a token that may not, `.noOwner` for parts of the installation.
    func owner(_ caller: Caller) throws(EventError) -> ScheduleOwner {
        guard caller.holds(.jobsRun) else { throw .mayNotRun }
        guard caller.kind == .user, let id = caller.user else { throw .noOwner }
        return ScheduleOwner(id: id, name: caller.name)
    }

    /// The job with this id, serial or name; nil when there is none.
    func job(_ reference: String) async throws -> TriggeredJob? {
        let found = try await peer.call(JobsAPI.usualTargets, [:], AskUsualTargets(job: reference), as: Self.caller)
        return found.job.map { TriggeredJob(job: $0, parameters: found.parameters ?? [], targets: found.targets) }
    }

    /// Launches one run.
    func launch(_ launch: LaunchJob) async throws -> LaunchResult {
        let receipt = try await peer.call(JobsAPI.launch, [:], LaunchJobs(launches: [launch]), as: Self.caller)
        return receipt.results.first ?? LaunchResult(refusal: .unavailable, detail: "Jobs gave no answer.")
    }
}

/// A job as far as it matters for what starts it.
struct TriggeredJob: Sendable {
    var job: ScheduledJob
    var parameters: [ParameterDefinition]
    /// The filter of its targets.
    var targets: String?

    /// The names of its secret parameters.
    var secrets: Set<String> { Set(parameters.filter { $0.type == .secret }.map(\.name)) }
}
