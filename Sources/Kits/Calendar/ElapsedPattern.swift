/// Instants at the same distance from each other in real time, whatever the clocks on the wall do; perhaps only some of them, by their local time.
struct ElapsedPattern {
    let anchor: Int64
    let step: Int64
    let zone: Zone
    /// Which days and hours count; nil when all do.
    let rule: Recurrence?

    /// How many steps and jumps a search takes at most.
    private static let patience = 200_000

    /// The first instant at or after one and before another.
    func first(from start: Int64, before end: Int64) -> Int64? {
        var instant = aligned(max(start, anchor), up: true)
        for _ in 0..<Self.patience {
            guard instant < min(end, ZonedPattern.latest) else { return nil }
            let span = zone.span(at: instant)
            guard let wait = refusal(at: LocalTime(seconds: instant + span.offset)) else { return instant }
            instant = aligned(min(instant + Int64(wait.after), span.end ?? .max), up: true)
        }
        return nil
    }

    /// The last instant at or after one and before another.
    func last(from start: Int64, before end: Int64) -> Int64? {
        var instant = aligned(min(end, ZonedPattern.latest) - 1, up: false)
        for _ in 0..<Self.patience {
            guard instant >= max(start, anchor) else { return nil }
            let span = zone.span(at: instant)
            guard let wait = refusal(at: LocalTime(seconds: instant + span.offset)) else { return instant }
            instant = aligned(max(instant - Int64(wait.before), (span.start ?? .min / 2) - 1), up: false)
        }
        return nil
    }

    private func aligned(_ instant: Int64, up: Bool) -> Int64 {
        let steps = Days.floor(instant - anchor + (up ? step - 1 : 0), by: step)
        return anchor + steps * step
    }

    /// Nil when a local time counts; otherwise how many seconds away the next and the one before could be.
    private func refusal(at local: LocalTime) -> (after: Int, before: Int)? {
        guard let rule else { return nil }
        let second = local.secondOfDay
        if !rule.months.isEmpty || !rule.monthDays.isEmpty || !rule.weekdays.isEmpty, !rule.allows(local.days) {
            return (86_400 - second, second + 1)
        }
        if !rule.hours.isEmpty, !rule.hours.contains(second / 3600) { return (3600 - second % 3600, second % 3600 + 1) }
        return nil
    }
}
