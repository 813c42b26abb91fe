import Contracts

/// How far a run may go through its targets: pure.
package struct Rollout: Sendable, Hashable {
    private let total: Int
    private let canary: Int?
    private let batch: Int?
    private let mostFailures: Int
    private let mostText: String
    private let pauses: Bool

    /// What follows from how the branches stand.
    package enum Decision: Sendable, Hashable {
        /// Nothing changes.
        case goOn
        /// So many branches, from the first, may begin now.
        case release(Int)
        /// Too many failed, which the sentence says; no further branch begins.
        case stop(String)
        /// Too many failed, which the sentence says; a person decides.
        case pause(String)
    }

    /// Reads what a job says for a number of targets. Shares of targets are rounded up for parts, and down for failures.
    package init(_ definition: RolloutDefinition, total: Int) {
        self.total = total
        canary = definition.canary.map { max(1, Self.amount($0, of: total, roundsUp: true)) }
        batch = definition.batch.map { max(1, Self.amount($0, of: total, roundsUp: true)) }
        mostFailures = Self.amount(definition.maxFailures ?? "0", of: total, roundsUp: false)
        mostText = definition.maxFailures.map { $0.hasSuffix("%") ? "\($0) of \(total)" : $0 } ?? "0"
        pauses = definition.onTooManyFailures == .pause
    }

    private static func amount(_ text: String, of total: Int, roundsUp: Bool) -> Int {
        guard text.hasSuffix("%") else { return Int(text) ?? 0 }
        let share = (Int(text.dropLast()) ?? 0) * total
        return roundsUp ? (share + 99) / 100 : share / 100
    }

    /// How many branches may begin at the start.
    package var first: Int { min(total, canary ?? batch ?? total) }

    /// How many branches each part has.
    package var parts: [Int] {
        var (parts, released) = ([first], first)
        while released < total, parts.count < 1000 {
            let next = min(total - released, batch ?? total)
            parts.append(next)
            released += next
        }
        return parts
    }

    /// What follows when `released` branches may have begun, `accepted` failures were accepted by a person, and `restIsOver` says whether all
    /// those branches have ended.
    package func next(released: Int, counts: BranchCounts, accepted: Int, restIsOver: Bool) -> Decision {
        guard counts.waiting > 0 else { return .goOn }
        let bad = counts.failed + counts.unclear
        let isCanary = canary.map { released <= $0 && released < total } ?? false
        if isCanary, bad > accepted {
            return tooMany(
                released == 1
                    ? "The first target failed, and it must not." : "\(bad) of the first \(released) targets failed, and none of these may."
            )
        }
        if bad - accepted > mostFailures {
            return tooMany("\(bad) of \(counts.total - counts.waiting) targets failed, and at most \(mostText) may.")
        }
        guard restIsOver, released < total else { return .goOn }
        return .release(min(total, released + (batch ?? total)))
    }

    private func tooMany(_ sentence: String) -> Decision { pauses ? .pause(sentence) : .stop(sentence) }
}
