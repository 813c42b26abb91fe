import Contracts
import Executions
import Flow

@testable import Worker

/// The answers of the product's pure functions to every question that the model asks, asked once.
struct LeaseVerdicts {
    private static let states = Array(BranchState.allCases)
    private static let stepStates = Array(StepState.allCases)
    static func code(_ state: BranchState) -> UInt8 { UInt8(states.firstIndex(of: state) ?? 0) }
    static func code(_ state: StepState) -> Int { stepStates.firstIndex(of: state) ?? 0 }
    private static let (running, cancelling) = (code(BranchState.running), code(BranchState.cancelling))

    /// What becomes of a branch.
    struct Rescue {
        var state: UInt8
        var steps: UInt8
    }

    /// What a branch does next.
    enum Next {
        case run(Int)
        case end(BranchState)
        /// It cannot be in this state.
        case never
    }

    private var moves: [[Bool]] = []
    private var finals: [Bool] = []
    private var rescues: [[Rescue]] = []
    private var nexts: [Next] = []
    private var taken: [UInt8] = []
    private var accepted: [Bool] = []
    private var overs: [Bool] = []

    init(steps: [Bool], rescuesWithCare: Bool = true) {
        guard !steps.isEmpty else { return }
        let steps = steps.enumerated().map { index, isRepeatable in
            StepDefinition(name: "step \(index + 1)", command: "true", repeatable: rescuesWithCare ? isRepeatable : true)
        }
        let definition = JobDefinition(name: "job", steps: steps)
        moves = Self.states.map { from in Self.states.map { ExecutionRules.allows(from, $0) } }
        finals = Self.states.map(\.isFinal)
        accepted = Self.states.map { ExecutionFlow.accepts(fence: 1, from: "w", in: $0, heldBy: "w", under: 1) }
        for state in Self.states {
            rescues.append((0...255).map { Self.rescue(state, UInt8($0), definition) })
        }
        nexts = (0...255).map { Self.next(UInt8($0), definition) }
        taken = (0...255).map { Self.taken(UInt8($0), definition) }
        for one in Self.states { for two in Self.states { overs.append(Self.isOver([one, two])) } }
    }

    func allows(_ from: UInt8, _ to: UInt8) -> Bool { moves[Int(from)][Int(to)] }
    func isFinal(_ state: UInt8) -> Bool { finals[Int(state)] }
    func isLeased(_ state: UInt8) -> Bool { state == Self.running || state == Self.cancelling }
    func rescue(_ branch: BranchRecord) -> Rescue { rescues[Int(branch.state)][Int(branch.steps.states)] }
    func next(_ steps: StepsRecord) -> Next { nexts[Int(steps.states)] }

    /// How the steps of a branch stand for whoever is given it.
    func taken(_ steps: StepsRecord) -> StepsRecord { StepsRecord(states: taken[Int(steps.states)], attempts: steps.attempts) }

    /// Whether what a worker tells under a token is stored.
    func accepts(_ fence: UInt8, from worker: UInt8, _ branch: BranchRecord) -> Bool {
        guard fence == branch.fence, worker == branch.holder else {
            return ExecutionFlow.accepts(
                fence: Int(fence), from: "w\(worker)", in: Self.states[Int(branch.state)], heldBy: "w\(branch.holder)",
                under: Int(branch.fence))
        }
        return accepted[Int(branch.state)]
    }

    /// Whether an execution with these branches is over.
    func isExecutionOver(_ branches: Two<BranchRecord>, _ count: Int) -> Bool {
        overs[Int(branches[0].state) * Self.states.count + Int(branches[1].state)]
    }

    private static func isOver(_ states: [BranchState]) -> Bool {
        var counts = BranchCounts.waiting(states.count)
        for state in states { counts.move(from: .waiting, to: state) }
        return ExecutionRules.state(of: counts, isCancelling: false).isFinal
    }

    private static func results(_ steps: UInt8, _ definition: JobDefinition) -> [StepResult]? {
        var results: [StepResult] = []
        for (index, step) in definition.steps.enumerated() {
            let code = Int(steps >> (index * 4)) & 15
            guard code < stepStates.count else { return nil }
            results.append(
                StepResult(
                    number: index + 1, name: step.name, state: stepStates[code], attempt: code == 0 ? 0 : 1, outputBytes: 0,
                    truncated: false))
        }
        return results
    }

    private static func rescue(_ state: BranchState, _ steps: UInt8, _ definition: JobDefinition) -> Rescue {
        guard let stored = results(steps, definition) else { return Rescue(state: code(state), steps: steps) }
        let results = ExecutionFlow.complete(stored, for: definition)
        let outcome = ExecutionFlow.rescue(state: state, worker: "w", results: results, definition: definition)
        var after = StepsRecord(states: steps)
        for number in outcome.lostSteps {
            after.set(number - 1, state: code(outcome.state == .cancelUnconfirmed ? StepState.cancelUnconfirmed : .lost))
        }
        return Rescue(state: code(outcome.state), steps: after.states)
    }

    private static func next(_ steps: UInt8, _ definition: JobDefinition) -> Next {
        guard let results = results(steps, definition) else { return .never }
        let rules = StepRule.rules(of: definition.steps)
        switch BranchFlow.next(rules, results.map(BranchRunner.standing)) {
        case .act(let decisions):
            guard case .run(let position)? = decisions.first else { return .end(.failed) }
            return .run(position)
        case .end(let succeeded): return .end(succeeded ? .succeeded : .failed)
        case .wait: return .never
        }
    }

    private static func taken(_ steps: UInt8, _ definition: JobDefinition) -> UInt8 {
        guard let stored = results(steps, definition) else { return steps }
        var after = StepsRecord()
        for (index, result) in BranchRunner.complete(stored, definition).enumerated() { after.set(index, state: code(result.state)) }
        return after.states
    }
}
