import Calendar
import Contracts
import Store
import Vocabulary
import Web

/// What can be done with schedules.
struct ScheduleOperations: Sendable {
    let room: SchedulesRoom

    /// One page of schedules by name.
    func list(_ query: ScheduleQuery) async throws -> Page<Contracts.Schedule> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        return try await room.database.read { transaction in
            let found = try await room.schedules.page(query, after: query.cursor, limit: limit + 1, in: transaction)
            let shown = Array(found.prefix(limit))
            return Page(
                items: try await self.shown(shown, in: transaction),
                nextCursor: found.count > limit ? shown.last.map { StoredSchedule.key($0.definition.name) } : nil,
                total: query.cursor == nil ? try await room.schedules.count(query, in: transaction) : nil)
        }
    }

    /// The schedule with this id, serial or name.
    func show(_ reference: String) async throws -> Contracts.Schedule {
        try await room.database.read { transaction in
            try await self.shown(try await load(reference, isLocked: false, in: transaction), in: transaction)
        }
    }

    /// Adds a schedule, which is due from now on.
    func create(_ input: SaveSchedule, by caller: Caller) async throws -> Contracts.Schedule {
        let owner = try room.owner(caller)
        let draft = try await draft(input.definition, over: nil)
        let shown = try await room.database.transact(.lockingRows) { transaction in
            try await self.shown(try await add(draft, by: owner, in: transaction), in: transaction)
        }
        await told()
        return shown
    }

    /// Changes a schedule. What is due by now stays due, and what the new timing would have meant before now is not made up for.
    func update(_ reference: String, _ input: SaveSchedule, by caller: Caller) async throws -> Contracts.Schedule {
        let owner = try room.owner(caller)
        let present = try await room.database.read { try await load(reference, isLocked: false, in: $0) }
        let draft = try await draft(input.definition, over: present)
        let shown = try await room.database.transact(.lockingRows) { transaction in
            let locked = try await load(present.id.text, isLocked: true, in: transaction)
            if let sent = input.revision, sent != locked.revision {
                throw ScheduleError.staleRevision(sent: sent, current: locked.revision)
            }
            return try await self.shown(try await change(locked, to: draft, by: owner, in: transaction), in: transaction)
        }
        await told()
        return shown
    }

    /// Deletes a schedule. Its ledger stays; what is due but has not begun is skipped.
    func delete(_ reference: String) async throws {
        try await room.database.transact(.lockingRows) { transaction in
            let schedule = try await load(reference, isLocked: true, in: transaction)
            let now = try await room.now(in: transaction)
            var gone = try await DueOperations(room: room).settle(schedule, at: now, in: transaction)
            try await room.ledger.skip(gone.id, "The schedule was deleted before it could start.", at: now, in: transaction)
            (gone.deletedAt, gone.nextAt, gone.sealed, gone.secretNames, gone.updatedAt) = (now, nil, nil, [], now)
            try await room.schedules.save(gone, in: transaction)
            try await note("deleted", before: schedule, after: nil, at: now, in: transaction)
        }
        await told()
    }

    /// Lets a schedule fire no more.
    func pause(_ reference: String, _ input: PauseSchedule, by caller: Caller) async throws -> Contracts.Schedule {
        let shown = try await room.database.transact(.lockingRows) { transaction in
            let schedule = try await load(reference, isLocked: true, in: transaction)
            if let pause = schedule.pause { throw ScheduleError.alreadyPaused(schedule.definition.name, pause) }
            let now = try await room.now(in: transaction)
            var paused = try await DueOperations(room: room).settle(schedule, at: now, in: transaction)
            paused.pause = SchedulePause(reason: input.reason, by: caller.name, at: now)
            (paused.nextAt, paused.revision, paused.updatedAt) = (nil, paused.revision + 1, now)
            try await room.schedules.save(paused, in: transaction)
            try await note("paused", before: schedule, after: paused, detail: input.reason, at: now, in: transaction)
            return try await self.shown(paused, in: transaction)
        }
        await told()
        return shown
    }

    /// Lets a schedule fire again, from now on.
    func resume(_ reference: String) async throws -> Contracts.Schedule {
        let shown = try await room.database.transact(.lockingRows) { transaction in
            let schedule = try await load(reference, isLocked: true, in: transaction)
            guard schedule.pause != nil else { throw ScheduleError.notPaused(schedule.definition.name) }
            let now = try await room.now(in: transaction)
            var resumed = schedule
            let timing = try room.memory.timing(schedule, zones: room.zones)
            (resumed.pause, resumed.revision, resumed.updatedAt) = (nil, schedule.revision + 1, now)
            resumed.consideredAt = max(now, schedule.consideredAt)
            resumed.nextAt = timing.next(after: resumed.consideredAt, runs: resumed.runs)
            try await room.schedules.save(resumed, in: transaction)
            try await note("resumed", before: schedule, after: resumed, at: now, in: transaction)
            return try await self.shown(resumed, in: transaction)
        }
        await told()
        return shown
    }

    /// Checks a definition with the other rooms.
    func draft(_ input: ScheduleDefinition, over present: StoredSchedule?) async throws -> ScheduleDraft {
        let calendars = try await room.database.read { try await room.calendars.all(in: $0) }
        return try await draft(input, over: present, among: calendars, giving: [:])
    }

    /// Checks a definition with the other rooms, with values for secret parameters that it does not give itself.
    func draft(
        _ input: ScheduleDefinition, over present: StoredSchedule?, among calendars: [StoredCalendar], giving given: [String: Secret]
    ) async throws -> ScheduleDraft {
        let key = present?.jitterKey ?? StoredSchedule.key(input.name)
        let timing = try TimingReader.read(input.timing, key: key, zones: room.zones)
        if input.timing != present?.definition.timing || present?.state == .active {
            try Self.refusePast(timing, input.timing, runs: present?.runs ?? 0, at: room.clock.now())
        }
        let secrets = try secrets(of: present).merging(given) { _, new in new }
        return try await ScheduleDrafts(room: room).check(input, secrets: secrets, among: calendars)
    }

    /// The secrets of a schedule.
    func secrets(of schedule: StoredSchedule?) throws -> [String: Secret] {
        guard let schedule, let sealed = schedule.sealed else { return [:] }
        return try ScheduleLaunch(room: room).open(sealed, of: schedule.id)
    }

    /// Adds what was checked.
    func add(_ draft: ScheduleDraft, by owner: ScheduleOwner, in transaction: any Transaction) async throws -> StoredSchedule {
        let now = try await room.now(in: transaction)
        let id = ScheduleID.make(room.ids)
        let key = StoredSchedule.key(draft.definition.name)
        let timing = try TimingReader.read(draft.definition.timing, key: key, zones: room.zones)
        let serial = StoredSchedule.serial(
            year: now.year, number: try await room.schedules.nextNumber(year: now.year, in: transaction))
        let schedule = StoredSchedule(
            id: id, serial: serial, revision: 1, definition: draft.definition, job: draft.job, calendars: draft.calendars, owner: owner,
            jitterKey: key, sealed: try ScheduleLaunch(room: room).seal(draft.secrets, for: id), secretNames: draft.secrets.keys.sorted(),
            consideredAt: now, nextAt: timing.next(after: now), runs: 0, createdAt: now, updatedAt: now)
        try await room.schedules.insert(schedule, in: transaction)
        try await note("created", before: nil, after: schedule, at: now, in: transaction)
        return schedule
    }

    /// Keeps what was checked over a schedule that the transaction holds; nothing when it says that already.
    func change(
        _ schedule: StoredSchedule, to draft: ScheduleDraft, by owner: ScheduleOwner, in transaction: any Transaction
    ) async throws -> StoredSchedule {
        if draft.equals(schedule, secrets: try secrets(of: schedule)), owner == schedule.owner { return schedule }
        let now = try await room.now(in: transaction)
        var next = try await DueOperations(room: room).settle(schedule, at: now, in: transaction)
        (next.definition, next.job, next.calendars, next.owner) = (draft.definition, draft.job, draft.calendars, owner)
        (next.revision, next.updatedAt, next.secretNames) = (schedule.revision + 1, now, draft.secrets.keys.sorted())
        next.sealed = try ScheduleLaunch(room: room).seal(draft.secrets, for: next.id)
        let timing = try TimingReader.read(draft.definition.timing, key: next.jitterKey, zones: room.zones)
        next.consideredAt = max(now, next.consideredAt)
        next.nextAt = next.pause == nil ? timing.next(after: next.consideredAt, runs: next.runs) : nil
        try await room.schedules.save(next, in: transaction)
        try await note("updated", before: schedule, after: next, at: now, in: transaction)
        return next
    }

    /// The schedule with this id, serial or name.
    func load(_ reference: String, isLocked: Bool, in transaction: any Transaction) async throws -> StoredSchedule {
        guard let found = try await room.schedules.schedule(reference, isLocked: isLocked, in: transaction) else {
            throw ScheduleError.notFound(.schedule, reference)
        }
        return found
    }

    /// After a commit: audit and clockwork have something to do.
    func told() async {
        room.news.ring()
        await room.ring()
    }

    /// Schedules as people see them.
    func shown(_ schedules: [StoredSchedule], in transaction: any Transaction) async throws -> [Contracts.Schedule] {
        let calendars = try await room.calendars.all(in: transaction)
        let last = try await room.ledger.last(schedules.map(\.id), in: transaction)
        return schedules.map { schedule in
            schedule.shown(try? room.memory.timing(schedule, zones: room.zones), calendars: calendars, last: last[schedule.id])
        }
    }

    private func shown(_ schedule: StoredSchedule, in transaction: any Transaction) async throws -> Contracts.Schedule {
        let calendars = try await room.calendars.all(in: transaction)
        let last = try await room.ledger.last([schedule.id], in: transaction)
        let timing = try? TimingReader.read(schedule.definition.timing, key: schedule.jitterKey, zones: room.zones)
        return schedule.shown(timing, calendars: calendars, last: last[schedule.id])
    }

    private func note(
        _ verb: String, before: StoredSchedule?, after: StoredSchedule?, detail: String? = nil, at now: Timestamp,
        in transaction: any Transaction
    ) async throws {
        guard let named = after ?? before else { return }
        let calendars = try await room.calendars.all(in: transaction)
        try await room.news.note(
            AuditNote(
                "schedule.\(verb)", AuditNote.Object("schedule", named.id.text, named.serial),
                before: try before.map { try AuditText.value($0.shownDefinition(calendars)) },
                after: try after.map { try AuditText.value($0.shownDefinition(calendars)) }, detail: detail, by: SchedulesAPI.name, at: now),
            in: transaction)
    }

    private static func refusePast(
        _ timing: Calendar.Schedule, _ written: ScheduleTiming, runs: Int, at now: Timestamp
    ) throws(ScheduleError) {
        guard timing.next(after: now, runs: runs) == nil else { return }
        if let most = written.mostRuns, runs >= most { throw .neverDue("it has begun \(runs) runs, and may begin at most \(most).") }
        throw .neverDue("all that it means is in the past or before its start. \(timing.words)")
    }
}

/// Values for the audit log.
enum AuditText {
    /// A value as JSON.
    static func value(_ value: some Encodable) throws -> JSONValue { try JSONCodec.decode(JSONValue.self, from: JSONCodec.encode(value)) }
}
