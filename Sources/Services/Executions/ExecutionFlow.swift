import Contracts
import Flow
import Vocabulary

/// What follows from a definition and the results of its steps: pure, time and ids are arguments.
package enum ExecutionFlow {
    /// Results for all steps of a definition: those that are stored, `waiting` for the rest, and behind them what undid steps, the
    /// last step first.
    package static func complete(_ stored: [StepResult], for definition: JobDefinition) -> [StepResult] {
        let known = Dictionary(stored.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        let steps = definition.steps.enumerated().map { index, step in known[index + 1] ?? .waiting(index + 1, step.name) }
        let undoing = stored.filter { $0.number > definition.steps.count }
        return steps + undoing.sorted { $0.number > $1.number }
    }

    /// Whether what a worker tells of a branch under a fencing token counts: only from the worker that holds it, under its newest token.
    package static func accepts(
        fence: Int, from worker: String, in state: BranchState, heldBy holder: String?, under newest: Int
    ) -> Bool {
        fence == newest && worker == holder && (state == .running || state == .cancelling)
    }

    /// What becomes of a branch whose worker went silent, why, and which steps are not known to have ended. What runs under a supervisor
    /// goes on, and another worker follows it; a branch that is being cancelled then stays so until one has ended it.
    package static func rescue(
        state: BranchState, worker: String, results: [StepResult], definition: JobDefinition
    ) -> (state: BranchState, cause: String?, lostSteps: [Int]) {
        let begun = results.filter { $0.state == .running }
        let working = begun.filter { definition.step($0.number)?.called == nil }
        if state == .cancelling, !working.isEmpty, working.allSatisfy(\.isSupervised) { return (.cancelling, nil, []) }
        if state == .cancelling {
            return (
                .cancelUnconfirmed, "The worker \(worker) went silent before it could prove that the processes are gone.",
                begun.map(\.number)
            )
        }
        let fatal = begun.first { !$0.isSupervised && definition.step($0.number)?.repeatable != true }
        guard let fatal else { return (.waiting, nil, []) }
        return (
            .lost,
            "The worker \(worker) went silent while step \(fatal.number) (\(definition.step(fatal.number)?.name ?? fatal.name)) ran; whether it finished on the target is not known, "
                + "and the step does not say that it may be repeated.",
            begun.map(\.number)
        )
    }

    /// The results that stay when a branch is done again from where it failed.
    package static func kept(_ stored: [StepResult], from serial: String, definition: JobDefinition) -> [StepResult] {
        let results = complete(stored, for: definition)
        let count = definition.steps.count
        let undone = Set(results.map { $0.number - 1 - count }.filter { $0 >= 0 })
        // A step that was skipped is looked at again, and found to be skipped again or not.
        var standings = results.prefix(count).map { $0.state == .succeeded ? StepStanding.succeeded : .notReached }
        // A call of which a step was undone is made again for that step.
        for position in undone {
            var call = definition.steps[position].within
            while let number = call { (standings[number - 1], call) = (.notReached, definition.steps[number - 1].within) }
        }
        var kept = BranchFlow.kept(needs(of: definition.steps), standings, undone: undone)
        // Of a call that stays everything stays, also what was skipped or what failed without counting.
        for (position, step) in definition.steps.enumerated() {
            if let within = step.within, kept.contains(within - 1) { kept.insert(position) }
        }
        return kept.sorted().map { position in
            var result = results[position]
            result.cause = "Kept from \(serial)."
            return result
        }
    }

    /// The steps (from 0) that must stay for a step to stay: those that it waits for, and for the first steps of a called job those that
    /// the call waits for.
    private static func needs(of steps: [StepDefinition]) -> [[Int]] {
        var needs = StepGraph(names: steps.map(\.name), needs: steps.map(\.needs)).needs
        for (position, step) in steps.enumerated() {
            guard let call = step.within.map({ $0 - 1 }) else { continue }
            let own = needs[position].filter { $0 != call }
            needs[position] = own.count < needs[position].count ? own + needs[call] : own
        }
        return needs
    }
}
