import Contracts
import Store
import Vocabulary

/// A route as it is stored.
package struct StoredRoute: Sendable {
    /// The route; its channels are names.
    package var route: NotificationRoute
    /// The ids of its channels, in order.
    package var channels: [NotificationChannelID]
}

/// What the operations rely on for routes.
package protocol RouteStore: Sendable {
    /// The route with this id or name; nil when there is none.
    func route(_ reference: String, in reading: any Reading) async throws -> StoredRoute?
    /// Routes by name, after the folded name `after`; nil is no bound.
    func page(after: String?, limit: Int?, in reading: any Reading) async throws -> [StoredRoute]
    /// How many routes there are.
    func count(in reading: any Reading) async throws -> Int
    /// Adds a route.
    /// - Throws: `StoreError.duplicate` when the name is taken.
    func insert(_ route: StoredRoute, in transaction: any Transaction) async throws
    /// Saves a route over the revision before its own.
    /// - Throws: `NotificationError.staleRevision`, `StoreError.duplicate`.
    func save(_ route: StoredRoute, in transaction: any Transaction) async throws
    /// Deletes a route.
    func delete(_ id: NotificationRouteID, in transaction: any Transaction) async throws
}
