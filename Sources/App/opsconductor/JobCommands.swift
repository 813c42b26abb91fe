import ArgumentParser
import Client
import Contracts
import Vocabulary
import Web

/// Commands about jobs.
struct JobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Describe work in YAML and run it.",
        subcommands: [Apply.self, List.self, Show.self, Plan.self, Run.self, Validate.self, Delete.self])

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create or update jobs by name from YAML files; the same files again change nothing.")

        @OptionGroup var options: ServerOptions
        @Option(name: .shortAndLong, help: "A file, a folder or - for standard input; may be repeated.", completion: .file())
        var file: [String]
        @Flag(help: "Only say what would change.") var dryRun = false

        func run() async throws {
            let files = try JobFiles.read(file)
            let receipt = try await options.connect().call(JobsAPI.apply, [:], ApplyJobs(files: files, dryRun: dryRun ? true : nil))
            try options.print(receipt) { lines(receipt) }
            if receipt.jobs.contains(where: { $0.action == .refused }) { throw ExitCode(2) }
        }

        private func lines(_ receipt: ApplyReceipt) -> [String] {
            var lines: [String] = []
            for job in receipt.jobs {
                let version = job.version.map { " (version \($0))" } ?? ""
                let name = job.name.isEmpty ? job.file : job.name
                let isPlan = !receipt.applied && [.created, .updated].contains(job.action)
                lines.append("\(isPlan ? "would be " : "")\(job.action.rawValue) \(TextTable.visible(name))\(version)")
                lines += job.changes.map { "  \($0)" }
                lines += job.errors.map { "  \(JobText.place($0, in: job.file))" }
            }
            if !receipt.applied { lines.append(dryRun ? "A dry run: nothing was changed." : "Nothing was changed.") }
            return lines
        }
    }

    struct Validate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check YAML files without saving; all mistakes at once.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Files, folders or - for standard input.", completion: .file()) var files: [String]

        func run() async throws {
            let server = try options.connect()
            var isValid = true
            for file in try JobFiles.read(files) {
                for document in JobFiles.documents(file.yaml) {
                    let check = try await server.call(JobsAPI.check, [:], CheckJob(yaml: document))
                    isValid = isValid && check.valid
                    try options.print(check) {
                        check.valid
                            ? ["\(file.name): \(check.definition?.name ?? "") is valid"]
                            : check.errors.map { JobText.place($0, in: file.name) }
                    }
                }
            }
            if !isValid { throw ExitCode(2) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List jobs.")

        @OptionGroup var options: ServerOptions
        @Option(help: "Only jobs whose name or description contains this.") var search: String?

        func run() async throws {
            let jobs = try await options.connect().all(JobsAPI.list) { JobQuery(search: search, limit: 500, cursor: $0) }
            try options.print(
                jobs, ["name", "serial", "version", "steps", "targets", "changed", "by", "description"], none: "There are no jobs."
            ) {
                [
                    $0.name, $0.serial, String($0.version), String($0.steps), $0.targets, $0.updatedAt.description, $0.updatedBy,
                    $0.description,
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print a job as YAML.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var job: String
        @Option(help: "This version instead of the current one.") var version: Int?

        func run() async throws {
            let server = try options.connect()
            if let version {
                let found = try await server.call(JobsAPI.version, ["job": job, "version": String(version)])
                try options.print(found) { JobText.lines(found.yaml) }
            } else {
                let found = try await server.call(JobsAPI.show, ["job": job])
                try options.print(found) { JobText.lines(found.yaml) }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a job; its runs stay.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var job: String

        func run() async throws {
            _ = try await options.connect().call(JobsAPI.delete, ["job": job])
            if options.output == .table { Terminal.say("Deleted \(job).") }
        }
    }

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Start a job.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Name, serial or id.") var job: String
        @Option(name: .shortAndLong, help: "A parameter as NAME=VALUE; may be repeated.") var parameter: [String] = []
        @Option(help: "A secret parameter as NAME=FILE, with - for standard input; may be repeated.") var secretFile: [String] = []
        @Option(help: "A filter of the targets; the job's own when absent.") var on: String?
        @Option(help: "A target to leave out, by name, serial or id; may be repeated.") var exclude: [String] = []
        @Option(help: "Most targets at a time.") var maxParallel: Int?
        @Option(help: "How urgent it is: low, normal, high or urgent.") var priority: RunPriority?
        @Option(help: "A name that only one run at a time may hold; may be repeated.") var lock: [String] = []
        @Option(help: "The hash that `job plan` gave: nothing starts if anything has changed since.") var plan: String?
        @Option(help: "The number of targets or the name of the job, to confirm a run that touches production.") var confirm: String?
        @Option(help: "Starts only one run, however often it is sent.") var idempotencyKey: String?
        @Flag(name: .shortAndLong, help: "Watch the run; exit code 0 when all succeeded, 1 otherwise.") var follow = false

        func run() async throws {
            let server = try options.connect()
            let found = try await server.call(JobsAPI.show, ["job": job])
            var input = RunJob(
                targets: on, maxParallel: maxParallel, priority: priority, locks: lock.isEmpty ? nil : lock, plan: plan, confirm: confirm)
            input.parameters = try RunInput.parameters(
                given: parameter, secretFiles: secretFile, definitions: found.definition.parameters ?? [])
            for name in exclude { input.exclude = (input.exclude ?? []) + [try await server.target(name)] }
            let key = idempotencyKey ?? SystemIDs().next()
            let receipt = try await server.call(JobsAPI.run, ["job": found.id.text], input, once: key)
            try await RunWatch(server: server, options: options).started(receipt, follow: follow)
        }
    }
}

/// Jobs as text.
enum JobText {
    /// A mistake with its place, for example `jobs/a.yaml:3:5: name is missing.`
    static func place(_ place: ProblemPlace, in file: String) -> String {
        let position = [place.line, place.column].compactMap { $0 }.map { ":\($0)" }.joined()
        return "\(file)\(position): \(TextTable.visible(place.detail))"
    }

    /// The lines of a text.
    static func lines(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
