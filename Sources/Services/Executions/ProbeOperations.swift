import Contracts
import Store
import Vocabulary

/// Has workers test how targets can be reached.
package struct ProbeOperations: Sendable {
    let room: ExecutionsRoom

    /// Waits for a worker to test a target and returns what it found.
    /// - Throws: `ExecutionError.noWorker` when none did in time.
    package func probe(_ wish: ProbeTarget) async throws -> ConnectionTest {
        let (id, start) = (room.ids.next(), room.clock.now())
        try await room.database.transact { transaction in
            try await room.probes.insert(id, wish, at: start, in: transaction)
        }
        await room.ringForWork()
        let end = start + room.settings.probeTimeout
        var found: ConnectionTest?
        while found == nil {
            let seen = room.bell.generation
            found = try await room.database.read { try await room.probes.result(id, in: $0) }
            if found != nil { break }
            let left = end - room.clock.now()
            if left <= .zero { break }
            await room.bell.wait(since: seen, atMost: min(left, .seconds(2)), room.clock)
            try Task.checkCancellation()
        }
        let before = start + .seconds(-3600)
        try await room.database.transact { try await room.probes.forget(id, before: before, in: $0) }
        guard let found else { throw ExecutionError.noWorker }
        return found
    }
}
