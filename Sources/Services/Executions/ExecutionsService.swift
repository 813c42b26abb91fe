import Contracts
import ServiceLifecycle
import Store
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

    /// What runs as long as the process: the rescue of silent workers' branches, the outbox and the bell.
    package var loops: [any Service] { [RescueLoop(room: room), RelayLoop(room: room), BellLoop(room: room)] }

    /// Rescues at once what workers with this name prefix held; for workers that are known to be gone, such as those of an earlier
    /// life of this process.
    package func rescue(workerPrefix: String) async throws -> Int {
        try await RescueLoop(room: room).tick(workerPrefix: workerPrefix)
    }
}
