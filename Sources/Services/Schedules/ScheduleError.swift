import Contracts
import Vocabulary

/// Everything the Schedules service refuses.
enum ScheduleError: Error, Sendable, Hashable {
    /// There is no schedule, calendar or rule with this id, serial or name.
    case notFound(Thing, String)
    /// Another one has this name.
    case nameTaken(Thing, String)
    /// Somebody else saved meanwhile.
    case staleRevision(sent: Int, current: Int)
    /// The input is wrong at these places.
    case invalid([ProblemPlace])
    /// It would never be due.
    case neverDue(String)
    /// There is no calendar of this name, which is at this position (from 0).
    case noCalendar(String, Int)
    /// Schedules name the calendar.
    case calendarInUse(String, by: [String], count: Int)
    /// It is paused already.
    case alreadyPaused(String, SchedulePause)
    /// It is not paused.
    case notPaused(String)
    /// Who may not run jobs may not have them run either.
    case mayNotRun
    /// Only people answer for what a schedule starts.
    case noOwner
    /// The time that is asked for is too long, or has no length.
    case badRange
    /// The cursor is not one of ours.
    case badCursor

    /// What it is about.
    enum Thing: String, Sendable {
        case schedule
        case calendar
        case rule = "dead-man rule"
    }
}

extension ScheduleError: ProblemConvertible {
    /// How it looks from outside.
    var problem: Problem {
        switch self {
        case .notFound(let thing, let name): .notFound("\(thing.rawValue) \(name.prefix(200))")
        case .nameTaken(let thing, let name): .conflict("There is already a \(thing.rawValue) named \(name). Choose another name.")
        case .staleRevision(let sent, let current): .staleRevision(sent: sent, current: current)
        case .invalid(let places):
            .invalid(
                places.count == 1
                    ? "There is a mistake at \(Self.field(places[0])): \(places[0].detail)" : "There are \(places.count) mistakes.",
                places)
        case .neverDue(let why):
            .invalid("It would never be due: \(why)", [ProblemPlace("means no instant that is to come", pointer: "#/definition/timing")])
        case .noCalendar(let name, let position):
            .invalid(
                "There is no calendar \(name.prefix(200)).",
                [ProblemPlace("is no calendar", pointer: "#/definition/calendars/\(position)")])
        case .calendarInUse(let name, let schedules, let count):
            .conflict(
                "The calendar \(name) is named by \(schedules.prefix(5).joined(separator: ", "))"
                    + "\(count > 5 ? " and \(count - 5) more" : ""); take it out there first.")
        case .alreadyPaused(let name, let pause): .conflict("\(name) is paused already, by \(pause.by): \(pause.reason)")
        case .notPaused(let name): .conflict("\(name) is not paused; there is nothing to resume.")
        case .mayNotRun: .forbidden(.jobsRun)
        case .noOwner:
            .conflict("Somebody has to answer for what a schedule starts: save it as a user, and not with the console's token.")
        case .badRange:
            .invalid(
                "Ask for a time of at most 92 days that ends after it begins.", [ProblemPlace("must be later than from", pointer: "#/to")])
        case .badCursor: .invalid("The cursor does not belong to this list; start again without one.")
        }
    }

    private static func field(_ place: ProblemPlace) -> String {
        (place.pointer ?? "#").replacing("#/definition/", with: "").replacing("#/", with: "").replacing("/", with: ".")
    }
}
