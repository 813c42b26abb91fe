import Contracts
import Store
import Vocabulary
import Web

/// The promises of the store of errands. An errand is forgotten once its result was fetched, or when nobody waits for it any more.
package protocol ErrandStore: Sendable {
    /// Keeps an errand that waits for a worker until nobody wants it any more; one that is there stays as it is.
    func insert(_ errand: Errand, until: Timestamp, at now: Timestamp, in transaction: any Transaction) async throws
    /// Whether an errand of one of these kinds waits for a worker.
    func hasWaiting(_ kinds: [ErrandKind], at now: Timestamp, in reading: any Reading) async throws -> Bool
    /// Leases the oldest waiting errand of one of these kinds, also one whose worker went silent; returns it with the next fencing token.
    func claim(
        _ worker: String, _ kinds: [ErrandKind], until: Timestamp, at now: Timestamp, in transaction: any Transaction
    ) async throws -> (errand: Errand, fence: Int)?
    /// Gives an errand back that could not be handed over.
    func giveBack(_ held: HeldErrand, in transaction: any Transaction) async throws
    /// Extends leases and returns those that the worker still has.
    func extend(_ held: [HeldErrand], of worker: String, until: Timestamp, in transaction: any Transaction) async throws -> [HeldErrand]
    /// Keeps a result; false when the worker does not have the errand any more.
    func finish(_ held: HeldErrand, of worker: String, _ result: ErrandResult, in transaction: any Transaction) async throws -> Bool
    /// The result of an errand, once it is there; `isGone` when the errand itself is not there.
    func result(_ id: String, in reading: any Reading) async throws -> (result: ErrandResult?, isGone: Bool)
    /// Forgets an errand, and all that nobody wanted any more at `before`.
    func forget(_ id: String?, before: Timestamp, in transaction: any Transaction) async throws
    /// How many errands wait for a worker, by kind.
    func waiting(at now: Timestamp, in reading: any Reading) async throws -> [ErrandKind: Int]
}
