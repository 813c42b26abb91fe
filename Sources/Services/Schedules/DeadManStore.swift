import Contracts
import Store
import Vocabulary

/// A dead-man rule as it is kept.
struct StoredRule: Sendable {
    var id: DeadManRuleID
    var revision: Int
    var definition: DeadManRuleDefinition
    /// All runs of this job count.
    var job: JobID?
    /// Only runs that this schedule starts count.
    var schedule: ScheduleID?
    var state: DeadManRuleState
    var since: Timestamp
    var sentence: String?
    /// What was before it does not count.
    var countsFrom: Timestamp
    var lastSuccessAt: Timestamp?
    /// When to look at it again if nothing happens.
    var checkAt: Timestamp?
    /// The alert that is open while it is broken.
    var alert: String?
    var updatedAt: Timestamp
    var updatedBy: String
}

/// How long a run took that succeeded.
struct RunTime: Sendable {
    var execution: String
    var endedAt: Timestamp
    var duration: Duration
}

/// The promises of the store of dead-man rules. All of them hold inside the transaction that is given.
protocol DeadManStore: Sendable {
    /// A page of rules by name, after the name key `cursor`.
    func page(after cursor: String?, limit: Int, in transaction: any Transaction) async throws -> [StoredRule]
    /// How many rules there are.
    func count(in transaction: any Transaction) async throws -> Int
    /// The rule with this id or name (without regard to case), or nil; nobody else changes it until the transaction ends.
    func rule(_ reference: String, in transaction: any Transaction) async throws -> StoredRule?
    /// Adds a rule.
    /// - Throws: `ScheduleError.nameTaken` (nothing written).
    func insert(_ rule: StoredRule, in transaction: any Transaction) async throws
    /// Keeps a rule.
    /// - Throws: `ScheduleError.nameTaken` (nothing written).
    func save(_ rule: StoredRule, in transaction: any Transaction) async throws
    /// Removes a rule with its alerts.
    func remove(_ id: DeadManRuleID, in transaction: any Transaction) async throws
    /// Rules that are to be looked at by now, those left out that somebody looks at just now.
    func due(at now: Timestamp, limit: Int, in transaction: any Transaction) async throws -> [StoredRule]
    /// Rules about these jobs and schedules; nobody else changes them until the transaction ends.
    func about(_ jobs: Set<JobID>, _ schedules: Set<ScheduleID>, in transaction: any Transaction) async throws -> [StoredRule]
    /// When the next rule is to be looked at.
    func nextCheck(in transaction: any Transaction) async throws -> Timestamp?
    /// Keeps how long runs took, once each, and forgets all but the newest 200 of the rule.
    func add(_ runs: [RunTime], to rule: DeadManRuleID, in transaction: any Transaction) async throws
    /// How long the newest 200 runs took that succeeded.
    func durations(of rule: DeadManRuleID, in transaction: any Transaction) async throws -> [Duration]
    /// The oldest run that a schedule, or any schedule of a job, started and that has not ended.
    func oldestRun(of rule: StoredRule, in transaction: any Transaction) async throws -> (execution: String, since: Timestamp)?
    /// Opens an alert.
    func open(_ alert: DeadManAlert, in transaction: any Transaction) async throws
    /// Ends an alert, and returns it.
    func close(_ alert: String, at now: Timestamp, in transaction: any Transaction) async throws -> DeadManAlert?
    /// A page of alerts, newest first, before an id.
    func alerts(_ query: DeadManAlertQuery, before: String?, limit: Int, in transaction: any Transaction) async throws -> [DeadManAlert]
}
