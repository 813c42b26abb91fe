import Calendar
import Contracts
import Vocabulary

/// Reads when a schedule is due, and collects what is wrong with it.
struct TimingReader {
    let zones: Zones
    /// Where the timing stands in the input, for example `#/definition/timing`.
    let place: String
    private(set) var places: [ProblemPlace] = []

    init(zones: Zones, place: String = "#/definition/timing") { (self.zones, self.place) = (zones, place) }

    /// The schedule that a timing means. `key` decides what `H` stands for.
    /// - Throws: `ScheduleError.invalid` with everything that is wrong.
    static func read(
        _ timing: ScheduleTiming, key: String, zones: Zones, place: String = "#/definition/timing"
    ) throws(ScheduleError) -> Calendar.Schedule {
        var reader = TimingReader(zones: zones, place: place)
        guard let schedule = reader.read(timing, key: key), reader.places.isEmpty else { throw .invalid(reader.places) }
        return schedule
    }

    private mutating func read(_ timing: ScheduleTiming, key: String) -> Calendar.Schedule? {
        let ways = [timing.cron, timing.every, timing.rule, timing.at.map { _ in "" }].compactMap { $0 }.count
        if ways != 1 { refuse("say exactly one of cron, every, at and rule", "") }
        let zones = zones
        guard let zone = take("/zone", { () throws(CalendarError) in try zones.zone(timing.zone) }) else { return nil }
        let start = timing.start.flatMap { instant($0, zone, "/start") }
        let end = timing.end.flatMap { instant($0, zone, "/end") }
        if let start, let end, start >= end { refuse("must be later than the start", "/end") }
        guard let what = what(timing, key, zone, start) else { return nil }
        return Calendar.Schedule(
            what, zone: zone, skipped: timing.skippedHours == .skip ? .skip : .shift, repeated: timing.repeatedHours.kit, start: start,
            end: end, most: timing.mostRuns)
    }

    private mutating func what(
        _ timing: ScheduleTiming, _ key: String, _ zone: Zone, _ start: Timestamp?
    ) -> Calendar.Schedule.Timing? {
        if let cron = timing.cron {
            return take("/cron") { () throws(CalendarError) in try Calendar.Schedule.Timing.parse(cron, key: key) }
        }
        if let every = timing.every {
            return take("/every") { () throws(CalendarError) in .every(seconds: try Calendar.Schedule.Timing.duration(every)) }
        }
        if let times = timing.at {
            if times.isEmpty { refuse("name at least one instant", "/at") }
            return .once(times.enumerated().compactMap { instant($1, zone, "/at/\($0)") })
        }
        guard let rule = timing.rule else { return nil }
        guard let start else {
            if timing.start == nil { refuse("is missing: a rule counts from it", "/start") }
            return nil
        }
        return take("/rule") { () throws(CalendarError) in
            .recurrence(try Recurrence.parse(rule, start: zone.local(at: start)))
        }
    }

    /// An instant in UTC, or a local time of the zone.
    private mutating func instant(_ text: String, _ zone: Zone, _ field: String) -> Timestamp? {
        if let instant = Self.instant(text, zone) { return instant }
        refuse(Self.instantRule, field)
        return nil
    }

    /// Reads an instant in UTC, or a local time of the zone; nil for anything else.
    static func instant(_ text: String, _ zone: Zone) -> Timestamp? {
        if text.hasSuffix("Z") {
            guard let instant = Timestamp(text), LocalTime(text: String(text.prefix(19))) != nil else { return nil }
            return instant
        }
        return LocalTime(text: text).map(zone.instant)
    }

    /// How such an instant is written.
    static let instantRule = "must be an instant such as 2026-12-31T17:00:00Z, or a local time such as 2026-12-31T18:00"

    private mutating func take<Value>(_ field: String, _ read: () throws(CalendarError) -> Value) -> Value? {
        do throws(CalendarError) {
            return try read()
        } catch {
            refuse(error.description, field)
            return nil
        }
    }

    private mutating func refuse(_ detail: String, _ field: String) { places.append(ProblemPlace(detail, pointer: place + field)) }
}

extension RepeatedHours? {
    fileprivate var kit: RepeatedTimes {
        switch self {
        case .first, nil: .first
        case .second: .second
        case .both: .both
        }
    }
}

extension MissedRuns? {
    /// What becomes of missed instants.
    var policy: Calendar.MissedPolicy {
        switch self?.policy {
        case .skip, nil: .skip
        case .once: .once
        case .all: .all(most: self?.most ?? 10)
        }
    }

    /// What is no older counts as in time.
    var grace: Duration { .seconds(self?.graceSeconds ?? 60) }
}
