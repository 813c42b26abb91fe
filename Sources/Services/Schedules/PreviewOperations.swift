import Calendar
import Contracts
import Store
import Vocabulary

/// Says when schedules are due, and shows what became of them.
struct PreviewOperations: Sendable {
    let room: SchedulesRoom

    /// So many schedules and occurrences one view has at most.
    private static let (mostSchedules, mostOccurrences) = (20_000, 20_000)
    private static let longest = Duration.seconds(92 * 86_400)

    /// When a schedule would be due, without saving it.
    func preview(_ input: PreviewSchedule) async throws -> SchedulePreview {
        let now = room.clock.now()
        let (present, calendars) = try await room.database.read { transaction in
            let present: StoredSchedule? =
                if let reference = input.schedule {
                    try await ScheduleOperations(room: room).load(reference, isLocked: false, in: transaction)
                } else {
                    nil
                }
            return (present, try await room.calendars.all(in: transaction))
        }
        let key = present?.jitterKey ?? StoredSchedule.key(input.name ?? "")
        let timing = try TimingReader.read(input.timing, key: key, zones: room.zones, place: "#/timing")
        let count = min(max(input.count ?? 10, 1), 500)
        let times = timing.preview(after: input.after ?? now, count: count + 1, runs: present?.runs ?? 0)
        let ids = try Self.ids(input.calendars ?? [], calendars)
        let closures = Closures(room: room, calendars: calendars)
        var (frozen, planned): (Frozen, [PlannedOccurrence]) = (Frozen(room: room), [])
        for time in times.prefix(count) {
            var why = closures.named(ids, at: time)
            if why == nil, let job = input.job, !job.isEmpty {
                why = try await Self.bound(closures, at: time, &frozen, job, input.run)
            }
            planned.append(PlannedOccurrence(at: time, local: timing.zone.words(at: time), skipped: why))
        }
        return SchedulePreview(words: timing.words, occurrences: planned, ends: times.count <= count)
    }

    private static func bound(
        _ closures: Closures, at time: Timestamp, _ frozen: inout Frozen, _ job: String, _ run: ScheduledRun?
    ) async throws -> String? {
        for (calendar, closure) in closures.bound(at: time) {
            if let target = try await frozen.target(of: job, run, in: calendar) { return Closures.sentence(calendar, target, closure) }
        }
        return nil
    }

    private static func ids(_ names: [String], _ calendars: [StoredCalendar]) throws -> [CalendarID] {
        try names.enumerated().map { position, name in
            guard let found = calendars.first(where: { StoredSchedule.key($0.definition.name) == StoredSchedule.key(name) }) else {
                throw Problem.invalid(
                    "There is no calendar \(name.prefix(200)).", [ProblemPlace("is no calendar", pointer: "#/calendars/\(position)")])
            }
            return found.id
        }
    }

    /// What became of instants, the newest first.
    func occurrences(_ query: OccurrenceQuery) async throws -> Page<Occurrence> {
        let limit = min(max(query.limit ?? 50, 1), 500)
        let before = try query.cursor.map(Self.cursor)
        return try await room.database.read { transaction in
            let schedule: StoredSchedule? =
                if let reference = query.schedule {
                    try await ScheduleOperations(room: room).load(reference, isLocked: false, in: transaction)
                } else {
                    nil
                }
            let found = try await room.ledger.page(query, schedule?.id, before: before, limit: limit + 1, in: transaction)
            let shown = Array(found.prefix(limit))
            let schedules = try await room.schedules.schedules(Array(Set(shown.map(\.schedule))), in: transaction)
            return Page(
                items: shown.compactMap { occurrence in schedules[occurrence.schedule].map { occurrence.shown(of: $0) } },
                nextCursor: found.count > limit ? shown.last.map { "\($0.at.milliseconds).\($0.schedule.text)" } : nil)
        }
    }

