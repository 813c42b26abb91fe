/// A time zone: which local time belongs to which instant, as the system's time zone data says. After the last change that the data lists, the
/// rule at its end goes on for ever.
package struct Zone: Sendable, Hashable {
    /// The name, for example `Europe/Berlin`.
    package let name: String
    /// The instants at which the offset changes, in seconds since 1970, ascending.
    let changes: [Int64]
    /// The offset before the first change, and after each: local time minus UTC, in seconds.
    let offsets: [Int64]
    let tail: ZoneRule

    /// A time between two changes of the offset.
    struct Span: Hashable {
        /// The first instant; nil when there is none before.
        var start: Int64?
        /// The first instant after it; nil when it never ends.
        var end: Int64?
        var offset: Int64
    }

    /// Universal time.
    package static let utc = Zone(name: "UTC", changes: [], offsets: [0], tail: ZoneRule(standard: 0))

    /// The span that an instant is in.
    func span(at instant: Int64) -> Span {
        if let last = changes.last, instant >= last { return tailSpan(at: instant, since: last) }
        guard let first = changes.first else { return tailSpan(at: instant, since: nil) }
        if instant < first { return Span(start: nil, end: first, offset: offsets[0]) }
        var (low, high) = (0, changes.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if changes[middle] <= instant { low = middle } else { high = middle - 1 }
        }
        return Span(start: changes[low], end: changes[low + 1], offset: offsets[low + 1])
    }

    /// From the last listed change on the rule counts. Changes that the rule has before that one are listed themselves.
    private func tailSpan(at instant: Int64, since last: Int64?) -> Span {
        let changes = tail.changes(around: instant)
        var span = Span(start: last, end: changes.first { $0.at > instant }?.at, offset: offsets.last ?? tail.standard)
        for change in changes where change.at <= instant && change.at > last ?? .min {
            (span.start, span.offset) = (change.at, change.offset)
        }
        if changes.isEmpty { span.offset = tail.standard }
        return span
    }

    /// Local time minus UTC at an instant, in seconds.
    func offset(at instant: Int64) -> Int64 { span(at: instant).offset }
}

/// How a zone's offset changes each year, as a POSIX `TZ` string says (RFC 9636 section 3.3).
struct ZoneRule: Sendable, Hashable {
    /// The offset in standard time.
    var standard: Int64
    /// Summer time: its offset, and when it begins and ends in local time.
    var summer: Summer?

    struct Summer: Sendable, Hashable {
        var offset: Int64
        var begins: YearDay
        var ends: YearDay
    }

    /// A day of a year with a time of day in seconds, which may be negative or beyond a day.
    struct YearDay: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// 1...365; February 29 is never counted.
            case julian(Int)
            /// 0...365; February 29 is counted.
            case zeroBased(Int)
            /// Month, week (5 is the last) and weekday (0 is Sunday).
            case weekday(month: Int, week: Int, day: Int)
        }
        var day: Day
        var time: Int64

        func seconds(in year: Int) -> Int64 {
            let first = Days.since1970(year, 1, 1)
            let days: Int64 =
                switch day {
                case .julian(let day): first + Int64(day - 1) + (Days.isLeap(year) && day >= 60 ? 1 : 0)
                case .zeroBased(let day): first + Int64(day)
                case .weekday(let month, let week, let day): Self.weekday(year, month, week, day)
                }
            return days * 86_400 + time
        }

        private static func weekday(_ year: Int, _ month: Int, _ week: Int, _ day: Int) -> Int64 {
            let first = Days.since1970(year, month, 1)
            var offset = (day - Days.weekday(first) + 7) % 7 + (week - 1) * 7
            while offset >= Days.length(year, month) { offset -= 7 }
            return first + Int64(offset)
        }
    }

    /// The changes in the year of an instant and those beside it, ascending.
    func changes(around instant: Int64) -> [(at: Int64, offset: Int64)] {
        guard let summer else { return [] }
        let year = LocalTime(seconds: instant).date.year
        return (year - 1...year + 1).flatMap { year in
            [
                (at: summer.begins.seconds(in: year) - standard, offset: summer.offset),
                (at: summer.ends.seconds(in: year) - summer.offset, offset: standard),
            ]
        }
        .sorted { $0.at < $1.at }
    }
}
