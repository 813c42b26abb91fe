import Contracts
import Executions
import Flow
import Support

/// The lease protocol as a space of states. What the services decide by pure functions is decided by the same functions here; what they do in
/// transactions and calls is a move. Time goes in ticks: a lease lasts a few, and a worker that can be reached sends its heartbeats in time.
struct LeaseModel: StateSpace {
    /// What the protocol does so that nothing goes wrong. A test takes each away, and something must go wrong.
    struct Guards: OptionSet {
        let rawValue: Int
        /// What comes under an old token, or from another worker, is refused.
        static let fencing = Guards(rawValue: 1)
        /// That a step begins that may happen once is stored before it begins.
        static let storesBegin = Guards(rawValue: 2)
        /// A worker counts its lease from when it asked for it.
        static let countsFromAsking = Guards(rawValue: 4)
        /// A worker looks at its clock before a step begins.
        static let looksAtClock = Guards(rawValue: 8)
        /// A branch in whose middle a step stands that may happen once is not leased again.
        static let rescuesWithCare = Guards(rawValue: 16)
        /// A report that is sent again is stored once.
        static let storesOnce = Guards(rawValue: 32)
        /// A report that is sent again is answered by how its branches stand now.
        static let answersAnew = Guards(rawValue: 64)
        /// Ended leases are looked for.
        static let rescues = Guards(rawValue: 128)
        /// What a worker tells under two leases of a branch goes in two reports.
        static let cutsReports = Guards(rawValue: 256)
        static let all = Guards(rawValue: 511)
    }

    /// Whether each step of the job may be repeated; one or two steps.
    var steps = [true, false]
    /// How often a step that fails is tried in all (1 or 2).
    var attempts = 1
    /// How many branches there are (1 or 2).
    var branches = 1
    /// How many workers may start, one after the other; two of them run at a time.
    var workers = 3
    /// How many ticks a lease lasts.
    var lease: UInt8 = 2
    /// By how many ticks the clocks of several services differ.
    var skew: UInt8 = 0
    /// How many mishaps there may be.
    var mishaps: UInt8 = 2
    /// How many branches may be cancelled.
    var cancels: UInt8 = 0
    /// How many workers may be told to drain.
    var drains: UInt8 = 0
    /// Whether steps fail too.
    var mayFail = false
    /// Whether workers stop and go on (SIGSTOP), are cut off and come back; otherwise they only die and calls are lost.
    var mayPause = true
    var guards = Guards.all

    private(set) var verdicts = LeaseVerdicts(steps: [])

    init(_ change: (inout LeaseModel) -> Void) {
        change(&self)
        verdicts = LeaseVerdicts(steps: steps, rescuesWithCare: guards.contains(.rescuesWithCare))
    }

    var starts: [LeaseState] {
        var state = LeaseState()
        (state.mishaps, state.cancels, state.drains) = (mishaps, cancels, drains)
        for branch in 0..<2 { state.branches[branch].state = LeaseVerdicts.code(branch < branches ? .waiting : .succeeded) }
        state.workers[0].life = .up
        return [state]
    }

    func moves(from state: LeaseState, _ found: (LeaseMove, LeaseState) -> Void) {
        for worker in 0..<workers {
            workerMoves(worker, state, found)
            networkMoves(worker, state, found)
            mishapMoves(worker, state, found)
        }
        for branch in 0..<branches { storeMoves(branch, state, found) }
        if let later = afterTick(state) { found(.tick, later) }
    }

    func breach(in state: LeaseState) -> String? {
        if let breach = LeaseBreach(rawValue: state.breach) { return breach.sentence }
        for branch in 0..<branches {
            let record = state.branches[branch]
            if record.begun.most > 1 { return "A step that may happen once began twice at its target." }
            if record.finished.most > 1 { return "The end of a step was counted twice." }
            if record.ended > 1 { return "The end of a branch was counted twice." }
        }
        return isEnd(state) == verdicts.isExecutionOver(state.branches, branches)
            ? nil : "The execution's state does not follow its branches."
    }

    func breach(from before: LeaseState, to after: LeaseState) -> String? {
        for branch in 0..<branches {
            let (old, new) = (before.branches[branch], after.branches[branch])
            if old.state != new.state, !verdicts.allows(old.state, new.state) { return "A branch moved as it must not." }
            if verdicts.isFinal(old.state), old.steps.states != new.steps.states { return "A branch changed after its end." }
        }
        return nil
    }

    func isEnd(_ state: LeaseState) -> Bool {
        for branch in 0..<branches where !verdicts.isFinal(state.branches[branch].state) { return false }
        return true
    }

    func isMishap(_ move: LeaseMove) -> Bool { move.isMishap }

    func sentence(_ move: LeaseMove) -> String { move.sentence }
}

/// What a move did that must not be.
enum LeaseBreach: UInt8 {
    case notStored = 1
    case afterLease
    case othersBranch
    case oldToken
    case lostForNothing

    var sentence: String {
        switch self {
        case .notStored: "A step that may happen once began although that was not stored."
        case .afterLease: "A step was let begin after the lease was over by the worker's own clock."
        case .othersBranch: "A step was let begin although the branch was another worker's."
        case .oldToken: "A report was accepted under an old token."
        case .lostForNothing: "A branch was given up as lost although no step had begun that may happen once."
        }
    }
}
