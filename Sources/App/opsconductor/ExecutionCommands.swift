import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Commands about runs.
struct ExecutionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "execution", abstract: "Look at runs, hold them up, cancel and repeat them.",
        subcommands: [
            List.self, Show.self, Logs.self, Outputs.self, Diff.self, Why.self, Cancel.self, Close.self, Pause.self, Continue.self,
            Keep.self, Rerun.self,
            Resume.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List runs, newest first.")

        @OptionGroup var options: ServerOptions
        @Option(help: "Only runs in this state.") var state: ExecutionState?
        @Option(help: "Only runs of this job, by name, serial or id.") var job: String?
        @Option(help: "Only runs on this target, by name, serial or id.") var target: String?
        @Option(help: "Only runs whose name, serial or starter contains this.") var search: String?
        @Option(help: "At most so many (1 to 500).") var limit = 20

        func run() async throws {
            let server = try options.connect()
            var query = ExecutionQuery(state: state, search: search, limit: limit)
            if let job { query.job = try await server.call(JobsAPI.show, ["job": job]).id }
            if let target { query.target = try await server.target(target) }
            let runs = try await server.call(ExecutionsAPI.list, [:], query).items
            try options.print(
                runs, ["serial", "state", "name", "targets", "done", "failed", "started", "time", "by"], none: "There are no runs."
            ) { run in
                let counts = run.counts
                return [
                    run.serial, run.state.rawValue.replacing("_", with: " "), run.name, String(counts.total),
                    String(counts.total - counts.waiting - counts.running), String(counts.failed + counts.unclear),
                    run.createdAt.description, RunResult.duration(run.startedAt, run.endedAt), run.startedBy,
                ]
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a run with its results, or watch it.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Flag(name: .shortAndLong, help: "Watch it from its beginning to its end.") var follow = false

        func run() async throws {
            let server = try options.connect()
            let detail = try await server.call(ExecutionsAPI.show, ["execution": execution])
            let run = detail.execution
            if follow { return try await RunWatch(server: server, options: options).watch(run.id, serial: run.serial) }
            let result = RunResult(execution: run, branches: try await server.branches(of: run.id.text))
            try options.print(result) {
                FieldList.lines(
                    [
                        ("serial", run.serial), ("name", run.name), ("version", run.jobVersion.map { String($0) }),
                        ("state", run.state.rawValue.replacing("_", with: " ")), ("cause", run.cause), ("held up", run.hold?.detail),
                        ("targets", run.targets), ("priority", run.priority == .normal ? nil : run.priority.rawValue),
                        ("started by", run.startedBy), ("asked for", run.createdAt.description), ("ended", run.endedAt?.description),
                        (run.resumed == true ? "resumes" : "repeats", run.rerunOf),
                        ("left out", detail.leftOut.joined(separator: ", ")),
                    ] + detail.parameters.sorted { $0.key < $1.key }.map { ("parameter \($0.key)", $0.value.text) }) + [""]
                    + result.table.lines
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Cancel a run, or some of its branches.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Option(help: "Only this branch, from 1; may be repeated.") var branch: [Int] = []
        @Option(help: "Why, for the history.") var reason: String?

        func run() async throws {
            let run = try await options.connect().call(
                ExecutionsAPI.cancel, ["execution": execution],
                CancelExecution(branches: branch.isEmpty ? nil : branch, reason: reason))
            try options.print(run) { ["\(run.serial) is \(run.state.rawValue.replacing("_", with: " "))."] }
        }
    }

    struct Rerun: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the same again on the targets that did not succeed, or on all.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Flag(help: "On all its targets, also those that succeeded.") var all = false
        @Option(help: "The number of targets or the name of the job, to confirm a run that touches production.") var confirm: String?
        @Option(help: "Starts only one run, however often it is sent.") var idempotencyKey: String?
        @Flag(name: .shortAndLong, help: "Watch the run; exit code 0 when all succeeded, 1 otherwise.") var follow = false

        func run() async throws {
            let server = try options.connect()
            let receipt = try await server.call(
                ExecutionsAPI.rerun, ["execution": execution], RerunExecution(scope: all ? .all : .failed, confirm: confirm),
                once: idempotencyKey ?? SystemIDs().next())
            try await RunWatch(server: server, options: options).started(receipt, follow: follow)
        }
    }
}
