import Contracts
import Executions
import Foundation
import Testing

@Suite("The states of executions")
struct StateTableTests {
    /// The rows of the table in `docs/engine.md` whose heading begins with a word.
    private static func rows(below heading: String) throws -> [[String]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/engine.md"), encoding: .utf8)
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("| \(heading) |") })
        return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { $0.filter { $0 != "`" }.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test("the state of an execution follows from its branches as the page says")
    func executionState() throws {
        let rows = try Self.rows(below: "waiting")
        #expect(rows.count >= 12)
        for row in rows {
            let numbers = row.prefix(6).compactMap { Int($0) }
            try #require(numbers.count == 6)
            let counts = BranchCounts(
                total: numbers.reduce(0, +), waiting: numbers[0], running: numbers[1], succeeded: numbers[2], failed: numbers[3],
                cancelled: numbers[4], unclear: numbers[5])
            let state = ExecutionRules.state(of: counts, isCancelling: row[6] == "yes", isStopped: row[7] == "yes")
            #expect(state.rawValue == row[8], "\(row)")
        }
    }

    @Test("a branch moves as the page says, and not otherwise")
    func branchMoves() throws {
        let rows = try Self.rows(below: "from")
        let moves = Dictionary(uniqueKeysWithValues: rows.map { ($0[0], Set($0[1].split(separator: ", ").map(String.init))) })
        #expect(moves.count == 3)
        for from in BranchState.allCases {
            let reachable = Set(BranchState.allCases.filter { ExecutionRules.allows(from, $0) }.map(\.rawValue))
            #expect(reachable == moves[from.rawValue] ?? [], "\(from)")
        }
    }

    @Test("a branch that has ended never moves again", arguments: BranchState.allCases.filter(\.isFinal))
    func finalStates(state: BranchState) {
        for other in BranchState.allCases { #expect(!ExecutionRules.allows(state, other)) }
    }

    @Test("a branch that waits can only be leased or cancelled, at once or by the worker that ends what runs alone")
    func waitingMoves() {
        let reachable = BranchState.allCases.filter { ExecutionRules.allows(.waiting, $0) }

        #expect(Set(reachable) == [.running, .cancelled, .cancelling])
    }

    @Test("counts stay complete whatever move is made")
    func countsStayComplete() {
        var counts = BranchCounts.waiting(5)
        for (from, to) in [(BranchState.waiting, BranchState.running), (.running, .cancelling), (.cancelling, .lost)] {
            counts.move(from: from, to: to)
        }

        let sum = counts.waiting + counts.running + counts.succeeded + counts.failed + counts.cancelled + counts.unclear
        #expect(sum == 5)
        #expect(counts.unclear == 1)
    }
}
