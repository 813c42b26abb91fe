import Contracts
import Store
import Vocabulary

/// What can be done with dead-man rules, and what they say when time passes or runs end.
struct DeadManOperations: Sendable {
    let room: SchedulesRoom

    /// One page of rules by name.
    func list(_ query: PageQuery) async throws -> Page<DeadManRule> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        return try await room.database.read { transaction in
            let found = try await room.rules.page(after: query.cursor, limit: limit + 1, in: transaction)
            let shown = Array(found.prefix(limit))
            return Page(
                items: shown.map(self.shown),
                nextCursor: found.count > limit ? shown.last.map { StoredSchedule.key($0.definition.name) } : nil,
                total: query.cursor == nil ? try await room.rules.count(in: transaction) : nil)
        }
    }

    /// The rule with this id or name.
    func show(_ reference: String) async throws -> DeadManRule {
        try await room.database.read { shown(try await load(reference, in: $0)) }
    }

    /// Alerts, newest first.
    func alerts(_ query: DeadManAlertQuery) async throws -> Page<DeadManAlert> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        return try await room.database.read { transaction in
            let found = try await room.rules.alerts(query, before: query.cursor, limit: limit + 1, in: transaction)
            return Page(items: Array(found.prefix(limit)), nextCursor: found.count > limit ? found[limit - 1].id : nil)
        }
    }

    /// Adds a rule; it counts from now on.
    func create(_ input: SaveDeadManRule, by caller: Caller) async throws -> DeadManRule {
        let (definition, job) = try await checked(input.definition)
        let rule = try await room.database.transact(.lockingRows) { transaction in
            try await add(definition, job, by: caller, in: transaction)
        }
        await told()
        return shown(rule)
    }

    /// Changes a rule; it counts anew from now on, and an open alert ends.
    func update(_ reference: String, _ input: SaveDeadManRule, by caller: Caller) async throws -> DeadManRule {
        let (definition, job) = try await checked(input.definition)
        let rule = try await room.database.transact(.lockingRows) { transaction in
            let present = try await load(reference, in: transaction)
            if let sent = input.revision, sent != present.revision {
                throw ScheduleError.staleRevision(sent: sent, current: present.revision)
            }
            return try await change(present, to: definition, job, by: caller, in: transaction)
        }
        await told()
        return shown(rule)
    }

    /// Creates or changes a rule by its name.
    func apply(
        _ definition: DeadManRuleDefinition, _ job: JobID?, by caller: Caller, in transaction: any Transaction
    ) async throws -> (ApplyAction, [String]) {
        guard let present = try await room.rules.rule(definition.name, in: transaction) else {
            _ = try await add(definition, job, by: caller, in: transaction)
            return (.created, [])
        }
        let next = try await change(present, to: definition, job, by: caller, in: transaction)
        if next.revision == present.revision { return (.unchanged, []) }
        return (.updated, try ValueDifference.paths(present.definition, next.definition))
    }

    private func add(
        _ definition: DeadManRuleDefinition, _ job: JobID?, by caller: Caller, in transaction: any Transaction
    ) async throws -> StoredRule {
        let now = try await room.now(in: transaction)
        var rule = StoredRule(
            id: .make(room.ids), revision: 1, definition: definition, job: job, schedule: try await schedule(definition, in: transaction),
            state: .kept, since: now, countsFrom: now, updatedAt: now, updatedBy: caller.name)
        rule.checkAt = verdict(rule, facts(rule), at: now).checkAt
        try await room.rules.insert(rule, in: transaction)
        try await note("created", before: nil, after: rule, at: now, in: transaction)
        return rule
    }

    private func change(
        _ present: StoredRule, to definition: DeadManRuleDefinition, _ job: JobID?, by caller: Caller, in transaction: any Transaction
    ) async throws -> StoredRule {
        let schedule = try await schedule(definition, in: transaction)
        if definition == present.definition, job == present.job, schedule == present.schedule { return present }
        let now = try await room.now(in: transaction)
        var next = present
        (next.definition, next.job, next.schedule, next.revision) = (definition, job, schedule, present.revision + 1)
        (next.countsFrom, next.updatedAt, next.updatedBy) = (now, now, caller.name)
        if job != present.job || schedule != present.schedule { next.lastSuccessAt = nil }
        try await turn(&next, DeadManRules.Verdict(sentence: nil, checkAt: nil), at: now, in: transaction)
        next.checkAt = verdict(next, facts(next), at: now).checkAt
        try await room.rules.save(next, in: transaction)
        try await note("updated", before: present, after: next, at: now, in: transaction)
        return next
    }

    private func schedule(_ definition: DeadManRuleDefinition, in transaction: any Transaction) async throws -> ScheduleID? {
        guard let reference = definition.schedule else { return nil }
        guard let found = try await room.schedules.schedule(reference, isLocked: false, in: transaction) else {
            throw ScheduleError.invalid([ProblemPlace("is no schedule", pointer: "#/definition/schedule")])
        }
        return found.id
    }

    /// Deletes a rule with its alerts.
    func delete(_ reference: String) async throws {
        try await room.database.transact(.lockingRows) { transaction in
            let rule = try await load(reference, in: transaction)
            try await room.rules.remove(rule.id, in: transaction)
            try await note("deleted", before: rule, after: nil, at: try await room.now(in: transaction), in: transaction)
        }
        await told()
    }

    /// A definition that can be kept, with names as they are, and its job. Schedules with the names `beside` are saved together with it.
    func checked(_ input: DeadManRuleDefinition, beside: Set<String> = []) async throws -> (DeadManRuleDefinition, JobID?) {
        let places = DeadManRules.mistakes(in: input, zones: room.zones)
        guard places.isEmpty else { throw ScheduleError.invalid(places) }
        var definition = input
        if let reference = input.schedule {
            if beside.contains(StoredSchedule.key(reference)) { return (definition, nil) }
            let schedule = try await room.database.read { transaction in
                try await room.schedules.schedule(reference, isLocked: false, in: transaction)
            }
            guard let schedule else {
                throw ScheduleError.invalid([ProblemPlace("is no schedule", pointer: "#/definition/schedule")])
            }
            definition.schedule = schedule.definition.name
            return (definition, nil)
        }
        let found = try await room.peer.call(
            JobsAPI.usualTargets, [:], AskUsualTargets(job: input.job ?? ""), as: SchedulesRoom.caller)
        guard let job = found.job else { throw ScheduleError.invalid([ProblemPlace("is no job", pointer: "#/definition/job")]) }
        definition.job = job.name
        return (definition, job.id)
    }

    private func load(_ reference: String, in transaction: any Transaction) async throws -> StoredRule {
        guard let found = try await room.rules.rule(reference, in: transaction) else { throw ScheduleError.notFound(.rule, reference) }
        return found
    }

    private func told() async {
        room.news.ring()
        await room.ring()
    }

    func shown(_ rule: StoredRule) -> DeadManRule {
        DeadManRule(
            id: rule.id, revision: rule.revision, definition: rule.definition,
            words: DeadManRules(definition: rule.definition, zones: room.zones).words, state: rule.state, since: rule.since,
            sentence: rule.sentence, lastSuccessAt: rule.lastSuccessAt, nextCheckAt: rule.checkAt, updatedAt: rule.updatedAt,
            updatedBy: rule.updatedBy)
    }

    private func note(
        _ verb: String, before: StoredRule?, after: StoredRule?, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        guard let named = after ?? before else { return }
        try await room.news.note(
            AuditNote(
                "dead_man_rule.\(verb)", AuditNote.Object("dead_man_rule", named.id.text, named.definition.name),
                before: try before.map { try AuditText.value($0.definition) }, after: try after.map { try AuditText.value($0.definition) },
                by: SchedulesAPI.name, at: now),
            in: transaction)
    }
}
