import Vocabulary

extension Zone {
    /// The local time at an instant.
    package func local(at instant: Timestamp) -> LocalTime {
        let seconds = instant.secondBegun
        return LocalTime(seconds: seconds + offset(at: seconds))
    }

    /// The instant with a local time: the first of two, or the first after the gap in which it is.
    package func instant(of local: LocalTime) -> Timestamp {
        let pattern = ZonedPattern(pattern: SingleTime(time: local), zone: self, skipped: .shift, repeated: .first)
        let found = pattern.first(from: local.seconds - 2 * 86_400, before: local.seconds + 3 * 86_400)
        return Timestamp(milliseconds: (found ?? local.seconds) * 1000)
    }

    /// An instant for people: `Sun 2026-03-29 03:00:00 +02:00`.
    package func words(at instant: Timestamp) -> String {
        let (local, offset) = (local(at: instant), offset(at: instant.secondBegun))
        let minutes = Int(offset.magnitude) / 60
        return "\(Words.weekdays[local.weekday].prefix(3)) \(local) \(offset < 0 ? "-" : "+")\(Days.padded(minutes / 60)):"
            + Days.padded(minutes % 60)
    }
}

extension LocalTime {
    /// Reads `2026-12-31`, `2026-12-31T18:00` or `2026-12-31 18:00:30`; nil for anything else, and for days and times that do not exist.
    package init?(text: String) {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        guard let day = parts.first, let date = Self.numbers(day, "-", [4, 2, 2]) else { return nil }
        var second = 0
        if parts.count == 2 {
            guard let time = Self.secondOfDay(String(parts[1])), time < 86_400 else { return nil }
            second = time
        }
        let local = LocalTime(date[0], date[1], date[2], 0, 0, second)
        guard local.date == (date[0], date[1], date[2]), (1900...9999).contains(date[0]) else { return nil }
        self = local
    }

    /// Reads `18:00` or `18:00:30`, up to `24:00`, in seconds; nil for anything else.
    package static func secondOfDay(_ text: String) -> Int? {
        guard let parts = numbers(text[...], ":", [2, 2]) ?? numbers(text[...], ":", [2, 2, 2]), parts[1] < 60 else { return nil }
        let second = parts[0] * 3600 + parts[1] * 60 + (parts.count == 3 ? parts[2] : 0)
        return parts.count == 3 && parts[2] > 59 || second > 86_400 ? nil : second
    }

    /// The numbers of a text with so many digits each.
    private static func numbers(_ text: Substring, _ separator: Character, _ widths: [Int]) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == widths, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }) else { return nil }
        return parts.compactMap { Int($0) }
    }
}

/// One local time.
private struct SingleTime: LocalPattern {
    let time: LocalTime

    var bounds: Range<LocalTime> { time..<LocalTime(seconds: time.seconds + 1) }

    func first(from start: LocalTime, before end: LocalTime) -> LocalTime? { start <= time && time < end ? time : nil }
    func last(from start: LocalTime, before end: LocalTime) -> LocalTime? { start <= time && time < end ? time : nil }
}
