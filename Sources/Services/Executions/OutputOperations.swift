import Contracts
import Flow
import Store
import Vocabulary

/// Shows which targets printed the same.
package struct OutputOperations: Sendable {
    let room: ExecutionsRoom

    private static let members = 20
    /// Larger outputs are not compared.
    static let mostBytes = 256_000

    /// What one step printed on all targets, the same outputs together; each group but the first is compared with the first.
    package func groups(_ name: String, _ query: OutputQuery) async throws -> OutputGroups {
        let limit = query.limit ?? 20
        return try await room.database.read { transaction in
            let stored = try await room.require(name, in: transaction)
            let steps = try await room.executions.content(stored.key, in: transaction)?.definition.steps ?? []
            let step = query.step ?? steps.count
            guard step >= 1, step <= steps.count else { throw ExecutionError.noBranch(step) }
            let totals = try await room.outputs.totals(stored.key, step: step, in: transaction)
            var groups = try await room.outputs.groups(stored.key, step: step, limit: limit, in: transaction)
            groups = try await room.outputs.fill(groups, stored.key, step: step, limit: Self.members, in: transaction)
            try await compare(&groups, of: stored.key, step: step, in: transaction)
            let shown = groups.reduce(0) { $0 + $1.count }
            return OutputGroups(
                step: step, name: steps[step - 1].name, groups: groups, moreGroups: totals.groups - groups.count,
                moreBranches: totals.branches - shown, open: stored.execution.counts.total - totals.branches)
        }
    }

    private func compare(
        _ groups: inout [OutputGroup], of execution: Int, step: Int, in transaction: any Transaction
    ) async throws {
        guard groups.count > 1, let largest = groups[0].branches.first else { return }
        let usual = try await text(execution, largest.branch, step, in: transaction)
        for index in groups.indices.dropFirst() {
            guard groups[index].outputHash != groups[0].outputHash, let sample = groups[index].branches.first else { continue }
            let other = try await text(execution, sample.branch, step, in: transaction)
            (groups[index].difference, groups[index].differenceNote) = Self.difference(usual, other)
        }
    }

    /// Standard output of the last attempt of a step; nil when it is too large to be compared.
    func text(_ execution: Int, _ branch: Int, _ step: Int, in transaction: any Transaction) async throws -> [UInt8]? {
        try await room.outputs.text(execution, branch: branch, step: step, most: Self.mostBytes, in: transaction)
    }

    /// How one output became another, or why that cannot be told.
    static func difference(_ before: [UInt8]?, _ after: [UInt8]?) -> (lines: [DifferenceLine]?, note: String?) {
        guard let before, let after else { return (nil, "Outputs of more than \(mostBytes) bytes are not compared line by line.") }
        if before.contains(0) || after.contains(0) { return (nil, "The outputs are not text.") }
        guard let difference = LineDifference(from: before, to: after) else {
            return (nil, "Too many lines differ to show them one by one.")
        }
        return (difference.parts.map(line), nil)
    }

    private static func line(_ part: LineDifference.Part) -> DifferenceLine {
        switch part {
        case .same(let text, let before, let after): DifferenceLine(kind: .same, text: text, before: before, after: after)
        case .removed(let text, let before): DifferenceLine(kind: .removed, text: text, before: before)
        case .added(let text, let after): DifferenceLine(kind: .added, text: text, after: after)
        case .gap(let count): DifferenceLine(kind: .gap, text: "", count: count)
        }
    }
}
