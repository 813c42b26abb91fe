/// A model whose states can be counted: where it starts, what may happen in each state, and what must never be.
package protocol StateSpace {
    /// A state; equal states are explored once.
    associatedtype State: Hashable
    /// Something that happens.
    associatedtype Move
    /// The states in which it starts.
    var starts: [State] { get }
    /// Calls `found` with everything that may happen in a state, and the state after it. The order is the same each time.
    func moves(from state: State, _ found: (Move, State) -> Void)
    /// What is wrong with a state, as a sentence; nil when nothing is.
    func breach(in state: State) -> String?
    /// What is wrong with going from one state to the next, as a sentence; nil when nothing is.
    func breach(from before: State, to after: State) -> String?
    /// Whether nothing more has to happen.
    func isEnd(_ state: State) -> Bool
    /// Whether something happens only by mishap or by somebody's wish, so that nobody may count on it.
    func isMishap(_ move: Move) -> Bool
    /// What happens, as a sentence.
    func sentence(_ move: Move) -> String
}

/// The shortest way to something that must not be.
package struct Counterexample: Sendable, CustomStringConvertible {
    /// What is wrong.
    package let reason: String
    /// What happens on the way, one sentence each.
    package let trace: [String]

    /// The reason and the numbered way.
    package var description: String {
        ([reason] + trace.enumerated().map { "  \($0 + 1). \($1)" }).joined(separator: "\n")
    }
}

/// What exploring a whole state space found.
package struct Exploration: Sendable, CustomStringConvertible {
    /// How many different states there are.
    package fileprivate(set) var states = 0
    /// How many moves lead from one to another.
    package fileprivate(set) var transitions = 0
    /// How many moves the state farthest from the start is away.
    package fileprivate(set) var depth = 0
    /// In how many states nothing more has to happen.
    package fileprivate(set) var ends = 0
    /// Whether everything was seen: false when there were more states than allowed.
    package fileprivate(set) var isComplete = true
    /// The shortest way to something that must not be; nil when there is none.
    package fileprivate(set) var counterexample: Counterexample?

    /// The counts, and the counterexample if there is one.
    package var description: String {
        let counts =
            "\(states) states, \(transitions) transitions, \(ends) ends, at most \(depth) moves deep"
            + (isComplete ? "" : ", not all of them")
        return counterexample.map { "\(counts)\n\($0)" } ?? counts
    }
}

/// Visits every state of a space, the nearest first, so that the first thing found wrong is reached by the fewest moves. Then it looks whether
/// an end can be reached from every state without counting on mishaps.
package struct Explorer<Space: StateSpace> {
    private let space: Space
    private let most: Int
    private var states: [Space.State] = []
    private var parents: [Int32] = []
    private var depths: [Int32] = []
    private var seen: [Int32] = Array(repeating: -1, count: 1 << 12)
    /// The moves that can be counted on, as pairs of states.
    private var (sources, targets): ([Int32], [Int32]) = ([], [])
    private var result = Exploration()

    /// Explores at most so many states.
    package init(_ space: Space, most: Int = 1_000_000) {
        self.space = space
        self.most = most
    }

    /// Explores the space; ends early at the first thing that is wrong.
    package mutating func explore() -> Exploration {
        for start in space.starts { _ = visit(start, from: -1) }
        var next = 0
        while next < states.count, result.counterexample == nil {
            expand(next)
            next += 1
        }
        result.states = states.count
        result.depth = Int(depths.last ?? 0)
        result.ends = states.count { space.isEnd($0) }
        if result.counterexample == nil, result.isComplete { findStuck() }
        return result
    }

    private mutating func expand(_ index: Int) {
        let state = states[index]
        var found: [(state: Space.State, isMishap: Bool)] = []
        space.moves(from: state) { found.append(($1, space.isMishap($0))) }
        for (after, isMishap) in found {
            result.transitions += 1
            let target = visit(after, from: index)
            guard target >= 0 else { continue }
            if !isMishap {
                sources.append(Int32(index))
                targets.append(Int32(target))
            }
            guard result.counterexample == nil else { return }
            if let reason = space.breach(from: state, to: after) {
                result.counterexample = Counterexample(reason: reason, trace: trace(to: index) + step(from: index, to: after))
            }
        }
    }

    /// The number of a state; -1 for a new one that there is no place for.
    private mutating func visit(_ state: Space.State, from parent: Int) -> Int {
        var slot = state.hashValue & (seen.count - 1)
        while seen[slot] >= 0 {
            if states[Int(seen[slot])] == state { return Int(seen[slot]) }
            slot = (slot + 1) & (seen.count - 1)
        }
        guard states.count < most else {
            result.isComplete = false
            return -1
        }
        seen[slot] = Int32(states.count)
        states.append(state)
        parents.append(Int32(parent))
        depths.append(parent < 0 ? 0 : depths[parent] + 1)
        if states.count * 2 > seen.count { grow() }
        if result.counterexample == nil, let reason = space.breach(in: state) {
            result.counterexample = Counterexample(reason: reason, trace: trace(to: states.count - 1))
        }
        return states.count - 1
    }

    private mutating func grow() {
        seen = Array(repeating: -1, count: seen.count * 4)
        for (index, state) in states.enumerated() {
            var slot = state.hashValue & (seen.count - 1)
            while seen[slot] >= 0 { slot = (slot + 1) & (seen.count - 1) }
            seen[slot] = Int32(index)
        }
    }

    private func trace(to index: Int) -> [String] {
        var (sentences, index): ([String], Int) = ([], index)
        while parents[index] >= 0 {
            sentences += step(from: Int(parents[index]), to: states[index])
            index = Int(parents[index])
        }
        return sentences.reversed()
    }

    private func step(from index: Int, to after: Space.State) -> [String] {
        var sentence: String?
        space.moves(from: states[index]) { move, state in
            if sentence == nil, state == after { sentence = space.sentence(move) }
        }
        return [sentence ?? "something happens"]
    }

    /// Goes backwards from the ends; what is not met cannot get to one.
    private mutating func findStuck() {
        var offsets = Array(repeating: 0, count: states.count + 1)
        for target in targets { offsets[Int(target) + 1] += 1 }
        for index in 0..<states.count { offsets[index + 1] += offsets[index] }
        var (places, before) = (offsets, Array(repeating: Int32(0), count: targets.count))
        for (source, target) in zip(sources, targets) {
            before[places[Int(target)]] = source
            places[Int(target)] += 1
        }
        var (isMet, open): ([Bool], [Int]) = (states.map { space.isEnd($0) }, [])
        for index in states.indices where isMet[index] { open.append(index) }
        while let index = open.popLast() {
            for place in offsets[index]..<offsets[index + 1] where !isMet[Int(before[place])] {
                isMet[Int(before[place])] = true
                open.append(Int(before[place]))
            }
        }
        guard let stuck = isMet.firstIndex(of: false) else { return }
        result.counterexample = Counterexample(reason: "From here no end can be reached.", trace: trace(to: stuck))
    }
}
