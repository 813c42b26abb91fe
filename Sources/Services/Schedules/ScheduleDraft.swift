import Calendar
import Contracts
import Flow
import Vocabulary

/// A definition that was checked with the other rooms and can be kept.
struct ScheduleDraft: Sendable {
    /// What it says, in its plainest form: without what means nothing, secrets and names of calendars.
    var definition: ScheduleDefinition
    var job: ScheduledJob
    var calendars: [CalendarID]
    /// The values of secret parameters.
    var secrets: [String: Secret]

    /// Whether a schedule says this already.
    func equals(_ schedule: StoredSchedule, secrets present: [String: Secret]) -> Bool {
        definition == schedule.definition && job.id == schedule.job.id && calendars == schedule.calendars && secrets == present
    }
}

/// Checks definitions with Jobs, which knows what a run can have.
struct ScheduleDrafts: Sendable {
    let room: SchedulesRoom
    /// What stands for a secret that stays as it is.
    static let hidden = "•••"

    /// Checks everything but the timing, which depends on the schedule's own key.
    /// - Throws: `ScheduleError.noCalendar`; problems of Jobs, with places in the definition.
    func check(
        _ input: ScheduleDefinition, secrets present: [String: Secret], among calendars: [StoredCalendar]
    ) async throws -> ScheduleDraft {
        var definition = input
        if definition.description?.isEmpty == true { definition.description = nil }
        var ids: [CalendarID] = []
        for (position, name) in (definition.calendars ?? []).enumerated() {
            guard let found = calendars.first(where: { StoredSchedule.key($0.definition.name) == StoredSchedule.key(name) }) else {
                throw ScheduleError.noCalendar(name, position)
            }
            if !ids.contains(found.id) { ids.append(found.id) }
        }
        definition.calendars = nil
        var run = definition.run ?? ScheduledRun()
        run.parameters = run.parameters?.reduce(into: [:]) { values, given in
            let isKept = given.value == .string(Self.hidden)
            values[given.key] = isKept ? present[given.key].map { .string($0.reveal()) } ?? given.value : given.value
        }
        let check = try await check(definition.job, run)
        let unknown = check.secrets.filter { $0.value.reveal() == Self.hidden }.keys.sorted()
        guard unknown.isEmpty else {
            throw ScheduleError.invalid(
                unknown.map { ProblemPlace("has no value yet that could stay", pointer: "#/definition/run/parameters/\($0)") })
        }
        definition.job = check.name
        definition.run = Self.plain(run, check)
        return ScheduleDraft(
            definition: definition, job: ScheduledJob(id: check.job, serial: check.serial, name: check.name), calendars: ids,
            secrets: check.secrets)
    }

    private static func plain(_ run: ScheduledRun, _ check: LaunchCheck) -> ScheduledRun? {
        var run = run
        run.parameters = check.parameters.isEmpty ? nil : check.parameters
        if run.targets?.isEmpty == true { run.targets = nil }
        if run.exclude?.isEmpty == true { run.exclude = nil }
        if run.locks?.isEmpty == true { run.locks = nil }
        return run == ScheduledRun() ? nil : run
    }

    private func check(_ job: String, _ run: ScheduledRun) async throws -> LaunchCheck {
        do {
            return try await room.peer.call(JobsAPI.checkLaunch, [:], CheckLaunch(job: job, run: run.launched), as: SchedulesRoom.caller)
        } catch var problem as Problem {
            if problem.status == 404 {
                throw Problem.invalid(problem.detail, [ProblemPlace("is no job", pointer: "#/definition/job")])
            }
            problem.errors = problem.errors?.map { place in
                var place = place
                place.pointer = place.pointer.map { $0.replacing("#/", with: "#/definition/run/") }
                return place
            }
            throw problem
        }
    }
}

extension StoredSchedule {
    /// As people see it.
    func shown(_ timing: Calendar.Schedule?, calendars: [StoredCalendar], last: StoredOccurrence?) -> Contracts.Schedule {
        Contracts.Schedule(
            id: id, serial: serial, revision: revision, definition: shownDefinition(calendars), job: job,
            words: timing?.words ?? "It cannot be read on this machine; see whether its time zone data is complete.", state: state,
            pause: pause, nextAt: nextAt, last: last?.shown(of: self), runs: runs, owner: owner, createdAt: createdAt,
            updatedAt: updatedAt)
    }

    /// What it says as people see it: with names, and secrets hidden.
    func shownDefinition(_ all: [StoredCalendar]) -> ScheduleDefinition {
        var shown = definition
        shown.job = job.name
        let names = calendars.compactMap { id in all.first { $0.id == id }?.definition.name }
        shown.calendars = names.isEmpty ? nil : names
        if !secretNames.isEmpty {
            var run = shown.run ?? ScheduledRun()
            run.parameters = (run.parameters ?? [:]).merging(secretNames.map { ($0, .string(ScheduleDrafts.hidden)) }) { _, hidden in hidden
            }
            shown.run = run
        }
        return shown
    }
}
