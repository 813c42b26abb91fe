import Contracts
import Flow
import Store
import Vocabulary

/// What the operations rely on for targets. Every promise holds inside the transaction that is given.
protocol TargetStore: Sendable {
    /// The target with this id, serial or name; nil when there is none.
    func target(_ reference: String, in reading: any Reading) async throws -> Target?
    /// The targets with these ids that exist, by name.
    func targets(_ ids: [TargetID], in reading: any Reading) async throws -> [Target]
    /// The targets with these folded names that exist, by name.
    func named(_ keys: [String], in reading: any Reading) async throws -> [Target]
    /// At most `limit` targets that match, by name, after the folded name `after`; nil is no bound.
    func page(
        _ filter: FilterExpression?, status: TargetStatus?, after: String?, limit: Int?, in reading: any Reading
    ) async throws -> [Target]
    /// How many targets match.
    func count(_ filter: FilterExpression?, status: TargetStatus?, in reading: any Reading) async throws -> Int
    /// The ids of targets that match, by name.
    func ids(_ filter: FilterExpression, in reading: any Reading) async throws -> [TargetID]
    /// What runs keep of the targets that match or are named, by name, with their status; takes a handful of queries for any number.
    func snapshots(
        _ filter: FilterExpression?, ids: [TargetID], excluding: [TargetID], in reading: any Reading
    ) async throws -> [(snapshot: TargetSnapshot, status: TargetStatus)]

    /// Adds targets, which may refer to each other.
    /// - Throws: `StoreError.duplicate` when a name is taken.
    func insert(_ targets: [Target], in transaction: any Transaction) async throws
    /// Saves targets over the revision before theirs, all but their host keys.
    /// - Throws: `TargetError.staleRevision`, `StoreError.duplicate`.
    func save(_ targets: [Target], in transaction: any Transaction) async throws
    /// Deletes a target and what hangs on it.
    func delete(_ id: TargetID, in transaction: any Transaction) async throws
    /// The statements that add targets with the next serials of the years in which they were made; their rows hold `id` and `serial` of each.
    func creation(of targets: [Target], _ dialect: Dialect) throws -> [SQL]
    /// The running numbers of serials.
    var numbers: TargetNumbers { get }

    /// The names of other targets that go through this one: the first five and how many.
    func jumpers(through id: TargetID, in reading: any Reading) async throws -> (names: [String], count: Int)
    /// The targets that each of these goes through directly.
    func jumps(of ids: [TargetID], in reading: any Reading) async throws -> [TargetID: [TargetID]]

    /// Pins a key; one with the same fingerprint stays as it is.
    func pin(_ key: PinnedHostKey, to id: TargetID, in transaction: any Transaction) async throws
    /// Pins a key if the target's policy is *pin on first use* and none is pinned; of two at the same time only one is pinned.
    func pinFirst(_ key: PinnedHostKey, to id: TargetID, in transaction: any Transaction) async throws
    /// Removes the pinned key with this fingerprint, or all when nil; returns how many there were.
    func unpin(_ fingerprint: String?, from id: TargetID, in transaction: any Transaction) async throws -> Int

    /// Adds and removes tags on all these targets and returns the ids of those that changed, with their revision counted up.
    func tag(
        _ ids: [TargetID], add: [String], remove: [String], at now: Timestamp, in transaction: any Transaction
    ) async throws -> [TargetID]
    /// The name of a target that has more tags than are allowed, if there is one among these.
    func overTagged(_ ids: [TargetID], most: Int, in reading: any Reading) async throws -> String?
    /// The values that targets have, at most `limit` each: tags, environments, operating systems and names of facts.
    func values(
        limit: Int, in reading: any Reading
    ) async throws -> (tags: [String], environments: [String], oses: [String], facts: [String])
}
