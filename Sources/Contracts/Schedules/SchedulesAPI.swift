import Vocabulary

/// The endpoints of the Schedules service: when jobs run by themselves, and on which events.
package enum SchedulesAPI {
    /// What the service is called where others name it.
    package static let name = "schedules"

    /// Schedules by name.
    package static let list = Endpoint<ScheduleQuery, Page<Schedule>>(
        .get, "/api/schedules", needs: .schedulesRead, "Lists schedules by name")
    /// Adds a schedule.
    package static let create = Endpoint<SaveSchedule, Schedule>(
        .post, "/api/schedules", answers: .created, needs: .schedulesWrite, "Adds a schedule")
    /// When a schedule would be due, without saving it.
    package static let preview = Endpoint<PreviewSchedule, SchedulePreview>(
        .post, "/api/schedules/preview", needs: .schedulesRead, "Shows when a schedule would be due, without saving it")
    /// Creates or updates schedules by name from YAML documents; the same documents again change nothing.
    package static let apply = Endpoint<ApplySchedules, ApplySchedulesReceipt>(
        .post, "/api/schedules/apply", needs: .schedulesWrite, "Creates or updates schedules by name, all or nothing")
    /// What became of instants that were due, newest first.
    package static let occurrences = Endpoint<OccurrenceQuery, Page<Occurrence>>(
        .get, "/api/schedules/occurrences", needs: .schedulesRead, "Lists what became of instants that were due, newest first")
    /// All occurrences of a time: past ones from the ledger, future ones as they will be.
    package static let week = Endpoint<WeekQuery, WeekView>(
        .get, "/api/schedules/week", needs: .schedulesRead, "Shows past and future occurrences of a time")
    /// One schedule by id, serial or name.
    package static let show = Endpoint<Nothing, Schedule>(
        .get, "/api/schedules/{schedule}", needs: .schedulesRead, "Shows a schedule")
    /// Changes a schedule; what is past is not made up for.
    package static let update = Endpoint<SaveSchedule, Schedule>(
        .put, "/api/schedules/{schedule}", needs: .schedulesWrite, "Changes a schedule")
    /// Deletes a schedule; its ledger and its runs stay.
    package static let delete = Endpoint<Nothing, Nothing>(
        .delete, "/api/schedules/{schedule}", answers: .noContent, needs: .schedulesWrite,
        "Deletes a schedule; its ledger and its runs stay")
    /// Lets a schedule fire no more until it is resumed.
    package static let pause = Endpoint<PauseSchedule, Schedule>(
        .post, "/api/schedules/{schedule}/pause", needs: .schedulesWrite, "Pauses a schedule")
    /// Lets a schedule fire again, from now on.
    package static let resume = Endpoint<Nothing, Schedule>(
        .post, "/api/schedules/{schedule}/resume", needs: .schedulesWrite, "Lets a paused schedule fire again, from now on")

    /// Calendars by name.
    package static let calendars = Endpoint<PageQuery, Page<ScheduleCalendar>>(
        .get, "/api/schedules/calendars", needs: .schedulesRead, "Lists calendars by name")
    /// Adds a calendar.
    package static let createCalendar = Endpoint<SaveCalendar, ScheduleCalendar>(
        .post, "/api/schedules/calendars", answers: .created, needs: .schedulesWrite, "Adds a calendar")
    /// One calendar by id or name.
    package static let calendar = Endpoint<Nothing, ScheduleCalendar>(
        .get, "/api/schedules/calendars/{calendar}", needs: .schedulesRead, "Shows a calendar")
    /// Changes a calendar; it counts from the next occurrence on.
    package static let updateCalendar = Endpoint<SaveCalendar, ScheduleCalendar>(
        .put, "/api/schedules/calendars/{calendar}", needs: .schedulesWrite, "Changes a calendar")
    /// Deletes a calendar that no schedule names.
    package static let deleteCalendar = Endpoint<Nothing, Nothing>(
        .delete, "/api/schedules/calendars/{calendar}", answers: .noContent, needs: .schedulesWrite,
        "Deletes a calendar that no schedule names")

    /// Dead-man rules by name.
    package static let rules = Endpoint<PageQuery, Page<DeadManRule>>(
        .get, "/api/schedules/dead-man-rules", needs: .schedulesRead, "Lists rules about runs that must happen, by name")
    /// Adds a dead-man rule.
    package static let createRule = Endpoint<SaveDeadManRule, DeadManRule>(
        .post, "/api/schedules/dead-man-rules", answers: .created, needs: .schedulesWrite, "Adds a rule about runs that must happen")
    /// One dead-man rule by id or name.
    package static let rule = Endpoint<Nothing, DeadManRule>(
        .get, "/api/schedules/dead-man-rules/{rule}", needs: .schedulesRead, "Shows a rule about runs that must happen")
    /// Changes a dead-man rule; it counts anew from now on.
    package static let updateRule = Endpoint<SaveDeadManRule, DeadManRule>(
        .put, "/api/schedules/dead-man-rules/{rule}", needs: .schedulesWrite, "Changes a rule about runs that must happen")
    /// Deletes a dead-man rule with its alerts.
    package static let deleteRule = Endpoint<Nothing, Nothing>(
        .delete, "/api/schedules/dead-man-rules/{rule}", answers: .noContent, needs: .schedulesWrite,
        "Deletes a rule about runs that must happen, with its alerts")
    /// Times in which dead-man rules were broken, newest first.
    package static let alerts = Endpoint<DeadManAlertQuery, Page<DeadManAlert>>(
        .get, "/api/schedules/alerts", needs: .schedulesRead, "Lists times in which rules about runs were broken, newest first")

    /// Takes news of executions and targets, for rules.
    package static let news = NewsEndpoint(
        .post, "/api/schedules/internal/news", answers: .noContent, needs: .service, repeatable: true,
        "Takes news of executions and targets")
}
