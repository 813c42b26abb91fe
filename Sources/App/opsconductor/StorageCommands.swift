import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Shows the space that runs and their output take.
struct StorageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage", abstract: "Look at the space that runs and their output take.", subcommands: [Show.self],
        defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the space by kind and by job, and what the next clean-up frees.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let storage = try await options.connect().call(ExecutionsAPI.storage, [:])
            try options.print(storage) { Self.lines(storage) }
        }

        private static func lines(_ storage: Storage) -> [String] {
            var lines = storage.kinds.map { "\($0.kind.words): \(ByteText.words($0.bytes))" }
            lines.append(
                "Packed output: \(ByteText.words(storage.storedBytes)) on disk for \(ByteText.words(storage.outputBytes)) as it was printed"
            )
            if storage.kept > 0 { lines.append("Kept from retention: \(storage.kept) \(storage.kept == 1 ? "run" : "runs")") }
            for job in storage.jobs {
                lines.append(
                    "  \(TextTable.visible(job.name ?? "commands")): \(ByteText.words(job.storedBytes)) for \(job.executions) "
                        + (job.executions == 1 ? "run" : "runs"))
            }
            let next = storage.next
            let isNothing = next.outputs == 0 && next.executions == 0 && next.bytes == 0
            lines.append(
                isNothing
                    ? "The next clean-up removes nothing."
                    : "The next clean-up removes the output of \(next.outputs) runs, and \(next.executions) runs with everything: "
                        + "about \(ByteText.words(next.bytes)).")
            return lines
        }
    }
}

/// Shows and sets how long runs and their output are kept.
struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "Look at and set how long runs and their output are kept.", subcommands: [Show.self, Set.self],
        defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show how long runs and their output are kept.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let retention = try await options.connect().call(ExecutionsAPI.retention, [:])
            try options.print(retention) { RetentionCommand.lines(retention) }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set how long runs and their output are kept; what is not said stays as it is, 0 is for ever.")

        @OptionGroup var options: ServerOptions
        @Option(help: "Remove output so many days after its run ended.") var outputDays: Int?
        @Option(help: "Remove the oldest output as long as all of it takes more than so many megabytes on disk.") var outputMegabytes: Int?
        @Option(help: "Remove runs with everything so many days after they ended.") var runDays: Int?

        func validate() throws {
            let all = [outputDays, outputMegabytes, runDays].compactMap { $0 }
            if all.isEmpty { throw ValidationError("Say --output-days, --output-megabytes or --run-days.") }
            if all.contains(where: { $0 < 0 }) { throw ValidationError("Numbers are at least 0.") }
        }

        func run() async throws {
            let server = try options.connect()
            var policy = try await server.call(ExecutionsAPI.retention, [:]).policy
            if let outputDays { policy.outputDays = outputDays == 0 ? nil : outputDays }
            if let outputMegabytes { policy.outputBytes = outputMegabytes == 0 ? nil : outputMegabytes * 1_000_000 }
            if let runDays { policy.executionDays = runDays == 0 ? nil : runDays }
            let retention = try await server.call(ExecutionsAPI.setRetention, [:], policy)
            try options.print(retention) { RetentionCommand.lines(retention) }
        }
    }

    private static func lines(_ retention: Retention) -> [String] {
        let policy = retention.policy
        func days(_ count: Int?) -> String { count.map { "\($0) \($0 == 1 ? "day" : "days")" } ?? "for ever" }
        return [
            "Output: \(days(policy.outputDays))",
            "All output: \(policy.outputBytes.map { "at most \(ByteText.words($0))" } ?? "as much as there is")",
            "Runs: \(days(policy.executionDays))",
        ] + (retention.changedBy.map { ["Set by \(TextTable.visible($0)) at \(retention.changedAt?.description ?? "?")"] } ?? [])
    }
}

extension ExecutionCommand {
    struct Keep: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keep a run and its output from retention, or let it go.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Flag(help: "Let it go when it is time.") var release = false

        func run() async throws {
            let run = try await options.connect().call(
                ExecutionsAPI.keep, ["execution": execution], KeepExecution(keep: !release))
            try options.print(run) { [run.kept == true ? "\(run.serial) is kept." : "\(run.serial) goes when it is time."] }
        }
    }
}

extension StorageKind {
    fileprivate var words: String {
        switch self {
        case .output: "Packed output"
        case .feed: "Histories and fresh output"
        case .runs: "Runs, targets and steps"
        case .other: "Everything else"
        case .free: "Free inside the file"
        }
    }
}

/// Numbers of bytes for people.
enum ByteText {
    /// The number in the largest unit that leaves at least one, with one decimal below ten.
    static func words(_ bytes: Int) -> String {
        let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
        var (number, unit) = (Double(bytes), 0)
        while number >= 1000, unit < units.count - 1 { (number, unit) = (number / 1000, unit + 1) }
        if unit == 0 { return "\(bytes) bytes" }
        let tenths = Int((number * 10).rounded())
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int(number.rounded())) \(units[unit])"
    }
}
