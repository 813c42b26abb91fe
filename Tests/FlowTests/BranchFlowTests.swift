import Flow
import Testing

@Suite("The flow of a branch")
struct BranchFlowTests {
    private static let line = [StepRule(), StepRule(needs: [0]), StepRule(needs: [1])]

    /// Runs the steps one decision after the other; those in `failing` fail. Returns how each ended and which ran beside each other.
    private static func play(_ rules: [StepRule], failing: Set<Int> = []) -> (ends: [StepStanding], rounds: [[Int]], succeeded: Bool?) {
        var (standings, rounds) = (Array(repeating: StepStanding.notReached, count: rules.count), [[Int]]())
        for _ in 0...(rules.count * 2) {
            switch BranchFlow.next(rules, standings) {
            case .end(let succeeded): return (standings, rounds, succeeded)
            case .wait: return (standings, rounds, nil)
            case .act(let decisions):
                var round: [Int] = []
                for decision in decisions {
                    switch decision {
                    case .skip(let position, _): standings[position] = .skipped
                    case .close(let position, let succeeded): standings[position] = succeeded ? .succeeded : .failed
                    case .run(let position):
                        round.append(position)
                        standings[position] = rules[position].isCall ? .begun : failing.contains(position) ? .failed : .succeeded
                    }
                }
                if !round.isEmpty { rounds.append(round) }
            }
        }
        return (standings, rounds, nil)
    }

    @Test("steps that wait for the one before run one after the other, and stop after a failure")
    func inALine() {
        #expect(Self.play(Self.line).rounds == [[0], [1], [2]])
        let failed = Self.play(Self.line, failing: [1])

        #expect(failed.ends == [.succeeded, .failed, .skipped])
        #expect(failed.succeeded == false)
    }

    @Test("steps that wait for the same run beside each other, and their followers join")
    func diamond() {
        let rules = [StepRule(), StepRule(needs: [0]), StepRule(needs: [0]), StepRule(needs: [1, 2])]

        #expect(Self.play(rules).rounds == [[0], [1, 2], [3]])
        #expect(Self.play(rules, failing: [1]).ends == [.succeeded, .failed, .succeeded, .skipped])
    }

    @Test("a failure stops only the steps that wait for it")
    func independent() {
        let rules = [StepRule(), StepRule(), StepRule(needs: [0]), StepRule(needs: [1])]
        let played = Self.play(rules, failing: [0])

        #expect(played.ends == [.failed, .succeeded, .skipped, .succeeded])
        #expect(played.succeeded == false)
    }

    @Test("a step that joins any runs as soon as one went well, before the others have ended")
    func joinsAny() {
        let rules = [StepRule(), StepRule(), StepRule(needs: [0, 1], joinsAny: true)]

        #expect(BranchFlow.next(rules, [.begun, .succeeded, .notReached]) == .act([.run(2)]))
        #expect(BranchFlow.next(rules, [.begun, .failed, .notReached]) == .wait)
        #expect(BranchFlow.next(rules, [.failed, .failed, .notReached]) == .act([.skip(2, .blocked(by: 0))]))
    }

    @Test("what runs always runs after a failure, but does not clear the way behind it")
    func always() {
        let rules = [StepRule(), StepRule(needs: [0], occasion: .always), StepRule(needs: [1])]

        #expect(Self.play(rules, failing: [0]).ends == [.failed, .succeeded, .skipped])
    }

    @Test("a handler runs after a failure before it, however far, and is skipped when there was none")
    func handler() {
        let rules = [StepRule(), StepRule(needs: [0]), StepRule(needs: [1], occasion: .failure)]

        #expect(Self.play(rules, failing: [0]).ends == [.failed, .skipped, .succeeded])
        #expect(Self.play(rules).ends == [.succeeded, .succeeded, .skipped])
        #expect(BranchFlow.next(rules, [.succeeded, .succeeded, .notReached]) == .act([.skip(2, .nothingFailed)]))
    }

