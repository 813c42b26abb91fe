/// Local times that repeat.
protocol LocalPattern: Sendable {
    /// Where all of them lie.
    var bounds: Range<LocalTime> { get }
    /// The first time of the pattern at or after one and before another.
    func first(from start: LocalTime, before end: LocalTime) -> LocalTime?
    /// The last time of the pattern at or after one and before another.
    func last(from start: LocalTime, before end: LocalTime) -> LocalTime?
}

extension LocalPattern {
    /// All of time.
    var bounds: Range<LocalTime> { LocalTime(seconds: ZonedPattern.earliest)..<LocalTime(seconds: ZonedPattern.latest) }
}

/// What happens at a local time that a zone leaves out, because its clocks go forward.
package enum SkippedTimes: String, Sendable, Hashable, CaseIterable {
    /// The first instant after the gap counts; several times in one gap are one.
    case shift
    /// Nothing.
    case skip
}

/// What happens at a local time that a zone has twice, because its clocks go back.
package enum RepeatedTimes: String, Sendable, Hashable, CaseIterable {
    /// The first time counts.
    case first
    /// The second time counts.
    case second
    /// Both count.
    case both
}

/// The instants of a pattern of local times in a zone. It goes from one change of the zone's offset to the next, so that no instant is overlooked
/// or found twice, whatever the clocks do.
struct ZonedPattern {
    let pattern: any LocalPattern
    let zone: Zone
    let skipped: SkippedTimes
    let repeated: RepeatedTimes

    /// The end of time: later instants are not looked for, nor are earlier ones than its beginning.
    static let (earliest, latest) = (LocalTime(1900, 1, 1).seconds, LocalTime(10_000, 1, 1).seconds)

    /// The instants among which the pattern's are: a local time is less than two days away from its instant.
    private var bounds: Range<Int64> {
        let low = max(Self.earliest, pattern.bounds.lowerBound.seconds - 2 * 86_400)
        return low..<max(low, min(Self.latest, pattern.bounds.upperBound.seconds + 2 * 86_400))
    }

    /// The first instant at or after one and before another.
    func first(from start: Int64, before end: Int64) -> Int64? {
        let end = min(end, bounds.upperBound)
        var from = max(start, bounds.lowerBound)
        while from < end {
            let span = zone.span(at: from)
            if let found = first(in: span, from: from, before: min(span.end ?? end, end)) { return found }
            guard let next = span.end else { return nil }
            from = next
        }
        return nil
    }

    /// The last instant at or after one and before another.
    func last(from start: Int64, before end: Int64) -> Int64? {
        let start = max(start, bounds.lowerBound)
        var before = min(end, bounds.upperBound)
        while before > start {
            let span = zone.span(at: before - 1)
            if let found = last(in: span, from: max(span.start ?? start, start), before: before) { return found }
            guard let begin = span.start else { return nil }
            before = begin
        }
        return nil
    }

    private func first(in span: Zone.Span, from: Int64, before end: Int64) -> Int64? {
        if from == span.start, isShifted(to: span) { return from }
        for (start, stop) in allowed(in: span) {
            let (low, high) = (max(start, from + span.offset), min(stop, end + span.offset))
            guard low < high else { continue }
            if let found = pattern.first(from: LocalTime(seconds: low), before: LocalTime(seconds: high)) {
                return found.seconds - span.offset
            }
        }
        return nil
    }

    private func last(in span: Zone.Span, from: Int64, before end: Int64) -> Int64? {
        for (start, stop) in allowed(in: span).reversed() {
            let (low, high) = (max(start, from + span.offset), min(stop, end + span.offset))
            guard low < high else { continue }
            if let found = pattern.last(from: LocalTime(seconds: low), before: LocalTime(seconds: high)) {
                return found.seconds - span.offset
            }
        }
        return from == span.start && isShifted(to: span) ? from : nil
    }

    /// Whether a time of the pattern lies in the gap before a span and is shifted to its beginning.
    private func isShifted(to span: Zone.Span) -> Bool {
        guard skipped == .shift, let start = span.start else { return false }
        let before = start + zone.offset(at: start - 1)
        let after = start + span.offset
        guard before < after else { return false }
        return pattern.first(from: LocalTime(seconds: before), before: LocalTime(seconds: after)) != nil
    }

    /// The local times of a span that count, as ranges in order: all of them, or without those that the span before or the one after has too.
    private func allowed(in span: Zone.Span) -> [(Int64, Int64)] {
        let start = span.start.map { $0 + span.offset } ?? .min / 2
        let end = span.end.map { $0 + span.offset } ?? .max / 2
        switch repeated {
        case .both: return [(start, end)]
        case .first:
            guard let begin = span.start else { return [(start, end)] }
            let before = zone.span(at: begin - 1)
            return Self.without((before.start ?? .min / 2) + before.offset, begin + before.offset, of: (start, end))
        case .second:
            guard let stop = span.end else { return [(start, end)] }
            let after = zone.span(at: stop)
            return Self.without(stop + after.offset, (after.end ?? .max / 2) + after.offset, of: (start, end))
        }
    }

    private static func without(_ low: Int64, _ high: Int64, of range: (Int64, Int64)) -> [(Int64, Int64)] {
        [(range.0, min(range.1, low)), (max(range.0, high), range.1)].filter { $0.0 < $0.1 }
    }
}
