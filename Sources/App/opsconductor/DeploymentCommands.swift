import ArgumentParser
import Conductor
import Foundation
import Web

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

/// Asks the server of this machine whether it is ready.
struct Health: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask the server with the same HTTP_HOST and HTTP_PORT whether it is ready; exit code 0 if it is, for health checks.")

    func run() async throws {
        let settings = Settings(environment: ProcessInfo.processInfo.environment)
        var patience = HTTPClient.Patience()
        (patience.connect, patience.silence) = (.seconds(3), .seconds(5))
        let client = try HTTPClient(base: settings.ownAddress, patience: patience)
        let answer = try await client.send(HTTPClient.Request("GET", "/ready"))
        guard answer.status == 200 else { throw try await answer.problem() }
        Console.say("ready")
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
