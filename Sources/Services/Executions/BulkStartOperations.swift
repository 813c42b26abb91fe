import Contracts
import Store
import Vocabulary
import Web

/// Starts many executions at once, in one transaction as far as they do not depend on each other.
struct BulkStartOperations: Sendable {
    let room: ExecutionsRoom

    /// An order on its way, with its place in the answer.
    private struct Waiting: Sendable {
        let place: Int
        let wish: StartWish
        let selected: SelectedTargets
        let sealed: String?
        let id: ExecutionID
    }

    /// Which targets an order is for.
    private struct Choice: Hashable {
        let filter: String
        let exclude: [TargetID]
    }

    /// Starts executions; one that cannot be started does not hold up the others. The same key again gives the same receipt.
    /// - Throws: `StoreError`, and what Targets answers when it is not there.
    func start(_ input: StartExecutions) async throws -> StartedExecutions {
        var results = [StartResult](repeating: StartResult(), count: input.orders.count)
        let earlier = try await receipts(input.orders.map(\.idempotencyKey))
        var (waiting, chosen): ([Waiting], [Choice: SelectedTargets]) = ([], [:])
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
                    let selection = SelectTargets(filter: order.targets, exclude: order.exclude)
                    results[place].receipt = try await StartOperations(room: room).begin(wish, selection)
                    continue
                }
                let choice = Choice(filter: order.targets, exclude: order.exclude)
                let selected = if let known = chosen[choice] { known } else { try await select(choice) }
                chosen[choice] = selected
                try await check(wish, selected)
                let id = ExecutionID.make(room.ids)
                waiting.append(
                    Waiting(
                        place: place, wish: wish, selected: selected, sealed: try StartOperations(room: room).seal(wish.secrets, for: id),
                        id: id))
            } catch let error as any ProblemConvertible where error.problem.status < 500 {
                results[place].problem = error.problem
            }
        }
        for (place, receipt) in try await begin(waiting, input.definitions) { results[place].receipt = receipt }
        return StartedExecutions(results: results)
    }

    private func select(_ choice: Choice) async throws -> SelectedTargets {
        try await StartOperations(room: room).select(SelectTargets(filter: choice.filter, exclude: choice.exclude))
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
    private func begin(_ waiting: [Waiting], _ definitions: [JobDefinition]) async throws -> [(place: Int, receipt: RunReceipt)] {
        if waiting.isEmpty { return [] }
        let year = room.clock.now().year
        let texts = try Dictionary(definitions.map { ($0, try JSONCodec.text($0)) }, uniquingKeysWith: { first, _ in first })
        let (begun, isWorkLeft) = try await room.change { transaction, writer, now in
            let numbers = try await numbers(waiting, in: transaction)
            let new = zip(waiting, numbers).map { order, number in
                let serial = ExecutionRules.serial(jobSerial: order.wish.job?.serial, number: number, year: year)
                var new = order.wish.execution(order.id, serial, order.sealed, order.selected, at: now)
                new.definitionText = texts[order.wish.definition]
                return new
            }
            let keys = try await room.executions.insertUnlessRepeated(new, in: transaction)
            var begun: [(place: Int, receipt: RunReceipt)] = []
            var branches: [(execution: Int, targets: [TargetSnapshot])] = []
            for ((order, new), key) in zip(zip(waiting, new), keys) {
                guard let key else { continue }
                let locks = order.wish.allLocks
                if !locks.isEmpty { try await room.locks.want(locks, key, isHeld: false, in: transaction) }
                branches.append((key, order.selected.targets))
                writer.begin(new.stored(under: key))
                let receipt = RunReceipt(
                    id: order.id, serial: new.execution.serial, targets: order.selected.targets.count, leftOut: order.selected.leftOut)
                begun.append((order.place, receipt))
            }
            try await room.branches.insert(branches, in: transaction)
            return (begun, writer.executions.values.contains(where: \.isReady))
        }
        if isWorkLeft { await room.ringForWork() }
        if waiting.contains(where: { !$0.wish.allLocks.isEmpty }) { try await HoldOperations(room: room).admit() }
        if begun.count == waiting.count { return begun }
        // The same keys came twice at the same time: the others were first.
        let places = Set(begun.map(\.place))
        let missing = waiting.filter { !places.contains($0.place) }
        let earlier = try await receipts(missing.compactMap(\.wish.key))
        return begun + missing.compactMap { order in order.wish.key.flatMap { earlier[$0] }.map { (order.place, $0) } }
    }

    /// A number for each, of the counters of their jobs, which are locked in one order everywhere.
    private func numbers(_ waiting: [Waiting], in transaction: any Transaction) async throws -> [Int] {
        let counts = Dictionary(grouping: waiting.compactMap(\.wish.job?.serial), by: { $0 }).mapValues(\.count)
        var next: [String: Int] = [:]
        for (counter, count) in counts.sorted(by: { $0.key < $1.key }) {
            next[counter] = try await room.executions.next(counter, count, in: transaction) - count + 1
        }
        return waiting.map { order in
            let counter = order.wish.job?.serial ?? ""
            defer { next[counter, default: 1] += 1 }
            return next[counter] ?? 1
        }
    }
}
