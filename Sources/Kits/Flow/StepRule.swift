/// What the flow of a branch needs to know about a step.
package struct StepRule: Sendable, Hashable {
    /// What a failure for good means for the branch.
    package enum Failure: Sendable, Hashable {
        /// Steps that wait for this one do not run, and the branch fails.
        case stops
        /// Steps that wait for this one run, and the branch fails.
        case goesOn
        /// Steps that wait for this one run, and the branch does not fail for it.
        case isIgnored
    }

    /// After what a step runs.
    package enum Occasion: Sendable, Hashable {
        /// After the steps that it waits for went well.
        case success
        /// After a step that it waits for, directly or not, failed.
        case failure
        /// After the steps that it waits for ended in any way.
        case always
    }

    /// The positions (from 0) of the steps that it waits for.
    package var needs: [Int]
    /// Whether one of them that went well is enough.
    package var joinsAny: Bool
    /// What its failure means.
    package var failure: Failure
    /// After what it runs.
    package var occasion: Occasion
    /// The position (from 0) of the call that it is a part of; nil for the steps of the job itself. It waits only for steps of the same call.
    package var call: Int?
    /// Whether it is a call: it has begun while its parts are done, and ends when they have ended.
    package var isCall: Bool

    /// Makes a rule.
    package init(
        needs: [Int] = [], joinsAny: Bool = false, failure: Failure = .stops, occasion: Occasion = .success, call: Int? = nil,
        isCall: Bool = false
    ) {
        self.needs = needs
        self.call = call
        self.isCall = isCall
        self.joinsAny = joinsAny
        self.failure = failure
        self.occasion = occasion
    }
}

/// How a step of a branch stands.
package enum StepStanding: Sendable, Hashable {
    case notReached
    case begun
    case succeeded
    case failed
    case skipped

    /// Whether nothing more will happen to the step.
    package var isSettled: Bool { self != .notReached && self != .begun }
}
