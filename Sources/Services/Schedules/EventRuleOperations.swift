import Contracts
import Flow
import Store
import Vocabulary

/// What can be done with rules about events.
struct EventRuleOperations: Sendable {
    let room: EventsRoom

    /// A rule that may be saved.
    struct Draft: Sendable {
        var definition: EventRuleDefinition
        var job: ScheduledJob
        var source: String?
    }

    /// One page by name.
    func list(_ query: PageQuery) async throws -> Page<EventRule> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        return try await room.database.read { transaction in
            let found = try await room.rules.page(after: query.cursor, limit: limit + 1, in: transaction)
            let shown = Array(found.prefix(limit))
            let last = try await room.firings.last(of: shown.map(\.id), in: transaction)
            return Page(
                items: shown.map { $0.shown(last: last[$0.id]) },
                nextCursor: found.count > limit ? shown.last.map { EventsRoom.key($0.definition.name) } : nil,
                total: query.cursor == nil ? try await room.rules.count(in: transaction) : nil)
        }
    }

    /// The rule with this id, serial or name.
    func show(_ reference: String) async throws -> EventRule {
        try await room.database.read { transaction in
            try await shown(try await load(reference, in: transaction), in: transaction)
        }
    }

    /// What rules did about events, newest first.
    func firings(_ query: RuleFiringQuery) async throws -> Page<RuleFiring> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        if let cursor = query.cursor, RuleFiringID(cursor) == nil { throw EventError.cursor }
        return try await room.database.read { transaction in
            var rule: EventRuleID?
            if let reference = query.rule { rule = try await load(reference, in: transaction).id }
            let found = try await room.firings.page(
                of: rule, query, before: query.cursor?.lowercased(), limit: limit + 1, in: transaction)
            return Page(items: Array(found.prefix(limit)), nextCursor: found.count > limit ? found[limit - 1].id.text : nil)
        }
    }

    /// Adds a rule.
    func create(_ input: SaveEventRule, by caller: Caller) async throws -> EventRule {
        let owner = try room.owner(caller)
        let draft = try await draft(input.definition)
        let rule = try await room.database.transact { transaction in
            try await shown(try await add(draft, by: owner, in: transaction), in: transaction)
        }
        room.news.ring()
        return rule
    }

    /// Changes a rule; whoever does answers for its runs from now on.
    func update(_ reference: String, _ input: SaveEventRule, by caller: Caller) async throws -> EventRule {
        let owner = try room.owner(caller)
        let draft = try await draft(input.definition)
        let rule = try await room.database.transact { transaction in
            let present = try await load(reference, isLocked: true, in: transaction)
            if let sent = input.revision, sent != present.revision {
                throw EventError.staleRevision(sent: sent, current: present.revision)
            }
            return try await shown(try await change(present, to: draft, by: owner, in: transaction), in: transaction)
        }
        room.news.ring()
        return rule
    }

    /// Deletes a rule with its history; its runs stay.
    func delete(_ reference: String) async throws {
        try await room.database.transact { transaction in
            let present = try await load(reference, isLocked: true, in: transaction)
            try await room.rules.remove(present.id, in: transaction)
            try await note("deleted", before: present, after: nil, at: room.clock.now(), in: transaction)
        }
        room.news.ring()
    }

    /// Adds what was checked.
    func add(_ draft: Draft, by owner: ScheduleOwner, in transaction: any Transaction) async throws -> StoredEventRule {
        let now = room.clock.now()
        let number = try await room.webhooks.nextNumber("rule", year: now.year, in: transaction)
        let rule = StoredEventRule(
            id: .make(room.ids), serial: EventsRoom.serial("R", year: now.year, number: number), revision: 1, definition: draft.definition,
            source: draft.source, job: draft.job, owner: owner, createdAt: now, updatedAt: now)
        try await room.rules.insert(rule, in: transaction)
        try await note("created", before: nil, after: rule, at: now, in: transaction)
        return rule
    }

    /// Keeps what was checked over a rule that the transaction has locked; nothing when it says that already.
    func change(
        _ rule: StoredEventRule, to draft: Draft, by owner: ScheduleOwner, in transaction: any Transaction
    ) async throws -> StoredEventRule {
        if rule.says(draft), rule.owner == owner { return rule }
        var next = rule
        (next.definition, next.job, next.source, next.owner) = (draft.definition, draft.job, draft.source, owner)
        (next.revision, next.updatedAt) = (rule.revision + 1, room.clock.now())
        try await room.rules.save(next, in: transaction)
        try await note("updated", before: rule, after: next, at: next.updatedAt, in: transaction)
        return next
    }

    private func load(_ reference: String, isLocked: Bool = false, in transaction: any Transaction) async throws -> StoredEventRule {
        guard let found = try await room.rules.rule(reference, isLocked: isLocked, in: transaction) else {
            throw EventError.notFound(.rule, reference)
        }
        return found
    }

    private func shown(_ rule: StoredEventRule, in transaction: any Transaction) async throws -> EventRule {
        rule.shown(last: try await room.firings.last(of: [rule.id], in: transaction)[rule.id])
    }

    private func note(
        _ verb: String, before: StoredEventRule?, after: StoredEventRule?, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        guard let named = after ?? before else { return }
        try await room.news.note(
            AuditNote(
                "event_rule.\(verb)", AuditNote.Object("event_rule", named.id.text, named.serial),
                before: try before.map { try AuditText.value($0.definition) }, after: try after.map { try AuditText.value($0.definition) },
                by: SchedulesAPI.name, at: now),
            in: transaction)
    }
}

extension StoredEventRule {
    /// Whether it says that already.
    func says(_ draft: EventRuleOperations.Draft) -> Bool {
        definition == draft.definition && job == draft.job && source == draft.source
    }
}
