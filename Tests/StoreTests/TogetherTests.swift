import Store
import Support
import Synchronization
import Testing

@Suite("Keeping together", .timeLimit(.minutes(1)))
struct TogetherTests {
    /// Notes which turns there were, and holds them up until the gate is open.
    private final class Turns: Sendable {
        private let turns = Mutex<[[Int]]>([])
        let gate = StoreGate()
        var all: [[Int]] { turns.withLock { $0 } }

        func take(_ items: [Int]) async {
            turns.withLock { $0.append(items) }
            await gate.pass()
        }
    }

    @Test("who comes while others are kept is kept in the next turn, at most so many, and gets what is his")
    func turns() async throws {
        let together = Together<Int, String>(most: 4)
        let turns = Turns()
        let keep: @Sendable ([Int]) async throws -> [String] = { items in
            await turns.take(items)
            return items.map { "\($0)" }
        }
        let outputs = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            group.addTask { (0, try await together.keep(0, keep)) }
            while turns.all.isEmpty { await Task.yield() }
            for number in 1...10 { group.addTask { (number, try await together.keep(number, keep)) } }
            while await together.waitingCount < 10 { await Task.yield() }
            turns.gate.open()
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }

        #expect(outputs == Dictionary(uniqueKeysWithValues: (0...10).map { ($0, "\($0)") }))
        #expect(turns.all.map(\.count) == [1, 4, 4, 2])
        #expect(turns.all.joined().sorted() == Array(0...10))
    }

    @Test("a turn that fails fails for all that are in it, and the next goes on")
    func failure() async throws {
        struct Refusal: Error {}
        let together = Together<Int, Int>(most: 2)
        let turns = Turns()
        let keep: @Sendable ([Int]) async throws -> [Int] = { items in
            await turns.take(items)
            if items.contains(1) { throw Refusal() }
            return items
        }
        let kept = try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask { try await together.keep(0, keep) }
            while turns.all.isEmpty { await Task.yield() }
            for number in 1...4 {
                group.addTask { try? await together.keep(number, keep) }
                while await together.waitingCount < number { await Task.yield() }
            }
            turns.gate.open()
            return try await group.reduce(into: [Int]()) { kept, each in if let each { kept.append(each) } }
        }

        #expect(turns.all == [[0], [1, 2], [3, 4]])
        #expect(kept.sorted() == [0, 3, 4])
        #expect(try await together.keep(5, keep) == 5)
    }
}
