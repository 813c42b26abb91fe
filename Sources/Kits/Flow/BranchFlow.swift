/// Decides what a branch does next: values in, decisions out. The steps are a graph without cycles, as `StepGraph` checks it.
package enum BranchFlow {
    /// One thing to do.
    package enum Decision: Sendable, Hashable {
        /// Run the step at this position (from 0).
        case run(Int)
        /// Do not run the step at this position.
        case skip(Int, SkipReason)
        /// End the call at this position: all its parts have ended.
        case close(Int, succeeded: Bool)
    }

    /// Why a step does not run.
    package enum SkipReason: Sendable, Hashable {
        /// The step at this position failed, and this one waits for it, directly or not.
        case blocked(by: Int)
        /// It runs after a failure, and there was none.
        case nothingFailed
        /// It is a part of the call at this position, which was not made.
        case notCalled(by: Int)
    }

    /// What there is to do.
    package enum Next: Sendable, Hashable {
        /// Do all of this, in this order; then ask again.
        case act([Decision])
        /// Steps that have begun must end first.
        case wait
        /// Nothing is left to do.
        case end(succeeded: Bool)
    }

    /// What to do next for steps and their standings, position by position.
    package static func next(_ rules: [StepRule], _ standings: [StepStanding]) -> Next {
        precondition(rules.count == standings.count, "a standing for each step")
        if standings.allSatisfy(\.isSettled) {
            return .end(succeeded: hasSucceeded(nil, rules, standings))
        }
        let ways = ways(rules, standings)
        let decisions = standings.indices.compactMap { position in
            switch standings[position] {
            case .notReached: decision(on: position, rules, standings, ways)
            case .begun where rules[position].isCall: end(of: position, rules, standings)
            default: nil
            }
        }
        return decisions.isEmpty ? .wait : .act(decisions)
    }

    /// The steps (from 0) whose results stay when a branch that did not succeed is done again from where it failed: those that succeeded, were
    /// not undone, and wait only for such steps.
    package static func kept(_ needs: [[Int]], _ standings: [StepStanding], undone: Set<Int>) -> Set<Int> {
        precondition(needs.count == standings.count, "a standing for each step")
        var kept = Set(standings.indices.filter { standings[$0] == .succeeded && !undone.contains($0) })
        while let loose = kept.first(where: { !needs[$0].allSatisfy(kept.contains) }) { kept.remove(loose) }
        return kept
    }

    /// Whether no part of a call, or no step of the job itself, failed so that it counts. What failed in a call counts as the call does.
    private static func hasSucceeded(_ call: Int?, _ rules: [StepRule], _ standings: [StepStanding]) -> Bool {
        !zip(rules, standings).contains { $0.call == call && $1 == .failed && $0.failure != .isIgnored }
    }

    /// The end of a call that has begun; nil while parts of it have not ended.
    private static func end(of call: Int, _ rules: [StepRule], _ standings: [StepStanding]) -> Decision? {
        guard zip(rules, standings).allSatisfy({ $0.call != call || $1.isSettled }) else { return nil }
        return .close(call, succeeded: hasSucceeded(call, rules, standings))
    }

    private static func decision(on position: Int, _ rules: [StepRule], _ standings: [StepStanding], _ ways: [Way]) -> Decision? {
        let rule = rules[position]
        if let call = rule.call, standings[call] != .begun {
            return standings[call].isSettled ? .skip(position, .notCalled(by: call)) : nil
        }
        switch rule.occasion {
        case .success:
            switch ways[position] {
            case .open: return nil
            case .clear: return .run(position)
            case .blocked(let step): return .skip(position, .blocked(by: step))
            }
        case .always:
            return rule.needs.allSatisfy { standings[$0].isSettled } ? .run(position) : nil
        case .failure:
            guard rule.needs.allSatisfy({ standings[$0].isSettled }) else { return nil }
            let hasFailed = ancestors(of: position, rules).contains { standings[$0] == .failed && rules[$0].failure != .isIgnored }
            return hasFailed ? .run(position) : .skip(position, .nothingFailed)
        }
    }

    /// The steps that a step waits for, directly or not.
    private static func ancestors(of position: Int, _ rules: [StepRule]) -> Set<Int> {
        var (found, open): (Set<Int>, [Int]) = ([], rules[position].needs)
        while let next = open.popLast() { if found.insert(next).inserted { open += rules[next].needs } }
        return found
    }

    /// What is known about the way to a step: it leads through all steps that it waits for, or through any of them. That a step ran after all,
    /// because it runs always, does not clear the way behind it.
    private enum Way {
        case open
        case clear
        case blocked(by: Int)
    }

    private static func ways(_ rules: [StepRule], _ standings: [StepStanding]) -> [Way] {
        var known: [Way?] = Array(repeating: nil, count: rules.count)
        for position in rules.indices { _ = way(to: position, rules, standings, &known) }
        return known.map { $0 ?? .open }
    }

    /// Every way is found once, however many steps wait for it. Steps in a circle would find it open.
    private static func way(to position: Int, _ rules: [StepRule], _ standings: [StepStanding], _ known: inout [Way?]) -> Way {
        if let way = known[position] { return way }
        known[position] = .open
        var (isOpen, block, isClear): (Bool, Int?, Bool) = (false, nil, rules[position].needs.isEmpty)
        for need in rules[position].needs {
            switch wayBehind(need, rules, standings, &known) {
            case .open: isOpen = true
            case .clear: isClear = true
            case .blocked(let step): block = block ?? step
            }
        }
        let way: Way
        if rules[position].joinsAny {
            way = isClear ? .clear : isOpen ? .open : .blocked(by: block ?? position)
        } else {
            way = block.map { .blocked(by: $0) } ?? (isOpen ? .open : .clear)
        }
        known[position] = way
        return way
    }

    private static func wayBehind(_ need: Int, _ rules: [StepRule], _ standings: [StepStanding], _ known: inout [Way?]) -> Way {
        guard standings[need].isSettled else { return .open }
        if standings[need] == .failed, rules[need].failure == .stops { return .blocked(by: need) }
        return way(to: need, rules, standings, &known)
    }
}
