import Vocabulary

/// What a `CalendarID` names.
package enum CalendarSubject {}
/// A calendar's id.
package typealias CalendarID = Identifier<CalendarSubject>

/// A day of the week.
package enum CalendarDay: String, WireEnum {
    case sunday = "sun"
    case monday = "mon"
    case tuesday = "tue"
    case wednesday = "wed"
    case thursday = "thu"
    case friday = "fri"
    case saturday = "sat"
}

/// A time on days of the week.
package struct WeeklyWindow: Codable, Sendable, Hashable, WireConstrained {
    /// The days.
    package var days: [CalendarDay]
    /// The local time at which it begins, for example `22:00`.
    package var from: String
    /// The local time at which it ends; over midnight when that is not later. `24:00` is the end of the day.
    package var to: String
    /// Makes the value.
    package init(days: [CalendarDay], from: String, to: String) {
        self.days = days
        self.from = from
        self.to = to
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["days": .count(1...7), "from": .length(4...8), "to": .length(4...8)]
    }
}

/// Whole local days.
package struct DateWindow: Codable, Sendable, Hashable, WireConstrained {
    /// The first day, for example `2026-12-24`.
    package var from: String
    /// The last day, which is in it too.
    package var to: String
    /// Makes the value.
    package init(from: String, to: String) {
        self.from = from
        self.to = to
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["from": .length(10...10), "to": .length(10...10)]
    }
}

/// One span of time.
package struct SpanWindow: Codable, Sendable, Hashable, WireConstrained {
    /// The beginning: an instant in UTC or a local time of the zone.
    package var from: String
    /// The end, which is not in it any more.
    package var to: String
    /// Makes the value.
    package init(from: String, to: String) {
        self.from = from
        self.to = to
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["from": .length(10...40), "to": .length(10...40)]
    }
}

/// Times that a rule repeats.
package struct RuleWindow: Codable, Sendable, Hashable, WireConstrained {
    /// A rule of RFC 5545 with a frequency of days or more.
    package var rule: String
    /// The local time from which the rule counts, for example `2026-01-01T22:00`.
    package var start: String
    /// How long each lasts, for example `4h`; at most `31d`.
    package var duration: String
    /// Makes the value.
    package init(rule: String, start: String, duration: String) {
        self.rule = rule
        self.start = start
        self.duration = duration
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["rule": .length(1...1000), "start": .length(10...40), "duration": .length(2...40)]
    }
}

/// A window: exactly one of `weekly`, `dates`, `span` and `rule`.
package struct CalendarWindow: Codable, Sendable, Hashable, WireConstrained {
    /// What it is, for example `Christmas`.
    package var name: String?
    /// A time on days of the week.
    package var weekly: WeeklyWindow?
    /// Whole days.
    package var dates: DateWindow?
    /// One span of time.
    package var span: SpanWindow?
    /// Times that a rule repeats.
    package var rule: RuleWindow?
    /// Makes the value.
    package init(
        name: String? = nil, weekly: WeeklyWindow? = nil, dates: DateWindow? = nil, span: SpanWindow? = nil, rule: RuleWindow? = nil
    ) {
        self.name = name
        self.weekly = weekly
        self.dates = dates
        self.span = span
        self.rule = rule
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        ["name": .length(0...200)]
    }
}

/// What a calendar says: something may begin in one of its openings, if it has any, and in none of its blackouts.
package struct CalendarDefinition: Codable, Sendable, Hashable, WireConstrained {
    /// The name; unique without regard to case.
    package var name: String
    /// What it is for.
    package var description: String?
    /// The time zone whose local times are meant; UTC when absent.
    package var zone: String?
    /// Maintenance windows; with none it is always open.
    package var openings: [CalendarWindow]?
    /// Times in which nothing may begin; they count more.
    package var blackouts: [CalendarWindow]?
    /// A filter of targets, such as `group = Web` or `environment = production`: the calendar binds every scheduled run that touches one of them.
    package var targets: String?
    /// Makes the value.
    package init(
        name: String, description: String? = nil, zone: String? = nil, openings: [CalendarWindow]? = nil,
        blackouts: [CalendarWindow]? = nil, targets: String? = nil
    ) {
        self.name = name
        self.description = description
        self.zone = zone
        self.openings = openings
        self.blackouts = blackouts
        self.targets = targets
    }
    /// See `WireConstrained`.
    package static var limits: [String: WireLimit] {
        [
            "name": .pattern("[A-Za-z0-9][A-Za-z0-9._ -]{0,127}"), "description": .length(0...4000), "openings": .count(0...200),
            "blackouts": .count(0...200), "targets": .length(0...4000),
        ]
    }
}

/// A calendar to save.
package struct SaveCalendar: Codable, Sendable, Hashable {
    /// What it is to say.
    package var definition: CalendarDefinition
    /// The revision that this change is based on; absent overwrites whatever is there.
    package var revision: Int?
    /// Makes the value.
    package init(definition: CalendarDefinition, revision: Int? = nil) {
        self.definition = definition
        self.revision = revision
    }
}

/// A calendar.
package struct ScheduleCalendar: Codable, Sendable, Hashable {
    /// The id.
    package var id: CalendarID
    /// Counts changes; send it back with an update.
    package var revision: Int
    /// What it says.
    package var definition: CalendarDefinition
    /// Whether something may begin now.
    package var isOpen: Bool
    /// Why not, in a sentence.
    package var closure: String?
    /// When it is open next; absent when it is open, or never is.
    package var opensAt: Timestamp?
    /// How many schedules name it.
    package var schedules: Int
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Who changed it.
    package var updatedBy: String
    /// Makes the value.
    package init(
        id: CalendarID, revision: Int, definition: CalendarDefinition, isOpen: Bool, closure: String? = nil, opensAt: Timestamp? = nil,
        schedules: Int, updatedAt: Timestamp, updatedBy: String
    ) {
        self.id = id
        self.revision = revision
        self.definition = definition
        self.isOpen = isOpen
        self.closure = closure
        self.opensAt = opensAt
        self.schedules = schedules
        self.updatedAt = updatedAt
        self.updatedBy = updatedBy
    }
}
