import Contracts
import ServiceLifecycle
import Store
import Vault
import Vocabulary
import Web

/// The front page of this room: its name, schema, endpoints and loops.
package struct ExecutionsService: Sendable {
    /// The service's name in settings, logs and migrations.
    package static let name = "executions"
    /// The schema of its database.
    package static var migrations: [Migration] { ExecutionsMigrations.all }

    let room: ExecutionsRoom

    /// Opens the room.
    package init(_ room: ExecutionsRoom) { self.room = room }

    /// Some secret as it is kept in the service's database, for finding out whether its key is at hand; nil when there is none.
    package static func someSecret(in transaction: any Transaction) async throws -> SealedValue? {
        guard let (id, secrets) = try await SQLExecutionStore().anySealed(in: transaction), let bytes = Base64.decode(secrets) else {
            return nil
        }
        return SealedValue(bytes, for: StartOperations.place(id))
    }

    /// What runs as long as the process: the rescue of silent workers' branches, the outbox, the bell, and the archive of output.
    package var loops: [any Service] {
        [RescueLoop(room: room), RelayLoop(room: room), BellLoop(room: room), ErrandBellLoop(room: room), ArchiveLoop(room: room)]
    }

    /// What the service measures about its work.
    /// - Throws: `StoreError`.
    package func metrics() async throws -> [Metric] { try await SQLExecutionMetrics(room: room).metrics() }

    /// Rescues at once what workers with this name prefix held; for workers that are known to be gone, such as those of an earlier
    /// life of this process.
    package func rescue(workerPrefix: String) async throws -> Int {
        try await RescueLoop(room: room).tick(workerPrefix: workerPrefix)
    }
}
