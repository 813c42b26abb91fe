import ArgumentParser
import Client
import Contracts
import Vocabulary

extension JobCommand {
    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a run of a job would do, without doing it.",
            discussion: """
                The hash at the end stands for the job, its values and its targets as they are now: `job run --plan HASH` starts exactly this, or \
                nothing. Exit code: 0 it could start, 1 it would be refused.
                """)

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var job: String
        @Option(name: .shortAndLong, help: "A parameter as NAME=VALUE; may be repeated.") var parameter: [String] = []
        @Option(help: "A secret parameter as NAME=FILE, with - for standard input; may be repeated.") var secretFile: [String] = []
        @Option(help: "A filter of the targets; the job's own when absent.") var on: String?
        @Option(help: "A target to leave out, by name, serial or id; may be repeated.") var exclude: [String] = []
        @Option(help: "Most targets at a time.") var maxParallel: Int?
        @Option(help: "How urgent it is: low, normal, high or urgent.") var priority: RunPriority?
        @Option(help: "The number of targets or the name of the job, to confirm a run that touches production.") var confirm: String?

        func run() async throws {
            let server = try options.connect()
            let found = try await server.call(JobsAPI.show, ["job": job])
            var input = RunJob(targets: on, maxParallel: maxParallel, priority: priority, confirm: confirm)
            input.parameters = try RunInput.parameters(
                given: parameter, secretFiles: secretFile, definitions: found.definition.parameters ?? [])
            for name in exclude { input.exclude = (input.exclude ?? []) + [try await server.target(name)] }
            let plan = try await server.call(JobsAPI.plan, ["job": found.id.text], input)
            try options.print(plan) { Self.lines(plan) }
            if plan.obstacles.contains(where: \.refuses) { throw ExitCode(1) }
        }

        /// The plan for people: what all targets have in common stands once.
        static func lines(_ plan: JobPlan) -> [String] {
            var lines = [
                "\(plan.job), version \(plan.version), on \(plan.total) \(plan.total == 1 ? "target" : "targets"), at most \(plan.maxParallel) at a time"
            ]
            if plan.parts.count > 1 { lines.append("in parts of \(plan.parts.map { String($0) }.joined(separator: ", "))") }
            if !plan.locks.isEmpty { lines.append("holding the locks \(plan.locks.joined(separator: ", "))") }
            if !plan.leftOut.isEmpty {
                lines.append("without \(plan.leftOut.joined(separator: ", ")), which are in maintenance or retired")
            }
            for (steps, targets) in Self.grouped(plan.targets) {
                lines += ["", TextTable.visible(targets.joined(separator: ", "))]
                for step in steps { lines += Self.lines(step) }
            }
            if plan.total > plan.targets.count { lines += ["", "and \(plan.total - plan.targets.count) more targets"] }
            for obstacle in plan.obstacles { lines += ["", (obstacle.refuses ? "Refused: " : "") + obstacle.detail] }
            return lines + ["", "hash \(plan.hash)"]
        }

        /// A step for people.
        static func lines(_ step: PlannedStep) -> [String] {
            let why = step.why.map { " (\(TextTable.visible($0)))" } ?? ""
            let call = step.job.map { ", calls \(TextTable.visible($0))" } ?? ""
            var lines = ["  \(step.number). \(TextTable.visible(step.name)): \(step.fate.rawValue)\(call)\(why)"]
            for line in JobText.lines(step.text ?? "") where !(step.text ?? "").isEmpty {
                lines.append("       \(TextTable.visible(line))")
            }
            return lines
        }

        /// Targets on which the same would happen, in the order of the first of each.
        private static func grouped(_ targets: [PlannedTarget]) -> [(steps: [PlannedStep], targets: [String])] {
            var groups: [(steps: [PlannedStep], targets: [String])] = []
            for target in targets {
                if let index = groups.firstIndex(where: { $0.steps == target.steps }) {
                    groups[index].targets.append(target.name)
                } else {
                    groups.append((target.steps, [target.name]))
                }
            }
            return groups
        }
    }
}
