import Contracts
import Store
import Vocabulary
import Web

/// Shows executions.
package struct QueryOperations: Sendable {
    let room: ExecutionsRoom

    /// A page of executions, newest first.
    package func list(_ query: ExecutionQuery) async throws -> Page<Execution> {
        let limit = query.limit ?? 50
        let before = try query.cursor.map { try number($0) }
        let found = try await room.database.read { transaction in
            try await room.executions.list(query, before: before, limit: limit + 1, in: transaction)
        }
        let page = found.prefix(limit)
        return Page(
            items: page.map(\.execution), nextCursor: found.count > limit ? page.last.map { String($0.key) } : nil)
    }

    /// One execution without what it was started with.
    /// - Throws: `ExecutionError.noExecution`.
    package func find(_ ask: FindExecution) async throws -> Execution {
        try await room.database.read { try await room.require(ask.execution, in: $0).execution }
    }

    /// One execution with everything that it was started with; secrets are masked.
    package func show(_ name: String) async throws -> ExecutionDetail {
        try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            guard let content = try await room.executions.content(stored.key, in: transaction) else {
                throw ExecutionError.noExecution(name)
            }
            var parameters = content.parameters
            for parameter in content.definition.parameters ?? [] where parameter.type == .secret {
                parameters[parameter.name] = content.sealedSecrets == nil ? .null : .string(Secret("").description)
            }
            return ExecutionDetail(
                execution: stored.execution, definition: content.definition, parameters: parameters,
                leftOut: content.leftOut)
        }
    }

    /// The targets of an execution, or those on which it did not succeed.
    func targets(_ wish: AskTargets) async throws -> ExecutionTargets {
        try await room.database.read { transaction in
            guard let stored = try await room.executions.find(wish.execution.text, in: transaction) else {
                return ExecutionTargets(targets: [])
            }
            let states = BranchState.allCases.filter { !wish.failed || $0 != .succeeded }
            let branches = try await room.branches.all(stored.key, states: states, in: transaction)
            return ExecutionTargets(targets: branches.map(\.target))
        }
    }

    /// A page of branches with the results of all their steps.
    package func branches(_ name: String, _ query: BranchQuery) async throws -> Page<Branch> {
        let limit = query.limit ?? 200
        let after = try query.cursor.map { try number($0) } ?? 0
        return try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            guard let content = try await room.executions.content(stored.key, in: transaction) else {
                throw ExecutionError.noExecution(name)
            }
            let found = try await room.branches.list(stored.key, query, after: after, limit: limit + 1, in: transaction)
            let page = found.prefix(limit)
            let steps = try await room.branches.steps(stored.key, branches: page.map(\.number), in: transaction)
            return Page(
                items: page.map { branch in
                    Self.wire(
                        branch, serial: ExecutionRules.serial(execution: stored.execution.serial, branch: branch.number),
                        steps: ExecutionFlow.complete(steps[branch.number] ?? [], for: content.definition))
                },
                nextCursor: found.count > limit ? page.last.map { String($0.number) } : nil)
        }
    }

    private static func wire(_ branch: StoredBranch, serial: String, steps: [StepResult]) -> Branch {
        Branch(
            number: branch.number, serial: serial, target: branch.target, targetSerial: branch.targetSerial,
            targetName: branch.targetName, state: branch.state, cause: branch.cause, connection: branch.connection,
            worker: branch.worker, startedAt: branch.startedAt, endedAt: branch.endedAt, steps: steps)
    }

    /// A piece of the feed; output larger than about 4 MB is left for the next call.
    package func feed(_ name: String, _ query: FeedQuery) async throws -> Feed {
        let limit = query.limit ?? 500
        let items = try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            return try await FeedReader(room: room).read(
                stored, after: query.after ?? 0, query.branch.map { .branch($0) } ?? .everything, limit: limit, in: transaction)
        }
        var entries: [FeedEntry] = []
        var bytes = 0
        for item in items {
            if case .output(_, let piece) = item.event { bytes += piece.bytes.count }
            if bytes > 4_000_000, !entries.isEmpty { break }
            entries.append(item.entry())
        }
        return Feed(entries: entries, isComplete: entries.count == items.count && items.count < limit)
    }

    /// The output as its bytes. With more than one step or branch each begins with a heading.
    package func log(_ name: String, _ query: LogQuery) async throws -> Download {
        if query.from != nil || query.length != nil { return try await LinesOperations(room: room).range(name, query) }
        let (stored, names, definition) = try await logSource(name, query)
        var heading: (@Sendable (Int, Int) -> String)?
        if query.branch == nil || (query.step == nil && definition.steps.count > 1) {
            heading = { branch, step in "==> \(names[branch] ?? "?"), step \(step): \(definition.step(step)?.name ?? "?")\n" }
        }
        let pieces = LogPieces(room: room, execution: stored.key, query: query, heading: heading)
        let place = [query.branch, query.step].compactMap { $0 }.map { ".\($0)" }.joined()
        return Download(
            contentType: "text/plain; charset=utf-8", fileName: "\(stored.execution.serial)\(place).log",
            body: AsyncThrowingStream(unfolding: { try await pieces.next() }))
    }

    /// The execution, the names of its branches' targets by number, and what it does.
    private func logSource(
        _ name: String, _ query: LogQuery
    ) async throws -> (stored: StoredExecution, names: [Int: String], definition: JobDefinition) {
        try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            if stored.output.isRemoved {
                throw ExecutionError.outputRemoved(serial: stored.execution.serial, stored.execution.outputRemovedAt)
            }
            guard let definition = try await room.executions.content(stored.key, in: transaction)?.definition else {
                throw ExecutionError.noExecution(name)
            }
            let branches = try await room.branches.all(stored.key, states: BranchState.allCases, in: transaction)
            let names = Dictionary(branches.map { ($0.number, $0.targetName) }, uniquingKeysWith: { first, _ in first })
            if let wanted = query.branch, names[wanted] == nil { throw ExecutionError.noBranch(wanted) }
            if let step = query.step, definition.step(step) == nil { throw ExecutionError.noBranch(step) }
            return (stored, names, definition)
        }
    }

    private func number(_ cursor: String) throws -> Int {
        guard let number = Int(cursor), number >= 0 else { throw ExecutionError.badCursor }
        return number
    }
}

/// Reads output page by page while it is sent.
private actor LogPieces {
    private var reader: OutputReader
    private let heading: (@Sendable (_ branch: Int, _ step: Int) -> String)?
    private var last: OutputPlace?
    private var endsInLine = false

    init(room: ExecutionsRoom, execution: Int, query: LogQuery, heading: (@Sendable (Int, Int) -> String)?) {
        reader = OutputReader(room, execution, query)
        self.heading = heading
    }

    func next() async throws -> [UInt8]? {
        let before = reader
        let (found, moved) = try await before.room.database.read { transaction in
            var reader = before
            let rows = try await reader.next(in: transaction)
            return (rows, reader)
        }
        reader = moved
        guard let rows = found else { return nil }
        var bytes: [UInt8] = []
        for row in rows {
            if let heading, row.place.branch != last?.branch || row.place.step != last?.step {
                if endsInLine { bytes.append(UInt8(ascii: "\n")) }
                bytes += Array(heading(row.place.branch, row.place.step).utf8)
            }
            bytes += row.bytes
            endsInLine = row.bytes.last != UInt8(ascii: "\n")
            last = row.place
        }
        return bytes
    }
}
