import Glibc

/// An instant of the monotonic clock; it has no meaning outside this process.
package struct Moment: Comparable, Sendable {
    /// Nanoseconds since some instant in the past.
    package let nanoseconds: UInt64

    /// Makes a moment.
    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The present moment.
    package static func now() -> Moment {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Moment(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// The moment so much later; a negative duration counts as zero and the far future is the end of time.
    package static func + (moment: Moment, duration: Duration) -> Moment {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, attoseconds >= 0 else { return moment }
        guard seconds < 1_000_000_000 else { return Moment(nanoseconds: .max) }
        return Moment(nanoseconds: moment.nanoseconds + UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds) / 1_000_000_000)
    }

    /// The time from `earlier` to `later`; zero when they are the wrong way round.
    package static func - (later: Moment, earlier: Moment) -> Duration {
        later <= earlier ? .zero : .nanoseconds(Int64(clamping: later.nanoseconds - earlier.nanoseconds))
    }

    /// Earlier is less.
    package static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }
}
