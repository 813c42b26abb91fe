/// What the flow of a branch needs to know about a step.
package struct StepRule: Sendable, Hashable {
    /// Whether a failure of this step stops the branch.
    package var stopsOnFailure: Bool
    /// Whether the step runs even after the branch was stopped by a failure.
    package var runsAlways: Bool
    /// Whether the step may be started again after a worker died in the middle of it.
    package var isRepeatable: Bool

    /// Makes a rule.
    package init(stopsOnFailure: Bool = true, runsAlways: Bool = false, isRepeatable: Bool = false) {
        self.stopsOnFailure = stopsOnFailure
        self.runsAlways = runsAlways
        self.isRepeatable = isRepeatable
    }
}

/// How a step of a branch stands.
package enum StepStanding: Sendable, Hashable {
    case notReached
    case begun
    case succeeded
    case failed
    case skipped
}

/// Decides what a branch does next: values in, decisions out.
package enum BranchFlow {
    /// The next thing to do.
    package enum Decision: Sendable, Hashable {
        /// Run the step at this position (from 0).
        case run(Int)
        /// Do not run the step at this position, because the branch was stopped.
        case skip(Int)
        /// Nothing is left to do.
        case end(succeeded: Bool)
    }

    /// What to do with a branch whose worker is gone.
    package enum Rescue: Sendable, Hashable {
        /// Lease it again: it goes on at the first unfinished step.
        case leaseAgain
        /// The step at this position (from 0) was running and must not be started twice.
        case lost(step: Int)
    }

    /// The next decision for steps in order and their standings, position by position.
    package static func next(_ rules: [StepRule], _ standings: [StepStanding]) -> Decision {
        precondition(rules.count == standings.count, "a standing for each step")
        let stopped = zip(rules, standings).contains { $0.stopsOnFailure && $1 == .failed }
        for (position, standing) in standings.enumerated() where standing == .notReached || standing == .begun {
            return stopped && !rules[position].runsAlways ? .skip(position) : .run(position)
        }
        return .end(succeeded: !standings.contains(.failed))
    }

    /// What becomes of a branch whose lease ran out. A step that had begun is repeated only if it says that it may be.
    package static func rescue(_ rules: [StepRule], _ standings: [StepStanding]) -> Rescue {
        precondition(rules.count == standings.count, "a standing for each step")
        for (position, standing) in standings.enumerated() where standing == .begun {
            return rules[position].isRepeatable ? .leaseAgain : .lost(step: position)
        }
        return .leaseAgain
    }
}
