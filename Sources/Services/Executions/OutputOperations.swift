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
            try await compare(&groups, of: stored, step: step, in: transaction)
            let shown = groups.reduce(0) { $0 + $1.count }
            return OutputGroups(
                step: step, name: steps[step - 1].name, groups: groups, moreGroups: totals.groups - groups.count,
                moreBranches: totals.branches - shown, open: stored.execution.counts.total - totals.branches)
        }
    }

    private func compare(
        _ groups: inout [OutputGroup], of execution: StoredExecution, step: Int, in transaction: any Transaction
    ) async throws {
        guard groups.count > 1, let largest = groups[0].branches.first else { return }
        let usual = try await text(execution, largest.branch, step, in: transaction)
        for index in groups.indices.dropFirst() {
            guard groups[index].outputHash != groups[0].outputHash, let sample = groups[index].branches.first else { continue }
            let other = try await text(execution, sample.branch, step, in: transaction)
            (groups[index].difference, groups[index].differenceNote) = Self.difference(usual, other)
        }
    }

    /// What there is to be compared.
    enum Text: Sendable {
        case bytes([UInt8])
        case tooLarge
        case removed
    }

    /// Standard output of the last attempt of a step.
    func text(_ stored: StoredExecution, _ branch: Int, _ step: Int, in transaction: any Transaction) async throws -> Text {
        if stored.output.isRemoved { return .removed }
        let results = try await room.branches.steps(stored.key, branches: [branch], in: transaction)[branch]
        guard let attempt = results?.first(where: { $0.number == step })?.attempt else { return .bytes([]) }
        var reader = OutputReader(room, stored.key, LogQuery(branch: branch, step: step, stream: .stdout), pieces: 64)
        var bytes: [UInt8] = []
        while let rows = try await reader.next(stored, in: transaction) {
            for row in rows where row.attempt == attempt { bytes += row.bytes }
            if bytes.count > Self.mostBytes { return .tooLarge }
        }
        return .bytes(bytes)
    }

    /// How one output became another, or why that cannot be told.
    static func difference(_ before: Text, _ after: Text) -> (lines: [DifferenceLine]?, note: String?) {
        guard case .bytes(let before) = before, case .bytes(let after) = after else {
            switch (before, after) {
            case (.removed, _), (_, .removed): return (nil, "Retention removed the output, so the lines cannot be compared.")
            default: return (nil, "Outputs of more than \(mostBytes) bytes are not compared line by line.")
            }
        }
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