    @Test(
        "a failure that goes on lets the branch fail at the end, an ignored one does not",
        arguments: [(StepRule.Failure.goesOn, false), (.isIgnored, true)])
    func policies(failure: StepRule.Failure, succeeds: Bool) {
        let rules = [StepRule(failure: failure), StepRule(needs: [0]), StepRule(needs: [1], occasion: .failure)]
        let played = Self.play(rules, failing: [0])

        #expect(played.ends == [.failed, .succeeded, failure == .goesOn ? .succeeded : .skipped])
        #expect(played.succeeded == succeeds)
    }

    @Test("a step that was skipped by its condition lets the steps behind it run")
    func conditions() {
        #expect(BranchFlow.next(Self.line, [.succeeded, .skipped, .notReached]) == .act([.run(2)]))
    }

    /// A step, a call with two steps and a handler, and a step after it.
    private static func calling(_ failure: StepRule.Failure = .stops) -> [StepRule] {
        [
            StepRule(), StepRule(needs: [0], failure: failure, isCall: true), StepRule(call: 1), StepRule(needs: [2], call: 1),
            StepRule(needs: [3], occasion: .failure, call: 1), StepRule(needs: [1]),
        ]
    }

    @Test("a call ends when its steps have ended, and what waits for it begins after that")
    func calls() {
        let played = Self.play(Self.calling())

        #expect(played.rounds == [[0], [1], [2], [3], [5]])
        #expect(played.ends == [.succeeded, .succeeded, .succeeded, .succeeded, .skipped, .succeeded])
        #expect(played.succeeded == true)
    }

    @Test(
        "what fails in a call is dealt with there, and counts as the call does",
        arguments: [(StepRule.Failure.stops, false, StepStanding.skipped), (.goesOn, false, .succeeded), (.isIgnored, true, .succeeded)])
    func failingCalls(failure: StepRule.Failure, succeeds: Bool, after: StepStanding) {
        let played = Self.play(Self.calling(failure), failing: [2])

        #expect(played.ends == [.succeeded, .failed, .failed, .skipped, .succeeded, after])
        #expect(played.succeeded == succeeds)
    }

    @Test("no step of a call runs that is not made, not even one that runs always; and handlers look at their own call only")
    func skippedCalls() {
        var rules = Self.calling()
        rules[4].occasion = .always
        #expect(Self.play(rules, failing: [0]).ends == [.failed, .skipped, .skipped, .skipped, .skipped, .skipped])

        rules = Self.calling()
        rules[0].failure = .goesOn
        #expect(Self.play(rules, failing: [0]).ends == [.failed, .succeeded, .succeeded, .succeeded, .skipped, .succeeded])
    }

    @Test("a call in a call is made and ended inside of it")
    func nestedCalls() {
        let rules = [
            StepRule(isCall: true), StepRule(call: 0, isCall: true), StepRule(call: 1), StepRule(needs: [1], call: 0), StepRule(needs: [0]),
        ]

        #expect(Self.play(rules).rounds == [[0], [1], [2], [3], [4]])
        #expect(Self.play(rules, failing: [2]).ends == [.failed, .failed, .failed, .skipped, .skipped])
    }

    @Test("every run of random steps with calls ends, and no step of a call stands open after it", arguments: UInt64(1)...200)
    func callsEndAlways(seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        var rules: [StepRule] = []
        for position in 0..<Int.random(in: 1...14, using: &numbers) {
            let call = rules.indices.filter { rules[$0].isCall }.randomElement(using: &numbers)
            let needs = (0..<position).filter { rules[$0].call == call && Bool.random(using: &numbers) }
            rules.append(
                StepRule(
                    needs: needs, joinsAny: .random(using: &numbers),
                    failure: [.stops, .goesOn, .isIgnored].randomElement(using: &numbers) ?? .stops,
                    occasion: [.success, .success, .failure, .always].randomElement(using: &numbers) ?? .success, call: call,
                    isCall: Int.random(in: 0..<3, using: &numbers) == 0))
        }
        let played = Self.play(rules, failing: Set(rules.indices.filter { _ in Int.random(in: 0..<3, using: &numbers) == 0 }))

        #expect(played.succeeded != nil)
        for (position, rule) in rules.enumerated() where rule.call.map({ played.ends[$0] == .skipped }) ?? false {
            #expect(played.ends[position] == .skipped)
        }
    }

