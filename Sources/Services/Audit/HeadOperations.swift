import Ledger
import Store
import Vocabulary

/// Signs how far the chains are, and writes that outside.
struct HeadOperations: Sendable {
    let room: AuditRoom

    /// Signs the end of every chain that went on since it was signed last. What is written outside comes first, so that no head stays inside only. How many.
    @discardableResult
    func sign() async throws -> Int {
        room.unsigned.reset()
        let now = room.clock.now()
        let last = try await room.store.lastHeads(in: room.database)
        let ends = try await room.store.chains(in: room.database).filter { $0.number > last[$0.source]?.number ?? 0 }
        guard !ends.isEmpty else { return 0 }
        let heads = try ends.map { try room.keys.head($0.source, $0.number, $0.hash, at: now) }
        if let directory = room.settings.headsDirectory { try HeadFile(directory: directory).append(heads) }
        try await room.database.transact(.lockingRows) { try await room.store.keep(heads, in: $0) }
        room.forwardBell.ring()
        return heads.count
    }

    /// Signs every while, when many entries came, and once more at the end.
    func run() async {
        while !Task.isCancelled {
            await attempt()
            await room.signBell.wait(atMost: room.settings.signEvery.time, room.clock)
        }
        // Done to the end, although this task is cancelled.
        await Task { await attempt() }.value
    }

    private func attempt() async {
        do {
            try await sign()
        } catch is CancellationError {
            return
        } catch {
            room.logger.warning("The audit log could not be signed; it is tried again", metadata: ["error": "\(error)"])
        }
    }
}
