import Contracts
import Vocabulary
import Web

/// Endpoint to operation.
struct ScheduleRoutes: Sendable {
    let room: SchedulesRoom

    func add(to routes: inout Routes) {
        let (schedules, preview) = (ScheduleOperations(room: room), PreviewOperations(room: room))
        routes.serve(SchedulesAPI.list) { try await schedules.list($0.body) }
        routes.serve(SchedulesAPI.create) { try await schedules.create($0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.preview) { try await preview.preview($0.body) }
        routes.serve(SchedulesAPI.apply) { [room] in try await ApplyOperations(room: room).apply($0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.occurrences) { try await preview.occurrences($0.body) }
        routes.serve(SchedulesAPI.week) { try await preview.week($0.body) }
        routes.serve(SchedulesAPI.show) { try await schedules.show($0.parameter("schedule")) }
        routes.serve(SchedulesAPI.update) { try await schedules.update($0.parameter("schedule"), $0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.delete) { call in
            try await schedules.delete(call.parameter("schedule"))
            return Nothing()
        }
        routes.serve(SchedulesAPI.pause) { try await schedules.pause($0.parameter("schedule"), $0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.resume) { try await schedules.resume($0.parameter("schedule")) }
        let calendars = CalendarOperations(room: room)
        routes.serve(SchedulesAPI.calendars) { try await calendars.list($0.body) }
        routes.serve(SchedulesAPI.createCalendar) { try await calendars.create($0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.calendar) { try await calendars.show($0.parameter("calendar")) }
        routes.serve(SchedulesAPI.updateCalendar) { try await calendars.update($0.parameter("calendar"), $0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.deleteCalendar) { call in
            try await calendars.delete(call.parameter("calendar"))
            return Nothing()
        }
        addRules(to: &routes)
        routes.serve(SchedulesAPI.news) { [room] call in
            try await NewsIntake(room: room).take(call.body)
            return Nothing()
        }
    }

    private func addRules(to routes: inout Routes) {
        let rules = DeadManOperations(room: room)
        routes.serve(SchedulesAPI.rules) { try await rules.list($0.body) }
        routes.serve(SchedulesAPI.createRule) { try await rules.create($0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.rule) { try await rules.show($0.parameter("rule")) }
        routes.serve(SchedulesAPI.updateRule) { try await rules.update($0.parameter("rule"), $0.body, by: $0.caller) }
        routes.serve(SchedulesAPI.deleteRule) { call in
            try await rules.delete(call.parameter("rule"))
            return Nothing()
        }
        routes.serve(SchedulesAPI.alerts) { try await rules.alerts($0.body) }
    }
}
