import Contracts
import Store
import Synchronization
import Vocabulary

/// Keeps the guard, and holds runs against it.
struct GuardOperations: Sendable {
    let room: ExecutionsRoom

    /// The guard as it is.
    func show() async throws -> RunGuard { try await room.database.read { try await room.guards.find(in: $0) } ?? .open }

    /// Changes the guard.
    /// - Throws: `ExecutionError.badEnvironment`, `.staleGuard`.
    func save(_ wish: SaveGuard, by caller: Caller) async throws -> RunGuard {
        let names = wish.production.map { name in String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
        if let bad = names.firstIndex(where: { $0.isEmpty || $0.unicodeScalars.count > 200 }) { throw ExecutionError.badEnvironment(bad) }
        let saved = try await room.database.transact { transaction in
            let present = try await room.guards.find(in: transaction) ?? .open
            if let revision = wish.revision, revision != present.revision {
                throw ExecutionError.staleGuard(sent: revision, current: present.revision)
            }
            var next = present
            next.mostTargets = wish.mostTargets
            next.production = names
            (next.revision, next.changedAt, next.changedBy) = (present.revision + 1, room.clock.now(), caller.name)
            try await room.guards.save(next, in: transaction)
            try await room.news.note(
                ExecutionNotes.rule("guard.updated", "guard", from: present, to: next, at: room.clock.now()), in: transaction)
            return next
        }
        room.news.ring()
        room.guardMemory.forget()
        return saved
    }

    /// Refuses a run that may not be.
    /// - Throws: `ExecutionError.tooManyTargets`, `.unconfirmed`.
    func check(_ targets: [TargetSnapshot], job: String?, confirm: String?, isConfirmed: Bool) async throws {
        let refusals = try await refusals(targets, job: job, confirm: confirm, isConfirmed: isConfirmed)
        if let first = refusals.first { throw first }
    }

    /// Everything that the guard has against a run.
    func refusals(_ targets: [TargetSnapshot], job: String?, confirm: String?, isConfirmed: Bool) async throws -> [ExecutionError] {
        let rules = RunGuardRules(rules: try await remembered(), targets: targets, job: job)
        return [rules.tooMany, isConfirmed ? nil : rules.unconfirmed(confirm)].compactMap { $0 }
    }

    /// The guard as it was some seconds ago at most, so that a start need not ask the database for it.
    private func remembered() async throws -> RunGuard {
        let now = room.clock.now()
        if let known = room.guardMemory.known(at: now) { return known }
        let read = try await show()
        room.guardMemory.remember(read, at: now)
        return read
    }
}

/// The guard as it was read last. A change counts at once in its own process, in others after some seconds.
final class GuardMemory: Sendable {
    private static let freshFor = Duration.seconds(3)
    private let known = Mutex<(rules: RunGuard, at: Timestamp)?>(nil)

    /// The guard, if it was read lately.
    func known(at now: Timestamp) -> RunGuard? {
        known.withLock { known in
            guard let known, now - known.at < Self.freshFor, known.at <= now else { return nil }
            return known.rules
        }
    }

    /// Keeps what was read.
    func remember(_ rules: RunGuard, at now: Timestamp) { known.withLock { $0 = (rules, now) } }

    /// Has it read again.
    func forget() { known.withLock { $0 = nil } }
}
