/// Pieces of English sentences about time.
enum Words {
    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    static let months = [
        "", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ items: [String], _ last: String = "and") -> String {
        guard items.count > 1, let end = items.last else { return items.first ?? "" }
        return "\(items.dropLast().joined(separator: ", ")) \(last) \(end)"
    }

    /// Numbers as names, three or more in a row as `Monday to Friday`.
    static func runs(_ values: [Int], _ name: (Int) -> String) -> [String] {
        var (runs, index): ([String], Int) = ([], 0)
        while index < values.count {
            var end = index
            while end + 1 < values.count, values[end + 1] == values[end] + 1 { end += 1 }
            if end - index >= 2 {
                runs.append("\(name(values[index])) to \(name(values[end]))")
            } else {
                runs += values[index...end].map(name)
            }
            index = end + 1
        }
        return runs
    }

    /// Weekdays beginning on Monday.
    static func weekdays(_ values: [Int]) -> [String] {
        runs(values.map { ($0 + 6) % 7 }.sorted()) { weekdays[($0 + 1) % 7] }
    }

    static func ordinal(_ number: Int) -> String {
        switch (number % 10, number % 100) {
        case (_, 11...13): "\(number)th"
        case (1, _): "\(number)st"
        case (2, _): "\(number)nd"
        case (3, _): "\(number)rd"
        default: "\(number)th"
        }
    }

    /// `02:30`, and `02:30:15` with seconds.
    static func time(_ second: Int) -> String {
        let text = "\(Days.padded(second / 3600)):\(Days.padded(second / 60 % 60))"
        return second % 60 == 0 ? text : "\(text):\(Days.padded(second % 60))"
    }

    /// `1 hour`, `15 minutes`, `90 seconds`: the largest unit that fits.
    static func duration(_ seconds: Int) -> String {
        for (unit, name) in [(86_400, "day"), (3600, "hour"), (60, "minute")] where seconds % unit == 0 && seconds > 0 {
            return count(seconds / unit, name)
        }
        return count(seconds, "second")
    }

    static func count(_ number: Int, _ name: String) -> String { "\(number) \(name)\(number == 1 ? "" : "s")" }
}
