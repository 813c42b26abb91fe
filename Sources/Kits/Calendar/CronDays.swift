/// Which days of a month: the fields for days of the month and days of the week together. When both say something, a day counts that either
/// of them means; when one begins with `*`, a day counts that both mean (POSIX crontab, and Vixie's for `*/2`).
struct CronDays: Sendable, Hashable {
    /// Days of the month, 1...31.
    var month: CronField
    /// How many days before the last one, for `L` and `L-3`.
    var fromEnd: [Int] = []
    /// Days for `15W`: the weekday that is nearest to them in the same month.
    var nearest: [Int] = []
    /// `LW`: the last weekday of the month.
    var hasLastWeekday = false
    /// Days of the week, 0...6, 0 for Sunday.
    var week: CronField
    /// Days of the week for `5L`: the last one in the month.
    var lastInMonth: [Int] = []
    /// Days of the week for `5#3`: the third one in the month.
    var numbered: [Numbered] = []

    struct Numbered: Sendable, Hashable {
        var weekday: Int
        var number: Int
    }

    /// The days of a month that count, as bits from the lowest, for day 1.
    func mask(_ year: Int, _ month: Int) -> UInt32 {
        let length = Days.length(year, month)
        let first = Days.weekday(Days.since1970(year, month, 1))
        let all = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(length)) - 1)
        let byMonth = monthMask(length, first) & all
        let byWeek = weekMask(length, first) & all
        return self.month.isStar || week.isStar ? byMonth & byWeek : byMonth | byWeek
    }

    private func monthMask(_ length: Int, _ first: Int) -> UInt32 {
        var mask = UInt32(truncatingIfNeeded: month.bits >> 1)
        for offset in fromEnd where offset < length { mask |= 1 << UInt32(length - offset - 1) }
        for day in nearest where day <= length { mask |= 1 << UInt32(Self.nearestWeekday(to: day, length, first) - 1) }
        if hasLastWeekday { mask |= 1 << UInt32(Self.nearestWeekday(to: length, length, first) - 1) }
        return mask
    }

    private static func nearestWeekday(to day: Int, _ length: Int, _ first: Int) -> Int {
        switch (first + day - 1) % 7 {
        case 6: day == 1 ? 3 : day - 1
        case 0: day == length ? day - 2 : day + 1
        default: day
        }
    }

    private func weekMask(_ length: Int, _ first: Int) -> UInt32 {
        var mask: UInt32 = 0
        for day in 1...length where week.contains((first + day - 1) % 7) { mask |= 1 << UInt32(day - 1) }
        for weekday in lastInMonth {
            let last = (first + length - 1) % 7
            mask |= 1 << UInt32(length - 1 - (last - weekday + 7) % 7)
        }
        for numbered in numbered {
            let day = (numbered.weekday - first + 7) % 7 + 1 + (numbered.number - 1) * 7
            if day <= length { mask |= 1 << UInt32(day - 1) }
        }
        return mask
    }
}
