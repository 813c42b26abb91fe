import Contracts
import Flow
import Store
import Vocabulary
import Web

/// What can be done with targets, one by one.
struct TargetOperations: Sendable {
    let database: any Database
    let targets: any TargetStore
    let filters: FilterReader
    let checks: ReferenceChecks
    let keeper: TargetKeeper
    let peer: any Peer
    let notes: TargetNotes
    let clock: any WallClock
    let ids: any IDSource

    /// Targets that match, by name; the first page says how many match in all.
    /// - Throws: `TargetError.invalidFilter`, `invalidCursor`.
    func list(_ query: TargetQuery) async throws -> Page<Target> {
        let after = try NameCursor.read(query.cursor)
        let limit = min(max(query.limit ?? NameCursor.usualLimit, 1), 500)
        let filter = try await filters.read(query.filter, in: database)
        let found = try await targets.page(filter, status: query.status, after: after, limit: limit + 1, in: database)
        let total = after == nil ? try await targets.count(filter, status: query.status, in: database) : nil
        return NameCursor.page(found, limit: limit, total: total) { FilterText.folded($0.name) }
    }

    /// One target by id, serial or name.
    /// - Throws: `TargetError.notFound`.
    func show(_ reference: String) async throws -> Target {
        try await find(reference, in: database)
    }

    /// Adds a target.
    /// - Throws: `TargetError.invalid`, `nameTaken`.
    func create(_ save: SaveTarget) async throws -> Target {
        let now = clock.now()
        try requireSound(save)
        let new = PreparedTarget(target: Target.made(save, id: .make(ids), serial: "", at: now), notes)
        try await targets.numbers.prepare(year: now.year, in: database)
        let created = try await keeper.keep(new)
        notes.news.ring()
        return created
    }

    /// Changes a target.
    /// - Throws: `TargetError.notFound`, `staleRevision`, `invalid`, `nameTaken`.
    func update(_ reference: String, to save: SaveTarget) async throws -> Target {
        let now = clock.now()
        let saved = try await database.transact { transaction in
            let current = try await find(reference, in: transaction)
            if let sent = save.revision, sent != current.revision {
                throw TargetError.staleRevision(sent: sent, current: current.revision)
            }
            try requireSound(save)
            try await requireFree(save.name, for: current.id, in: transaction)
            let next = current.changed(to: save, at: now)
            try await requireReferences(of: next, in: transaction)
            try await targets.save([next], in: transaction)
            try await notes.target("target.updated", next, from: current, in: transaction)
            return next
        }
        notes.news.ring()
        return saved
    }

    /// Deletes a target.
    /// - Throws: `TargetError.notFound`, `jumpedThrough`.
    func delete(_ reference: String) async throws {
        try await database.transact { transaction in
            let target = try await find(reference, in: transaction)
            let jumpers = try await targets.jumpers(through: target.id, in: transaction)
            guard jumpers.count == 0 else {
                throw TargetError.jumpedThrough(target: target.name, by: jumpers.names, count: jumpers.count)
            }
            try await targets.delete(target.id, in: transaction)
            try await notes.target("target.deleted", target, from: target, in: transaction)
        }
        notes.news.ring()
    }

    /// Has a worker connect to a target.
    /// - Throws: `TargetError.notFound`, `nothingToTest`; the `Problem` of Executions.
    func test(_ reference: String, _ request: TestTarget) async throws -> ConnectionTest {
        let target = try await show(reference)
        guard target.connections.indices.contains(request.method ?? 0) else {
            throw TargetError.nothingToTest(target: target.name, methods: target.connections.count)
        }
        try await database.transact { try await notes.about(target, "target.tested", in: $0) }
        notes.news.ring()
        let probe = ProbeTarget(target: target.id, name: target.name, method: request.method)
        return try await peer.call(ExecutionsAPI.probe, [:], probe, as: .service("targets"))
    }

    /// Adds and removes tags on all targets that match.
    /// - Throws: `TargetError.invalidFilter`, `invalid`.
    func tag(_ request: TagTargets) async throws -> TagReceipt {
        let (add, remove) = (TargetRules.ordered(request.add ?? []), TargetRules.ordered(request.remove ?? []))
        let now = clock.now()
        try requireSound(add, remove)
        let receipt = try await database.transact { transaction in
            let filter = try await filters.read(request.filter, in: transaction)
            guard let filter else {
                throw TargetError.invalidFilter(FilterError("The filter is empty; write `all` for every target.", column: 1))
            }
            let matched = try await targets.ids(filter, in: transaction)
            let changed = try await targets.tag(matched, add: add, remove: remove, at: now, in: transaction)
            if let name = try await targets.overTagged(changed, most: 100, in: transaction) {
                throw TargetError.invalid(
                    .target, [ProblemPlace("The target `\(name)` would have more than 100 tags; nothing was changed.", pointer: "#/add")])
            }
            let receipt = TagReceipt(matched: matched.count, changed: changed.count)
            if !changed.isEmpty {
                let what = AuditNote.state(
                    of: TagNote(filter: request.filter, add: add, remove: remove, receipt: receipt, targets: changed))
                try await notes.list("targets.tagged", after: what ?? .null, in: transaction)
            }
            return receipt
        }
        notes.news.ring()
        return receipt
    }

    /// The words and values that filters can use.
    func vocabulary() async throws -> FilterVocabulary {
        try await database.read { transaction in
            let values = try await targets.values(limit: 1000, in: transaction)
            let groups = try await filters.groups.page(after: nil, limit: 1000, in: transaction)
            let fields = FilterField.words.map(\.word) + ["group"] + values.facts.map { "fact.\($0.lowercased())" }
            return FilterVocabulary(
                fields: fields, tags: values.tags, environments: values.environments, oses: values.oses, groups: groups.map(\.name))
        }
    }

    private func find(_ reference: String, in reading: any Reading) async throws -> Target {
        guard let target = try await targets.target(reference, in: reading) else {
            throw TargetError.notFound(.target, reference)
        }
        return target
    }

    private func requireSound(_ save: SaveTarget) throws(TargetError) {
        let places = TargetRules.mistakes(in: save)
        guard places.isEmpty else { throw .invalid(.target, places) }
    }

    private func requireSound(_ add: [String], _ remove: [String]) throws(TargetError) {
        var places = TargetRules.tagMistakes(add, pointer: "#/add") + TargetRules.tagMistakes(remove, pointer: "#/remove")
        let removed = Set(remove.map { $0.lowercased() })
        if let both = add.first(where: { removed.contains($0.lowercased()) }) {
            places.append(ProblemPlace("The tag `\(both)` cannot be added and removed at once.", pointer: "#/remove"))
        }
        if add.isEmpty, remove.isEmpty { places.append(ProblemPlace("Name at least one tag to add or to remove.", pointer: "#/add")) }
        guard places.isEmpty else { throw .invalid(.target, places) }
    }

    private func requireFree(_ name: String, for id: TargetID?, in transaction: any Transaction) async throws {
        let namesake = try await targets.named([FilterText.folded(name)], in: transaction).first
        guard namesake == nil || namesake?.id == id else { throw TargetError.nameTaken(.target, name) }
    }

    private func requireReferences(of target: Target, in transaction: any Transaction) async throws {
        if let places = try await checks.mistakes(in: [target], transaction)[target.id] {
            throw TargetError.invalid(.target, places)
        }
    }
}

/// What the audit log is told of tags on many targets.
private struct TagNote: Encodable {
    let filter: String
    let add: [String]
    let remove: [String]
    let receipt: TagReceipt
    let targets: [TargetID]
}
