import Contracts
import Store
import Vocabulary
import Web

/// Holds executions up and lets them go on: locks, pauses.
package struct HoldOperations: Sendable {
    let room: ExecutionsRoom

    /// What a lock is called that stands for a job of which one execution runs at a time. No lock of a user has a blank.
    static func lock(ofJob serial: String) -> String { "job \(serial)" }

    /// Gives free locks to the executions that are next in line for them, and tells the others what they wait for.
    package func admit() async throws {
        let isWaited = try await room.database.read { transaction in
            try await room.locks.claims(in: transaction).contains { !$0.isHeld }
        }
        guard isWaited else { return }
        let admitted = try await room.change { transaction, writer, now in
            try await room.locks.serialize(in: transaction)
            let (admitted, waits) = Admission.decide(try await room.locks.claims(in: transaction))
            for key in admitted.sorted() {
                guard var stored = try await writer.execution(key, in: transaction), !stored.execution.state.isFinal else { continue }
                try await room.locks.hold(key, in: transaction)
                // Whoever paused it meanwhile still wants it paused.
                if stored.execution.hold?.isForLock == true { stored.execution.hold = nil }
                writer.tell(stored)
            }
            for wait in waits.sorted(by: { $0.execution < $1.execution }) {
                guard var stored = try await writer.execution(wait.execution, in: transaction), !stored.execution.state.isFinal,
                    stored.execution.hold == nil || stored.execution.hold?.isForLock == true
                else { continue }
                let hold = Self.hold(wait, since: stored.execution.hold?.since ?? now)
                guard stored.execution.hold != hold else { continue }
                stored.execution.hold = hold
                writer.tell(stored)
            }
            return admitted.count
        }
        if admitted > 0 { await room.ringForWork() }
    }

    private static func hold(_ wait: Admission.Wait, since: Timestamp) -> Hold {
        if wait.lock.contains(" ") {
            return Hold(
                .concurrency, "It waits for \(wait.holder), because only one execution of this job runs at a time.", execution: wait.holder,
                since: since)
        }
        return Hold(
            .lock, "It waits for the lock \(wait.lock), which \(wait.holder) has or is next in line for.", lock: wait.lock,
            execution: wait.holder, since: since)
    }

    /// Lets no further branch begin.
    /// - Throws: `ExecutionError.noExecution`, `.alreadyEnded`, `.alreadyHeld`.
    package func pause(_ name: String, _ wish: PauseExecution, by caller: Caller) async throws -> Execution {
        try await change(name, "paused") { stored, _, now in
            if let hold = stored.execution.hold, !hold.isForLock {
                throw ExecutionError.alreadyHeld(serial: stored.execution.serial, hold.detail)
            }
            let reason = wish.reason.map { $0.isEmpty ? "." : ": \($0)" } ?? "."
            stored.execution.hold = Hold(.paused, "Paused by \(caller.name)\(reason)", since: now)
        }
    }

    /// Lets branches begin again; failures so far no longer count.
    /// - Throws: `ExecutionError.noExecution`, `.alreadyEnded`, `.notPaused`.
    package func proceed(_ name: String) async throws -> Execution {
        let execution = try await change(name, "continued") { stored, transaction, now in
            guard let hold = stored.execution.hold, [.paused, .failures].contains(hold.reason) else {
                throw ExecutionError.notPaused(serial: stored.execution.serial)
            }
            stored.accepted = stored.execution.counts.failed + stored.execution.counts.unclear
            // Its locks are looked at again right away.
            let waits = try await room.locks.waits(stored.key, in: transaction)
            stored.execution.hold = waits ? .locks(since: now) : nil
        }
        try await admit()
        await room.ringForWork()
        return execution
    }

    private func change(
        _ name: String, _ action: String,
        _ body: @escaping @Sendable (inout StoredExecution, any Transaction, Timestamp) async throws -> Void
    ) async throws -> Execution {
        try await room.change { transaction, writer, now in
            let found = try await room.require(name, in: transaction)
            guard var stored = try await writer.execution(found.key, in: transaction) else { throw ExecutionError.noExecution(name) }
            guard !stored.execution.state.isFinal else {
                throw ExecutionError.alreadyEnded(serial: stored.execution.serial, state: stored.execution.state)
            }
            let before = stored.execution.hold
            try await body(&stored, transaction, now)
            writer.notes.append(
                ExecutionNotes.done(
                    action, stored.execution, before: ["hold": AuditNote.state(of: before) ?? .null],
                    after: ["hold": AuditNote.state(of: stored.execution.hold) ?? .null], at: now))
            writer.tell(stored)
            return stored.execution
        }
    }
}

extension Hold {
    /// Whether it goes away when the lock is free.
    var isForLock: Bool { reason == .lock || reason == .concurrency }

    /// What holds an execution up until its locks have been looked at.
    static func locks(since now: Timestamp) -> Hold { Hold(.lock, "It waits for its locks.", since: now) }
}
