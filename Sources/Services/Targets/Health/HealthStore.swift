import Contracts
import Store
import Vocabulary

/// A check that is due, as it was claimed.
struct DueCheck: Sendable, Hashable {
    var target: TargetID
    var position: Int
    var name: String
    var policy: HealthPolicyID
}

/// The sum of a target's methods as it is stored.
struct StoredSum: Sendable, Hashable {
    var target: TargetID
    var state: HealthState
    var since: Timestamp?
    var cause: String?
    var checkedAt: Timestamp?
    var milliseconds: Double?
    /// The state that others were told last.
    var told: HealthState
}

/// A method as it is described now.
struct WantedMethod: Sendable, Hashable {
    var target: TargetID
    var position: Int
    var kind: ConnectionKind
    /// Where it leads to; another text is another method.
    var route: String
    /// How it is checked; nil when it is not yet.
    var checked: CheckedRoute?
    var key: String { CheckKey.of(target, position) }
}

/// How a method is checked, as far as its description goes.
struct CheckedRoute: Sendable, Hashable {
    var route: String
    var policy: HealthPolicyID
    var policyRevision: Int
}

/// A method that is to be checked: by which policy, and when first; nil for not at all.
typealias NewCheck = (method: WantedMethod, policy: HealthPolicy, next: Timestamp?)
/// A method that is to be checked by other rules; `forgets` what was found before.
typealias ChangedCheck = (method: WantedMethod, policy: HealthPolicy, next: Timestamp?, forgets: Bool)

/// A method that is checked and is not to be any more.
struct GoneMethod: Sendable, Hashable {
    var target: TargetID
    var position: Int
}

/// What was there when it was last looked which methods are to be checked.
struct HealthMark: Sendable, Hashable {
    /// When a target was changed last. One that was deleted took its methods along.
    var changedAt: Timestamp
    /// How many groups and policies there were, and when one was changed last.
    var rules: [Int]
}

/// What the operations rely on for checks and what they found. Every promise holds inside the transaction that is given.
protocol HealthStore: Sendable {
    /// When the next check is due; nil when there is none.
    func nextDue(in reading: any Reading) async throws -> Timestamp?
    /// Claims up to `limit` checks that are due, or all of a target; they are due again at `until` if nobody tells their result under the lease.
    /// What others claim just now is left out.
    func claim(
        _ lease: String, of target: TargetID?, limit: Int, until: Timestamp, at now: Timestamp, in transaction: any Transaction
    ) async throws -> [DueCheck]
    /// The methods under a lease, locked.
    func leased(_ lease: String, in transaction: any Transaction) async throws -> [CheckedMethod]
    /// Saves what checks found and ends their lease.
    func save(_ methods: [CheckedMethod], in transaction: any Transaction) async throws
    /// Ends a lease: its checks are due at `next`.
    func release(_ lease: String, next: Timestamp, in transaction: any Transaction) async throws
    /// The methods of targets, in order.
    func methods(of targets: [TargetID], in reading: any Reading) async throws -> [CheckedMethod]

    /// The sums of targets, locked.
    func sums(of targets: [TargetID], locking: Bool, in reading: any Reading) async throws -> [StoredSum]
    /// Saves sums.
    func save(_ sums: [StoredSum], in transaction: any Transaction) async throws

    /// The methods of the targets that are not retired and were changed at an instant or later, in order; without those that are checked by
    /// `policy` already as they are described now. At most `limit` that come after another one.
    func wanted(
        since: Timestamp, besides policy: HealthPolicy?, after: WantedMethod?, limit: Int, in reading: any Reading
    ) async throws -> [WantedMethod]
    /// The methods that are checked of targets that were changed at an instant or later, but are not there any more, or their targets are retired; in order.
    func gone(since: Timestamp, in reading: any Reading) async throws -> [GoneMethod]
    /// Adds methods to be checked; those that are there stay.
    func add(_ methods: [NewCheck], in transaction: any Transaction) async throws
    /// Checks methods no more and forgets what was found.
    func remove(_ methods: [GoneMethod], in transaction: any Transaction) async throws
    /// Checks methods by other rules; `forgets` those that lead elsewhere now or are not checked any more.
    func change(_ methods: [ChangedCheck], at now: Timestamp, in transaction: any Transaction) async throws
    /// Makes sure that every target that is not retired has a sum, and no other one, as far as they were changed at an instant or later.
    func keepSums(since: Timestamp, in transaction: any Transaction) async throws
    /// Changes whenever targets, groups or policies do.
    func mark(in reading: any Reading) async throws -> HealthMark

    /// How many targets that are not retired are how, by environment in order, and how many are in maintenance.
    func counts(in reading: any Reading) async throws -> (environments: [EnvironmentHealth], inMaintenance: Int)
}

/// What the operations rely on for what was found before.
protocol HealthHistoryStore: Sendable {
    /// Adds checks, all of them at one instant.
    func add(_ checks: [(target: TargetID, position: Int, milliseconds: Double?)], at now: Timestamp, in transaction: any Transaction)
        async throws
    /// The hours of each target from an instant on, all its methods together, the oldest first.
    func hours(of targets: [TargetID], since: Timestamp, in reading: any Reading) async throws -> [TargetID: [HealthHour]]
    /// The hours of a method from an instant on, with the checks that are still known one by one; the oldest first.
    func hours(of target: TargetID, _ position: Int, since: Timestamp, in reading: any Reading) async throws
        -> [(hour: HealthHour, points: [HealthPoint])]
    /// Forgets single checks of hours before one instant and hours before another, up to `limit` of each; returns whether there may be more.
    func prune(pointsBefore: Timestamp, hoursBefore: Timestamp, limit: Int, in transaction: any Transaction) async throws -> Bool
}
