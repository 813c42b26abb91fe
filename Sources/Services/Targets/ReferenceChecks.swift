import Contracts
import Flow
import Store
import Vocabulary

/// Checks what connection methods refer to: it exists, a jump target can be jumped through, nothing runs in a circle.
struct ReferenceChecks: Sendable {
    let targets: any TargetStore
    let credentials: any CredentialStore

    /// The mistakes of each of these targets as they would be saved together; a handful of queries for any number.
    func mistakes(in batch: [Target], _ transaction: any Transaction) async throws -> [TargetID: [ProblemPlace]] {
        let methods = batch.flatMap(\.connections)
        let credentialIds = Array(Set(methods.compactMap(\.credential)))
        let stored = try await credentials.credentials(credentialIds, in: transaction)
        let known = Dictionary(stored.map { ($0.credential.id, $0.credential) }) { first, _ in first }
        let changed = Dictionary(batch.map { ($0.id, $0) }) { first, _ in first }
        let jumpIds = Set(methods.compactMap(\.jump))
        let outside = jumpIds.isEmpty ? [] : try await targets.targets(jumpIds.filter { changed[$0] == nil }, in: transaction)
        let jumpTargets = changed.merging(outside.map { ($0.id, $0) }) { first, _ in first }
        let graph = try await graph(from: jumpIds, changed, transaction)
        var mistakes: [TargetID: [ProblemPlace]] = [:]
        for target in batch {
            let places = target.connections.enumerated().flatMap { index, method in
                self.mistakes(method, at: "#/connections/\(index)", of: target, known, jumpTargets, graph)
            }
            let blocking = try await jumpersInTheWay(target, changed, transaction)
            if !(places + blocking).isEmpty { mistakes[target.id] = places + blocking }
        }
        return mistakes
    }

    private func mistakes(
        _ method: ConnectionMethod, at pointer: String, of target: Target, _ credentials: [CredentialID: Credential],
        _ jumpTargets: [TargetID: Target], _ graph: [TargetID: [TargetID]]
    ) -> [ProblemPlace] {
        var places: [ProblemPlace] = []
        if let credential = method.credential {
            let known = credentials[credential]
            let wrong = known.map { $0.kind.logsIn ? nil : "The credential `\($0.name)` is for SNMP; nobody can log in with it." }
            if let wrong = wrong ?? "There is no credential `\(credential)`." {
                places.append(ProblemPlace(wrong, pointer: "\(pointer)/credential"))
            }
        }
        guard let jump = method.jump else { return places }
        func place(_ detail: String) { places.append(ProblemPlace(detail, pointer: "\(pointer)/jump")) }
        guard jump != target.id else {
            place("`\(target.name)` cannot be its own jump host.")
            return places
        }
        guard let host = jumpTargets[jump] else {
            place("There is no target `\(jump)` to jump through.")
            return places
        }
        if !host.connections.contains(where: { $0.kind == .ssh }) {
            place("`\(host.name)` has no SSH connection to jump through.")
        }
        if ConnectionRules.leadsBack(to: target.id, from: [jump], graph) {
            place("Jumping through `\(host.name)` leads back to `\(target.name)`.")
        }
        return places
    }

    /// The targets that every reachable target goes through, with the changes put in.
    private func graph(
        from jumps: Set<TargetID>, _ changed: [TargetID: Target], _ transaction: any Transaction
    ) async throws -> [TargetID: [TargetID]] {
        var graph = changed.mapValues { $0.connections.compactMap(\.jump) }
        var waiting = jumps.subtracting(graph.keys)
        while !waiting.isEmpty {
            let found = try await targets.jumps(of: Array(waiting), in: transaction)
            for id in waiting { graph[id] = found[id] ?? [] }
            waiting = Set(found.values.joined()).subtracting(graph.keys)
        }
        return graph
    }

    /// Others that go through a target which would no longer have an SSH connection.
    private func jumpersInTheWay(
        _ target: Target, _ changed: [TargetID: Target], _ transaction: any Transaction
    ) async throws -> [ProblemPlace] {
        guard target.revision > 1, !target.connections.contains(where: { $0.kind == .ssh }) else { return [] }
        let jumpers = try await targets.jumpers(through: target.id, in: transaction).names
        let stillThere = jumpers.filter { name in
            let saved = changed.values.first { FilterText.folded($0.name) == FilterText.folded(name) }
            return saved.map { $0.connections.contains { $0.jump == target.id } } ?? true
        }
        guard let first = stillThere.first else { return [] }
        return [
            ProblemPlace(
                "`\(target.name)` is the jump host of `\(first)` and needs an SSH connection for that.", pointer: "#/connections")
        ]
    }
}
