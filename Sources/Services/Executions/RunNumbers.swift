import Store
import Vocabulary

/// Numbers for new executions. One start at a time takes the next number in its own transaction. Several at once would wait there for each other until each
/// is on the disk, so while there are several they take from a block of numbers, which only leaves a gap when the process ends.
actor RunNumbers {
    private struct Counter {
        var starts = 0
        var free: ArraySlice<Int> = []
        /// How many numbers the next block has.
        var size = 2
        var block: Task<[Int], any Error>?
    }
    private var counters: [String: Counter] = [:]
    private static let mostInBlock = 64

    /// A number for a start, or nil for one that is to count in its own transaction. Either way `release` ends it.
    /// - Parameter take: takes so many numbers of the counter and returns the last one.
    func reserve(_ name: String, _ take: @escaping @Sendable (Int) async throws -> Int) async throws -> Int? {
        counters[name, default: Counter()].starts += 1
        while var counter = counters[name] {
            if let number = counter.free.popFirst() {
                counters[name] = counter
                return number
            }
            if counter.starts == 1 { return nil }
            let block =
                counter.block
                ?? Task { [size = counter.size] in
                    let last = try await take(size)
                    return Array(last - size + 1...last)
                }
            counters[name]?.block = block
            do {
                let numbers = try await block.value
                if counters[name]?.block == block {
                    counters[name]?.block = nil
                    counters[name]?.free = numbers[...]
                    counters[name]?.size = min(Self.mostInBlock, counter.size * 2)
                }
            } catch {
                if counters[name]?.block == block { counters[name]?.block = nil }
                release(name)
                throw error
            }
        }
        return nil
    }

    /// A start is over, whatever came of it.
    func release(_ name: String) {
        guard var counter = counters[name] else { return }
        counter.starts -= 1
        counter.size = counter.starts == 0 ? 2 : counter.size
        counters[name] = counter.starts == 0 && counter.free.isEmpty ? nil : counter
    }
}
