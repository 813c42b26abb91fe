import ArgumentParser
import Client
import Contracts
import Vocabulary

/// Runs one command on many targets.
struct RunCommandLine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run one command on the targets that match a filter and watch it.",
        usage: "opsconductor run --on FILTER [options] -- COMMAND",
        discussion: """
            A single word after -- is a line for the shell: run --on all -- 'uptime; df -h'. Several words are a command with its \
            arguments, which are quoted where that is needed. Exit code: 0 all succeeded, 1 some failed, 2 wrong usage, 3 out of reach.
            """)

    @OptionGroup var options: ServerOptions
    @Option(help: "The filter of the targets, for example 'tag = web'.") var on: String
    @Option(help: "A target to leave out, by name, serial or id; may be repeated.") var exclude: [String] = []
    @Option(help: "Most targets at a time.") var maxParallel: Int?
    @Option(help: "Most seconds for each target.") var timeout: Int?
    @Option(help: "How urgent it is: low, normal, high or urgent.") var priority: RunPriority?
    @Option(help: "A name that only one run at a time may hold; may be repeated.") var lock: [String] = []
    @Option(help: "The number of targets, to confirm a run that touches production.") var confirm: String?
    @Option(help: "Starts only one run, however often it is sent.") var idempotencyKey: String?
    @Flag(help: "Let it run again on a target where nobody knows whether it ran.") var repeatable = false
    @Flag(help: "Start it and do not watch.") var detach = false
    @Argument(parsing: .postTerminator, help: "The command, after --.") var command: [String] = []

    func validate() throws {
        if command.isEmpty { throw ValidationError("Say what to run after --.") }
    }

    func run() async throws {
        let server = try options.connect()
        var input = RunCommand(
            command: CommandText.join(command), targets: on, maxParallel: maxParallel, timeoutSeconds: timeout,
            priority: priority, locks: lock.isEmpty ? nil : lock, repeatable: repeatable ? true : nil, confirm: confirm)
        for name in exclude { input.exclude = (input.exclude ?? []) + [try await server.target(name)] }
        let receipt = try await server.call(ExecutionsAPI.runCommand, [:], input, once: idempotencyKey ?? SystemIDs().next())
        try await RunWatch(server: server, options: options).started(receipt, follow: !detach)
    }
}
