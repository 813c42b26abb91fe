import Contracts
import ServiceLifecycle
import Store
import Vault
import Vocabulary
import Web

/// The Notifications service: who hears of what, and how.
package struct NotificationsService: Sendable {
    /// The name of the service, its database and its identity.
    package static let name = NotificationsAPI.name
    /// The schema, to be brought up to date before the service is made.
    package static let migrations: [Migration] = NotificationsMigrations.all

    let room: NotificationsRoom

    /// Opens the room.
    package init(_ room: NotificationsRoom) { self.room = room }

    /// Some secret as it is kept in the service's database, for finding out whether its key is at hand; nil when there is none.
    package static func someSecret(in transaction: any Transaction) async throws -> SealedValue? {
        try await SQLChannelStore().anySealed(in: transaction).map { SealedValue($0.bytes, for: $0.place) }
    }

    /// Adds all endpoints of `NotificationsAPI`.
    package func routes(into routes: inout Routes) { NotificationsRoutes(room: room).add(to: &routes) }

    /// What runs as long as the process: sending, reminders, and removing what is old.
    package var loops: [any Service] { [CourierLoop(room: room)] }

    /// What the service measures about its work.
    /// - Throws: `StoreError`.
    package func metrics() async throws -> [Metric] { try await SQLNotificationMetrics(room: room).metrics() }

    /// Lets go of what an earlier life of this process was sending; only where no other process is at work on the same database.
    /// - Throws: `StoreError`.
    package func reclaim() async throws {
        try await room.database.transact { transaction in try await room.deliveries.reclaim(at: room.clock.now(), in: transaction) }
    }
}
