import ArgumentParser
import Client
import Contracts
import Vocabulary

extension ExecutionCommand {
    struct Why: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say why a run, or one of its branches, waits or came to nothing.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Option(help: "Only about this branch, from 1.") var branch: Int?

        func run() async throws {
            let answer = try await options.connect().call(ExecutionsAPI.why, ["execution": execution], AskWhy(branch: branch))
            try options.print(answer) { answer.why.map(\.detail) }
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a run in the books, whatever its workers do; nothing proves that its processes are gone. Cancel it first.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Option(help: "Why, for the history.") var reason: String

        func run() async throws {
            let run = try await options.connect().call(ExecutionsAPI.close, ["execution": execution], CloseExecution(reason: reason))
            try options.print(run) { ["\(run.serial) is \(run.state.rawValue)."] }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let no further branch of a run begin; what runs goes on.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Option(help: "Why, for the history.") var reason: String?

        func run() async throws {
            let run = try await options.connect().call(
                ExecutionsAPI.pause, ["execution": execution], PauseExecution(reason: reason))
            try options.print(run) { ["\(run.serial): \(run.hold?.detail ?? "paused.")"] }
        }
    }

    struct Continue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let branches of a paused run begin again; failures so far no longer count.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String

        func run() async throws {
            let run = try await options.connect().call(ExecutionsAPI.proceed, ["execution": execution])
            try options.print(run) { ["\(run.serial) goes on."] }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run again on the targets that did not succeed, each from the step that failed; what went well stays.")

        @OptionGroup var options: ServerOptions
        @Argument(help: "Serial or id.") var execution: String
        @Option(help: "The number of targets or the name of the job, to confirm a run that touches production.") var confirm: String?
        @Option(help: "Starts only one run, however often it is sent.") var idempotencyKey: String?
        @Flag(name: .shortAndLong, help: "Watch the run; exit code 0 when all succeeded, 1 otherwise.") var follow = false

        func run() async throws {
            let server = try options.connect()
            let receipt = try await server.call(
                ExecutionsAPI.rerun, ["execution": execution], RerunExecution(scope: .failed, resume: true, confirm: confirm),
                once: idempotencyKey ?? SystemIDs().next())
            try await RunWatch(server: server, options: options).started(receipt, follow: follow)
        }
    }
}

/// Shows what waits for workers.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "List runs with targets that wait, in the order in which free workers take them.")

    @OptionGroup var options: ServerOptions
    @Option(help: "At most so many (1 to 500).") var limit = 50

    func run() async throws {
        let places = try await options.connect().call(ExecutionsAPI.queue, [:], PageQuery(limit: limit)).items
        try options.print(
            places, ["place", "serial", "name", "priority", "waiting", "ready", "running", "why it waits"], none: "Nothing waits."
        ) { place in
            let run = place.execution
            return [
                place.position.map { String($0) } ?? "-", run.serial, run.name, run.priority.rawValue, String(run.counts.waiting),
                String(place.ready), String(run.counts.running), run.hold?.detail ?? "",
            ]
        }
    }
}

/// Shows the workers.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "worker", abstract: "Look at the workers.", subcommands: [List.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the workers that were heard of in the last day.")

        @OptionGroup var options: ServerOptions

        func run() async throws {
            let workers = try await options.connect().call(ExecutionsAPI.workers, [:], PageQuery()).items
            try options.print(workers, ["name", "alive", "running", "slots", "last heard of"], none: "No worker was heard of.") { worker in
                [worker.name, worker.alive ? "yes" : "no", String(worker.running), String(worker.slots), worker.seenAt.description]
            }
        }
    }
}
