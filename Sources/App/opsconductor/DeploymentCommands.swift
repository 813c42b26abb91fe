import ArgumentParser
import Conductor
import Foundation

/// Which services a command is about.
struct ServicesOption: ParsableArguments {
    @Option(help: "Only these services, separated by commas; else SERVICES, else all.") var services: String?

    /// The environment with the services of the option in it.
    var environment: [String: String] {
        var environment = ProcessInfo.processInfo.environment
        if let services { environment["SERVICES"] = services }
        return environment
    }
}

/// Makes the key file of a new installation.
struct CreateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-key",
        abstract: "Write a new key file (SECRET_KEY_FILE) that all services of an installation share; a file that is there is left alone.")

    @Argument(help: "The file to write, with mode 0600.") var file: String

    func run() throws {
        do {
            try Conductor.createKey(at: file)
        } catch {
            throw Console.failure(error)
        }
    }
}

/// Makes the key file of workers.
struct CreateWorkerKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-worker-key",
        abstract:
            "Write the key file of workers (WORKER_KEY_FILE), made from SECRET_KEY_FILE: enough to be a worker, and it opens no secret.")

    @Argument(help: "The file to write, with mode 0600.") var file: String

    func run() throws {
        let settings = try Console.settings()
        do {
            try Conductor.createWorkerKey(at: file, settings)
        } catch {
            throw Console.failure(error)
        }
    }
}
