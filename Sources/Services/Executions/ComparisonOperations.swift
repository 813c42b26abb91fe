import Contracts
import Store
import Vocabulary

/// Compares executions.
package struct ComparisonOperations: Sendable {
    let room: ExecutionsRoom

    /// An execution against another one, target by target.
    package func compare(_ name: String, _ query: ComparisonQuery) async throws -> Comparison {
        let limit = query.limit ?? 200
        let after = try query.cursor.map(Self.place)
        let verdicts = query.verdict ?? [.changed, .onlyHere, .onlyThere]
        return try await room.database.read { transaction in
            let (here, there) = try await pair(name, query.with, in: transaction)
            let counts = try await room.comparisons.counts(here.key, there.key, in: transaction)
            let found = try await room.comparisons.targets(
                here.key, there.key, verdicts, after: after, limit: limit + 1, in: transaction)
            let page = Array(found.prefix(limit))
            return Comparison(
                here: here.execution, there: there.execution, same: counts[.same] ?? 0, changed: counts[.changed] ?? 0,
                onlyHere: counts[.onlyHere] ?? 0, onlyThere: counts[.onlyThere] ?? 0, targets: page,
                nextCursor: found.count > limit ? page.last.map { "\($0.target.text) \($0.targetName)" } : nil)
        }
    }

    /// The output of a step against that of the same target in another execution, line by line.
    package func difference(_ name: String, _ query: DifferenceQuery) async throws -> OutputDifference {
        try await room.database.read { transaction in
            let (here, there) = try await pair(name, query.with, in: transaction)
            guard let branch = try await room.branches.find(here.key, numbers: [query.branch], in: transaction).first else {
                throw ExecutionError.noBranch(query.branch)
            }
            guard let other = try await room.comparisons.branch(of: branch.target, in: there.key, transaction) else {
                throw ExecutionError.notComparable(serial: there.execution.serial, target: branch.targetName)
            }
            func step(_ execution: Int, _ branch: Int) async throws -> StepResult? {
                try await room.branches.steps(execution, branches: [branch], in: transaction)[branch]?.first { $0.number == query.step }
            }
            let outputs = OutputOperations(room: room)
            let (lines, note) = OutputOperations.difference(
                try await outputs.text(there, other, query.step, in: transaction),
                try await outputs.text(here, branch.number, query.step, in: transaction))
            return OutputDifference(
                here: try await step(here.key, branch.number), there: try await step(there.key, other), lines: lines, note: note)
        }
    }

    private func pair(
        _ name: String, _ other: String?, in transaction: any Transaction
    ) async throws -> (here: StoredExecution, there: StoredExecution) {
        let here = try await room.require(name, in: transaction)
        if let other { return (here, try await room.require(other, in: transaction)) }
        guard let job = here.execution.job,
            let key = try await room.comparisons.lastSucceeded(job, before: here.key, in: transaction),
            let there = try await room.executions.find(key: key, in: transaction)
        else { throw ExecutionError.nothingToCompare(serial: here.execution.serial) }
        return (here, there)
    }

    private static func place(_ cursor: String) throws -> (name: String, target: TargetID) {
        let parts = cursor.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let target = TargetID(String(parts[0])) else { throw ExecutionError.badCursor }
        return (String(parts[1]), target)
    }
}
