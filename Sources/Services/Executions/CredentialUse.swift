import Contracts
import Synchronization
import Vocabulary

/// A credential as the audit log names it.
struct KnownCredential: Sendable, Hashable {
    let id: CredentialID
    let name: String
}

/// Remembers which credentials open which targets, as Targets said last, so that what a lease hands out can be told to the audit log within the transaction that
/// leases; and for which executions that was told.
final class CredentialMemory: Sendable {
    private struct Use: Hashable {
        let execution: ExecutionID
        let credential: CredentialID
    }
    private struct State {
        var targets: [TargetID: [KnownCredential]] = [:]
        var told: Set<Use> = []
    }
    private static let mostTargets = 50_000, mostUses = 200_000
    private let state = Mutex(State())

    /// The credentials that are not told yet of an execution, as far as is known which its targets need.
    func untold(_ execution: ExecutionID, _ targets: some Sequence<TargetID>) -> [KnownCredential] {
        state.withLock { state in
            var found: Set<KnownCredential> = []
            for target in targets { found.formUnion(state.targets[target] ?? []) }
            return found.filter { !state.told.contains(Use(execution: execution, credential: $0.id)) }.sorted { $0.id.text < $1.id.text }
        }
    }

    /// Keeps which credentials open which targets.
    func learn(_ connections: TargetConnections) {
        state.withLock { state in
            if state.targets.count + connections.targets.count > Self.mostTargets { state.targets = [:] }
            for connection in connections.targets { state.targets[connection.target] = connections.known(to: connection) }
        }
    }

    /// Keeps that it was told for an execution.
    func note(_ credentials: [KnownCredential], of execution: ExecutionID) {
        state.withLock { state in
            if state.told.count > Self.mostUses { state.told = [] }
            for credential in credentials { state.told.insert(Use(execution: execution, credential: credential.id)) }
        }
    }
}

extension TargetConnections {
    /// The credentials with which a target is reached and that are handed out here.
    func known(to connection: TargetConnection) -> [KnownCredential] {
        let ids = Set(connection.methods.flatMap { [$0] + $0.jumps }.compactMap(\.credential)).filter { credentials[$0.text] != nil }
        return ids.map { KnownCredential(id: $0, name: names?[$0.text] ?? $0.text) }
    }
}

extension ExecutionsRoom {
    /// Tells which credentials a worker gets to check targets or to look for some, once an hour for each, before they are handed out.
    func tellErrand(_ connections: TargetConnections, to worker: String) async throws {
        let now = clock.now()
        let ids = connections.credentials.keys.sorted().filter { errandCredentials.isNews("\($0) \(worker)", at: now) }
        if ids.isEmpty { return }
        let notes = ids.map { id in
            AuditNote(
                "credential.used", .init("credential", id, connections.names?[id] ?? id), after: .object(["worker": .string(worker)]),
                detail: "To check targets or to look for some; what is checked in the hour after this is not told again.",
                origin: ExecutionNotes.origin(of: worker), by: ExecutionsService.name, at: now)
        }
        do {
            try await database.transact(.lockingRows) { try await news.note(notes, in: $0) }
        } catch {
            for id in ids { errandCredentials.forget("\(id) \(worker)") }
            throw error
        }
        news.ring()
    }
}

extension LeaseOperations {
    /// Tells which credentials the branches that were just claimed get, as far as that is known. What is not is told before it is handed out.
    func tellCredentials(_ claimed: [StoredBranch], to worker: String, _ taken: inout Taken, _ writer: inout FeedWriter, at now: Timestamp)
    {
        for (key, branches) in Dictionary(grouping: claimed, by: \.execution).sorted(by: { $0.key < $1.key }) {
            guard let run = writer.executions[key]?.execution else { continue }
            let untold = room.credentials.untold(run.id, branches.lazy.map(\.target))
            if untold.isEmpty { continue }
            writer.notes += untold.map { ExecutionNotes.credential("credential.used", $0, for: run, to: worker, at: now) }
            taken.told[key, default: []] += untold
        }
    }

    /// Tells what the claim could not know: credentials of targets that are new to this process or were changed. Nothing is handed out before that is stored.
    func tellRest(_ taken: Taken, _ connections: TargetConnections, to worker: String) async throws {
        room.credentials.learn(connections)
        let byTarget = Dictionary(connections.targets.map { ($0.target, connections.known(to: $0)) }) { first, _ in first }
        let now = room.clock.now()
        var notes: [AuditNote] = []
        var told: [(ExecutionID, [KnownCredential])] = []
        for (key, branches) in Dictionary(grouping: taken.branches, by: \.execution).sorted(by: { $0.key < $1.key }) {
            guard let run = taken.executions[key]?.execution else { continue }
            let handed = Set(branches.flatMap { byTarget[$0.target] ?? [] })
            let expected = taken.told[key] ?? []
            let untold = Set(room.credentials.untold(run.id, branches.lazy.map(\.target))).subtracting(expected).intersection(handed)
            let withheld = expected.filter { !handed.contains($0) }
            notes += untold.sorted { $0.id.text < $1.id.text }.map {
                ExecutionNotes.credential("credential.used", $0, for: run, to: worker, at: now)
            }
            notes += withheld.map { ExecutionNotes.credential("credential.withheld", $0, for: run, to: worker, at: now) }
            told.append((run.id, expected.filter { handed.contains($0) } + untold))
        }
        for probe in taken.probes {
            notes += (byTarget[probe.target] ?? []).map { credential in
                AuditNote(
                    "credential.used", .init("credential", credential.id.text, credential.name),
                    after: .object(["target": .string(probe.target.text), "name": .string(probe.name), "worker": .string(worker)]),
                    detail: "To test how the target can be reached.", origin: ExecutionNotes.origin(of: worker), by: ExecutionsService.name,
                    at: now)
            }
        }
        if !notes.isEmpty {
            let all = notes
            try await room.database.transact(.lockingRows) { try await room.news.note(all, in: $0) }
            room.news.ring()
        }
        for (execution, credentials) in told { room.credentials.note(credentials, of: execution) }
    }
}
