import Contracts
import ServiceLifecycle
import Store
import Vault
import Vocabulary
import Web

/// The Schedules service: when jobs run by themselves, and on which events.
package struct SchedulesService: Sendable {
    /// The name of the service, its database and its identity.
    package static let name = SchedulesAPI.name
    /// The schema, to be brought up to date before the service is made.
    package static let migrations: [Migration] = SchedulesMigrations.all

    let room: SchedulesRoom

    /// Opens the room.
    package init(_ room: SchedulesRoom) { self.room = room }

    /// Some secret as it is kept in the service's database, for finding out whether its key is at hand; nil when there is none.
    package static func someSecret(in transaction: any Transaction) async throws -> SealedValue? {
        let store = SQLScheduleStore(memory: ScheduleMemory())
        if let (id, sealed) = try await store.anySealed(in: transaction), let bytes = Base64.decode(sealed) {
            return SealedValue(bytes, for: StoredSchedule.place(id))
        }
        guard let (id, sealed) = try await SQLWebhookStore().anySealed(in: transaction), let bytes = Base64.decode(sealed) else {
            return nil
        }
        return SealedValue(bytes, for: StoredWebhook.place(id))
    }

    /// Adds all endpoints of `SchedulesAPI`.
    package func routes(into routes: inout Routes) {
        ScheduleRoutes(room: room).add(to: &routes)
        EventRoutes(room: room.events).add(to: &routes)
    }

    /// What runs as long as the process: the clockwork that starts what is due, and what starts what events ask for.
    package var loops: [any Service] { [Clockwork(room: room), EventLoop(room: room.events)] }

    /// What the service measures about its work.
    /// - Throws: `StoreError`.
    package func metrics() async throws -> [Metric] { try await SQLScheduleMetrics(room: room).metrics() + room.events.counts.metrics }
}
