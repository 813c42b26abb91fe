/// Keeps what comes while the same is being done for others, all together in the next turn: a flush to disk and a few statements serve many, and who
/// comes alone waits for nobody.
package actor Together<Item: Sendable, Output: Sendable> {
    private struct Waiting {
        let item: Item
        let continuation: CheckedContinuation<Output, any Error>
    }
    private let most: Int
    private var waiting: [Waiting] = []
    private var isBusy = false

    /// `most` are kept in one turn.
    package init(most: Int = 64) { self.most = most }

    /// How many wait for the next turns.
    package var waitingCount: Int { waiting.count }

    /// Keeps an item and returns what came of it.
    /// - Parameter keep: keeps several, and returns what came of each, in their order. It may run in the task of somebody else.
    /// - Throws: what `keep` throws, for all that it was given.
    package func keep(_ item: Item, _ keep: @escaping @Sendable ([Item]) async throws -> [Output]) async throws -> Output {
        if isBusy { return try await withCheckedThrowingContinuation { waiting.append(Waiting(item: item, continuation: $0)) } }
        isBusy = true
        defer { next(keep) }
        return try await keep([item])[0]
    }

    /// Keeps those that came meanwhile, until there are none.
    private func next(_ keep: @escaping @Sendable ([Item]) async throws -> [Output]) {
        if waiting.isEmpty { return isBusy = false }
        let turn = Array(waiting.prefix(most))
        waiting.removeFirst(turn.count)
        Task {
            do {
                for (waiter, output) in zip(turn, try await keep(turn.map(\.item))) { waiter.continuation.resume(returning: output) }
            } catch {
                for waiter in turn { waiter.continuation.resume(throwing: error) }
            }
            next(keep)
        }
    }
}
