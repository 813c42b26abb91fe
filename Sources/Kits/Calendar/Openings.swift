import Vocabulary

/// A window in which nothing may begin, and its name.
package struct Blackout: Sendable, Hashable {
    /// The name, for sentences.
    package let name: String
    /// When it is.
    package let window: Window

    /// Makes a blackout.
    package init(name: String, window: Window) {
        self.name = name
        self.window = window
    }
}

/// When something may begin: in a maintenance window, if there are any, and in no blackout.
package struct Openings: Sendable, Hashable {
    /// Why something may not begin.
    package enum Closure: Sendable, Hashable {
        /// A blackout lasts until then.
        case blackout(name: String, until: Timestamp)
        /// It is in none of the windows.
        case outsideWindows

        /// One sentence.
        package var sentence: String {
            switch self {
            case .blackout(let name, let until): "The blackout \(name) lasts until \(until)."
            case .outsideWindows: "It is outside the maintenance windows."
            }
        }
    }

    /// The maintenance windows; none means always.
    package var windows: [Window]
    /// The blackouts, which count more.
    package var blackouts: [Blackout]

    /// How many times a search for the next opening looks on.
    private static let patience = 10_000

    /// Makes the value.
    package init(windows: [Window] = [], blackouts: [Blackout] = []) {
        self.windows = windows
        self.blackouts = blackouts
    }

    /// Why nothing may begin at an instant; nil when it may.
    package func closure(at instant: Timestamp) -> Closure? {
        for blackout in blackouts {
            if let end = blackout.window.end(at: instant) { return .blackout(name: blackout.name, until: end) }
        }
        return windows.isEmpty || windows.contains { $0.end(at: instant) != nil } ? nil : .outsideWindows
    }

    /// Whether something may begin at an instant.
    package func isOpen(at instant: Timestamp) -> Bool { closure(at: instant) == nil }

    /// The first instant at or after one at which something may begin; nil when there is none, or none that is found after 10,000 closures.
    package func nextOpen(from instant: Timestamp) -> Timestamp? {
        var instant = instant
        for _ in 0..<Self.patience {
            switch closure(at: instant) {
            case nil: return instant
            case .blackout(_, let until): instant = until
            case .outsideWindows:
                guard let next = windows.compactMap({ $0.nextStart(after: instant) }).min() else { return nil }
                instant = next
            }
        }
        return nil
    }
}
