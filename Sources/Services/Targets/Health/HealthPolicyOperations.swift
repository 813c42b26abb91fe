import Contracts
import Flow
import Store
import Vocabulary

/// What can be done with policies. Their place is told in the audit log with every change.
struct HealthPolicyOperations: Sendable {
    let database: any Database
    let policies: any HealthPolicyStore
    let filters: FilterReader
    let news: NewsDesk
    let clock: any WallClock
    let ids: any IDSource

    /// All policies in order.
    func list() async throws -> HealthPolicies { HealthPolicies(items: try await policies.all(counting: true, in: database)) }

    /// Adds a policy.
    /// - Throws: `TargetError.invalid`, `invalidFilter`, `nameTaken`.
    func create(_ save: SaveHealthPolicy) async throws -> HealthPolicy {
        let now = clock.now()
        let id = HealthPolicyID.make(ids)
        let made = try await database.transact { transaction in
            try await requireSound(save, isDefault: false, in: transaction)
            let all = try await policies.all(counting: true, in: transaction)
            try requireFree(save.name, all, except: nil)
            let order = HealthPolicyRules.ordered(all, with: .made(save, id: id, revision: 1, at: now))
            guard let made = order.first(where: { $0.id == id }) else { throw TargetError.notFound(.policy, save.name) }
            try await policies.insert(made, in: transaction)
            try await policies.save(order.filter { $0.id != id }, in: transaction)
            try await note("created", before: nil, after: made, at: now, in: transaction)
            return made
        }
        news.ring()
        return made
    }

    /// Changes a policy.
    /// - Throws: as `create`; `TargetError.notFound`, `staleRevision`.
    func update(_ reference: String, to save: SaveHealthPolicy) async throws -> HealthPolicy {
        let now = clock.now()
        let saved = try await database.transact { transaction in
            let all = try await policies.all(counting: true, in: transaction)
            let current = try find(reference, all)
            if let sent = save.revision, sent != current.revision {
                throw TargetError.staleRevision(sent: sent, current: current.revision)
            }
            try await requireSound(save, isDefault: current.isDefault, in: transaction)
            try requireFree(save.name, all, except: current.id)
            var next = HealthPolicy.made(save, id: current.id, revision: current.revision + 1, at: now)
            next.position = save.position ?? current.position
            next.methods = current.methods
            let order = HealthPolicyRules.ordered(all.filter { $0.id != current.id }, with: next)
            try await policies.save(order, in: transaction)
            let saved = order.first { $0.id == current.id } ?? next
            try await note("updated", before: current, after: saved, at: now, in: transaction)
            return saved
        }
        news.ring()
        return saved
    }

    /// Deletes a policy.
    /// - Throws: `TargetError.notFound`, `invalid` for the default.
    func delete(_ reference: String) async throws {
        let now = clock.now()
        try await database.transact { transaction in
            let all = try await policies.all(counting: true, in: transaction)
            let current = try find(reference, all)
            guard !current.isDefault else {
                throw TargetError.invalid(.policy, [ProblemPlace("The default policy stays; change it, or turn it off.")])
            }
            try await policies.delete(current.id, in: transaction)
            try await note("deleted", before: current, after: nil, at: now, in: transaction)
        }
        news.ring()
    }

    private func find(_ reference: String, _ all: [HealthPolicy]) throws(TargetError) -> HealthPolicy {
        let key = reference.lowercased()
        guard let found = all.first(where: { $0.id.text == key }) ?? all.first(where: { $0.name.lowercased() == key }) else {
            throw .notFound(.policy, reference)
        }
        return found
    }

    private func requireFree(_ name: String, _ all: [HealthPolicy], except id: HealthPolicyID?) throws(TargetError) {
        if all.contains(where: { $0.id != id && $0.name.lowercased() == name.lowercased() }) { throw .nameTaken(.policy, name) }
    }

    private func requireSound(_ save: SaveHealthPolicy, isDefault: Bool, in transaction: any Transaction) async throws {
        let places = HealthPolicyRules.mistakes(in: save, isDefault: isDefault)
        guard places.isEmpty else { throw TargetError.invalid(.policy, places) }
        if let filter = try await filters.read(save.filter, in: transaction), HealthPolicyRules.asksForHealth(filter) {
            throw TargetError.invalid(
                .policy, [ProblemPlace("A policy cannot depend on how targets are doing; leave `health` out.", pointer: "#/filter")])
        }
    }

    private func note(
        _ verb: String, before: HealthPolicy?, after: HealthPolicy?, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        guard let policy = after ?? before else { return }
        try await news.note(
            AuditNote(
                "health_policy.\(verb)", .init("health_policy", policy.id.text, policy.name), before: before?.audited,
                after: after?.audited, by: TargetsService.name, at: now), in: transaction)
    }
}
