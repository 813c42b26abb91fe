import Contracts
import Store
import Vocabulary
import Web

/// Starts many executions at once, in one transaction as far as they do not depend on each other.
struct BulkStartOperations: Sendable {
    let room: ExecutionsRoom

    /// Which targets an order is for.
    private struct Choice: Hashable {
        let filter: String
        let only: [TargetID]?
        let exclude: [TargetID]

        init(_ order: StartExecutions.Order) { (filter, only, exclude) = (order.targets, order.only, order.exclude) }

        var selection: SelectTargets { SelectTargets(filter: only == nil ? filter : nil, ids: only, exclude: exclude) }
    }

    /// What the guard has nothing against.
    private struct Allowed: Hashable {
        let choice: Choice
        let definition: Int
    }

    /// Starts executions; one that cannot be started does not hold up the others. The same key again gives the same receipt.
    /// - Throws: `StoreError`, and what Targets answers when it is not there.
    func start(_ input: StartExecutions) async throws -> StartedExecutions {
        var results = [StartResult](repeating: StartResult(), count: input.orders.count)
        let earlier = try await receipts(input.orders.map(\.idempotencyKey))
        let texts = try Dictionary(input.definitions.map { ($0, try JSONCodec.text($0)) }, uniquingKeysWith: { first, _ in first })
        var (waiting, chosen): ([(place: Int, start: PreparedStart)], [Choice: SelectedTargets]) = ([], [:])
        var allowed: Set<Allowed> = []
        for (place, order) in input.orders.enumerated() {
            if let receipt = earlier[order.idempotencyKey] {
                results[place].receipt = receipt
                continue
            }
            guard input.definitions.indices.contains(order.definition) else {
                throw Problem.invalid("There is no definition \(order.definition).")
            }
            let wish = StartWish(order, input.definitions[order.definition])
            do {
                if wish.concurrency == .forbid || wish.concurrency == .replace {
                    // What others are there decides about it.
                    results[place].receipt = try await StartOperations(room: room).begin(wish, Choice(order).selection)
                    continue
                }
                let choice = Choice(order)
                let selected = if let known = chosen[choice] { known } else { try await select(choice) }
                chosen[choice] = selected
                let allowance = Allowed(choice: choice, definition: order.definition)
                if !allowed.contains(allowance) { try await check(wish, selected) }
                allowed.insert(allowance)
                let id = ExecutionID.make(room.ids)
                let sealed = try StartOperations(room: room).seal(wish.secrets, for: id)
                var start = PreparedStart(wish: wish, selected: selected, sealed: sealed, id: id)
                start.definitionText = texts[wish.definition]
                waiting.append((place, start))
            } catch let error as any ProblemConvertible where error.problem.status < 500 {
                results[place].problem = error.problem
            }
        }
        for (place, receipt) in try await begin(waiting) { results[place].receipt = receipt }
        return StartedExecutions(results: results)
    }

    /// Which of some starts have begun an execution, and with which receipt.
    /// - Throws: `StoreError`.
    func begun(_ wish: AskBegun) async throws -> BegunExecutions {
        guard wish.keys.count <= 1000 else { throw Problem.invalid("Ask for at most 1000 keys at once.") }
        let found = try await receipts(wish.keys)
        return BegunExecutions(begun: found.sorted { $0.key < $1.key }.map { .init(key: $0.key, receipt: $0.value) })
    }

    private func select(_ choice: Choice) async throws -> SelectedTargets {
        try await StartOperations(room: room).select(choice.selection)
    }

    private func check(_ wish: StartWish, _ selected: SelectedTargets) async throws {
        guard !selected.targets.isEmpty else { throw ExecutionError.noTargets(filter: wish.filter, leftOut: selected.leftOut) }
        try await GuardOperations(room: room).check(
            selected.targets, job: wish.name, confirm: nil, isConfirmed: wish.definition.confirmedForProduction == true)
    }

    private func receipts(_ keys: [String]) async throws -> [String: RunReceipt] {
        try await room.database.read { transaction in
            let found = try await room.executions.find(idempotencyKeys: keys, in: transaction)
            let contents = try await room.executions.contents(found.values.map(\.key), in: transaction)
            return found.mapValues { stored in
                RunReceipt(
                    id: stored.execution.id, serial: stored.execution.serial, targets: stored.execution.counts.total,
                    leftOut: contents[stored.key]?.leftOut ?? [])
            }
        }
    }

    /// Keeps the executions, and returns their receipts by their places.
    private func begin(_ waiting: [(place: Int, start: PreparedStart)]) async throws -> [(place: Int, receipt: RunReceipt)] {
        if waiting.isEmpty { return [] }
        let receipts = zip(waiting, try await StartKeeper(room: room).keep(waiting.map(\.start)))
        let begun = receipts.compactMap { order, receipt in receipt.map { (order.place, $0) } }
        if begun.count == waiting.count { return begun }
        // The same keys came twice at the same time: the others were first.
        let missing = receipts.filter { $1 == nil }.map(\.0)
        let earlier = try await self.receipts(missing.compactMap(\.start.wish.key))
        return begun + missing.compactMap { order in order.start.wish.key.flatMap { earlier[$0] }.map { (order.place, $0) } }
    }
}
