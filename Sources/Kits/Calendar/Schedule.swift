import Vocabulary

/// When something happens: a timing in a time zone, with its rules for changes of the clocks, its beginning, its end and its greatest number of runs.
/// All answers are exact to the second, depend on nothing else, and take a bounded time.
package struct Schedule: Sendable, Hashable {
    /// What repeats.
    package enum Timing: Sendable, Hashable {
        /// A cron expression.
        case cron(CronExpression)
        /// Every so many seconds of real time, counted from the schedule's start, or from 1970 when it has none.
        case every(seconds: Int)
        /// At these instants.
        case once([Timestamp])
        /// A rule of RFC 5545.
        case recurrence(Recurrence)
    }

    /// What repeats.
    package let timing: Timing
    /// The zone whose local times are meant.
    package let zone: Zone
    /// What happens at local times that do not exist.
    package let skipped: SkippedTimes
    /// What happens at local times that exist twice.
    package let repeated: RepeatedTimes
    /// Nothing happens before it.
    package let start: Timestamp?
    /// Nothing happens from it on.
    package let end: Timestamp?
    /// How often it happens at most; nil for no limit.
    package let most: Int?
    /// Where a rule of real time ends by its count or by a local time.
    private var elapsedEnd = Int64.max

    /// Makes a schedule.
    package init(
        _ timing: Timing, zone: Zone, skipped: SkippedTimes = .shift, repeated: RepeatedTimes = .first, start: Timestamp? = nil,
        end: Timestamp? = nil, most: Int? = nil
    ) {
        self.timing = timing
        self.zone = zone
        self.skipped = skipped
        self.repeated = repeated
        self.start = start
        self.end = end
        self.most = most
        if let elapsed, let rule = elapsed.rule { elapsedEnd = limit(of: elapsed, by: rule) }
    }

    /// The first instant after one at which it happens; nil when there is none. `runs` says how often it happened already.
    package func next(after instant: Timestamp, runs: Int = 0) -> Timestamp? {
        if let most, runs >= most { return nil }
        return first(from: instant.secondBegun + 1).map(Self.timestamp)
    }

    /// The last instant before one at which it happens; nil when there is none.
    package func previous(before instant: Timestamp) -> Timestamp? {
        let before = instant.secondFrom
        let (low, high) = bounds
        guard low < min(high, before) else { return nil }
        return last(from: low, before: min(high, before)).map(Self.timestamp)
    }

    /// The instants in a range at which it happens, ascending, the first `limit` of them, and whether these are all.
    package func occurrences(in range: Range<Timestamp>, limit: Int) -> (times: [Timestamp], isComplete: Bool) {
        var times: [Timestamp] = []
        var from = range.lowerBound.secondFrom
        while let found = first(from: from).map(Self.timestamp), found < range.upperBound {
            guard times.count < limit else { return (times, false) }
            times.append(found)
            from = found.milliseconds / 1000 + 1
        }
        return (times, true)
    }

    /// The next `count` instants after one, as many as there are; `runs` says how often it happened already.
    package func preview(after instant: Timestamp, count: Int, runs: Int = 0) -> [Timestamp] {
        var (times, instant): ([Timestamp], Timestamp) = ([], instant)
        while times.count < count, let next = next(after: instant, runs: runs + times.count) {
            times.append(next)
            instant = next
        }
        return times
    }

    private static func timestamp(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    /// The first second in which it may happen, and the first in which it may not any more.
    private var bounds: (Int64, Int64) {
        let low = start.map { $0.secondFrom } ?? ZonedPattern.earliest
        var high = end.map { $0.secondFrom } ?? ZonedPattern.latest
        if case .recurrence(let rule) = timing, case .instant(let until) = rule.until { high = min(high, until + 1) }
        return (max(low, ZonedPattern.earliest), min(high, ZonedPattern.latest))
    }

    private func first(from: Int64) -> Int64? {
        let (low, high) = bounds
        let from = max(from, low)
        guard from < high else { return nil }
        switch timing {
        case .once(let times): return times.map { $0.secondFrom }.filter { (from..<high).contains($0) }.min()
        case .every, .recurrence, .cron:
            if let elapsed { return elapsed.first(from: from, before: min(high, elapsedEnd)) }
            return zoned?.first(from: from, before: high)
        }
    }

    private func last(from low: Int64, before high: Int64) -> Int64? {
        if case .once(let times) = timing { return times.map { $0.secondFrom }.filter { (low..<high).contains($0) }.max() }
        if let elapsed { return elapsed.last(from: low, before: min(high, elapsedEnd)) }
        return zoned?.last(from: low, before: high)
    }

    private var zoned: ZonedPattern? {
        switch timing {
        case .cron(let expression) where expression.isIntervalLike:
            ZonedPattern(pattern: expression, zone: zone, skipped: .skip, repeated: .both)
        case .cron(let expression): ZonedPattern(pattern: expression, zone: zone, skipped: skipped, repeated: repeated)
        case .recurrence(let rule): ZonedPattern(pattern: rule, zone: zone, skipped: skipped, repeated: repeated)
        case .every, .once: nil
        }
    }

    private var elapsed: ElapsedPattern? {
        switch timing {
        case .every(let seconds):
            return ElapsedPattern(anchor: start.map { $0.secondFrom } ?? 0, step: Int64(max(1, seconds)), zone: zone, rule: nil)
        case .recurrence(let rule):
            guard let unit = rule.frequency.elapsed else { return nil }
            return ElapsedPattern(anchor: instant(of: rule.start), step: unit * Int64(rule.interval), zone: zone, rule: rule)
        case .cron, .once: return nil
        }
    }

    private func instant(of local: LocalTime) -> Int64 { zone.instant(of: local).milliseconds / 1000 }

    private func limit(of pattern: ElapsedPattern, by rule: Recurrence) -> Int64 {
        if case .local(let until) = rule.until { return instant(of: LocalTime(seconds: until.seconds + 1)) }
        guard let count = rule.count else { return .max }
        var instant = pattern.anchor - 1
        for _ in 0..<count {
            guard let next = pattern.first(from: instant + 1, before: ZonedPattern.latest) else { return .max }
            instant = next
        }
        return instant + 1
    }
}

extension Schedule.Timing {
    /// Reads a cron expression or `@every` with a duration such as `15m`, `1h30m` or `45s`, from a second to 366 days.
    /// - Throws: `CalendarError`.
    package static func parse(_ text: String, key: String) throws(CalendarError) -> Self {
        let words = text.split { $0.isWhitespace }
        guard words.first?.lowercased() == "@every", words.count == 2, text.utf8.count < 100 else {
            return .cron(try CronExpression.parse(text, key: key))
        }
        let start = text.distance(from: text.startIndex, to: words[1].startIndex) + 1
        return .every(seconds: try Self.duration(String(words[1]), start))
    }

    /// Reads a duration such as `15m`, `1h30m` or `45s`, from a second to 366 days, in seconds.
    /// - Throws: `CalendarError.unreadable`.
    package static func duration(_ text: String) throws(CalendarError) -> Int { try duration(text, 1) }

    private static func duration(_ text: String, _ position: Int) throws(CalendarError) -> Int {
        let units: [Character: Int] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
        var (total, digits, order) = (0, "", Int.max)
        for character in text {
            if character.isASCII, character.isNumber, digits.count < 9 {
                digits.append(character)
            } else if let unit = units[character], let value = Int(digits), unit < order {
                (total, digits, order) = (total + value * unit, "", unit)
            } else {
                throw .unreadable(position: position, sentence: "\(text.prefix(20)) is no duration. Write for example 15m, 1h30m or 45s.")
            }
        }
        guard digits.isEmpty, (1...366 * 86_400).contains(total) else {
            throw .unreadable(position: position, sentence: "a duration is from 1s to 366d. Write for example 15m, 1h30m or 45s.")
        }
        return total
    }
}
