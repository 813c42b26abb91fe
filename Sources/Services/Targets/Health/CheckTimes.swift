import Vocabulary

/// When methods are checked. Pure: the places of all of them are spread over the interval by a hash, so that as many are due in each second as in any other,
/// whenever they were added.
enum CheckTimes {
    /// The next instant of a method after `now`.
    static func next(_ key: String, every interval: Duration, after now: Timestamp) -> Timestamp {
        let length = max(1000, interval.milliseconds)
        let phase = Int64(hash(key) % UInt64(length))
        let since = ((now.milliseconds - phase) % length + length) % length
        return Timestamp(milliseconds: now.milliseconds - since + length)
    }

    /// The first instant of one of `count` methods that were added together: soon for a few, spread over the interval for many.
    static func first(_ key: String, of count: Int, every interval: Duration, after now: Timestamp) -> Timestamp {
        let window = min(max(1000, interval.milliseconds), max(1000, Int64(count) * 100))
        return now + .milliseconds(Int64(hash(key) % UInt64(window)))
    }

    /// FNV-1a, 64 bits, with a last mixing step so that low bits depend on all of the text.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        hash ^= hash >> 33
        hash = hash &* 0xff51_afd7_ed55_8ccd
        return hash ^ hash >> 33
    }
}
