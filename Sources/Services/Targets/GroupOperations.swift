import Contracts
import Flow
import Store
import Vocabulary

/// What can be done with saved groups.
struct GroupOperations: Sendable {
    let database: any Database
    let groups: any GroupStore
    let targets: any TargetStore
    let notes: TargetNotes
    let clock: any WallClock
    let ids: any IDSource

    /// Groups by name, each with how many targets match now.
    func list(_ query: PageQuery) async throws -> Page<TargetGroup> {
        let after = try NameCursor.read(query.cursor)
        let limit = min(max(query.limit ?? NameCursor.usualLimit, 1), 500)
        return try await database.read { transaction in
            let found = try await groups.page(after: after, limit: limit + 1, in: transaction)
            let total = after == nil ? try await groups.count(in: transaction) : nil
            let page = NameCursor.page(found, limit: limit, total: total) { FilterText.folded($0.name) }
            let filters = try await groups.filters(in: transaction)
            var counted = page
            for index in counted.items.indices {
                counted.items[index].count = try await count(counted.items[index], filters, in: transaction)
            }
            return counted
        }
    }

    /// Saves a new group.
    /// - Throws: `TargetError.invalid`, `invalidFilter`, `nameTaken`.
    func create(_ save: SaveTargetGroup) async throws -> TargetGroup {
        let now = clock.now()
        let made = try await database.transact { transaction in
            let group = TargetGroup(
                id: .make(ids), name: save.name, description: save.description ?? "", filter: save.filter, count: 0, updatedAt: now)
            let filters = try await check(group, replacing: nil, in: transaction)
            try await groups.insert(group, in: transaction)
            try await notes.group("target_group.created", group, in: transaction)
            return try await counted(group, filters, in: transaction)
        }
        notes.news.ring()
        return made
    }

    /// Changes a group.
    /// - Throws: as `create`; `TargetError.notFound`; `groupInUse` when it is renamed although other groups mention it.
    func update(_ reference: String, to save: SaveTargetGroup) async throws -> TargetGroup {
        let now = clock.now()
        let saved = try await database.transact { transaction in
            let current = try await find(reference, in: transaction)
            if FilterText.folded(save.name) != FilterText.folded(current.name) {
                try await requireUnused(current, in: transaction)
            }
            let next = TargetGroup(
                id: current.id, name: save.name, description: save.description ?? "", filter: save.filter, count: 0, updatedAt: now)
            let filters = try await check(next, replacing: current, in: transaction)
            try await groups.save(next, in: transaction)
            try await notes.group("target_group.updated", next, from: current, in: transaction)
            return try await counted(next, filters, in: transaction)
        }
        notes.news.ring()
        return saved
    }

    /// Deletes a group.
    /// - Throws: `TargetError.notFound`, `groupInUse`.
    func delete(_ reference: String) async throws {
        try await database.transact { transaction in
            let group = try await find(reference, in: transaction)
            try await requireUnused(group, in: transaction)
            try await groups.delete(group.id, in: transaction)
            try await notes.group("target_group.deleted", group, from: group, in: transaction)
        }
        notes.news.ring()
    }

    private func find(_ reference: String, in transaction: any Transaction) async throws -> TargetGroup {
        guard let group = try await groups.group(reference, in: transaction) else {
            throw TargetError.notFound(.group, reference)
        }
        return group
    }

    /// Checks a group against all others and returns the filters of all as they would be.
    private func check(
        _ group: TargetGroup, replacing current: TargetGroup?, in transaction: any Transaction
    ) async throws -> [String: String] {
        let places =
            TargetRules.nameMistakes(group.name, "group")
            + (group.description.count > 2000
                ? [ProblemPlace("The description has at most 2000 characters.", pointer: "#/description")] : [])
        guard places.isEmpty else { throw TargetError.invalid(.group, places) }
        var filters = try await groups.filters(in: transaction)
        if let current { filters[FilterText.folded(current.name)] = nil }
        let key = FilterText.folded(group.name)
        guard filters[key] == nil else { throw TargetError.nameTaken(.group, group.name) }
        _ = try FilterReader.parse(group.filter)
        filters[key] = group.filter
        for name in filters.keys.sorted() {
            _ = try FilterReader.resolve(.group(name), filters)
        }
        return filters
    }

    private func requireUnused(_ group: TargetGroup, in transaction: any Transaction) async throws {
        let key = FilterText.folded(group.name)
        let users = try await groups.filters(in: transaction).filter { name, filter in
            name != key && (try? FilterExpression.parse(filter))?.groups.contains(key) == true
        }
        guard users.isEmpty else { throw TargetError.groupInUse(group.name, by: users.keys.sorted()) }
    }

    private func counted(
        _ group: TargetGroup, _ filters: [String: String], in transaction: any Transaction
    ) async throws -> TargetGroup {
        var counted = group
        counted.count = try await count(group, filters, in: transaction)
        return counted
    }

    private func count(_ group: TargetGroup, _ filters: [String: String], in transaction: any Transaction) async throws -> Int {
        let filter = try FilterReader.resolve(.group(group.name), filters)
        return try await targets.count(filter, status: nil, in: transaction)
    }
}
