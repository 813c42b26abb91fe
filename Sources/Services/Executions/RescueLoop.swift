import Contracts
import Logging
import ServiceLifecycle
import Store
import Vocabulary

/// Finds branches whose worker went silent, and decides by rule what becomes of them: nothing stays running for ever.
package struct RescueLoop: Service {
    let room: ExecutionsRoom

    /// Looks for ended leases until the process shuts down.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await compareClocks()
                    try await tick()
                    try await HoldOperations(room: room).admit()
                    try await ApprovalOperations(room: room).expire()
                } catch {
                    room.logger.warning("Ended leases and free locks could not be looked for", metadata: ["error": "\(error)"])
                }
                try? await room.clock.sleep(for: room.settings.rescueEvery)
            }
        }
    }

    /// Leases are counted by the database's clock, so that services on machines that keep time badly agree about them.
    private func compareClocks() async throws {
        guard try await room.clock.compare() != .zero else { return }
        room.logger.notice(
            "The database's clock is followed, which differs from this machine's", metadata: ["seconds": "\(room.clock.offset.seconds)"])
    }

    /// Rescues every branch whose lease has ended, and those that a worker with this name prefix holds. Returns how many.
    @discardableResult
    package func tick(workerPrefix: String? = nil) async throws -> Int {
        var rescued = 0
        while true {
            let some = try await room.change { transaction, writer, now in
                func expired() async throws -> [StoredBranch] {
                    try await room.branches.expired(at: now, workerPrefix: workerPrefix, limit: 500, in: transaction)
                }
                // What is found before its execution is locked may have been reported meanwhile, so it is looked at again.
                let found = try await expired()
                let executions = Set(found.map(\.execution))
                for execution in executions.sorted() { _ = try await writer.execution(execution, in: transaction) }
                let certain = found.isEmpty ? [] : try await expired().filter { executions.contains($0.execution) }
                for branch in certain { try await rescue(branch, &writer, at: now, in: transaction) }
                return found.count
            }
            rescued += some
            if some < 500 { break }
        }
        if rescued > 0 {
            room.logger.notice("Branches of silent workers were rescued", metadata: ["branches": "\(rescued)"])
            await room.ringForWork()
        }
        return rescued
    }

    private func rescue(
        _ branch: StoredBranch, _ writer: inout FeedWriter, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        guard let content = try await room.executions.content(branch.execution, in: transaction) else { return }
        let stored = try await room.branches.steps(branch.execution, branches: [branch.number], in: transaction)
        let results = ExecutionFlow.complete(stored[branch.number] ?? [], for: content.definition)
        let outcome = ExecutionFlow.rescue(
            state: branch.state, worker: branch.worker ?? "?", results: results, definition: content.definition)
        if outcome.state == .cancelling { return try await room.branches.letGo(branch, in: transaction) }
        let lost = results.filter { outcome.lostSteps.contains($0.number) }.map { result in
            var step = result
            step.state = outcome.state == .cancelUnconfirmed ? .cancelUnconfirmed : .lost
            step.cause = outcome.cause
            step.endedAt = now
            return step
        }
        try await room.branches.save(
            lost.map { StoredStep(at: BranchPlace(execution: branch.execution, number: branch.number), $0) }, in: transaction)
        for step in lost { writer.add(.step(branch: branch.number, step), to: branch.execution) }
        try await writer.move(branch, to: outcome.state, cause: outcome.cause, at: now, in: transaction)
    }
}

/// Rings the bell of this process when the bus says that there is work.
struct BellLoop: Service {
    let room: ExecutionsRoom

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in room.bus.subscribe(ExecutionsRoom.workTopic) { room.bell.ring() }
        }
    }
}

/// Relays the outbox of this room.
struct RelayLoop: Service {
    let room: ExecutionsRoom

    func run() async throws {
        await cancelWhenGracefulShutdown { await room.relay.run() }
    }
}