    private static func cursor(_ text: String) throws -> (at: Timestamp, schedule: ScheduleID) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let id = ScheduleID(String(parts[1])) else {
            throw ScheduleError.badCursor
        }
        return (Timestamp(milliseconds: milliseconds), id)
    }

    /// All occurrences of a time: past ones from the ledger, future ones as they will be.
    func week(_ query: WeekQuery) async throws -> WeekView {
        guard query.from < query.to, query.to - query.from <= Self.longest else { throw ScheduleError.badRange }
        let now = room.clock.now()
        let each = min(max(query.each ?? 200, 1), 1000)
        var view = WeekView(now: now, occurrences: [], cut: [], isComplete: true)
        var after: ScheduleID?
        var frozen = Frozen(room: room)
        let closures = Closures(room: room, calendars: try await room.database.read { try await room.calendars.all(in: $0) })
        var looked = 0
        while true {
            let (schedules, past) = try await some(query, after, each)
            looked += schedules.count
            for schedule in schedules {
                let ledger = past[schedule.id] ?? []
                view.occurrences += ledger.suffix(each).map { $0.shown(of: schedule) }
                let future = try await future(schedule, query, each - min(each, ledger.count), closures, &frozen, at: now)
                view.occurrences += future.shown
                if ledger.count > each || !future.isComplete { view.cut.append(schedule.id) }
            }
            after = schedules.last?.id
            if schedules.count < Self.portion || query.schedules != nil { break }
            if looked >= Self.mostSchedules || view.occurrences.count >= Self.mostOccurrences {
                view.isComplete = false
                break
            }
        }
        view.occurrences.sort { ($0.at, $0.name) < ($1.at, $1.name) }
        return view
    }

    private static let portion = 500

    /// The next schedules, and what is in the ledger of each.
    private func some(
        _ query: WeekQuery, _ after: ScheduleID?, _ each: Int
    ) async throws -> ([StoredSchedule], [ScheduleID: [StoredOccurrence]]) {
        try await room.database.read { transaction in
            let schedules: [StoredSchedule] =
                if let ids = query.schedules {
                    try await room.schedules.schedules(ids, in: transaction).values.sorted { $0.id.text < $1.id.text }
                } else {
                    try await room.schedules.all(after: after, of: query.job, limit: Self.portion, isLocked: false, in: transaction)
                }
            var past: [ScheduleID: [StoredOccurrence]] = [:]
            for schedule in schedules {
                past[schedule.id] = try await room.ledger.range(schedule.id, query.from, query.to, limit: each + 1, in: transaction)
            }
            return (schedules, past)
        }
    }

    private func future(
        _ schedule: StoredSchedule, _ query: WeekQuery, _ limit: Int, _ closures: Closures, _ frozen: inout Frozen, at now: Timestamp
    ) async throws -> (shown: [Occurrence], isComplete: Bool) {
        guard schedule.nextAt != nil, schedule.deletedAt == nil, query.to > schedule.consideredAt,
            let timing = try? room.memory.timing(schedule, zones: room.zones)
        else { return ([], true) }
        let from = max(query.from, Timestamp(milliseconds: schedule.consideredAt.milliseconds + 1))
        guard from < query.to else { return ([], true) }
        let left = schedule.definition.timing.mostRuns.map { max(0, $0 - schedule.runs) } ?? .max
        let (times, isComplete) = timing.occurrences(in: from..<query.to, limit: min(limit, left))
        var shown: [Occurrence] = []
        for time in times {
            var why = closures.named(schedule.calendars, at: time)
            if why == nil, closures.hasBound {
                for (calendar, closure) in closures.bound(at: time) {
                    guard let target = try await frozen.target(of: schedule, in: calendar) else { continue }
                    why = Closures.sentence(calendar, target, closure)
                    break
                }
            }
            shown.append(
                Occurrence(
                    schedule: schedule.id, serial: schedule.serial, name: schedule.definition.name, job: schedule.job.name, at: time,
                    state: .planned, reason: why))
        }
        return (shown, isComplete || times.count >= left)
    }
}
