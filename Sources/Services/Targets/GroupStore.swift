import Contracts
import Store
import Vocabulary

/// What the operations rely on for saved groups. The counts of members are not part of it.
package protocol GroupStore: Sendable {
    /// The group with this id or name; nil when there is none.
    func group(_ reference: String, in reading: any Reading) async throws -> TargetGroup?
    /// Groups by name, after the folded name `after`; nil is no bound.
    func page(after: String?, limit: Int?, in reading: any Reading) async throws -> [TargetGroup]
    /// How many groups there are.
    func count(in reading: any Reading) async throws -> Int
    /// The filters of all groups by folded name.
    func filters(in reading: any Reading) async throws -> [String: String]
    /// Adds a group.
    /// - Throws: `StoreError.duplicate` when the name is taken.
    func insert(_ group: TargetGroup, in transaction: any Transaction) async throws
    /// Saves a group.
    /// - Throws: `StoreError.duplicate` when the name is taken.
    func save(_ group: TargetGroup, in transaction: any Transaction) async throws
    /// Deletes a group.
    func delete(_ id: TargetGroupID, in transaction: any Transaction) async throws
}
