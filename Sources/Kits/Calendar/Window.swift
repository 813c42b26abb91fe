import Vocabulary

/// Times between which something is allowed or forbidden, in a time zone.
package struct Window: Sendable, Hashable {
    /// When it is.
    package enum Times: Sendable, Hashable {
        /// On weekdays (0 for Sunday), from a local time to another, in seconds of the day; over midnight when the second is not later.
        case weekly(days: Set<Int>, from: Int, to: Int)
        /// Whole local days, from one to another, both in.
        case dates(from: LocalTime, to: LocalTime)
        /// From one instant to another.
        case span(from: Timestamp, to: Timestamp)
        /// So many seconds from each time of a rule on, which has a frequency of days or more.
        case recurring(Recurrence, seconds: Int)
    }

    /// When it is.
    package let times: Times
    /// The zone whose local times are meant.
    package let zone: Zone

    /// Makes a window.
    /// - Throws: `CalendarError.limit` for what can never be, or lasts longer than 31 days where it repeats.
    package init(_ times: Times, zone: Zone) throws(CalendarError) {
        switch times {
        case .weekly(let days, let from, let to):
            guard !days.isEmpty, days.isSubset(of: 0...6) else {
                throw .limit("A weekly window is on at least one day, 0 for Sunday to 6 for Saturday.")
            }
            guard (0..<86_400).contains(from), (0...86_400).contains(to) else { throw .limit("A weekly window is from 00:00 to 24:00.") }
        case .dates(let from, let to):
            guard from.days <= to.days else { throw .limit("A window of dates ends on its first day or later.") }
            guard (1900...9999).contains(from.date.year), (1900...9999).contains(to.date.year) else {
                throw .limit("A date is in a year from 1900 to 9999.")
            }
        case .span(let from, let to):
            guard from < to else { throw .limit("A window ends after it begins.") }
        case .recurring(let rule, let seconds):
            guard rule.frequency.elapsed == nil else { throw .limit("The rule of a window has a frequency of days or more.") }
            guard (1...31 * 86_400).contains(seconds) else { throw .limit("A window that repeats lasts from a second to 31 days.") }
        }
        self.times = times
        self.zone = zone
    }

    /// The end of the window that an instant is in; nil when it is in none. An end belongs to the window no more.
    package func end(at instant: Timestamp) -> Timestamp? {
        span(at: instant.secondBegun).map { Timestamp(milliseconds: $0 * 1000) }
    }

    /// The first instant after one at which a window begins; nil when there is none.
    package func nextStart(after instant: Timestamp) -> Timestamp? {
        let after = instant.secondBegun
        return start(from: after + 1).map { Timestamp(milliseconds: $0 * 1000) }
    }

    private func start(from instant: Int64) -> Int64? {
        switch times {
        case .span(let from, _):
            let from = from.secondBegun
            return from >= instant ? from : nil
        case .dates, .weekly, .recurring: return begins?.first(from: instant, before: ZonedPattern.latest)
        }
    }

    /// The end of the window at a second: that of the latest that began at it or before.
    private func span(at second: Int64) -> Int64? {
        if case .span(let from, let to) = times {
            let (from, to) = (from.secondBegun, to.secondFrom)
            return (from..<to).contains(second) ? to : nil
        }
        guard let begin = begins?.last(from: ZonedPattern.earliest, before: second + 1), let end = end(of: begin), second < end else {
            return nil
        }
        return end
    }

    private func end(of begin: Int64) -> Int64? {
        switch times {
        case .span: return nil
        case .recurring(_, let seconds): return begin + Int64(seconds)
        case .dates(_, let to): return instant(LocalTime(seconds: (to.days + 1) * 86_400))
        case .weekly(_, let from, let to):
            // What was shifted out of a gap began later than its local time; a few hours back it is still the same day's.
            let local = begin + zone.offset(at: begin)
            let day = Days.floor(local - Int64(from), by: 86_400)
            return instant(LocalTime(seconds: day * 86_400 + Int64(to <= from ? to + 86_400 : to)))
        }
    }

    /// The instants at which windows begin: at the first of two, and after a gap.
    private var begins: ZonedPattern? {
        let pattern: (any LocalPattern)? =
            switch times {
            case .span: nil
            case .dates(let from, _): WeeklyTime(days: Set(0...6), second: 0, only: from.days)
            case .weekly(let days, let from, _): WeeklyTime(days: days, second: from, only: nil)
            case .recurring(let rule, _): rule
            }
        return pattern.map { ZonedPattern(pattern: $0, zone: zone, skipped: .shift, repeated: .first) }
    }

    /// The instant at which a local time ends: the second of two, or after the gap.
    private func instant(_ local: LocalTime) -> Int64? {
        ZonedPattern(
            pattern: WeeklyTime(days: Set(0...6), second: local.secondOfDay, only: local.days), zone: zone, skipped: .shift,
            repeated: .second
        ).first(from: local.seconds - 2 * 86_400, before: local.seconds + 3 * 86_400)
    }
}

/// One time of the day on weekdays, or on one day only.
private struct WeeklyTime: LocalPattern {
    let days: Set<Int>
    let second: Int
    let only: Int64?

    var bounds: Range<LocalTime> {
        guard let only else { return LocalTime(seconds: ZonedPattern.earliest)..<LocalTime(seconds: ZonedPattern.latest) }
        return LocalTime(seconds: only * 86_400)..<LocalTime(seconds: (only + 1) * 86_400)
    }

    func first(from start: LocalTime, before end: LocalTime) -> LocalTime? {
        let first = Days.floor(start.seconds - Int64(second) + 86_399, by: 86_400)
        return (only.map { $0...$0 } ?? first...first + 6).lazy.compactMap { time($0, start, end) }.first
    }

    func last(from start: LocalTime, before end: LocalTime) -> LocalTime? {
        let last = Days.floor(end.seconds - 1 - Int64(second), by: 86_400)
        return (only.map { $0...$0 } ?? last - 6...last).reversed().lazy.compactMap { time($0, start, end) }.first
    }

    private func time(_ day: Int64, _ start: LocalTime, _ end: LocalTime) -> LocalTime? {
        let time = LocalTime(seconds: day * 86_400 + Int64(second))
        return days.contains(Days.weekday(day)) && start <= time && time < end ? time : nil
    }
}