    @Test("two hundred layers of steps that all wait for each other's layer are decided at once")
    func layers() {
        var rules = [StepRule(), StepRule()]
        for layer in 1..<100 {
            rules += [StepRule(needs: [2 * layer - 2, 2 * layer - 1]), StepRule(needs: [2 * layer - 2, 2 * layer - 1])]
        }

        #expect(Self.play(rules).rounds.count == 100)
        #expect(Self.play(rules, failing: [1]).ends.count { $0 == .skipped } == 198)
    }

    @Test("every run of random steps ends, whatever fails", arguments: UInt64(1)...200)
    func endsAlways(seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        let rules = (0..<Int.random(in: 1...12, using: &numbers)).map { position in
            let needs = (0..<position).filter { _ in Bool.random(using: &numbers) }
            return StepRule(
                needs: needs, joinsAny: .random(using: &numbers),
                failure: [.stops, .goesOn, .isIgnored].randomElement(using: &numbers) ?? .stops,
                occasion: [.success, .success, .failure, .always].randomElement(using: &numbers) ?? .success)
        }
        let failing = Set(rules.indices.filter { _ in Int.random(in: 0..<3, using: &numbers) == 0 })
        let played = Self.play(rules, failing: failing)

        #expect(played.succeeded != nil)
        let areSettled = played.ends.allSatisfy(\.isSettled)
        #expect(areSettled)
        // Whatever ran had everything that it waits for settled before, unless one was enough.
        for (position, rule) in rules.enumerated() where rule.occasion == .success && !rule.joinsAny && played.ends[position] != .skipped {
            let areClear = rule.needs.allSatisfy { played.ends[$0] != .failed || rules[$0].failure != .stops }
            #expect(areClear)
        }
    }

    @Test("what stays when a branch goes on where it failed went well, was not undone, and waits only for such steps")
    func kept() {
        let needs = [[], [0], [0], [1], [2]]

        #expect(BranchFlow.kept(needs, [.succeeded, .failed, .succeeded, .succeeded, .notReached], undone: []) == [0, 2])
        #expect(BranchFlow.kept(needs, [.succeeded, .succeeded, .succeeded, .failed, .failed], undone: [1]) == [0, 2])
        #expect(BranchFlow.kept(needs, [.succeeded, .succeeded, .succeeded, .failed, .failed], undone: [0]) == [])
    }
}

@Suite("The graph of steps")
struct StepGraphTests {
    @Test("a step waits for the one before unless it says for which")
    func needs() {
        let graph = StepGraph(names: ["a", "b", "c", "d"], needs: [nil, nil, [], ["a", "c"]])

        #expect(graph.needs == [[], [0], [], [0, 2]])
        #expect(graph.mistakes.isEmpty)
        #expect(graph.ancestors(of: 3) == [0, 2])
    }

    @Test("a name that no step has is told with the nearest one; so are a step that waits for itself and a name twice")
    func names() {
        let graph = StepGraph(names: ["build", "test", "ship"], needs: [nil, ["biuld"], ["ship", "test", "test"]])

        #expect(
            graph.mistakes == [
                .init(step: 1, need: 0, mistake: .unknown("biuld", suggestion: "build")), .init(step: 2, need: 0, mistake: .itself),
                .init(step: 2, need: 2, mistake: .twice("test")),
            ])
    }

    @Test("steps that wait for each other are told as the circle that they are")
    func cycle() {
        let graph = StepGraph(names: ["start", "a", "b", "c"], needs: [nil, ["start", "c"], ["a"], ["b"]])

        #expect(graph.mistakes == [.init(step: 1, need: nil, mistake: .cycle(["a", "c", "b"]))])
        #expect(graph.mistakes.first?.mistake.detail == "These steps wait for each other, so none of them can ever run: a → c → b → a.")
    }
}
