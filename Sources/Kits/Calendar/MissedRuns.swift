import Vocabulary

/// What happens to instants that nobody was there for, for example because the server was down.
package enum MissedPolicy: Sendable, Hashable {
    /// They are missed.
    case skip
    /// The newest is made up for, the others are missed.
    case once
    /// The newest ones, up to so many, are made up for; older ones are missed.
    case all(most: Int)

    var most: Int {
        switch self {
        case .skip: 0
        case .once: 1
        case .all(let most): max(0, min(most, 1000))
        }
    }
}

/// An instant of a schedule and what becomes of it.
package struct DueInstant: Sendable, Hashable {
    /// What becomes of it.
    package enum Fate: String, Sendable, Hashable, CaseIterable {
        /// It fires in time.
        case fires
        /// It fires although its time is over.
        case late
        /// It is missed.
        case missed
    }

    /// The instant.
    package let at: Timestamp
    /// What becomes of it.
    package let fate: Fate
}

extension Schedule {
    /// What becomes of every instant after the last one that was considered up to now, oldest first, at most `limit` of them; the rest comes with the next
    /// call, which begins after `considered`. What is not older than `grace` is in time. `runs` says how often the schedule happened already.
    package func due(
        after last: Timestamp, now: Timestamp, policy: MissedPolicy, grace: Duration, limit: Int = 1000, runs: Int = 0
    ) -> (instants: [DueInstant], considered: Timestamp) {
        guard last < now else { return ([], last) }
        let after = Timestamp(milliseconds: now.milliseconds == .max ? .max : now.milliseconds + 1)
        let onTime = now + (.zero - grace)
        let (times, isComplete) = occurrences(in: Timestamp(milliseconds: last.milliseconds + 1)..<after, limit: max(1, limit))
        var left = most.map { max(0, $0 - runs) } ?? .max
        let made = madeUp(before: onTime, after: last, policy.most)
        let instants = times.map { time in
            let wish: DueInstant.Fate = time >= onTime ? .fires : made.contains(time) ? .late : .missed
            guard wish != .missed, left > 0 else { return DueInstant(at: time, fate: .missed) }
            left -= 1
            return DueInstant(at: time, fate: wish)
        }
        return (instants, isComplete ? now : times.last ?? now)
    }

    /// The newest instants before one that are made up for.
    private func madeUp(before end: Timestamp, after last: Timestamp, _ most: Int) -> Set<Timestamp> {
        var (made, end): (Set<Timestamp>, Timestamp) = ([], end)
        while made.count < most, let time = previous(before: end), time > last {
            made.insert(time)
            end = time
        }
        return made
    }
}
