import ArgumentParser
import Client
import Contracts
import Vocabulary

extension ExecutionCommand {
    struct Outputs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Group the targets of a run by what a step printed, and show how the others differ from most.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Option(help: "Only this step, from 1; all steps when absent.") var step: Int?
        @Option(help: "At most so many groups (1 to 100).") var limit = 20

        func run() async throws {
            let server = try options.connect()
            let steps = try await server.call(ExecutionsAPI.show, ["execution": execution]).definition.steps.count
            var all: [OutputGroups] = []
            for number in step.map({ $0...$0 }) ?? 1...max(1, steps) {
                let query = OutputQuery(step: number, limit: limit)
                all.append(try await server.call(ExecutionsAPI.outputs, ["execution": execution], query))
            }
            try options.print(all) { all.flatMap(lines) }
        }

        private func lines(_ outputs: OutputGroups) -> [String] {
            var lines = ["Step \(outputs.step): \(outputs.name)"]
            for (index, group) in outputs.groups.enumerated() {
                let end = group.exitCode.map { "exit code \($0)" } ?? group.state.rawValue.replacing("_", with: " ")
                let which = index == 0 ? "the same" : group.difference == nil && group.differenceNote == nil ? "the same output" : "differ"
                lines.append(
                    "  \(group.count) \(which), \(end): " + DifferenceText.names(group.branches.map(\.targetName), of: group.count))
                lines += group.differenceNote.map { ["    \($0)"] } ?? []
                lines += DifferenceText.lines(group.difference ?? []).map { "    \($0)" }
            }
            if outputs.moreGroups > 0 { lines.append("  \(outputs.moreBranches) more in \(outputs.moreGroups) other groups") }
            if outputs.open > 0 { lines.append("  \(outputs.open) have not ended this step") }
            return lines
        }
    }

    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare a run target by target with another one, or with the last run of its job before it that succeeded.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Argument(help: "Serial or id of the other run.") var other: String?
        @Flag(name: .shortAndLong, help: "Also show the lines that changed.") var lines = false

        /// What is printed: the comparison, and the changed lines by branch.
        private struct Result: Encodable {
            var comparison: Comparison
            var differences: [String: OutputDifference]
        }

        func run() async throws {
            let server = try options.connect()
            var comparison = try await compare(server, cursor: nil)
            while let cursor = comparison.nextCursor {
                let page = try await compare(server, cursor: cursor)
                comparison.targets += page.targets
                comparison.nextCursor = page.nextCursor
            }
            var result = Result(comparison: comparison, differences: [:])
            for target in comparison.targets where lines && target.verdict == .changed {
                guard let branch = target.here, let step = target.step else { continue }
                result.differences["\(branch)"] = try await server.call(
                    ExecutionsAPI.difference, ["execution": execution],
                    DifferenceQuery(with: comparison.there.id.text, branch: branch, step: step))
            }
            try options.print(result) { Self.lines(result) }
        }

        private func compare(_ server: ServerConnection, cursor: String?) async throws -> Comparison {
            try await server.call(
                ExecutionsAPI.comparison, ["execution": execution], ComparisonQuery(with: other, limit: 1000, cursor: cursor))
        }

        private static func lines(_ result: Result) -> [String] {
            let comparison = result.comparison
            let counts = [
                (comparison.same, "the same"), (comparison.changed, "changed"), (comparison.onlyHere, "only in \(comparison.here.serial)"),
                (comparison.onlyThere, "only in \(comparison.there.serial)"),
            ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            var lines = ["\(comparison.here.serial) against \(comparison.there.serial): \(counts.isEmpty ? "no targets" : counts)"]
            for target in comparison.targets {
                let states = [target.stateThere, target.stateHere].compactMap { $0?.rawValue.replacing("_", with: " ") }
                let state = Set(states).count > 1 ? ", \(states.joined(separator: " before, now "))" : ""
                let step = target.step.map { ", first at step \($0)" } ?? ""
                lines.append("  \(TextTable.visible(target.targetName)): \(target.verdict.words)\(step)\(state)")
                guard let difference = target.here.flatMap({ result.differences["\($0)"] }) else { continue }
                lines += difference.note.map { ["    \($0)"] } ?? []
                lines += DifferenceText.lines(difference.lines ?? []).map { "    \($0)" }
            }
            return lines
        }
    }
}

extension TargetVerdict {
    fileprivate var words: String { rawValue.replacing("_", with: " ") }
}
