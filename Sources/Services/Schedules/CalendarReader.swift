import Calendar
import Contracts
import Vocabulary

/// Reads the windows of a calendar, and collects what is wrong with them.
struct CalendarReader {
    private let zone: Zone
    private var places: [ProblemPlace] = []

    private init(zone: Zone) { self.zone = zone }

    /// When a calendar is open.
    /// - Throws: `ScheduleError.invalid` with everything that is wrong.
    static func read(_ definition: CalendarDefinition, zones: Zones) throws(ScheduleError) -> Openings {
        let zone: Zone
        do throws(CalendarError) {
            zone = try zones.zone(definition.zone)
        } catch {
            throw .invalid([ProblemPlace(error.description, pointer: "#/definition/zone")])
        }
        var reader = CalendarReader(zone: zone)
        let windows = (definition.openings ?? []).enumerated().compactMap { reader.window($1, "#/definition/openings/\($0)") }
        let blackouts = (definition.blackouts ?? []).enumerated().compactMap { number, window in
            reader.window(window, "#/definition/blackouts/\(number)").map { Blackout(name: window.name ?? definition.name, window: $0) }
        }
        guard reader.places.isEmpty else { throw .invalid(reader.places) }
        return Openings(windows: windows, blackouts: blackouts)
    }

    private mutating func window(_ window: CalendarWindow, _ place: String) -> Window? {
        let kinds = [window.weekly != nil, window.dates != nil, window.span != nil, window.rule != nil].filter { $0 }.count
        guard kinds == 1 else {
            places.append(ProblemPlace("say exactly one of weekly, dates, span and rule", pointer: place))
            return nil
        }
        do throws(CalendarError) {
            guard let times = try times(window, place) else { return nil }
            return try Window(times, zone: zone)
        } catch {
            places.append(ProblemPlace(error.description, pointer: place))
            return nil
        }
    }

    private mutating func times(_ window: CalendarWindow, _ place: String) throws(CalendarError) -> Window.Times? {
        if let weekly = window.weekly {
            let (from, to) = (time(weekly.from, "\(place)/weekly/from"), time(weekly.to, "\(place)/weekly/to"))
            guard let from, let to else { return nil }
            return .weekly(days: Set(weekly.days.compactMap { CalendarDay.allCases.firstIndex(of: $0) }), from: from, to: to)
        }
        if let dates = window.dates {
            let (from, to) = (date(dates.from, "\(place)/dates/from"), date(dates.to, "\(place)/dates/to"))
            guard let from, let to else { return nil }
            return .dates(from: from, to: to)
        }
        if let span = window.span {
            let (from, to) = (instant(span.from, "\(place)/span/from"), instant(span.to, "\(place)/span/to"))
            guard let from, let to else { return nil }
            return .span(from: from, to: to)
        }
        guard let rule = window.rule, let start = local(rule.start, "\(place)/rule/start") else { return nil }
        return .recurring(
            try Recurrence.parse(rule.rule, start: start), seconds: try Calendar.Schedule.Timing.duration(rule.duration))
    }

    private mutating func time(_ text: String, _ place: String) -> Int? {
        refusingNil(LocalTime.secondOfDay(text), "must be a time of day such as 22:00", place)
    }

    private mutating func date(_ text: String, _ place: String) -> LocalTime? {
        refusingNil(text.utf8.count == 10 ? LocalTime(text: text) : nil, "must be a day such as 2026-12-24", place)
    }

    private mutating func local(_ text: String, _ place: String) -> LocalTime? {
        refusingNil(LocalTime(text: text), "must be a local time such as 2026-01-01T22:00", place)
    }

    private mutating func instant(_ text: String, _ place: String) -> Timestamp? {
        refusingNil(TimingReader.instant(text, zone), TimingReader.instantRule, place)
    }

    private mutating func refusingNil<Value>(_ value: Value?, _ detail: String, _ place: String) -> Value? {
        if value == nil { places.append(ProblemPlace(detail, pointer: place)) }
        return value
    }
}
