import Calendar
import Contracts
import Flow
import Store
import Vocabulary

/// What can be done with calendars.
struct CalendarOperations: Sendable {
    let room: SchedulesRoom

    /// One page of calendars by name.
    func list(_ query: PageQuery) async throws -> Page<ScheduleCalendar> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        return try await room.database.read { transaction in
            let all = try await room.calendars.all(in: transaction)
            let left = all.filter { StoredSchedule.key($0.definition.name) > query.cursor ?? "" }
            let shown = Array(left.prefix(limit))
            var items: [ScheduleCalendar] = []
            for calendar in shown { items.append(try await self.shown(calendar, in: transaction)) }
            return Page(
                items: items, nextCursor: left.count > limit ? shown.last.map { StoredSchedule.key($0.definition.name) } : nil,
                total: query.cursor == nil ? all.count : nil)
        }
    }

    /// The calendar with this id or name.
    func show(_ reference: String) async throws -> ScheduleCalendar {
        try await room.database.read { try await self.shown(try await load(reference, in: $0), in: $0) }
    }

    /// Adds a calendar.
    func create(_ input: SaveCalendar, by caller: Caller) async throws -> ScheduleCalendar {
        let definition = try await checked(input.definition)
        let shown = try await room.database.transact { transaction in
            let now = try await room.now(in: transaction)
            let calendar = StoredCalendar(
                id: .make(room.ids), revision: 1, definition: definition, updatedAt: now, updatedBy: caller.name)
            try await room.calendars.insert(calendar, in: transaction)
            try await note("created", before: nil, after: calendar, at: now, in: transaction)
            return try await self.shown(calendar, in: transaction)
        }
        room.news.ring()
        return shown
    }

    /// Changes a calendar; it counts from the next occurrence on.
    func update(_ reference: String, _ input: SaveCalendar, by caller: Caller) async throws -> ScheduleCalendar {
        let definition = try await checked(input.definition)
        let shown = try await room.database.transact { transaction in
            let present = try await load(reference, in: transaction)
            if let sent = input.revision, sent != present.revision {
                throw ScheduleError.staleRevision(sent: sent, current: present.revision)
            }
            if definition == present.definition { return try await self.shown(present, in: transaction) }
            let now = try await room.now(in: transaction)
            let next = StoredCalendar(
                id: present.id, revision: present.revision + 1, definition: definition, updatedAt: now, updatedBy: caller.name)
            try await room.calendars.save(next, in: transaction)
            try await note("updated", before: present, after: next, at: now, in: transaction)
            return try await self.shown(next, in: transaction)
        }
        room.news.ring()
        return shown
    }

    /// Creates or changes a calendar by its name.
    func apply(
        _ definition: CalendarDefinition, by caller: Caller, in transaction: any Transaction
    ) async throws -> (ApplyAction, [String]) {
        let now = try await room.now(in: transaction)
        guard let present = try await room.calendars.calendar(definition.name, in: transaction) else {
            let calendar = StoredCalendar(
                id: .make(room.ids), revision: 1, definition: definition, updatedAt: now, updatedBy: caller.name)
            try await room.calendars.insert(calendar, in: transaction)
            try await note("created", before: nil, after: calendar, at: now, in: transaction)
            return (.created, [])
        }
        if definition == present.definition { return (.unchanged, []) }
        let next = StoredCalendar(
            id: present.id, revision: present.revision + 1, definition: definition, updatedAt: now, updatedBy: caller.name)
        try await room.calendars.save(next, in: transaction)
        try await note("updated", before: present, after: next, at: now, in: transaction)
        return (.updated, try ValueDifference.paths(present.definition, definition))
    }

    /// Deletes a calendar that no schedule names.
    func delete(_ reference: String) async throws {
        try await room.database.transact { transaction in
            let calendar = try await load(reference, in: transaction)
            let (names, count) = try await room.schedules.naming(calendar.id, in: transaction)
            guard count == 0 else { throw ScheduleError.calendarInUse(calendar.definition.name, by: names, count: count) }
            try await room.calendars.remove(calendar.id, in: transaction)
            try await note("deleted", before: calendar, after: nil, at: try await room.now(in: transaction), in: transaction)
        }
        room.news.ring()
    }

    private func load(_ reference: String, in transaction: any Transaction) async throws -> StoredCalendar {
        guard let found = try await room.calendars.calendar(reference, in: transaction) else {
            throw ScheduleError.notFound(.calendar, reference)
        }
        return found
    }

    /// A definition in its plainest form, if it can be kept.
    func checked(_ input: CalendarDefinition) async throws -> CalendarDefinition {
        var definition = input
        if definition.description?.isEmpty == true { definition.description = nil }
        if definition.targets?.isEmpty == true { definition.targets = nil }
        if definition.openings?.isEmpty == true { definition.openings = nil }
        if definition.blackouts?.isEmpty == true { definition.blackouts = nil }
        _ = try CalendarReader.read(definition, zones: room.zones)
        if let filter = definition.targets {
            do {
                // Also to find out whether it names groups that are there.
                _ = try await room.peer.call(TargetsAPI.select, [:], SelectTargets(filter: filter), as: SchedulesRoom.caller)
            } catch var problem as Problem {
                problem.errors = problem.errors?.map { ProblemPlace($0.detail, pointer: "#/definition/targets") }
                throw problem
            }
        }
        return definition
    }

    private func shown(_ calendar: StoredCalendar, in transaction: any Transaction) async throws -> ScheduleCalendar {
        let (openings, now) = (try? CalendarReader.read(calendar.definition, zones: room.zones), room.clock.now())
        let closure = openings?.closure(at: now)
        return ScheduleCalendar(
            id: calendar.id, revision: calendar.revision, definition: calendar.definition,
            isOpen: openings != nil && closure == nil,
            closure: openings == nil ? "It cannot be read on this machine." : closure?.sentence,
            opensAt: closure == nil ? nil : openings?.nextOpen(from: now),
            schedules: try await room.schedules.naming(calendar.id, in: transaction).count, updatedAt: calendar.updatedAt,
            updatedBy: calendar.updatedBy)
    }

    private func note(
        _ verb: String, before: StoredCalendar?, after: StoredCalendar?, at now: Timestamp, in transaction: any Transaction
    ) async throws {
        guard let named = after ?? before else { return }
        try await room.news.note(
            AuditNote(
                "calendar.\(verb)", AuditNote.Object("calendar", named.id.text, named.definition.name),
                before: try before.map { try AuditText.value($0.definition) }, after: try after.map { try AuditText.value($0.definition) },
                by: SchedulesAPI.name, at: now),
            in: transaction)
    }
}
