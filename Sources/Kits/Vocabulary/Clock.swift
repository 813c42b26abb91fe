import Foundation

/// An instant in UTC with millisecond precision; RFC 3339 with `Z` on the wire.
package struct Timestamp: Hashable, Comparable, Sendable, Codable, CustomStringConvertible, WireScalar {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let milliseconds: Int64

    /// Makes an instant.
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads RFC 3339 text in UTC, with or without a fraction, of which it keeps milliseconds; nil for anything else.
    package init?(_ text: String) {
        var text = text
        guard let milliseconds = text.withUTF8(Self.milliseconds) else { return nil }
        self.milliseconds = milliseconds
    }

    private static func milliseconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let end = text.count - 1
        guard end >= 19, text[end] == UInt8(ascii: "Z"), text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"),
            text[10] == UInt8(ascii: "T"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let year = number(text, 0..<4), let month = number(text, 5..<7), let day = number(text, 8..<10),
            let hour = number(text, 11..<13), let minute = number(text, 14..<16), let second = number(text, 17..<19),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var thousandths: Int64 = 0
        if end > 19 {
            let shown = min(3, end - 20)
            guard text[19] == UInt8(ascii: "."), number(text, 20..<end) != nil, let value = number(text, 20..<(20 + shown)) else {
                return nil
            }
            thousandths = shown == 3 ? value : shown == 2 ? value * 10 : value * 100
        }
        let days = days(year: year, month: month, day: day)
        guard civil(days) == (year, month, day) else { return nil }
        return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + thousandths
    }

    /// For example `2026-11-26T18:04:48.120Z`.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(24)
        append(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Writes the text of `description` behind what is there.
    package func append(to text: inout [UInt8]) {
        let (days, rest) = Self.floorDivide(milliseconds, 86_400_000)
        let date = Self.civil(days)
        Self.append(date.year, 4, "-", to: &text)
        Self.append(date.month, 2, "-", to: &text)
        Self.append(date.day, 2, "T", to: &text)
        Self.append(rest / 3_600_000, 2, ":", to: &text)
        Self.append(rest / 60_000 % 60, 2, ":", to: &text)
        Self.append(rest / 1000 % 60, 2, ".", to: &text)
        Self.append(rest % 1000, 3, "Z", to: &text)
    }

    /// The calendar year in UTC; serials carry it.
    package var year: Int { Int(Self.civil(Self.floorDivide(milliseconds, 86_400_000).0).year) }

    /// The instant so much later.
    package static func + (instant: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: instant.milliseconds + duration.milliseconds)
    }

    /// The time from `earlier` to `later`.
    package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }

    /// Earlier is less.
    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// Reads RFC 3339 text.
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let instant = Timestamp(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "must be an RFC 3339 time in UTC"))
        }
        self = instant
    }

    /// Writes RFC 3339 text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// See `WireScalar`.
    package static var schemaType: WireType { .string(format: "date-time") }
    /// See `WireScalar`.
    package static var sample: Timestamp { Timestamp(milliseconds: 1_790_000_000_000) }

    /// Writes a number with at least so many digits, and a mark behind it.
    private static func append(_ value: Int64, _ width: Int, _ mark: Unicode.Scalar, to text: inout [UInt8]) {
        if value < 0 { text.append(UInt8(ascii: "-")) }
        var divisor: UInt64 = 1
        for _ in 1..<width { divisor *= 10 }
        while value.magnitude / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            text.append(UInt8(ascii: "0") + UInt8(value.magnitude / divisor % 10))
            divisor /= 10
        }
        text.append(UInt8(ascii: mark))
    }

    /// The value of one to eighteen decimal digits; nil for anything else.
    private static func number(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int64? {
        guard (1...18).contains(range.count) else { return nil }
        var value: Int64 = 0
        for place in range {
            let digit = text[place] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }

    private static func floorDivide(_ value: Int64, _ by: Int64) -> (Int64, Int64) {
        let remainder = ((value % by) + by) % by
        return ((value - remainder) / by, remainder)
    }

    /// A Gregorian date to days since 1970, after the same source, days_from_civil.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let (era, yearOfEra) = floorDivide(month <= 2 ? year - 1 : year, 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Days since 1970 to a Gregorian date, after H. Hinnant, "chrono-compatible low-level date algorithms", civil_from_days.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Duration {
    /// The whole milliseconds in this duration.
    package var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
    /// The duration in seconds.
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// The port to time: pure code takes instants, loops take a clock, tests drive one by hand.
package protocol WallClock: Sendable {
    /// The present instant.
    func now() -> Timestamp
    /// Waits; throws `CancellationError` when the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's clock.
package struct SystemClock: WallClock {
    /// There is nothing to configure.
    package init() {}
    /// The present instant.
    package func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
    /// Waits on the continuous clock.
    package func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
