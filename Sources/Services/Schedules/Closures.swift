import Calendar
import Contracts
import Store
import Vocabulary

/// Says which instants start nothing because a calendar is closed: one that the schedule names, or one that is bound to a target of the run.
struct Closures: Sendable {
    private let room: SchedulesRoom
    private let open: [CalendarID: Openings]
    private let calendars: [CalendarID: StoredCalendar]

    init(room: SchedulesRoom, calendars: [StoredCalendar]) {
        self.room = room
        var open: [CalendarID: Openings] = [:]
        for calendar in calendars { open[calendar.id] = try? CalendarReader.read(calendar.definition, zones: room.zones) }
        self.open = open
        self.calendars = Dictionary(calendars.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Why instants start nothing, by their keys.
    /// - Throws: `Problem` when Jobs or Targets is needed and does not answer.
    func find(
        _ occurrences: [StoredOccurrence], of schedules: [ScheduleID: StoredSchedule], at now: Timestamp
    ) async throws -> [String: String] {
        var (found, asked): ([String: String], Frozen) = ([:], Frozen(room: room))
        for occurrence in occurrences {
            guard let schedule = schedules[occurrence.schedule], schedule.deletedAt == nil, schedule.pause == nil else { continue }
            // What is late starts now and not at its time.
            let instant = occurrence.isLate ? now : occurrence.at
            if let closure = named(schedule.calendars, at: instant) {
                found[occurrence.key] = closure
                continue
            }
            for (calendar, closure) in bound(at: instant) {
                guard let target = try await asked.target(of: schedule, in: calendar) else { continue }
                found[occurrence.key] = Self.sentence(calendar, target, closure)
                break
            }
        }
        return found
    }

    /// Why a schedule with these calendars starts nothing at an instant.
    func named(_ ids: [CalendarID], at instant: Timestamp) -> String? {
        for id in ids {
            guard let calendar = calendars[id] else { continue }
            guard let openings = open[id] else {
                return "The calendar \(calendar.definition.name) cannot be read here, so nothing was started."
            }
            if let closure = openings.closure(at: instant) {
                return "The calendar \(calendar.definition.name) is closed. \(closure.sentence)"
            }
        }
        return nil
    }

    /// The calendars that are bound to targets and closed at an instant, and why.
    func bound(at instant: Timestamp) -> [(StoredCalendar, String)] {
        calendars.values.filter { $0.definition.targets != nil }.sorted { $0.definition.name < $1.definition.name }.compactMap { calendar in
            guard let openings = open[calendar.id] else { return (calendar, "It cannot be read here.") }
            return openings.closure(at: instant).map { (calendar, $0.sentence) }
        }
    }

    /// Whether any calendar is bound to targets.
    var hasBound: Bool { calendars.values.contains { $0.definition.targets != nil } }

    static func sentence(_ calendar: StoredCalendar, _ target: String, _ closure: String) -> String {
        "The calendar \(calendar.definition.name) is closed for the target \(target). \(closure)"
    }
}

/// Finds targets of runs that are bound by calendars, and asks for each set of targets only once.
struct Frozen: Sendable {
    let room: SchedulesRoom
    private var filters: [String: String] = [:]
    private var selected: [String: [TargetID: String]] = [:]

    init(room: SchedulesRoom) { self.room = room }

    /// The name of a target of the schedule's run to which a calendar is bound; nil when there is none.
    /// - Throws: `Problem` when Jobs or Targets does not answer.
    mutating func target(of schedule: StoredSchedule, in calendar: StoredCalendar) async throws -> String? {
        try await target(of: schedule.job.id.text, schedule.definition.run, in: calendar)
    }

    /// The name of a target of a run to which a calendar is bound; nil when there is none.
    mutating func target(of job: String, _ run: ScheduledRun?, in calendar: StoredCalendar) async throws -> String? {
        guard let binding = calendar.definition.targets, let filter = try await filter(of: job, run) else { return nil }
        let frozen = try await targets(binding, [])
        return try await targets(filter, run?.exclude ?? []).filter { frozen[$0.key] != nil }.map(\.value).min()
    }

    private mutating func filter(of job: String, _ run: ScheduledRun?) async throws -> String? {
        if let own = run?.targets, !own.isEmpty { return own }
        if let known = filters[job] { return known.isEmpty ? nil : known }
        let filter = try await room.peer.call(JobsAPI.usualTargets, [:], AskUsualTargets(job: job), as: SchedulesRoom.caller).targets
        filters[job] = filter ?? ""
        return filter
    }

    private mutating func targets(_ filter: String, _ exclude: [TargetID]) async throws -> [TargetID: String] {
        let key = ([filter] + exclude.map(\.text)).joined(separator: "\u{1f}")
        if let known = selected[key] { return known }
        var found: [TargetID: String] = [:]
        do {
            let answer = try await room.peer.call(
                TargetsAPI.select, [:], SelectTargets(filter: filter, exclude: exclude), as: SchedulesRoom.caller)
            found = Dictionary(answer.targets.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        } catch let problem as Problem where problem.status == 422 {
            // A group that is gone: the launch says so in its own words.
        }
        selected[key] = found
        return found
    }
}
